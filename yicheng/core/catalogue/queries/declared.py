"""Reads: which resources a viewer finds, which of their fields and rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Model, QuerySet
from django.utils.translation import gettext_lazy as _

from yicheng.core.catalogue.declare import RESOURCES, Attribute, Resource
from yicheng.core.kernel.errors import Invalid, NotFound
from yicheng.core.people.public import Viewer

PAGE_SIZE = 100
#: kinds of attributes that rows can be filtered by
FILTERED = ("code", "boolean", "date")


@dataclass(frozen=True, slots=True)
class Rows:
    """One page of a resource's rows: a value for each attribute. ``next`` marks the page after, or None."""

    attributes: Sequence[Attribute]
    rows: Sequence[tuple[Any, ...]]
    next: str | None


def resources(viewer: Viewer, *, only_open: bool = False) -> list[Resource]:
    """The resources this viewer may read; ``only_open``: those that everyone may read."""
    return [
        resource
        for resource in RESOURCES
        if resource.right is None or (not only_open and viewer.may(resource.right))
    ]


def resource(viewer: Viewer, key: str, *, only_open: bool = False) -> Resource:
    """One resource. Raises ``NotFound``, ``SignInRequired``, ``Forbidden``."""
    if key not in RESOURCES or (only_open and RESOURCES.get(key).right is not None):
        raise NotFound(_("There is no data resource “%(key)s”."), key=key)
    found = RESOURCES.get(key)
    if found.right is not None:
        viewer.require(found.right)
    return found


def attributes(viewer: Viewer, resource: Resource) -> list[Attribute]:
    """The fields this viewer may read: by sensitivity."""
    level = level_of(viewer)
    return [attribute for attribute in resource.attributes if attribute.sensitivity <= level]


def select(
    viewer: Viewer, resource: Resource, *, words: str = "", where: Mapping[str, str] | None = None
) -> QuerySet[Any]:
    """The rows this viewer may read that hold ``words`` and equal ``where`` (attribute key → value as text)."""
    rows: QuerySet[Any] = resource.rows(viewer)
    if words:
        if resource.find is None:
            raise Invalid(_("“%(title)s” cannot be searched by words."), title=resource.title)
        rows = resource.find(rows, words)
    narrowed: QuerySet[Any] = rows.filter(**_conditions(viewer, resource, where or {}))
    return narrowed


def with_values(rows: QuerySet[Any], shown: Sequence[Attribute]) -> QuerySet[Any]:
    """The rows with one column per attribute, named ``a_<key>``."""
    found: QuerySet[Any] = rows.annotate(**{f"a_{attribute.key}": F(attribute.source) for attribute in shown})
    return found


def page(
    viewer: Viewer,
    resource: Resource,
    *,
    after: str = "",
    size: int = PAGE_SIZE,
    words: str = "",
    where: Mapping[str, str] | None = None,
) -> Rows:
    """A page of rows in the order of their ids: one query, the same for the first page and the last."""
    shown = attributes(viewer, resource)
    rows = select(viewer, resource, words=words, where=where)
    if after:
        rows = rows.filter(pk__gt=mark_of(rows.model, after))
    columns = ["pk", *(f"a_{attribute.key}" for attribute in shown)]
    found = list(with_values(rows, shown).order_by("pk").values_list(*columns)[: size + 1])
    more = str(found[size - 1][0]) if len(found) > size else None
    return Rows(shown, [row[1:] for row in found[:size]], more)


def level_of(viewer: Viewer) -> int:
    """Up to which sensitivity a viewer reads."""
    if any(
        scope.organisation_ids is None and not scope.division
        for scope in viewer.scopes("catalogue.read_sensitive")
    ):
        return 3
    return 2 if viewer.kind in ("staff", "system") else 1


def _conditions(viewer: Viewer, resource: Resource, where: Mapping[str, str]) -> dict[str, Any]:
    """Conditions on attributes the viewer may see: what one may not read one may not ask by either."""
    offered = {
        attribute.key: attribute for attribute in attributes(viewer, resource) if attribute.kind in FILTERED
    }
    conditions = {}
    for key, value in where.items():
        if key not in offered:
            raise Invalid(
                _("Rows cannot be filtered by “%(key)s”."), key=key, fields={key: _("Not a filter.")}
            )
        conditions[offered[key].source] = parsed(offered[key], value)
    return conditions


def parsed(attribute: Attribute, value: str) -> Any:
    """A value to filter by, from text. Raises ``Invalid``."""
    from django.forms import DateField

    if attribute.kind == "boolean":
        if value not in ("true", "false"):
            raise _nonsense(attribute, value)
        return value == "true"
    if attribute.kind == "date":
        try:
            return DateField().clean(value)
        except ValidationError:
            raise _nonsense(attribute, value) from None
    if "\0" in value:
        raise _nonsense(attribute, value.replace("\0", "?"))
    return value


def _nonsense(attribute: Attribute, value: str) -> Invalid:
    text = _("“%(value)s” is no value of “%(title)s”.")
    return Invalid(text, value=value[:60], title=attribute.title, fields={attribute.key: _("Not a value.")})


def mark_of(model: type[Model], after: str) -> Any:
    """The id of the row after which to go on. Raises ``Invalid``."""
    key = model._meta.pk  # noqa: SLF001  Django's own name for it
    try:
        mark = key.to_python(after)
        key.run_validators(mark)
    except ValidationError:
        raise Invalid(
            _("The address of this page of the list is damaged. Begin at the first page.")
        ) from None
    return mark
