"""Doors at addresses that standards fix: the keys licences are signed with, their kinds, their status lists."""

from __future__ import annotations

from yicheng.core.web.declare import StandardDoor

STANDARD_DOORS = (
    StandardDoor(
        "credentials.keys",
        ".well-known/",
        "yicheng.faces.code.well_known",
        "RFC 7517 JSON Web Key Set; SD-JWT VC issuer metadata",
    ),
    StandardDoor(
        "credentials.published",
        "credentials/",
        "yicheng.faces.code.published",
        "SD-JWT VC type metadata; IETF Token Status List",
    ),
)
