"""Codes that exist, for the tests that walk every page."""

from __future__ import annotations

from collections.abc import Mapping

from yicheng.core.credentials.models import LicenceVersion
from yicheng.core.sensing.models import Device


def licence() -> str | None:
    """The code of a licence."""
    return LicenceVersion.objects.order_by("-pk").values_list("code", flat=True).first()


def licence_path() -> Mapping[str, str]:
    """The same as the path's argument; one that nobody printed where there is none."""
    return {"code": licence() or "C00000000000000000000000000"}


def device() -> str | None:
    """The number of a device."""
    return Device.objects.order_by("pk").values_list("number", flat=True).first()


def cell() -> str | None:
    """The code of a unit cell."""
    from yicheng.core.places.models import GridCell

    return GridCell.objects.order_by("pk").values_list("code", flat=True).first()
