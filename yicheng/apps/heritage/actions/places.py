"""Rooms, cabinets and halls where relics are kept."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yicheng.apps.heritage.models import KeepingPlace
from yicheng.apps.heritage.permissions import KEEP_RELICS
from yicheng.core.journal.public import record
from yicheng.core.kernel.errors import Conflict, Invalid
from yicheng.core.people.public import Viewer


def open_place(
    viewer: Viewer, *, code: str, name: str, kind: str, organisation_id: int, division: str, is_public: bool
) -> KeepingPlace:
    """Enter a place of an organisation. Raises ``Forbidden``, ``Invalid``, ``Conflict`` for a code that is taken."""
    viewer.require(KEEP_RELICS, organisation_id=organisation_id, division=division)
    if kind not in KeepingPlace.Kind.values or not name.strip() or not code.strip():
        raise Invalid(_("A place needs a code, a name and a kind."))
    with transaction.atomic():
        if KeepingPlace.objects.filter(code=code.strip()).exists():
            raise Conflict(_("There is a place with the code %(code)s already."), code=code.strip())
        place = KeepingPlace.objects.create(
            code=code.strip(),
            name=name.strip()[:120],
            kind=kind,
            organisation_id=organisation_id,
            division_code=division,
            is_public=is_public,
        )
        record(
            viewer,
            action="heritage.open_place",
            subject=f"keepingplace/{place.pk}",
            division=division,
            detail={"code": place.code},
        )
    return place
