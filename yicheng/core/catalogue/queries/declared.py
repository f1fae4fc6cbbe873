"""Declared resources: which a viewer may read, and their rows as Django asks for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Model, QuerySet
from django.utils.translation import gettext_lazy as _

from yicheng.core.catalogue.declare import RESOURCES, Attribute, Resource
from yicheng.core.kernel.errors import Invalid, NotFound
from yicheng.core.people.public import Viewer


def resource(viewer: Viewer, key: str) -> Resource:
    """One resource. Raises ``NotFound``, ``SignInRequired``, ``Forbidden``."""
    if key not in RESOURCES:
        raise NotFound(_("There is no data resource “%(key)s”."), key=key)
    found = RESOURCES.get(key)
    if found.right is not None:
        viewer.require(found.right)
    return found


def select(viewer: Viewer, resource: Resource, *, words: str = "") -> QuerySet[Any]:
    """The rows this viewer may read that hold ``words``."""
    rows: QuerySet[Any] = resource.rows(viewer)
    if not words:
        return rows
    if resource.find is None:
        raise Invalid(_("“%(title)s” cannot be searched by words."), title=resource.title)
    return resource.find(rows, words)


def with_values(rows: QuerySet[Any], shown: Sequence[Attribute]) -> QuerySet[Any]:
    """The rows with one column per attribute, named ``a_<key>``."""
    found: QuerySet[Any] = rows.annotate(**{f"a_{attribute.key}": F(attribute.source) for attribute in shown})
    return found


def level_of(viewer: Viewer) -> int:
    """Up to which sensitivity a viewer reads."""
    if any(
        scope.organisation_ids is None and not scope.division
        for scope in viewer.scopes("catalogue.read_sensitive")
    ):
        return 3
    return 2 if viewer.kind in ("staff", "system") else 1


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
