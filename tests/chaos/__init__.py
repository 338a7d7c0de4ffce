"""Proof that nothing acknowledged is lost: a desk under load whose parts are killed, and a check of what is left."""
