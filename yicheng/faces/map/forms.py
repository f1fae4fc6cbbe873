"""What staff fill in about the grid: who answers for an area, a file of surveyed cells."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yicheng.core.places.public import DutyChoices

DATUMS = (
    ("cgcs2000", "CGCS2000"),
    ("wgs84", "WGS 84"),
    ("gcj02", _("GCJ-02 (phone maps)")),
    ("bd09", _("BD-09 (Baidu)")),
)
LARGEST_BYTES = 12 * 1024 * 1024


class DutyForm(forms.Form):
    """A role, a body, and somebody of it if not all who hold the role."""

    role = forms.TypedChoiceField(label=_("Role"), coerce=int)
    organisation = forms.TypedChoiceField(label=_("Body"), coerce=int)
    account = forms.TypedChoiceField(
        label=_("Person"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("Leave it empty for everybody of the body who holds the role."),
    )

    def __init__(self, choices: DutyChoices, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = {
            "role": [("", ""), *choices.roles],
            "organisation": [("", ""), *choices.bodies],
            "account": [("", ""), *choices.people],
        }
        for name, pairs in offered.items():
            self.fields[name].choices = pairs  # type: ignore[attr-defined]


class CellsForm(forms.Form):
    """Surveyed cells as GeoJSON."""

    file = forms.FileField(
        label=_("GeoJSON file"),
        help_text=_("A FeatureCollection of polygons, each with its 15-digit “code”; at most 12 MB."),
        widget=forms.FileInput(attrs={"accept": ".geojson,.json,application/geo+json"}),
    )
    datum = forms.ChoiceField(
        label=_("Datum"),
        choices=DATUMS,
        help_text=_("What the coordinates refer to, unless the file says so itself."),
    )

    def clean_file(self) -> str:
        """The file's text."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_BYTES:
            raise forms.ValidationError(_("The file is larger than 12 MB: split it."))
        try:
            return str(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise forms.ValidationError(_("The file is not UTF-8.")) from None
