"""What licences take from a city pack: which kinds there are, their fields, their layouts.

``licence_types.csv``   code, name, name_en, holder_kind, authority, validity_months, seal, template
``licence_fields.csv``  type, key, name, name_en, kind, is_required, is_public, in the order they are shown
``licences/*.typ``      layouts in typst, named in ``template``; without one the platform's own

A kind that reads otherwise than before gets a new version; licences issued before keep theirs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yicheng.core.credentials.models import LicenceField, LicenceType, TypeVersion
from yicheng.core.kernel import clock
from yicheng.core.kernel.pack import CityPack, Finding, PackSection, Table, Tally, column
from yicheng.core.kernel.upsert import sync
from yicheng.core.people.models import Organisation

FOLDER = "licences"
#: names that the credential itself uses
RESERVED = frozenset(
    [
        "iss",
        "sub",
        "aud",
        "nbf",
        "iat",
        "exp",
        "cnf",
        "vct",
        "status",
        "holder_name",
        "holder_number",
        "licence_number",
        "issuing_authority",
    ]
)


@dataclass(frozen=True)
class TypeRow:
    line: int
    code: str = column(pattern=r"[a-z][a-z0-9_-]{1,30}")
    name: str = column(max_length=80)
    name_en: str = column(max_length=120, default="")
    holder_kind: str = column(choices=("person", "company"), default="")
    authority: str = column(ref="organisations.csv:code", default="")
    validity_months: int | None = column(minimum=1, maximum=1200, default=None)
    seal: str = column(max_length=40, default="")
    template: str = column(pattern=r"[a-z0-9_-]+\.typ", default="")


@dataclass(frozen=True)
class FieldRow:
    line: int
    type: str = column(ref="licence_types.csv:code")
    key: str = column(pattern=r"[a-z][a-z0-9_]{0,39}")
    name: str = column(max_length=60)
    name_en: str = column(max_length=80, default="")
    kind: str = column(choices=("text", "long", "date", "number"), default="text")
    is_required: bool = True
    is_public: bool = False


TYPES = Table("licence_types.csv", TypeRow, key=("code",), optional=True)
FIELDS = Table("licence_fields.csv", FieldRow, key=("type", "key"), optional=True)


def check(pack: CityPack) -> Iterable[Finding]:
    """Every fault of the tables, and layouts that are missing."""
    yield from pack.findings(TYPES)
    yield from pack.findings(FIELDS)
    for row in pack.rows(TYPES):
        if row.template and not (pack.root / FOLDER / row.template).is_file():
            reason = _("There is no file “%(file)s”.") % {"file": f"{FOLDER}/{row.template}"}
            yield Finding(TYPES.file, row.line, reason)
    for field in pack.rows(FIELDS):
        if field.key in RESERVED:
            reason = _("A field cannot be named “%(key)s”: every licence has it already.")
            yield Finding(FIELDS.file, field.line, reason % {"key": field.key})


def load(pack: CityPack) -> Tally:
    """The kinds as the pack says them; those it no longer names are not issued any more."""
    bodies = dict(Organisation.objects.values_list("code", "id"))
    rows = [
        {
            "code": row.code,
            "holder_kind": row.holder_kind,
            "authority_id": bodies.get(row.authority),
            "is_active": True,
        }
        for row in pack.rows(TYPES)
    ]
    tally = sync(
        LicenceType.objects.all(),
        rows,
        key=("code",),
        retire=lambda gone: gone.filter(is_active=True).update(is_active=False),
    )
    kinds = {kind.code: kind for kind in LicenceType.objects.all()}
    for row in pack.rows(TYPES):
        fields = [field for field in pack.rows(FIELDS) if field.type == row.code]
        tally += lay_version(kinds[row.code], row, fields, template=_template(pack, row))
    return tally


def lay_version(kind: LicenceType, row: TypeRow, fields: Iterable[FieldRow], *, template: str) -> Tally:
    """A new version of the kind where it reads otherwise than the newest one."""
    newest = kind.versions.order_by("-number").first()
    words = (row.name, row.name_en, row.validity_months, row.seal, template)
    shapes = [(one.key, one.name, one.name_en, one.kind, one.is_required, one.is_public) for one in fields]
    if newest is not None and (_words(newest), _shapes(newest)) == (words, shapes):
        return Tally(unchanged=1)
    version = TypeVersion.objects.create(
        type=kind,
        number=newest.number + 1 if newest else 1,
        name=row.name,
        name_en=row.name_en,
        validity_months=row.validity_months,
        seal=row.seal,
        template=template,
        made_at=clock.now(),
    )
    names = ("key", "name", "name_en", "kind", "is_required", "is_public")
    LicenceField.objects.bulk_create(
        LicenceField(version=version, position=at, **dict(zip(names, shape, strict=True)))
        for at, shape in enumerate(shapes)
    )
    return Tally(changed=1) if newest else Tally(created=1)


def _template(pack: CityPack, row: TypeRow) -> str:
    return (pack.root / FOLDER / row.template).read_text(encoding="utf-8") if row.template else ""


def _words(version: TypeVersion) -> tuple[object, ...]:
    return (version.name, version.name_en, version.validity_months, version.seal, version.template)


def _shapes(version: TypeVersion) -> list[tuple[object, ...]]:
    rows = version.fields.order_by("position", "id")
    return [(row.key, row.name, row.name_en, row.kind, row.is_required, row.is_public) for row in rows]


LICENCE_SECTIONS = (
    PackSection(
        "credentials.licence_types",
        gettext_lazy("Kinds of licences"),
        files=(TYPES.file, FIELDS.file, f"{FOLDER}/*.typ"),
        check=check,
        load=load,
        after=("people.organisations",),
    ),
)
