"""What work in the street takes from a city pack: ``[parts]`` and ``[patrol]`` of ``city.toml``, mapping files.

``[parts]``   ``code_layout``: "6-2-2-6" (CJ/T 214) or "6-2-3-5" (GB/T 30428.2)
``[patrol]``  ``shift_days``: how long shifts keep names; ``unseen_days``: a cell unseen so long needs a visit
``imports/*.toml``  how other systems' cases are brought in; see ``imports.mapping``
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yicheng.apps.urban import alarms
from yicheng.apps.urban.codes import LAYOUTS
from yicheng.apps.urban.demo import tables as demo
from yicheng.apps.urban.imports.mapping import read_mapping
from yicheng.apps.urban.models import FieldRules
from yicheng.apps.urban.queries.open311 import services_digest
from yicheng.core.kernel import clock
from yicheng.core.kernel.pack import CityPack, Finding, PackSection, Tally
from yicheng.core.kernel.sheets.records import Unreadable
from yicheng.core.kernel.upsert import sync

MAPPINGS = "imports/*.toml"
DAYS = {"shift_days": (1, 3650), "unseen_days": (1, 365)}


def check(pack: CityPack) -> Iterable[Finding]:
    """Faults of the settings and of the mapping files."""
    layout = pack.settings("parts").get("code_layout", FieldRules().part_code_layout)
    if layout not in LAYOUTS:
        said = {"layouts": ", ".join(LAYOUTS)}
        yield Finding("city.toml", 0, _("“code_layout” in [parts] must be one of %(layouts)s.") % said)
    yield from _unknown("parts", pack.settings("parts"), {"code_layout"})
    yield from _unknown("patrol", pack.settings("patrol"), set(DAYS))
    yield from _faults_of_days(pack.settings("patrol"))
    for path in pack.files(MAPPINGS):
        try:
            read_mapping(path.read_text(encoding="utf-8"))
        except (Unreadable, UnicodeDecodeError) as fault:
            yield Finding(path.relative_to(pack.root).as_posix(), 0, str(fault))


def load(pack: CityPack) -> Tally:
    """One row of settings; mapping files are read where they lie, when something is imported."""
    before = FieldRules.objects.first() or FieldRules()
    digest = services_digest()
    row = {
        "id": 1,
        "services_digest": digest,
        "services_changed_at": before.services_changed_at
        if digest == before.services_digest
        else clock.now(),
        "part_code_layout": pack.settings("parts").get("code_layout", FieldRules().part_code_layout),
        **{name: pack.settings("patrol").get(name, getattr(FieldRules(), name)) for name in DAYS},
    }
    return sync(FieldRules.objects.all(), [row], key=("id",))


def _faults_of_days(settings: Mapping[str, Any]) -> Iterator[Finding]:
    for name, (lowest, highest) in DAYS.items():
        value = settings.get(name, lowest)
        if type(value) is not int or not lowest <= value <= highest:
            said = {"name": name, "lowest": lowest, "highest": highest}
            reason = _("“%(name)s” in [patrol] must be a whole number from %(lowest)d to %(highest)d.") % said
            yield Finding("city.toml", 0, reason)


def _unknown(table: str, settings: Mapping[str, Any], known: set[str]) -> Iterator[Finding]:
    for name in settings:
        if name not in known:
            said = {"name": name, "table": table}
            yield Finding("city.toml", 0, _("Nobody knows “%(name)s” in [%(table)s].") % said)


PACK_SECTIONS = (
    PackSection(
        "urban.field",
        gettext_lazy("Work in the street"),
        files=(MAPPINGS,),
        check=check,
        load=load,
        after=("cases.classes",),
        settings=("parts", "patrol"),
    ),
    PackSection(
        "urban.alarm_words",
        gettext_lazy("Words that make a report urgent"),
        files=(alarms.ALARM_WORDS.file,),
        check=alarms.check,
        load=alarms.load,
    ),
    PackSection(
        "urban.demo",
        gettext_lazy("Material for the demonstration"),
        files=("demo/*.csv",),
        check=demo.check,
        load=demo.load,
    ),
)
