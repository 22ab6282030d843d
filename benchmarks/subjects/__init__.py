"""Subjects register themselves when they are imported."""

from benchmarks.subjects import months as months
from benchmarks.subjects import pdfs as pdfs
