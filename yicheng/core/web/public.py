"""What applications and faces may call of the page shell."""

from __future__ import annotations

from yicheng.core.web.assets import asset_url
from yicheng.core.web.city import City, city
from yicheng.core.web.doors import page_urls
from yicheng.core.web.keyset import Keyset, keyset_page
from yicheng.core.web.panels import panels_of

__all__ = [
    "City",
    "Keyset",
    "asset_url",
    "city",
    "keyset_page",
    "page_urls",
    "panels_of",
]
