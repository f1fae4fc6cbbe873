"""Doors at addresses that standards fix, for what the core itself holds."""

from __future__ import annotations

from yicheng.core.web.declare import StandardDoor

STANDARD_DOORS = (
    StandardDoor("sharing.log", "sharing-log/", "yicheng.faces.api.transparency", "C2SP tlog-tiles"),
    StandardDoor("catalogue.dcat", "dcat/", "yicheng.faces.api.dcat.urls", "W3C DCAT 3, DCAT-AP 3"),
    StandardDoor("catalogue.ckan", "api/", "yicheng.faces.api.ckan.urls", "CKAN action API 3, reading half"),
    StandardDoor(
        "catalogue.ogc",
        "ogc/",
        "yicheng.faces.api.ogc.urls",
        "OGC API - Features 1.0 parts 1, 2, 3; CQL2 1.0",
    ),
)
