"""A choice among many: listed when a form is shown, looked up when one is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms


class OneOfMany(forms.TypedChoiceField):
    """``listed`` gives the choices for a page, ``holds`` says whether a sent one is among them.

    Django would list and normalise hundreds of choices to check one.
    """

    def __init__(
        self, *, listed: Callable[[], Iterable[Any]], holds: Callable[[str], bool], **kwargs: Any
    ) -> None:
        self.holds = holds
        super().__init__(choices=listed, **kwargs)

    def valid_value(self, value: Any) -> bool:
        return self.holds(str(value))
