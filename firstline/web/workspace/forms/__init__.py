"""The form of each verb: what one fills in, and the one verb that it calls. Grouped as `tickets.actions` is."""
