"""Puts into force what a city lays down: subjects, halls, forms and items. The same again changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from django.db.models import Model, QuerySet

from yicheng.core.kernel import clock
from yicheng.core.kernel.pack import Tally
from yicheng.core.kernel.pinyin import sort_key
from yicheng.core.kernel.upsert import sync
from yicheng.core.people.models import Organisation
from yicheng.core.services.models import (
    FormVersion,
    Hall,
    ItemElement,
    ItemVersion,
    LifeEvent,
    ServiceItem,
    ServiceMaterial,
    Theme,
    Window,
)
from yicheng.core.services.words import search_vector

#: of an item's facts, what is kept elsewhere than in its version's own columns of the same name
_ELSEWHERE = ("code", "organisation", "division", "form", "elements", "materials", "words")


def fingerprint(content: Any) -> str:
    """SHA-256 of plain data, however its keys are ordered."""
    return sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def lay_down_themes(rows: Iterable[Mapping[str, Any]]) -> Tally:
    """The themes, in the order given; those no longer named are not shown any more."""
    return sync(Theme.objects.all(), _active(rows), key=["code"], retire=_hide)


def lay_down_life_events(rows: Iterable[Mapping[str, Any]]) -> Tally:
    """The life events, in the order given; those no longer named are not shown any more."""
    return sync(LifeEvent.objects.all(), _active(rows), key=["code"], retire=_hide)


def _active(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "is_active": True} for row in rows]


def _hide(rows: QuerySet[Any]) -> int:
    return rows.filter(is_active=True).update(is_active=False)


def lay_down_halls(rows: Sequence[Mapping[str, Any]]) -> Tally:
    """Halls and stations with their windows; those no longer named are closed."""
    ids = organisation_ids({row["organisation"] for row in rows})
    tally = sync(Hall.objects.all(), [_hall(row, ids) for row in rows], key=["code"], retire=_hide)
    halls = dict(Hall.objects.values_list("code", "pk"))
    windows = [
        {"hall_id": halls[row["code"]], "number": number, "name": name, "is_active": True}
        for row in rows
        for number, name in enumerate(row["windows"], start=1)
    ]
    return tally + sync(Window.objects.all(), windows, key=["hall_id", "number"], retire=_hide)


def _hall(row: Mapping[str, Any], ids: Mapping[str, int]) -> dict[str, Any]:
    moved = {"organisation", "division", "hours", "saturday", "sunday", "windows"}
    return {name: value for name, value in row.items() if name not in moved} | {
        "organisation_id": ids[row["organisation"]],
        "division_code": row["division"],
        "weekday_hours": row["hours"],
        "saturday_hours": row["saturday"],
        "sunday_hours": row["sunday"],
        "is_active": True,
    }


def organisation_ids(codes: Iterable[str]) -> dict[str, int]:
    """Code → id, in one query."""
    return dict(Organisation.objects.filter(code__in=set(codes)).values_list("code", "pk"))


def lay_down_form(code: str, schema: Mapping[str, Any]) -> Tally:
    """Publish a form unless it was laid down before as it is."""
    print_ = fingerprint(schema)
    versions = FormVersion.objects.filter(code=code)
    if versions.filter(fingerprint=print_).exclude(status="draft").exists():
        return Tally(unchanged=1)
    newest = versions.order_by("-number").first()
    now = clock.now()
    FormVersion.objects.create(
        code=code,
        number=newest.number + 1 if newest else 1,
        status=FormVersion.Status.PUBLISHED,
        title=str(schema.get("title") or code)[:120],
        schema=schema,
        fingerprint=print_,
        created_at=now,
        published_at=now,
    )
    return Tally(changed=1) if newest else Tally(created=1)


def lay_down_items(rows: Sequence[Mapping[str, Any]], *, note: str = "") -> Tally:
    """Publish a version of each item that differs from the one laid down last; withdraw those no longer named."""
    ids = organisation_ids(
        {row["organisation"] for row in rows}
        | {text.partition("=")[2] for row in rows for text in row["elements"]}
    )
    forms = latest_forms({row["form"] for row in rows if row["form"]})
    items = {item.code: item for item in ServiceItem.objects.all()}
    last = dict(
        ItemVersion.objects.exclude(fingerprint="").order_by("number").values_list("item_id", "fingerprint")
    )
    tally = Tally()
    for row in rows:
        print_ = fingerprint({**row, "form": forms[row["form"]].fingerprint if row["form"] else ""})
        item = items.get(row["code"])
        if item is not None and last.get(item.pk) == print_ and item.current_id:
            tally += Tally(unchanged=1)
            continue
        tally += Tally(changed=1) if item else Tally(created=1)
        _lay_down_item(row, item=item, ids=ids, form=forms.get(row["form"]), note=note, print_=print_)
    return tally + Tally(retired=withdraw_items({row["code"] for row in rows}))


def latest_forms(codes: Iterable[str]) -> dict[str, FormVersion]:
    """Code → the newest published version of a form, in one query."""
    found = FormVersion.objects.filter(code__in=set(codes), status="published").order_by("number")
    return {form.code: form for form in found}


def _lay_down_item(
    row: Mapping[str, Any],
    *,
    item: ServiceItem | None,
    ids: Mapping[str, int],
    form: FormVersion | None,
    note: str,
    print_: str,
) -> None:
    now = clock.now()
    organisation_id = ids[row["organisation"]]
    if item is None:
        item = ServiceItem(code=row["code"], organisation_id=organisation_id, created_at=now)
    item.organisation_id, item.is_from_pack = organisation_id, True
    item.save()
    ItemVersion.objects.filter(item=item, status="published").update(status="retired")
    newest = (
        ItemVersion.objects.filter(item=item).order_by("-number").values_list("number", flat=True).first()
    )
    version = ItemVersion(
        **{name: _value(value) for name, value in row.items() if name not in _ELSEWHERE},
        item=item,
        number=(newest or 0) + 1,
        status=ItemVersion.Status.PUBLISHED,
        words=" ".join(row["words"]),
        sort_key=sort_key(row["name"]),
        organisation_id=organisation_id,
        division_code=row["division"],
        form=form,
        note=note[:200],
        fingerprint=print_,
        created_at=now,
        published_at=now,
    )
    version.search = search_vector(version)
    version.save()
    _add_parts(version, row, ids)
    item.current = version
    item.save(update_fields=["current"])


def _value(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _add_parts(version: ItemVersion, row: Mapping[str, Any], ids: Mapping[str, int]) -> None:
    parts: list[Model] = [
        ServiceMaterial(
            version=version, position=at, **{name: _value(value) for name, value in material.items()}
        )
        for at, material in enumerate(row["materials"], start=1)
    ]
    ServiceMaterial.objects.bulk_create(parts)  # type: ignore[arg-type]
    pairs = [text.partition("=")[::2] for text in row["elements"]]
    ItemElement.objects.bulk_create(
        ItemElement(version=version, element=element, organisation_id=ids[code]) for element, code in pairs
    )


def withdraw_items(named: Iterable[str]) -> int:
    """Take out of force the items of packs that are not among those named; answers how many."""
    gone = ServiceItem.objects.filter(is_from_pack=True, current__isnull=False).exclude(code__in=set(named))
    ids = list(gone.values_list("pk", flat=True))
    ItemVersion.objects.filter(item__in=ids, status="published").update(status="retired")
    return ServiceItem.objects.filter(pk__in=ids).update(current=None)
