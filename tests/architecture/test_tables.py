"""Links between tables, which imports don't show: applications stand on the core and on nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import ForeignKey, ManyToManyField, Model

from tests.architecture.tree import core_ranks, unexcused


def home(model: type[Model]) -> tuple[str, str]:
    """("apps", "urban"), ("core", "cases"), ("outside", "auth")."""
    words = model.__module__.split(".")
    return (words[1], words[2]) if words[0] == "yicheng" else ("outside", model._meta.app_label)


def links() -> Iterator[tuple[type[Model], Any, type[Model]]]:
    """Every foreign key, one-to-one and many-to-many of our own tables, with the table it points to."""
    for model in apps.get_models(include_auto_created=False):
        if home(model)[0] == "outside":
            continue
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]:
            if isinstance(field, ForeignKey | ManyToManyField):
                yield model, field, field.related_model


def named(model: type[Model], field: Any) -> str:
    return f"{model._meta.label}.{field.name}"


def test_applications_point_to_the_core_or_to_themselves() -> None:
    found = [
        f"{named(model, field)}: points to {target._meta.label}"
        for model, field, target in links()
        if home(model)[0] in ("apps", "faces") and home(target) != home(model) and home(target)[0] != "core"
    ]
    assert not unexcused("links", found)


def test_core_tables_point_level_or_down() -> None:
    ranks = core_ranks()
    found = [
        f"{named(model, field)}: points up to {target._meta.label}"
        for model, field, target in links()
        if home(model)[0] == "core"
        and home(target)[0] != "outside"
        and (home(target)[0] != "core" or ranks[home(target)[1]] > ranks[home(model)[1]])
    ]
    assert not unexcused("links", found)


def test_reverse_names_stay_in_their_part() -> None:
    """From a table of the core, an application's rows are reached under that application's own label or not at all."""
    found = [
        f"{named(model, field)}: related_name {field.remote_field.related_name!r}"
        for model, field, target in links()
        if home(model)[0] in ("apps", "faces")
        and home(target) != home(model)
        and not field.remote_field.hidden
        and not str(field.remote_field.related_name or "").startswith(model._meta.app_label)
    ]
    assert not unexcused("reverse", found)


def test_every_foreign_key_is_indexed() -> None:
    found = []
    for model, field, _target in links():
        if isinstance(field, ManyToManyField) or field.db_index or field.unique or field.primary_key:
            continue
        leading = [index.fields[0].lstrip("-") for index in model._meta.indexes if index.fields]
        constrained: list[Any] = [*model._meta.constraints]
        leading += [item.fields[0] for item in constrained if getattr(item, "fields", ())]
        if field.name not in leading:
            found.append(f"{named(model, field)}: no index begins with it")
    assert not unexcused("index", found)
