"""The bases of every folder that Django loads, and the collection of declarations."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import AppConfig, apps

from yicheng.core.kernel.slots import SLOTS, FaultyDeclaration, Slot


class Part(AppConfig):
    """A folder of the platform. Bases say ``default = False``: Django must not pick them; what fills them in is picked."""

    default = False
    default_auto_field = "django.db.models.BigAutoField"
    #: labels of the parts this one cannot live without
    requires: tuple[str, ...] = ()

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.default = vars(cls).get("default", True)


class CorePackage(Part):
    """A package of the shared core."""

    default = False


class Face(Part):
    """A face composes what the slots hold."""

    default = False


class Application(Part):
    """One of the city's applications: thin, removable, standing on the core."""

    default = False
    title: Any
    summary: Any = ""


def parts() -> list[Part]:
    """Every installed part, core first, in the order of the settings."""
    return [config for config in apps.get_app_configs() if isinstance(config, Part)]


def collect() -> None:
    """Import each part's ``declare`` module, then fill every slot. Called once at start."""
    labels = {part.label for part in parts()}
    for part in parts():
        missing = [name for name in part.requires if name not in labels]
        if missing:
            raise FaultyDeclaration(f"{part.label} requires {', '.join(missing)}, which is not installed")
        _optional(f"{part.name}.declare")
    for slot in SLOTS.values():
        for part in parts():
            _fill(slot, part)


def _fill(slot: Slot[Any], part: Part) -> None:
    module = _optional(f"{part.name}.{slot.module}")
    if module is not None:
        slot.fill(part.label, getattr(module, slot.attribute, ()))


def _optional(name: str) -> Any:
    """The module, or None where the part has no such file; errors inside it are not hidden."""
    return import_module(name) if find_spec(name) else None
