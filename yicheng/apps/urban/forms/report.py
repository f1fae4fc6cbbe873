"""The resident's report: words, photos, place, class, and how to reach them if they wish."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yicheng.apps.urban import classes
from yicheng.apps.urban.forms.photos import PhotosField
from yicheng.core.places.public import divisions

DATUMS = ("wgs84", "gcj02", "bd09", "cgcs2000")


class ReportForm(forms.Form):
    """One page, phone first. Every field but the words can be left to the supervision centre."""

    photos = PhotosField(
        label=_("Photos"),
        help_text=_("One from near, one from further away. The place inside a photo is removed."),
    )
    words = forms.CharField(
        label=_("In your words"),
        max_length=1000,
        min_length=4,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What you see, since when, whom it endangers. No names or number plates, please."),
    )
    lon = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    datum = forms.ChoiceField(
        required=False, choices=[(each, each) for each in DATUMS], initial="wgs84", widget=forms.HiddenInput
    )
    address = forms.CharField(
        label=_("Address or landmark"),
        required=False,
        max_length=200,
        help_text=_("Road and number, a shop, a crossing."),
    )
    division = forms.ChoiceField(label=_("Street or town"), required=False)
    suggested = forms.CharField(required=False, max_length=20)
    class_code = forms.ChoiceField(label=_("What it is about"), required=False)
    contact_name = forms.CharField(label=_("Your name"), required=False, max_length=40)
    contact_phone = forms.CharField(
        label=_("Phone"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
        help_text=_("Only the supervision centre sees it, and every look at it is logged."),
    )
    part = forms.IntegerField(required=False, min_value=1)
    is_new = forms.BooleanField(required=False, widget=forms.HiddenInput)
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid.uuid4
        self.fields["class_code"].choices = [  # type: ignore[attr-defined]
            ("", _("Let us find it from your words")),
            *classes.choices(public_only=True),
        ]
        self.fields["division"].choices = [("", "—"), *_streets()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if (cleaned.get("lon") is None) != (cleaned.get("lat") is None):
            cleaned["lon"] = cleaned["lat"] = None
        if cleaned.get("lon") is None and not (cleaned.get("address") and cleaned.get("division")):
            self.add_error(
                "address",
                _(
                    "Please say where: choose the point on the map, or write the address and choose the street or town."
                ),
            )
        return cleaned


def _streets() -> list[tuple[str, list[tuple[str, str]]]]:
    """Streets and towns by county, for those without a map."""
    return [
        (county.name, [(street.code, street.name) for street in divisions(3, under=county.code)])
        for county in divisions(2)
    ]
