"""The watch's settings: one YAML file with sources, channels and rules, and no secret in it.

A secret is written as `env:NAME` or `keyring:SERVICE/USER` and looked up when it is used.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from mischmetal.errors import InputError
from mischmetal.watch.finding import CLASSES

SOURCE_KINDS = ("asx-json", "asx-page", "feed", "folder", "customs", "mailbox")
CHANNEL_KINDS = ("email", "webhook", "slack", "telegram", "discord", "ntfy", "desktop")
EXCHANGE_KINDS = {"asx-json", "asx-page"}
FILE_KINDS = {"folder", "mailbox"}

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,39}$")]


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


Words = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SourceSettings(_Part):
    """One source. `every` and `gap` in seconds."""

    id: Name
    kind: Literal["asx-json", "asx-page", "feed", "folder", "customs", "mailbox"]
    url: str = ""
    path: str = ""
    title: str = ""
    company: str = ""
    every: float = Field(default=60.0, ge=1.0, le=86400.0)
    gap: float = Field(default=0.5, ge=0.0, le=60.0)
    links: bool = True
    backlog: bool = True  # tell of what is already there at the first look
    private: bool = False
    file_base: str = ""
    terms_accepted: Annotated[str, BeforeValidator(_text)] = ""

    @property
    def needs_terms(self) -> bool:
        """An exchange whose terms nobody has accepted yet: such a source stays off."""
        return self.kind in EXCHANGE_KINDS and not self.terms_accepted

    @field_validator("terms_accepted")
    @classmethod
    def _day(cls, value: str) -> str:
        if value:
            date.fromisoformat(value)
        return value

    @model_validator(mode="after")
    def _has_place(self) -> SourceSettings:
        wanted = "path" if self.kind in FILE_KINDS else "url"
        if not getattr(self, wanted):
            raise ValueError(f"a source of kind {self.kind} needs {wanted}")
        if wanted == "url" and is_reference(self.url):
            return self
        if wanted == "url" and not re.match(r"https?://[^/@\s]+(/|$|\?)", self.url):
            raise ValueError(
                "url must be a web address without a user name or password in it; "
                "one with a secret goes as env:NAME or keyring:SERVICE/USER"
            )
        return self


class ChannelSettings(_Part):
    """One channel; `address` is one address or several, each of them told separately."""

    id: Name
    kind: Literal["email", "webhook", "slack", "telegram", "discord", "ntfy", "desktop"]
    address: Words = ()
    private: bool = False  # a webhook may lie on a private address
    secret: str = ""  # webhook: key of the signature
    host: str = ""  # email: the mail server
    port: int = Field(default=587, ge=1, le=65535)
    tls: Literal["starttls", "tls", "none"] = "starttls"
    sender: str = ""
    user: str = ""
    password: str = ""

    @property
    def addresses(self) -> tuple[str, ...]:
        """What the settings say, a secret still as its reference; a desktop has one nameless address."""
        return self.address or ("desktop",)

    @model_validator(mode="after")
    def _no_secret_inside(self) -> ChannelSettings:
        for name in ("secret", "password"):
            value = getattr(self, name)
            if value and not is_reference(value):
                raise ValueError(f"{name} must be env:NAME or keyring:SERVICE/USER, not the secret itself")
        if self.kind != "desktop" and not self.address:
            raise ValueError(f"a channel of kind {self.kind} needs address")
        if self.kind == "email" and not (self.host and self.sender):
            raise ValueError("a channel of kind email needs host and sender")
        for address in self.address:
            if self.kind in {"slack", "telegram", "discord", "ntfy"} and not is_reference(address):
                raise ValueError("address holds a secret here: write env:NAME or keyring:SERVICE/USER")
            if self.kind == "webhook" and not is_reference(address) and not _open_webhook(address):
                raise ValueError(
                    "address must be http(s) without user, password or query; "
                    "one with a secret in it goes as env:NAME or keyring:SERVICE/USER"
                )
        return self


class Quiet(_Part):
    """Hours of the user's clock in which nothing is sent, unless it scores `but_score` or more."""

    start: str = Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", alias="from")
    end: str = Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", alias="to")
    but_score: float | None = None


class RuleSettings(_Part):
    """Who is told what. An empty list means any; `score` is the least score that is told."""

    user: str
    channels: Words
    commodity: Words = ()
    classes: Words = Field(default=(), alias="class")
    company: Words = ()
    region: Words = ()
    score: float | None = Field(default=None, ge=0, le=100)
    unranked: bool | None = None  # tell findings without a score; by default only where `score` is not set
    zone: str = "UTC"
    quiet: Quiet | None = None
    digest: str = "at once"  # or a time of day, 07:30
    source_failures: bool = True

    @field_validator("classes")
    @classmethod
    def _known_class(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            if name not in CLASSES:
                raise ValueError(f"no class {name!r}; there are {', '.join(CLASSES)}")
        return value

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"no time zone {value!r}; an example is Europe/Berlin") from None
        return value

    @field_validator("digest")
    @classmethod
    def _time_of_day(cls, value: str) -> str:
        if value != "at once" and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
            raise ValueError("digest must be 'at once' or a time of day like 07:30")
        return value


class Settings(_Part):
    """All of it. `store` is a database address without a password; `publish` a folder for page and feed."""

    store: str = "sqlite:///watch.db"
    contact: str = ""
    publish: str = ""
    run: str = ""  # result folder of a simulated run, whose prices value rare earths
    link: str = ""  # where `publish` can be read by others, for the Atom feed's own address
    failures_until_alert: int = Field(default=3, ge=1)
    attempts: int = Field(default=10, ge=1)
    lease: float = Field(default=120.0, ge=1.0)  # seconds after which a silent watcher's work is taken over
    companies: dict[str, Annotated[float, Field(gt=0)]] = {}  # name or ticker -> market value, million USD
    sources: tuple[SourceSettings, ...] = ()
    channels: tuple[ChannelSettings, ...] = ()
    rules: tuple[RuleSettings, ...] = ()

    @model_validator(mode="after")
    def _names_meet(self) -> Settings:
        for kind, names in (
            ("source", [source.id for source in self.sources]),
            ("channel", [channel.id for channel in self.channels]),
        ):
            twice = {name for name in names if names.count(name) > 1}
            if twice:
                raise ValueError(f"two entries of kind {kind} have the id {min(twice)!r}")
        known = {channel.id for channel in self.channels}
        for rule in self.rules:
            for name in rule.channels:
                if name not in known:
                    raise ValueError(
                        f"the rule of {rule.user!r} names the channel {name!r}, which is not there"
                    )
        return self


def is_reference(text: str) -> bool:
    """Whether `text` says where a secret lies rather than what it is."""
    return bool(re.fullmatch(r"env:[A-Za-z_][A-Za-z0-9_]*|keyring:[^/]+/.+", text))


def _open_webhook(address: str) -> bool:
    return bool(re.fullmatch(r"https?://[^/@?#\s]+(/[^@?#\s]*)?", address))


def load(path: Path) -> Settings:
    """The settings in `path`; a relative store or folder is relative to the file. Raises InputError."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    if not path.is_file():
        raise InputError(
            str(path), found="nothing", allowed="a settings file; `mischmetal watch add` makes one"
        )
    try:
        data = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except (YAMLError, UnicodeDecodeError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        where = f"{path} line {line + 1}" if line is not None else str(path)
        raise InputError(where, found=getattr(error, "problem", "not UTF-8"), allowed="YAML 1.2") from None
    try:
        settings = Settings.model_validate(data or {})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise InputError(f"{path}, {place}", found=_shown(first), allowed=first["msg"]) from None
    return settings.model_copy(update=_anchored(settings, path.resolve().parent))


def _shown(error: Any) -> object:
    value = error.get("input")
    return value if isinstance(value, (str, int, float, bool)) and "secret" not in str(error["msg"]) else None


def _anchored(settings: Settings, base: Path) -> dict[str, Any]:
    update: dict[str, Any] = {}
    match = re.fullmatch(r"sqlite:///(?!/)(.+)", settings.store)
    if match and match[1] != ":memory:":
        update["store"] = f"sqlite:///{base / Path(match[1]).expanduser()}"
    for name in ("publish", "run"):
        if getattr(settings, name):
            update[name] = str(base / Path(getattr(settings, name)).expanduser())
    update["sources"] = tuple(
        source.model_copy(update={"path": str(base / Path(source.path).expanduser())})
        if source.path
        else source
        for source in settings.sources
    )
    return update
