"""What other parts may call of the catalogue."""

from __future__ import annotations

from yicheng.core.catalogue.actions import Download, download
from yicheng.core.catalogue.declare import Attribute, Resource
from yicheng.core.catalogue.queries import Rows, attributes, page, resource, resources

__all__ = [
    "Attribute",
    "Download",
    "Resource",
    "Rows",
    "attributes",
    "download",
    "page",
    "resource",
    "resources",
]
