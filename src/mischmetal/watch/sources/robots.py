"""What a site's robots.txt lets us read."""

from __future__ import annotations

import urllib.robotparser

MAX_DELAY_S = 60.0


class Robots:
    """The rules of one host for one user agent; an empty text allows everything."""

    def __init__(self, text: str, agent: str) -> None:
        self._agent = agent
        self._rules = urllib.robotparser.RobotFileParser()
        self._rules.parse(text.splitlines())

    def allows(self, url: str) -> bool:
        """Whether `url` may be read."""
        return self._rules.can_fetch(self._agent, url)

    @property
    def delay_s(self) -> float:
        """The gap between requests that the site asks for, in seconds, at most a minute."""
        asked = self._rules.crawl_delay(self._agent)
        return min(float(asked), MAX_DELAY_S) if asked else 0.0
