"""Under which account the embedded database runs: PostgreSQL refuses to run as root.

As an ordinary user it runs as that user. As root it runs as the owner of the data
folder, or under an unprivileged account that exists already. No account is made, and
no folder above ours is opened: what the account cannot reach is put where it can.
"""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ACCOUNTS = ("yicheng", "postgres", "nobody")
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


class NoAccount(Exception):
    """Started as root, and none of the accounts in ``ACCOUNTS`` exists: make one, or start as a user."""


@dataclass(frozen=True)
class Account:
    """Who runs the server; ``is_other`` when that is not who we are."""

    uid: int
    gid: int
    is_other: bool

    def run(
        self, command: Sequence[str | Path], *, timeout_s: float = 120
    ) -> subprocess.CompletedProcess[str]:
        """Run a command as this account, in no folder of ours and with a bare environment."""
        identity: Any = {"user": self.uid, "group": self.gid, "extra_groups": []} if self.is_other else {}
        return subprocess.run(
            [str(word) for word in command],
            cwd="/",
            env=_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
            **identity,
        )

    def can_enter(self, folder: Path) -> bool:
        """Whether this account can reach the folder."""
        return self.run(["/bin/sh", "-c", 'cd -- "$1"', "sh", folder]).returncode == 0

    def can_execute(self, program: Path) -> bool:
        """Whether this account can start the program."""
        return self.run(["/bin/sh", "-c", 'test -x "$1" && "$1" --version', "sh", program]).returncode == 0

    def own(self, path: Path) -> None:
        """Give the file or folder to this account."""
        if self.is_other:
            os.chown(path, self.uid, self.gid)


def server_account(folder: Path) -> Account:
    """The account for a server whose files are, or will be, in ``folder``."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), is_other=False)
    if folder.exists() and folder.stat().st_uid != 0:
        owner = folder.stat()
        return Account(owner.st_uid, owner.st_gid, is_other=True)
    for name in ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid, is_other=True)
    raise NoAccount(f"root cannot run PostgreSQL, and there is no account {' or '.join(ACCOUNTS)}")
