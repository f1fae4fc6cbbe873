"""The embedded server survives what befalls machines: kills, reused pids, zombies, crowds."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from yicheng.runtime import postgres, processes
from yicheng.runtime.cluster import Broken, Cluster, open_cluster

pytestmark = pytest.mark.slow
_PLATFORM = """
import sys, time
from pathlib import Path
from yicheng.runtime import postgres
cluster = postgres.use(Path(sys.argv[1]), durable=False, linger_s=float(sys.argv[2]))
print(postgres.postmaster_pid(cluster), flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A folder that every account may enter: as root, the server runs under another one."""
    yield from _folder()


@pytest.fixture
def empty_home() -> Iterator[Path]:
    yield from _folder()


def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="yicheng-test-"))
    folder.chmod(0o755)
    yield folder
    postgres.stop(open_cluster(folder, durable=False))
    shutil.rmtree(folder)


@pytest.fixture
def server(home: Path) -> Iterator[Cluster]:
    """A server that this process uses; stopped afterwards."""
    yield postgres.use(home, durable=False, linger_s=5)
    postgres.leave(home)


def platform(home: Path, *, linger_s: float = 5) -> subprocess.Popen[str]:
    """A process that uses the server until its standard input closes or it is killed."""
    return subprocess.Popen(
        [sys.executable, "-c", _PLATFORM, str(home), str(linger_s)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def said(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    return int(process.stdout.readline())


def end(process: subprocess.Popen[str], number: int = signal.SIGKILL) -> None:
    process.send_signal(number)
    process.communicate()


def query(cluster: Cluster, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(dbname="yicheng", autocommit=True, **postgres.address(cluster)) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def gone(pid: int, cluster: Cluster) -> bool:
    return postgres._await(lambda: not processes.is_postmaster(pid, data=cluster.data), timeout_s=30)


def test_six_at_once_make_one_server(home: Path) -> None:
    crowd = [platform(home) for _ in range(6)]
    pids = {said(process) for process in crowd}
    for process in crowd:
        end(process)
    assert len(pids) == 1


def test_no_superuser_and_no_network(server: Cluster) -> None:
    assert query(server, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == [(False,)]
    assert query(server, "SHOW listen_addresses") == [("",)]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(dbname="yicheng", **{**postgres.address(server), "password": "guess"})


def test_killed_platform_leaves_a_server_that_the_next_adopts(home: Path) -> None:
    first = platform(home)
    pid = said(first)
    end(first)
    second = platform(home)
    assert said(second) == pid
    end(second)


def test_stops_with_its_last_user(home: Path) -> None:
    cluster = postgres.use(home, durable=False)
    other = platform(home)
    pid = said(other)
    assert not postgres.leave(home)
    assert processes.is_postmaster(pid, data=cluster.data)
    postgres.use(home, durable=False)
    end(other)
    assert postgres.leave(home)
    assert not processes.is_postmaster(pid, data=cluster.data)


def test_guardian_stops_the_server_of_a_killed_platform(empty_home: Path) -> None:
    killed = platform(empty_home, linger_s=0)
    pid = said(killed)
    cluster = open_cluster(empty_home, durable=False)
    assert processes.is_postmaster(pid, data=cluster.data)
    end(killed)
    assert gone(pid, cluster)
    again = platform(empty_home, linger_s=0)
    pid = said(again)
    end(again, signal.SIGTERM)
    assert gone(pid, cluster), "the second start must have a guardian too"


def test_killed_postmaster_recovers_what_was_committed(empty_home: Path) -> None:
    server = postgres.use(empty_home, durable=True, linger_s=5)
    query(server, "CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)")
    kill_postmaster(server)
    postgres.ensure_running(server)
    assert query(server, "SELECT n FROM kept") == [(7,)]
    postgres.leave(empty_home)


def test_recycled_pid_is_no_server(server: Cluster) -> None:
    kill_postmaster(server)
    stranger = subprocess.Popen(["/bin/sleep", "600"])
    try:
        note_pid(server, stranger.pid)
        postgres.ensure_running(server)
        assert query(server, "SELECT 1") == [(1,)]
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_zombie_pid_is_no_server(server: Cluster) -> None:
    kill_postmaster(server)
    zombie = subprocess.Popen(["/bin/true"])
    postgres._await(lambda: "Z" in Path(f"/proc/{zombie.pid}/stat").read_text(), timeout_s=10)
    note_pid(server, zombie.pid)
    postgres.ensure_running(server)
    assert query(server, "SELECT 1") == [(1,)]
    zombie.wait()


def test_orphan_backend_is_ended_before_a_new_server_starts(server: Cluster) -> None:
    busy = threading.Thread(target=endless_query, args=(server,), daemon=True)
    busy.start()
    assert postgres._await(lambda: "generate_series" in activity(server), timeout_s=10)
    kill_postmaster(server)
    orphans = processes.backends(server.name)
    assert orphans
    postgres.ensure_running(server)
    assert query(server, "SELECT 1") == [(1,)]
    assert not set(orphans) & set(processes.backends(server.name))
    busy.join(10)


def test_refuses_another_major_version(empty_home: Path) -> None:
    cluster = open_cluster(empty_home, durable=False)
    cluster.data.mkdir()
    (cluster.data / "PG_VERSION").write_text("15\n")
    with pytest.raises(Broken, match="made by PostgreSQL 15"):
        cluster.prepare()


def test_interrupted_initdb_starts_over(empty_home: Path) -> None:
    cluster = open_cluster(empty_home, durable=False)
    (cluster.folder / "data.new").mkdir()
    (cluster.folder / "data.new" / "half").touch()
    postgres.use(empty_home, durable=False, linger_s=0)
    assert query(cluster, "SELECT 1") == [(1,)]
    postgres.leave(empty_home)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another account")
def test_root_opens_no_folder_above(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    cluster = postgres.use(tmp_path / "var", durable=False, linger_s=0)
    assert cluster.folder.parent == Path("/var/lib/yicheng")
    assert (tmp_path / "var" / "postgres-is-in").read_text().strip() == str(cluster.folder)
    assert query(cluster, "SELECT 1") == [(1,)]
    assert tmp_path.stat().st_mode & 0o777 == 0o700
    postgres.leave(tmp_path / "var")
    shutil.rmtree(cluster.folder)


def test_path_too_long_for_a_socket(empty_home: Path) -> None:
    deep = empty_home / ("deep" * 30)
    cluster = postgres.use(deep, durable=False, linger_s=0)
    assert query(cluster, "SELECT 1") == [(1,)]
    assert cluster.socket_folder.stat().st_mode & 0o777 == 0o700
    assert open_cluster(deep, durable=False).socket_folder == cluster.socket_folder
    postgres.leave(deep)
    shutil.rmtree(cluster.socket_folder)


def kill_postmaster(cluster: Cluster) -> None:
    pid = postgres.postmaster_pid(cluster)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert gone(pid, cluster)


def note_pid(cluster: Cluster, pid: int) -> None:
    note = cluster.data / "postmaster.pid"
    note.write_text("".join([f"{pid}\n", *note.read_text().splitlines(keepends=True)[1:]]))


def endless_query(cluster: Cluster) -> None:
    with suppress(psycopg.OperationalError):
        query(cluster, "SELECT count(*) FROM generate_series(1, 1e9) a, generate_series(1, 1e9) b")


def activity(cluster: Cluster) -> str:
    return str(query(cluster, "SELECT query FROM pg_stat_activity WHERE pid <> pg_backend_pid()"))
