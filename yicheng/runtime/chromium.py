"""Finds the browser that browser tests drive; installs it where that can be done without asking.

``python -m yicheng.runtime.chromium`` is what ``make test`` calls first.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """The path of a Chromium or Chrome, None where there is none; ``CHROMIUM`` names one."""
    given = os.environ.get("CHROMIUM")
    return given or next((path for name in NAMES if (path := shutil.which(name))), None)


def main() -> int:
    if find_chromium():
        return 0
    if os.geteuid() == 0 and shutil.which("apt-get"):
        install = (
            "apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk"
        )
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        return subprocess.run(["/bin/sh", "-c", install], env=environment, check=False).returncode
    sys.stderr.write(
        "The browser tests need Chromium: install the package chromium, or set CHROMIUM to its path.\n"
    )
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
