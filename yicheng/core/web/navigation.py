"""What stands in a face's navigation: the pages with a menu entry that the viewer may open. No queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.urls import NoReverseMatch, reverse

from yicheng.core.people.public import Viewer
from yicheng.core.web.declare import PAGES, FaceName, Menu, Page


@dataclass(frozen=True, slots=True)
class Entry:
    """One link of a navigation."""

    key: str
    title: str
    url: str
    icon: str


@dataclass(frozen=True, slots=True)
class Group:
    """Links under one heading."""

    title: str
    entries: tuple[Entry, ...]


def menu_groups(face: FaceName, viewer: Viewer) -> tuple[Group, ...]:
    """Groups in the order of their first entry, entries in the order they declare."""
    found = [(page.menu, page) for page in PAGES if page.menu and _is_open(page, face, viewer)]
    orders: dict[str, int] = {}
    for menu, _page in found:
        orders[str(menu.group)] = min(menu.order, orders.get(str(menu.group), menu.order))
    found.sort(key=lambda pair: (orders[str(pair[0].group)], str(pair[0].group), pair[0].order))
    return tuple(
        Group(title, tuple(_entries(list(pairs))))
        for title, pairs in groupby(found, key=lambda pair: str(pair[0].group))
    )


def _is_open(page: Page, face: FaceName, viewer: Viewer) -> bool:
    return page.face == face and (page.right is None or viewer.may(page.right))


def _entries(pairs: list[tuple[Menu, Page]]) -> Iterable[Entry]:
    for menu, page in pairs:
        try:
            yield Entry(page.key, str(page.title), reverse(page.key), menu.icon)
        except NoReverseMatch:
            raise ValueError(f"page {page.key}: an address with arguments can't stand in a menu") from None
