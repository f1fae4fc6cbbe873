"""Takes the city's name, centre and hotline from the pack's ``city.toml``."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.pack import CityPack, Finding, PackSection, Tally
from yicheng.core.web.city import forget_city
from yicheng.core.web.models import CityProfile


def check(_pack: CityPack) -> Iterable[Finding]:
    """``city.toml`` is checked by the kernel itself."""
    return ()


def load(pack: CityPack) -> Tally:
    """Write the one row."""
    city = pack.city
    values = {
        "code": city.code,
        "name": city.name,
        "name_en": city.name_en,
        "lon": city.centre[0],
        "lat": city.centre[1],
        "zoom": city.zoom,
        "hotline": city.hotline,
    }
    before = CityProfile.objects.filter(pk=1).values(*values).first()
    if before == values:
        return Tally(unchanged=1)
    CityProfile.objects.update_or_create(pk=1, defaults=values)
    forget_city()
    return Tally(changed=1) if before else Tally(created=1)


PACK_SECTIONS = (PackSection("web.city", _("The city itself"), files=(), check=check, load=load),)
