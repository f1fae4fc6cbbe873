"""Typed slots: the whole extension contract of the platform.

A core package's ``declare.py`` defines a frozen dataclass and a slot for it. Every
part (core package, application, face) fills slots by the fixed file and attribute
names the slot states: ``events.py`` with ``EVENTS``, ``pages.py`` with ``PAGES``.
Nothing registers itself; the kernel collects once at start (see ``application.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import is_dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")

SLOTS: dict[str, Slot[Any]] = {}


class FaultyDeclaration(Exception):
    """A part declared something the slot cannot take; the message says where."""


class UnknownDeclaration(LookupError):
    """No part declares this key in this slot."""


class Slot(Generic[T]):
    """A named, typed list of declarations, each with a unique ``key`` and an owner."""

    def __init__(self, name: str, kind: type[T], *, module: str, attribute: str) -> None:
        if not is_dataclass(kind) or not kind.__dataclass_params__.frozen:  # type: ignore[attr-defined]
            raise TypeError(f"slot {name}: {kind.__name__} must be a frozen dataclass")
        if name in SLOTS:
            raise FaultyDeclaration(f"two slots are named {name}")
        self.name, self.kind, self.module, self.attribute = name, kind, module, attribute
        self._items: dict[str, T] = {}
        self._owners: dict[str, str] = {}
        SLOTS[name] = self

    def __iter__(self) -> Iterator[T]:
        return iter(self._items.values())

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, key: str) -> bool:
        return key in self._items

    def get(self, key: str) -> T:
        """The declaration with this key; raises ``UnknownDeclaration``."""
        try:
            return self._items[key]
        except KeyError:
            raise UnknownDeclaration(f"{self.name}: nobody declares {key!r}") from None

    def owner(self, key: str) -> str:
        """The label of the part that declared ``key``."""
        return self._owners[key]

    def fill(self, owner: str, items: Iterable[T]) -> None:
        """Add a part's declarations; refuses wrong types and keys already taken."""
        for item in items:
            if not isinstance(item, self.kind):
                raise FaultyDeclaration(
                    f"{owner}: {self.attribute} holds a {type(item).__name__}, not a {self.kind.__name__}"
                )
            key: str = item.key  # type: ignore[attr-defined]
            if key in self._items:
                raise FaultyDeclaration(
                    f"{owner}: {self.name} {key!r} is already declared by {self._owners[key]}"
                )
            self._items[key] = item
            self._owners[key] = owner
