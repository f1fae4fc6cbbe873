"""The web process: granian serving Django's WSGI application from worker processes and threads.

``python -m yicheng.runtime.web HOST PORT WORKERS THREADS``, started by ``yicheng run``.
"""

from __future__ import annotations

import os
import sys

from granian.constants import Interfaces
from granian.server import Server

from yicheng.runtime.parent import stop_with_supervisor


def serve(host: str, port: int, *, workers: int, threads: int) -> None:
    """Serve until told to stop. Threads live long, because their database connection lives with them."""
    Server(
        "yicheng.runtime.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        blocking_threads_idle_timeout=600,
        websockets=False,
        respawn_failed_workers=True,
        respawn_interval=1,
        workers_kill_timeout=10,
    ).serve()


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yicheng.config.settings")
    host, port, workers, threads = sys.argv[1:5]
    stop_with_supervisor()
    serve(host, int(port), workers=int(workers), threads=int(threads))


if __name__ == "__main__":
    main()
