"""``yicheng run`` in code: database, migrations, static files, web, worker — and their orderly end."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException

from django.core.management import call_command
from django.db import connection

from yicheng.core.kernel.declare import DAEMONS
from yicheng.runtime import postgres
from yicheng.runtime.database import is_durable
from yicheng.runtime.home import home
from yicheng.runtime.supervisor import Child, Supervisor

Say = Callable[[str], None]


@dataclass(frozen=True)
class Options:
    """Where to listen and how many to work; ``threads`` are per web worker process."""

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = max(2, os.cpu_count() or 1)
    threads: int = 4
    with_worker: bool = True


def is_embedded() -> bool:
    """Whether the platform runs its own database server."""
    return bool(connection.settings_dict["ENGINE"] == "yicheng.runtime.embedded")


def prepare(say: Say) -> None:
    """Bring database tables and static files up to date."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    connection.close()
    say("Database and static files are up to date.")


def run(options: Options, *, say: Say) -> None:
    """Run until ctrl-C or SIGTERM, then stop everything that was started."""
    supervisor = Supervisor(_children(options), say=say, each_tick=_Announcement(options, say))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, supervisor.stop)
    try:
        supervisor.run()
    finally:
        stop_database(say)
        say("Stopped.")


def stop_database(say: Say) -> None:
    """Stop the embedded server, unless another command still uses it."""
    connection.close()
    if is_embedded() and not postgres.leave(home()):
        say("Another command still uses the database: it stops with that.")


def free_port(host: str, *, wanted: int) -> int:
    """``wanted`` when it is free, else a port that is."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError(f"no free port on {host}")


class _Announcement:
    """Each tick: say once when the web server answers; start a database again that died."""

    def __init__(self, options: Options, say: Say) -> None:
        self._options, self._say = options, say
        self._is_said, self._look_at = False, 0.0

    def __call__(self) -> None:
        if not self._is_said and self._answers():
            self._is_said = True
            self._say(f"Yicheng runs at http://{self._options.host}:{self._options.port}/  (ctrl-C stops it)")
        if time.monotonic() >= self._look_at:
            self._look_at = time.monotonic() + 2
            self._keep_database()

    def _answers(self) -> bool:
        door = HTTPConnection(self._options.host, self._options.port, timeout=2)
        try:
            door.request("HEAD", "/")
            door.getresponse()
        except (OSError, HTTPException):
            return False
        finally:
            door.close()
        return True

    def _keep_database(self) -> None:
        if not is_embedded():
            return
        cluster = postgres.use(home(), durable=is_durable())
        if postgres.postmaster_pid(cluster) is None:
            self._say("The database had ended and is started again.")
            postgres.ensure_running(cluster)


def _children(options: Options) -> list[Child]:
    web = [options.host, str(options.port), str(options.workers), str(options.threads)]
    children = [Child("web", [sys.executable, "-m", "yicheng.runtime.web", *web])]
    if options.with_worker:
        children.append(Child("worker", [sys.executable, "-m", "yicheng", "worker"]))
        children += [
            Child(daemon.key, [sys.executable, "-m", "yicheng", *daemon.command])
            for daemon in DAEMONS
            if daemon.is_wanted()
        ]
    return children
