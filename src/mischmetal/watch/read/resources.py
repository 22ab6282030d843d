"""Mineral resources, reserves and exploration targets out of prose."""

from __future__ import annotations

from typing import Any

from mischmetal.watch.read.phrases import Phrase


def find_resources(phrases: list[Phrase], text: str) -> list[dict[str, Any]]:
    return []
