"""Mischmetal: an open market model of the rare-earth chain, from mine to magnet."""

__version__ = "0.1.0"
