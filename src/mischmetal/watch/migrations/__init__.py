"""Steps from one form of the store to the next; run by `database.open_store`."""
