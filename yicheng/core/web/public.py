"""What applications and faces may call of the page shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yicheng.core.web.answers import answer
from yicheng.core.web.assets import asset_url
from yicheng.core.web.catalogue import catalogue_pages
from yicheng.core.web.catalogue.rows import chosen_of, file_response
from yicheng.core.web.city import City, city
from yicheng.core.web.doors import page_urls
from yicheng.core.web.forms import add_refusal
from yicheng.core.web.inbox import inbox_view
from yicheng.core.web.keyset import Keyset, keyset_page
from yicheng.core.web.lists import (
    BulkAction,
    Column,
    Filter,
    ListPage,
    Order,
    count_text,
    count_words,
    list_view,
    one_of,
)
from yicheng.core.web.navigation import Entry, Group, menu_groups
from yicheng.core.web.panels import panels_of
from yicheng.core.web.templatetags.ui import badge, icon, moment

if TYPE_CHECKING:
    from yicheng.core.web.declare import Page

__all__ = [
    "BulkAction",
    "City",
    "Column",
    "Entry",
    "Filter",
    "Group",
    "Keyset",
    "ListPage",
    "Order",
    "add_refusal",
    "administration_pages",
    "answer",
    "asset_url",
    "badge",
    "catalogue_pages",
    "chosen_of",
    "city",
    "count_text",
    "count_words",
    "file_response",
    "icon",
    "inbox_view",
    "keyset_page",
    "list_view",
    "menu_groups",
    "moment",
    "one_of",
    "page_urls",
    "panels_of",
]


def administration_pages() -> tuple[Page, ...]:
    """The desk's pages of accounts, organisations, roles, clients and records."""
    from yicheng.core.web import administration

    return administration.PAGES
