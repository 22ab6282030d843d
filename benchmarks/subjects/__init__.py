"""Subjects register themselves when they are imported."""

from benchmarks.subjects import months, pdfs

__all__ = ["months", "pdfs"]
