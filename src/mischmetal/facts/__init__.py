"""Sourced figures: every number of the model that comes from outside is a fact with a source."""

from mischmetal.facts.fact import Fact
from mischmetal.facts.load import load, measures, sources, tables
from mischmetal.facts.query import facts_of, find, get

__all__ = ["Fact", "facts_of", "find", "get", "load", "measures", "sources", "tables"]
