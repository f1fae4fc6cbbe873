"""Forms of a count: which place, what the reader heard, why it differs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yicheng.apps.heritage.queries.counts import places_to_count
from yicheng.core.people.public import Viewer

MOST_BYTES = 2_000_000
_BETWEEN = re.compile(r"[\s,;]+")


class CountForm(forms.Form):
    """Which place is counted."""

    place_id = forms.TypedChoiceField(label=_("Store, showcase or hall"), coerce=int)

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.pk, f"{one.code} {one.name}") for one in places_to_count(viewer)]
        self.fields["place_id"].choices = choices  # type: ignore[attr-defined]


class TagsForm(forms.Form):
    """What a handheld reader heard: typed by it into the field, or as the file it writes."""

    tags = forms.CharField(
        label=_("Numbers read"),
        required=False,
        max_length=MOST_BYTES,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
        help_text=_(
            "Numbers of chips or relics, one a line. A handheld reader that acts as a keyboard types them here."
        ),
    )
    file = forms.FileField(
        label=_("File of the reader"),
        required=False,
        help_text=_("Text or CSV; the number stands in the first column."),
    )

    def read(self) -> Iterator[str]:
        """Every number of the field and of the file."""
        yield from _BETWEEN.split(self.cleaned_data["tags"])
        upload = self.cleaned_data["file"]
        if upload is not None:
            for line in upload.read(MOST_BYTES).decode("utf-8-sig", errors="replace").splitlines():
                yield re.split(r"[,;\t]", line, maxsplit=1)[0]


class CloseForm(forms.Form):
    """What the differences come from."""

    words = forms.CharField(
        label=_("Where differences come from"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when something is missing, too much or unknown."),
    )
