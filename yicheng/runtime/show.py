"""``make demo``: from nothing to a living city, each step told, and quickly the second time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from yicheng.core.events.public import drain_outbox
from yicheng.core.kernel.clockwork import note_city
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
        _start_over(say)
        connection.ensure_connection()
    with _step("Bringing tables and files up to date", say):
        call_command("migrate", interactive=False, verbosity=0)
        compile_stale()
        call_command("collectstatic", interactive=False, verbosity=0)
    opened = open_pack(pack)
    if not city().code:
        _begun().write_text(_database())
    if not _is_loaded(opened):
        with _step(f"Loading the city ({pack.name})", say):
            _load(opened)
    for demonstration in sorted(DEMONSTRATIONS, key=lambda one: one.order):
        if not demonstration.is_built():
            with _step(f"{demonstration.title}: making what the city lives through", say):
                demonstration.build(scale, lambda line: say(f"    {line}"))
                _react()
    _begun().unlink(missing_ok=True)
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
        note_city(pack.city)
    except FaultyPack as fault:
        raise DemoFailed("\n".join(str(finding) for finding in fault.findings)) from fault
    _note().write_text(pack.fingerprint())


def _note() -> Path:
    return home() / "loaded-city"


def _start_over(say: Say) -> None:
    """An interrupted build can't go on where it stopped: lives run beside each other. Its database is made anew,

    but only the one that such a build itself began with, empty.
    """
    if not _begun().exists() or _begun().read_text() != _database():
        return
    say("  the city was not finished last time: it is made anew, from an empty database")
    name = connection.ops.quote_name(connection.settings_dict["NAME"])
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {name}")
    _note().unlink(missing_ok=True)
    _begun().unlink()


def _begun() -> Path:
    """Names the database that was empty when the build began; gone when the build is whole."""
    return home() / "demo-begun"


def _database() -> str:
    connection.ensure_connection()
    return f"{connection.settings_dict['NAME']} at {connection.settings_dict['HOST']}"


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
