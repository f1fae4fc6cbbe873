"""What bears devices in heritage: relics (their components) and the rooms and cabinets they are kept in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yicheng.apps.heritage.kinds import PLACE, RELIC
from yicheng.apps.heritage.models import KeepingPlace, Relic
from yicheng.apps.heritage.permissions import VIEW_RELICS
from yicheng.core.kernel.languages import in_language
from yicheng.core.people.public import Viewer, scoped
from yicheng.core.sensing.declare import Bearer


def _relic_names(ids: Iterable[int]) -> Mapping[int, str]:
    rows = Relic.objects.filter(pk__in=list(ids)).values_list("pk", "number", "name", "name_en")
    return {pk: f"{number} {in_language(name, name_en)}" for pk, number, name, name_en in rows}


def _visible_relics(viewer: Viewer, ids: Iterable[int]) -> Iterable[int]:
    rows = scoped(Relic.objects.filter(pk__in=list(ids)), viewer, VIEW_RELICS)
    return rows.values_list("pk", flat=True)


def _place_names(ids: Iterable[int]) -> Mapping[int, str]:
    return dict(KeepingPlace.objects.filter(pk__in=list(ids)).values_list("pk", "name"))


def _visible_places(viewer: Viewer, ids: Iterable[int]) -> Iterable[int]:
    rows = scoped(KeepingPlace.objects.filter(pk__in=list(ids)), viewer, VIEW_RELICS)
    return rows.values_list("pk", flat=True)


BEARERS = (
    Bearer(
        RELIC,
        _("Relic"),
        name_of=_relic_names,
        link=lambda pk: reverse("heritage.relic", args=[pk]),
        may_view=_visible_relics,
    ),
    Bearer(
        PLACE,
        _("Store, showcase or hall"),
        name_of=_place_names,
        link=lambda pk: reverse("heritage.place", args=[pk]),
        may_view=_visible_places,
    ),
)
