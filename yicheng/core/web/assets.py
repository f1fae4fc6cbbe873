"""Finds the hashed file of a front-end entry point in the manifest that the build wrote."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from time import monotonic

from django.conf import settings
from django.core.checks import CheckMessage, register
from django.core.checks import Warning as Advice

_seen: dict[str, tuple[float, dict[str, str] | None]] = {}


def asset_url(name: str) -> str:
    """The address of ``style.css``, ``map.js``, ``urban/inspector.js`` …; raises ``LookupError`` for a misspelling.

    Without a build (tests that never open a browser) every name has an address that answers 404.
    """
    built = _manifest()
    if built is None:
        return f"/assets/unbuilt/{name}"
    try:
        return f"/{built[name]}"
    except KeyError:
        raise LookupError(f"no asset is named {name!r}; there are {', '.join(sorted(built))}") from None


def icon_names() -> frozenset[str] | None:
    """The icons in the sprite, or None without a build."""
    built = _manifest()
    return None if built is None else _icons(built["icons"])


@lru_cache(maxsize=2)
def _icons(names: str) -> frozenset[str]:
    return frozenset(names.split())


def _manifest() -> dict[str, str] | None:
    """Looked for again after a second: a page asks for some hundred icons."""
    root = str(settings.ASSETS_ROOT)
    until, found = _seen.get(root, (0.0, None))
    if monotonic() >= until:
        found = _look(Path(root) / "manifest.json")
        _seen[root] = (monotonic() + 1, found)
    return found


def _look(path: Path) -> dict[str, str] | None:
    try:
        return _read(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        return None


@lru_cache(maxsize=2)
def _read(path: Path, _changed: int) -> dict[str, str]:
    content: dict[str, str] = json.loads(path.read_text("utf-8"))
    return content


@register("assets")
def check_assets(**_: object) -> list[CheckMessage]:
    """Tell whoever starts the platform that the front-end is not built."""
    if _manifest() is not None:
        return []
    return [
        Advice(
            "The front-end is not built: pages have no styles.",
            hint="Run: python -m yicheng.runtime.assets",
            id="web.assets",
        )
    ]
