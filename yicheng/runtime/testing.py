"""Points pytest at an embedded database of its own, in ``var/test``, before Django reads its settings.

Loaded by ``-p`` in ``pyproject.toml``. The server starts once, is shared by all
xdist workers, and stays up for ten minutes after the last run, so that the next begins at once.
"""

from __future__ import annotations

import os

from yicheng.runtime.home import home

if "YICHENG_FSYNC" not in os.environ:
    os.environ["YICHENG_HOME"] = str(home() / "test")
    os.environ["YICHENG_FSYNC"] = "off"
