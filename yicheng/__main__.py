"""The ``yicheng`` command: Django's management commands under the platform's name."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line

from yicheng.runtime.catalogues import compile_stale


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yicheng.config.settings")
    compile_stale()
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
