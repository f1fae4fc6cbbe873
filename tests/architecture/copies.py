"""A copy of the project to cut from or add to, with the same programs and database server."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.architecture.tree import ROOT

_LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "node_modules", "var", "__pycache__", ".*_cache", "*.egg-info"
)


class Copy:
    """The project in another folder; ``run`` runs it there, not here."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "project"
        shutil.copytree(ROOT, self.root, ignore=_LEFT_OUT)

    def run(self, *words: str) -> str:
        """``python -m …`` in the copy; answers what it printed, fails with it."""
        done = subprocess.run(
            [sys.executable, "-m", *words],
            cwd=self.root,
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        printed = done.stdout + done.stderr
        assert done.returncode == 0, f"{' '.join(words)}\n{printed[-6000:]}"
        return printed

    def test(self, *words: str) -> str:
        """pytest in the copy, in this order and without the tests that copy again."""
        return self.run("pytest", "-p", "no:cacheprovider", "-m", "not slow and not browser", *words)

    def _environment(self) -> dict[str, str]:
        """The same embedded server; each run in the copy tests in a database of its own, as every run does."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        return {**kept, "PYTHONPATH": str(self.root)}
