"""The forms of the verbs: what one fills in, made from what the verb declares; a few have a form of their own."""
