"""What governments do, dated: scenario files, their numbers with origins, and the schedule by month."""

from mischmetal.scenario.event import Event, GoodRef, Number, Phase, Switch
from mischmetal.scenario.load import json_schema, load, names, parse_overrides
from mischmetal.scenario.scenario import Scenario, as_known, resolved, timeline, with_values

__all__ = [
    "Event",
    "GoodRef",
    "Number",
    "Phase",
    "Scenario",
    "Switch",
    "as_known",
    "json_schema",
    "load",
    "names",
    "parse_overrides",
    "resolved",
    "timeline",
    "with_values",
]
