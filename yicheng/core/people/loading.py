"""Brings organisations and roles to the state a city pack says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from pypinyin import Style, lazy_pinyin

from yicheng.core.kernel.pack import Tally
from yicheng.core.kernel.upsert import sync
from yicheng.core.people.models import Organisation, Role


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """One body as a pack says it; ``parent`` is a code, empty for a root."""

    code: str
    name: str
    short_name: str
    name_en: str
    kind: str
    parent: str
    division_code: str
    phone: str


def load_organisations(facts: Iterable[OrganisationFacts]) -> Tally:
    """Create, change and retire organisations; parents may stand after their children."""
    wanted = {fact.code: fact for fact in facts}
    rows = [
        {
            "code": fact.code,
            "name": fact.name,
            "short_name": fact.short_name,
            "name_en": fact.name_en,
            "sort_key": pinyin_key(fact.short_name or fact.name),
            "kind": fact.kind,
            "division_code": fact.division_code,
            "phone": fact.phone,
            "is_active": True,
        }
        for fact in wanted.values()
    ]
    tally = sync(Organisation.objects.all(), rows, key=("code",), retire=_close)
    _place({fact.code: fact.parent for fact in wanted.values()})
    return tally


def load_roles(rows: Iterable[Mapping[str, object]]) -> Tally:
    """Create, change and retire roles."""
    return sync(Role.objects.all(), rows, key=("code",), retire=_close)


def pinyin_key(name: str) -> str:
    """A name's place in an alphabetical list; tones do not count."""
    return " ".join(lazy_pinyin(name, style=Style.NORMAL, errors="default")).lower()[:200]


def path_of(organisation: Organisation, parents: Mapping[int, int | None]) -> str:
    """The ids from the root down: "/1/14/"."""
    ids = [organisation.pk]
    above = parents[organisation.pk]
    while above is not None and above not in ids:
        ids.append(above)
        above = parents[above]
    return "/" + "".join(f"{pk}/" for pk in reversed(ids))


def _place(parent_codes: Mapping[str, str]) -> None:
    """Set parents and paths of what the pack names, and paths of all below."""
    every = {one.pk: one for one in Organisation.objects.all()}
    by_code = {one.code: one for one in every.values()}
    parents = {pk: one.parent_id for pk, one in every.items()}
    parents |= {
        by_code[code].pk: by_code[parent].pk if parent else None for code, parent in parent_codes.items()
    }
    moved = []
    for one in every.values():
        path = path_of(one, parents)
        if (one.parent_id, one.path) != (parents[one.pk], path):
            one.parent_id, one.path = parents[one.pk], path
            moved.append(one)
    if moved:
        Organisation.objects.bulk_update(moved, ["parent_id", "path"], batch_size=1000)


def _close(gone: QuerySet[Organisation] | QuerySet[Role]) -> int:
    return gone.filter(is_active=True).update(is_active=False)
