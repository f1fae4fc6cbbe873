"""What the parts declare, as text: for ``yicheng declarations`` and for the generated reference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from django.utils.functional import Promise

from yicheng.core.kernel.application import Part, parts
from yicheng.core.kernel.slots import SLOTS, Slot

_NAMED = ("title", "summary", "text")


@dataclass(frozen=True)
class Declared:
    """One declaration: its key, the part that owns it, what it says of itself, its other fields as words."""

    key: str
    owner: str
    title: str
    details: Mapping[str, str]


def declared(slot: Slot[Any]) -> list[Declared]:
    """A slot's declarations in the order of parts and files."""
    return [_declared(slot, item) for item in slot]


def slots() -> list[Slot[Any]]:
    """All slots by name."""
    return [SLOTS[name] for name in sorted(SLOTS)]


def all_parts() -> list[Part]:
    """The parts that may declare, core first."""
    return parts()


def field_names(slot: Slot[Any]) -> list[str]:
    """The fields of the slot's dataclass other than the key and the title."""
    return [field.name for field in fields(slot.kind) if field.name not in ("key", *_NAMED)]


def words(value: Any) -> str:
    """A value as a reader of a table wants it; "" for what says nothing."""
    if value is None or value in ((), "", False) or value == {}:
        return ""
    if value is True:
        return "yes"
    if isinstance(value, str | Promise | int | float):
        return " ".join(str(value).split())
    return _composed(value)


def _composed(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {words(item)}" if words(item) else str(key) for key, item in value.items())
    if isinstance(value, tuple | list | set | frozenset):
        return ", ".join(filter(None, map(words, value)))
    if is_dataclass(value) and not isinstance(value, type):
        return _named(value)
    return _code(value)


def _named(value: Any) -> str:
    for name in ("key", "group", *_NAMED):
        if hasattr(value, name):
            return words(getattr(value, name))
    return ", ".join(filter(None, (words(getattr(value, field.name)) for field in fields(value))))


def _code(value: Any) -> str:
    """Functions and classes by name; what closes over things (a view made by a function) by its maker's module."""
    name = getattr(value, "__qualname__", type(value).__name__).replace(".<locals>", "")
    if "<lambda>" in name:
        return "expression"
    module = str(getattr(value, "__module__", "")).removeprefix("yicheng.")
    return f"{module}.{name}" if module not in ("", "builtins") else str(name)


def _declared(slot: Slot[Any], item: Any) -> Declared:
    title = next((words(getattr(item, name)) for name in _NAMED if getattr(item, name, None)), "")
    details = {name: words(getattr(item, name)) for name in field_names(slot)}
    return Declared(item.key, slot.owner(item.key), title, details)


def lines() -> Iterator[str]:
    """Everything declared, one line each, under its slot."""
    for slot in slots():
        yield f"{slot.name}  ({slot.module}.py: {slot.attribute})"
        for item in declared(slot):
            yield f"  {item.key:<44} {item.owner:<12} {item.title}"
