"""Subjects register themselves when they are imported."""

from benchmarks.subjects import months as months
