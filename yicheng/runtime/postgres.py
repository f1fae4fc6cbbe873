"""Starts, adopts and stops the embedded PostgreSQL.

Every process that uses the database holds a shared lock on ``users.lock`` while it
lives; the kernel lets go of it however the process ends. Whoever can take that lock
alone knows that nobody is left, and may stop the server: the platform when it ends,
or the guardian (``guardian.py``) after processes that were killed. Starting happens
under ``start.lock``, so that six processes starting at once make one server.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from yicheng.runtime import processes
from yicheng.runtime.cluster import DATABASE, PORT, SUPERUSER, USER, Broken, Cluster, open_cluster

_START_TIMEOUT_S = 120  # crash recovery of a busy city may take this long
_held: dict[Path, tuple[int, Cluster]] = {}
_guard = threading.Lock()


def use(home: Path, *, durable: bool = True, linger_s: float | None = None) -> Cluster:
    """Start or adopt the server of this home and keep it while this process lives. Cheap when repeated.

    ``linger_s``: how long the server stays up after its last user (a minute; ten for tests).
    """
    with _guard:
        if home not in _held:
            cluster = open_cluster(home, durable=durable)
            users = open_lock(cluster, "users")
            fcntl.flock(users, fcntl.LOCK_SH)
            _held[home] = users, cluster
            try:
                ensure_running(cluster, linger_s=linger_s)
            except BaseException:
                os.close(_held.pop(home)[0])
                raise
        return _held[home][1]


def held(home: Path) -> Cluster | None:
    """The cluster of this home, if this process uses it."""
    return _held[home][1] if home in _held else None


def leave(home: Path) -> bool:
    """Stop using the server; it is stopped when nobody else uses it. True when it was."""
    with _guard:
        if home not in _held:
            return False
        users, cluster = _held.pop(home)
    try:
        # a few tries: the guardian wakes for a moment when a user leaves
        is_last = _await(lambda: lock_alone(users), timeout_s=0.5)
        if is_last:
            stop(cluster)
        return is_last
    finally:
        os.close(users)


def lock_alone(lock: int) -> bool:
    """Take the lock exclusively if nobody holds it."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def ensure_running(cluster: Cluster, *, linger_s: float | None = None) -> None:
    """Under the start lock: adopt the running server or start one, and see that a guardian watches it."""
    with _starting(cluster):
        if not _adopt(cluster):
            cluster.prepare()
            _start(cluster)
        _make_database(cluster)
        _ensure_guardian(cluster, linger_s=(60 if cluster.durable else 600) if linger_s is None else linger_s)


def address(cluster: Cluster, *, user: str = USER) -> dict[str, Any]:
    """Host, port, user and password as libpq names them."""
    return {
        "host": str(cluster.socket_folder),
        "port": PORT,
        "user": user,
        "password": cluster.password(user),
    }


def stop(cluster: Cluster, *, timeout_s: float = 60) -> None:
    """Stop the server fast and cleanly; for whoever holds the users lock alone."""
    pid = postmaster_pid(cluster)
    if pid is None:
        return
    os.kill(pid, signal.SIGINT)
    _await(lambda: not processes.is_postmaster(pid, data=cluster.data), timeout_s=timeout_s)


def postmaster_pid(cluster: Cluster) -> int | None:
    """The pid of this cluster's living postmaster."""
    pid = _noted_pid(cluster)
    return pid if pid is not None and processes.is_postmaster(pid, data=cluster.data) else None


def is_answering(cluster: Cluster, *, user: str = SUPERUSER) -> bool:
    """Whether the server takes a connection and a query."""
    import psycopg

    try:
        with psycopg.connect(
            dbname="postgres", connect_timeout=5, **address(cluster, user=user)
        ) as connection:
            connection.execute("SELECT 1")
    except psycopg.OperationalError:
        return False
    return True


def open_lock(cluster: Cluster, name: str) -> int:
    """A descriptor of one of the lock files (``users``, ``start``, ``guardian``), to be locked."""
    path = cluster.folder / f"{name}.lock"
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    cluster.account.own(path)
    return lock


def _adopt(cluster: Cluster) -> bool:
    """True when the server of this folder runs; waits for one that is just starting or stopping."""
    if postmaster_pid(cluster) is None:
        return False
    settled = _await(
        lambda: is_answering(cluster) or postmaster_pid(cluster) is None, timeout_s=_START_TIMEOUT_S
    )
    if not settled:
        raise Broken(
            f"PostgreSQL in {cluster.folder} runs but does not answer; its log is in {cluster.folder}/log"
        )
    return postmaster_pid(cluster) is not None


def _start(cluster: Cluster) -> None:
    _end_orphans(cluster)
    _disarm(cluster)
    log = cluster.folder / "start.log"
    log.unlink(missing_ok=True)
    command: list[str | Path] = [
        cluster.programs / "pg_ctl",
        "start",
        "-D",
        cluster.data,
        "-l",
        log,
        "-s",
        "-w",
        "-t",
    ]
    done = cluster.account.run([*command, str(_START_TIMEOUT_S)], timeout_s=_START_TIMEOUT_S + 30)
    if done.returncode:
        logs = sorted([log, *cluster.folder.glob("log/*.log")], key=lambda path: path.stat().st_mtime)
        tail = "".join(path.read_text()[-1500:] for path in logs[-2:])
        raise Broken(f"PostgreSQL did not start in {cluster.folder}: {done.stderr.strip()}\n{tail}")


def _disarm(cluster: Cluster) -> None:
    """Make a stale postmaster.pid harmless when its number now belongs to a stranger or a zombie.

    The file is not removed: PostgreSQL reads the shared memory's key from it to refuse
    while orphan backends of a killed postmaster still write to the folder. Only the pid
    is replaced, by one that is surely gone. The socket's lock knows nothing but the pid.
    """
    for socket in cluster.socket_folder.glob(f".s.PGSQL.{PORT}*"):
        socket.unlink()
    note = cluster.data / "postmaster.pid"
    if _noted_pid(cluster) is None:
        return
    gone = subprocess.Popen(["/bin/sh", "-c", ":"])
    gone.wait()
    lines = note.read_text().splitlines(keepends=True)
    note.write_text("".join([f"{gone.pid}\n", *lines[1:]]))


def _end_orphans(cluster: Cluster) -> None:
    """Backends outlive a killed postmaster while they compute: give them a moment, then end them."""
    if not _await(lambda: not processes.backends(cluster.name), timeout_s=5):
        for pid in processes.backends(cluster.name):
            with suppress(ProcessLookupError):  # ended by itself meanwhile
                os.kill(pid, signal.SIGKILL)  # what they had not committed is rolled back by recovery
        _await(lambda: not processes.backends(cluster.name), timeout_s=5)


def _make_database(cluster: Cluster) -> None:
    """The platform's own role (no superuser) and database, once."""
    done = cluster.folder / "database-made"
    if done.exists():
        return
    import psycopg
    from psycopg import sql

    with psycopg.connect(
        dbname="postgres", autocommit=True, **address(cluster, user=SUPERUSER)
    ) as connection:
        found = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [USER]).fetchone()
        verb = sql.SQL("ALTER" if found else "CREATE")
        role = sql.SQL("{} ROLE {} LOGIN CREATEDB PASSWORD {}")
        connection.execute(role.format(verb, sql.Identifier(USER), cluster.password(USER)))
        connection.execute(sql.SQL("GRANT pg_monitor, pg_checkpoint TO {}").format(sql.Identifier(USER)))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            create = sql.SQL("CREATE DATABASE {} OWNER {}")
            connection.execute(create.format(sql.Identifier(DATABASE), sql.Identifier(USER)))
    done.touch()
    cluster.account.own(done)


def _ensure_guardian(cluster: Cluster, *, linger_s: float) -> None:
    lock = open_lock(cluster, "guardian")
    try:
        if not lock_alone(lock):
            return
    finally:
        os.close(lock)
    subprocess.run(
        [sys.executable, "-m", "yicheng.runtime.guardian", cluster.folder, str(linger_s)],
        check=True,
        cwd="/",
        env={"PYTHONPATH": str(Path(__file__).resolve().parents[2])},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _noted_pid(cluster: Cluster) -> int | None:
    try:
        return int((cluster.data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


@contextmanager
def _starting(cluster: Cluster) -> Iterator[None]:
    lock = open_lock(cluster, "start")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _await(condition: Any, *, timeout_s: float) -> bool:
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
