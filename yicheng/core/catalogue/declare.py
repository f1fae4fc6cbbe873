"""What a part may declare as a data resource of the city."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from yicheng.core.catalogue.categories import CATEGORIES, CYCLES, LICENCES
from yicheng.core.catalogue.facts import ShareType
from yicheng.core.kernel.slots import Slot
from yicheng.core.people.declare import RIGHTS
from yicheng.core.people.public import Viewer

_KEY = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Attribute:
    """A published field. ``source`` is a model field path; ``unit`` a UCUM code; ``sensitivity`` 1 (open) to 4.

    1 is for everyone, 2 for staff, 3 for who holds ``catalogue.read_sensitive``, 4 never leaves by this door.
    ``code`` attributes can be filtered by.
    """

    key: str
    title: str | Promise
    source: str
    kind: Literal["text", "integer", "number", "boolean", "date", "datetime", "code"] = "text"
    unit: str = ""
    term: str = ""
    sensitivity: int = 1
    description: str | Promise = ""
    is_key: bool = False


@dataclass(frozen=True, slots=True)
class Resource:
    """A data resource (GB/T 21063.3): what it is, its fields, who may read which rows.

    ``rows`` gives the rows this viewer may read; ``point`` names the longitude and latitude attributes (WGS 84).
    ``right`` None means open to the public: everyone finds it on the portal. ``find`` narrows rows to those
    that hold some words; without it the rows cannot be searched.
    """

    key: str
    title: str | Promise
    summary: str | Promise
    model: Callable[[], type[Model]]
    attributes: tuple[Attribute, ...]
    rows: Callable[[Viewer], QuerySet[Any]]
    share_type: ShareType
    legal_basis: str | Promise = ""
    right: str | None = None
    point: tuple[str, str] | None = None
    update_cycle: str = "continuous"
    find: Callable[[QuerySet[Any], str], QuerySet[Any]] | None = None
    category: str = ""
    keywords: tuple[str, ...] = ()
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Use:
    """What is made of data: an indicator, a service, a page. ``fields`` are ``<entry>:<field>``; ``link`` a URL name.

    The catalogue shows it beside the field (lineage). Fields of data sets, which come and go, are not checked.
    """

    key: str
    title: str | Promise
    kind: Literal["indicator", "service", "page", "rule", "base"]
    fields: tuple[str, ...]
    link: str = ""


RESOURCES: Slot[Resource] = Slot("catalogue.resources", Resource, module="resources", attribute="RESOURCES")
USES: Slot[Use] = Slot("catalogue.uses", Use, module="resources", attribute="USES")


def check_resources() -> Iterable[str]:
    """Rights exist; attributes have keys that files and addresses can carry, once each."""
    for resource in RESOURCES:
        if resource.right is not None and resource.right not in RIGHTS:
            yield f"resource {resource.key}: there is no right {resource.right!r}"
        keys = [attribute.key for attribute in resource.attributes]
        if len(keys) != len(set(keys)):
            yield f"resource {resource.key}: an attribute is declared twice"
        for key in keys:
            if not _KEY.fullmatch(key):
                yield f"resource {resource.key}: attribute {key!r} must be lower case letters, digits and _"
        for key in resource.point or ():
            if key not in keys:
                yield f"resource {resource.key}: its point names {key!r}, which is no attribute"


def check_words() -> Iterable[str]:
    """Categories, cycles and licences are words of the catalogue."""
    for resource in RESOURCES:
        if resource.category and resource.category not in CATEGORIES:
            yield f"resource {resource.key}: there is no category {resource.category!r}"
        if resource.update_cycle not in CYCLES:
            yield f"resource {resource.key}: there is no update cycle {resource.update_cycle!r}"
        if resource.licence and resource.licence not in LICENCES:
            yield f"resource {resource.key}: there is no licence {resource.licence!r}"


def check_uses() -> Iterable[str]:
    """What is said to be used of a declared resource is a field of it."""
    for use in USES:
        for name in use.fields:
            entry, _, key = name.partition(":")
            if entry not in RESOURCES:
                continue
            if key not in {attribute.key for attribute in RESOURCES.get(entry).attributes}:
                yield f"use {use.key}: {entry} has no field {key!r}"


def check_sources() -> Iterable[str]:
    """Every attribute's source is a field of the model, or of what it points to."""
    for resource in RESOURCES:
        for attribute in resource.attributes:
            if not _is_field(resource.model(), attribute.source):
                yield f"resource {resource.key}: {attribute.key} has no source {attribute.source!r}"


def _is_field(model: type[Model], path: str) -> bool:
    meta = model._meta  # noqa: SLF001  Django's own name for it
    name, _, rest = path.partition("__")
    try:
        field = meta.pk if name == "pk" else meta.get_field(name)
    except FieldDoesNotExist:
        return False
    related = getattr(field, "related_model", None)
    return _is_field(related, rest) if rest and isinstance(related, type) else not rest


CHECKS = (check_resources, check_sources, check_words, check_uses)
