"""The collector's report: made in the street, perhaps without a network, sent later."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yicheng.apps.urban import classes
from yicheng.apps.urban.forms.photos import PhotosField
from yicheng.apps.urban.forms.steps import SEVERITIES


class FieldReportForm(forms.Form):
    """Class, words, photos and the place. Collectors are on the spot: the place is a point."""

    photos = PhotosField(label=_("Photos"), help_text=_("One from near, one from further away."))
    class_code = forms.ChoiceField(label=_("What it is about"))
    words = forms.CharField(
        label=_("What you see"), max_length=1000, min_length=2, widget=forms.Textarea(attrs={"rows": 3})
    )
    part_code = forms.CharField(
        label=_("Code on the plate"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=_("Of a part: sixteen digits. Its owner then gets the case by itself."),
    )
    severity = forms.TypedChoiceField(
        label=_("Urgency"), coerce=int, choices=SEVERITIES, initial=2, widget=forms.RadioSelect
    )
    lon = forms.FloatField(
        label=_("Longitude"),
        min_value=-180,
        max_value=180,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    lat = forms.FloatField(
        label=_("Latitude"),
        min_value=-90,
        max_value=90,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    address = forms.CharField(label=_("Address or landmark"), required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["class_code"].choices = [("", "—"), *classes.choices()]  # type: ignore[attr-defined]
