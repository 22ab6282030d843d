"""Packaged tables of the watch: facts and figures with their sources."""
