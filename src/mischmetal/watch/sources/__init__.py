"""Where documents come from: one adapter per shape of the outside world, all behind `base.Source`."""

from __future__ import annotations

from pathlib import Path

from mischmetal.errors import InputError
from mischmetal.watch.secret import resolve
from mischmetal.watch.settings import SourceSettings
from mischmetal.watch.sources.asx import FILE_BASE, AsxJson, AsxPage
from mischmetal.watch.sources.base import Source
from mischmetal.watch.sources.customs import CustomsRelease
from mischmetal.watch.sources.feed import Feed
from mischmetal.watch.sources.folder import Folder
from mischmetal.watch.sources.mailbox import Mailbox


def open_source(settings: SourceSettings) -> Source:
    """The adapter that `settings` ask for.

    Raises InputError where an exchange's terms are not accepted, SecretMissing where an address is not
    where the settings say.
    """
    if settings.needs_terms:
        raise InputError(
            f"source {settings.id}",
            field="terms_accepted",
            found=settings.terms_accepted,
            allowed="the day on which you accepted the exchange's terms of use, like 2026-11-24",
        )
    url = resolve(settings.url)
    match settings.kind:
        case "asx-json":
            base = settings.file_base or FILE_BASE
            return AsxJson(url, company=settings.company, file_base=base)
        case "asx-page":
            return AsxPage(url, company=settings.company)
        case "feed":
            return Feed(url, company=settings.company, links=settings.links)
        case "customs":
            return CustomsRelease(url, name=settings.id, title=settings.title)
        case "folder":
            return Folder(Path(settings.path).expanduser(), company=settings.company)
        case "mailbox":
            return Mailbox(Path(settings.path).expanduser(), company=settings.company)
