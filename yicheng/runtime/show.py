"""``make demo``: from nothing to a living city, each step told, and quickly the second time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from yicheng.core.events.public import drain_outbox
from yicheng.core.kernel.declare import DEMONSTRATIONS
from yicheng.core.kernel.pack import CityPack, FaultyPack, load_pack, open_pack
from yicheng.core.web.public import city
from yicheng.runtime import assets
from yicheng.runtime.catalogues import compile_stale
from yicheng.runtime.home import PROJECT, home

Say = Callable[[str], None]


class DemoFailed(Exception):
    """A step could not be done; the message says which and why."""


def prepare(*, pack: Path, scale: float, say: Say) -> None:
    """Everything the demonstration needs before it is served. Each step is skipped when it is done already."""
    with _step("Building the front-end", say):
        _build_assets()
    with _step("Starting the database", say):
        connection.ensure_connection()
    with _step("Bringing tables and files up to date", say):
        call_command("migrate", interactive=False, verbosity=0)
        compile_stale()
        call_command("collectstatic", interactive=False, verbosity=0)
    opened = open_pack(pack)
    if not _is_loaded(opened):
        with _step(f"Loading the city ({pack.name})", say):
            _load(opened)
    for demonstration in DEMONSTRATIONS:
        if not demonstration.is_built():
            with _step(f"{demonstration.title}: making what the city lives through", say):
                demonstration.build(scale, lambda line: say(f"    {line}"))
                _react()
    connection.close()


def sign_ins() -> Iterator[str]:
    """The accounts to try, one line each."""
    accounts = [account for demonstration in DEMONSTRATIONS for account in demonstration.sign_ins()]
    for account in dict.fromkeys(accounts):
        yield f"  {account.name:<20} {account.password:<20} {account.role}"
    connection.close()


def default_pack() -> Path:
    """The first city of the project that brings material for a demonstration."""
    packs = sorted(path.parent for path in (PROJECT / "cities").glob("*/demo"))
    if not packs:
        raise DemoFailed("no city under cities/ has a folder demo: name a pack with --pack")
    return packs[0]


def _build_assets() -> None:
    try:
        assets.build()
    except assets.BuildFailed as failure:
        raise DemoFailed(str(failure)) from failure


def _is_loaded(pack: CityPack) -> bool:
    """Whether the database holds this very pack: it names the city, and the note says which files were loaded."""
    note = _note()
    return city().code != "" and note.exists() and note.read_text() == pack.fingerprint()


def _load(pack: CityPack) -> None:
    try:
        load_pack(pack)
    except FaultyPack as fault:
        raise DemoFailed("\n".join(str(finding) for finding in fault.findings)) from fault
    _note().write_text(pack.fingerprint())


def _note() -> Path:
    return home() / "loaded-city"


def _react() -> None:
    """Let the reactions to what was made run now, so that the first page shows them."""
    while drain_outbox():
        pass


@contextmanager
def _step(title: str, say: Say) -> Iterator[None]:
    say(f"{title} …")
    began = time.monotonic()
    yield
    say(f"  done in {time.monotonic() - began:.1f} s")
