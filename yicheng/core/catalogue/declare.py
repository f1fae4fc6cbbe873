"""What a part may declare as a data resource of the city."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from yicheng.core.kernel.slots import Slot
from yicheng.core.people.declare import RIGHTS
from yicheng.core.people.public import Viewer

ShareType = Literal["unconditional", "conditional", "not_shared"]


@dataclass(frozen=True, slots=True)
class Attribute:
    """A published field. ``source`` is a model field path; ``unit`` a UCUM code; ``sensitivity`` 1 (open) to 4."""

    key: str
    title: str | Promise
    source: str
    kind: Literal["text", "integer", "number", "boolean", "date", "datetime", "code"] = "text"
    unit: str = ""
    term: str = ""
    sensitivity: int = 1


@dataclass(frozen=True, slots=True)
class Resource:
    """A data resource (GB/T 21063.3): what it is, its fields, who may read which rows.

    ``rows`` gives the rows this viewer may read; ``point`` names the longitude and latitude attributes.
    ``right`` None means open to the public.
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


RESOURCES: Slot[Resource] = Slot("catalogue.resources", Resource, module="resources", attribute="RESOURCES")


def check_resources() -> Iterable[str]:
    """Rights exist and attribute keys are unique."""
    for resource in RESOURCES:
        if resource.right is not None and resource.right not in RIGHTS:
            yield f"resource {resource.key}: there is no right {resource.right!r}"
        keys = [attribute.key for attribute in resource.attributes]
        if len(keys) != len(set(keys)):
            yield f"resource {resource.key}: an attribute is declared twice"


CHECKS = (check_resources,)
