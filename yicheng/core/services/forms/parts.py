"""A form as it was understood: steps, and parts of which each is a field, rows, a box or words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from yicheng.core.kernel.languages import in_language

#: parts that are answered by one control
FIELDS = frozenset(
    [
        "textfield",
        "textarea",
        "number",
        "datetime",
        "checkbox",
        "checklist",
        "taglist",
        "radio",
        "select",
        "filepicker",
    ]
)
#: parts that only say or arrange something
WORDS = frozenset(["text", "spacer", "separator"])
CHOICES = frozenset(["checklist", "taglist", "radio", "select"])
SEVERAL = frozenset(["checklist", "taglist"])


@dataclass(frozen=True, slots=True)
class Option:
    """One of the values of a choice."""

    value: str
    label: str
    label_en: str = ""

    @property
    def title(self) -> str:
        """Its label in the reader's language."""
        return in_language(self.label, self.label_en)


@dataclass(frozen=True, slots=True)
class Part:
    """A component of the schema. ``kind`` is its form-js type, ``role`` what the city added (``identity_number`` …)."""

    kind: str
    key: str
    label: str = ""
    label_en: str = ""
    description: str = ""
    description_en: str = ""
    role: str = ""
    prefill: str = ""
    is_required: bool = False
    options: tuple[Option, ...] = ()
    rules: Mapping[str, Any] = field(default_factory=dict)
    hide: str = ""
    check: str = ""
    check_text: str = ""
    check_text_en: str = ""
    expression: str = ""
    parts: tuple[Part, ...] = ()

    @property
    def title(self) -> str:
        """Its label in the reader's language."""
        return in_language(self.label, self.label_en)

    @property
    def help(self) -> str:
        """Its description in the reader's language."""
        return in_language(self.description, self.description_en)

    @property
    def fault(self) -> str:
        """What is said when its check does not hold, in the reader's language."""
        return in_language(self.check_text, self.check_text_en)

    def walk(self) -> Iterator[Part]:
        """Itself and what stands in it; not into rows, which are a world of their own."""
        yield self
        if self.kind == "group":
            for part in self.parts:
                yield from part.walk()


@dataclass(frozen=True, slots=True)
class Step:
    """What is asked on one page."""

    key: str
    label: str
    label_en: str
    parts: tuple[Part, ...]
    hide: str = ""

    @property
    def title(self) -> str:
        """Its label in the reader's language."""
        return in_language(self.label, self.label_en)

    def walk(self) -> Iterator[Part]:
        """Every part of it, not into rows."""
        for part in self.parts:
            yield from part.walk()

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of what it asks."""
        return tuple(part.key for part in self.walk() if part.kind in FIELDS or part.kind == "dynamiclist")


@dataclass(frozen=True, slots=True)
class FormSpec:
    """A whole form."""

    title: str
    steps: tuple[Step, ...]

    def walk(self) -> Iterator[Part]:
        """Every part of every step, not into rows."""
        for step in self.steps:
            yield from step.walk()

    def step(self, key: str) -> Step | None:
        """The step of this key."""
        return next((step for step in self.steps if step.key == key), None)

    @property
    def prefills(self) -> Mapping[str, str]:
        """Key of a field → the name under which a source may know its answer."""
        return {part.key: part.prefill or part.key for part in self.walk() if part.kind in FIELDS}
