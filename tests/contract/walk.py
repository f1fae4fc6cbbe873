"""Finds every address of the platform and makes a path for each, with sample arguments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

SAMPLES = {"int": "1", "slug": "x", "str": "x", "uuid": "00000000-0000-0000-0000-000000000000", "path": "x"}
_CONVERTER = re.compile(r"<(?:(?P<kind>\w+):)?\w+>")
#: a named group of a regular expression without groups inside
_GROUP = re.compile(r"\(\?P<\w+>[^()]*\)")


@dataclass(frozen=True, slots=True)
class Address:
    """One address: its name and a path to it."""

    name: str
    path: str


def addresses() -> list[Address]:
    """Every address, in the order of the settings."""
    return list(_walk(get_resolver(), "/"))


def _walk(resolver: URLResolver, prefix: str) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        path = prefix + _sample(entry)
        if isinstance(entry, URLPattern):
            yield Address(entry.name or entry.lookup_str, path)
        else:
            yield from _walk(entry, path)


def _sample(entry: URLPattern | URLResolver) -> str:
    if isinstance(entry.pattern, RoutePattern):
        return _CONVERTER.sub(lambda found: SAMPLES.get(found["kind"] or "str", "shown"), str(entry.pattern))
    text = _GROUP.sub("x", str(entry.pattern))
    return text.strip("^$").replace(r"\.", ".").replace(r"\-", "-")
