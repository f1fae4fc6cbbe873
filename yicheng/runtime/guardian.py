"""Stops the embedded database when everybody who used it is gone, however they went.

A small process of its own: it waits (asleep, in the kernel) for the users lock, so it
outlives a platform that was killed with ``kill -9``. It lingers before it stops the
server, so that one command after another, or a restart, finds it still up.
"""

from __future__ import annotations

import fcntl
import os
import sys
import time
from pathlib import Path

from yicheng.runtime import postgres
from yicheng.runtime.account import server_account
from yicheng.runtime.cluster import Cluster


def watch(cluster: Cluster, *, linger_s: float) -> None:
    """Wait until nobody has used the server for ``linger_s``, then stop it."""
    alone = postgres.open_lock(cluster, "guardian")
    if not postgres.lock_alone(alone):
        return
    users = postgres.open_lock(cluster, "users")
    while not _is_abandoned(cluster, users, linger_s):
        pass
    postgres.stop(cluster)
    os.close(alone)  # before the users lock: a newcomer must not take us for a living guardian
    os.close(users)


def _is_abandoned(cluster: Cluster, users: int, linger_s: float) -> bool:
    """Sleep until the last user leaves, then linger; True, holding the lock, if none came meanwhile."""
    fcntl.flock(users, fcntl.LOCK_EX)
    deadline = time.monotonic() + linger_s
    while time.monotonic() < deadline and postgres.postmaster_pid(cluster) is not None:
        fcntl.flock(users, fcntl.LOCK_UN)
        time.sleep(1)
        if not postgres.lock_alone(users):
            return False
    return True


def main() -> None:
    folder = Path(sys.argv[1])
    if os.fork():
        os._exit(0)
    watch(Cluster(folder, server_account(folder), durable=True), linger_s=float(sys.argv[2]))


if __name__ == "__main__":
    main()
