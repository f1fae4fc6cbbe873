"""Where a running platform keeps its data and its secrets."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from cryptography.fernet import Fernet

PROJECT = Path(__file__).resolve().parents[2]


def home() -> Path:
    """The data folder: ``YICHENG_HOME``, or ``var/`` beside the project."""
    return Path(os.environ.get("YICHENG_HOME") or PROJECT / "var")


def secret(name: str) -> str:
    """A secret of this installation: ``YICHENG_SECRET_<NAME>``, or made once and kept, readable by its owner only."""
    given = os.environ.get(f"YICHENG_SECRET_{name.upper()}")
    if given:
        return given
    path = home() / "secrets" / name
    if not path.exists():
        _make(path, Fernet.generate_key().decode() if name == "fields" else secrets.token_urlsafe(64))
    return path.read_text()


def _make(path: Path, value: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(f".{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(value)
    with suppress(FileExistsError):
        os.link(draft, path)  # atomic: the first of several processes wins
    draft.unlink()
