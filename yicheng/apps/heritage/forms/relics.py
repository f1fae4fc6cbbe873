"""Forms of the register of relics."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yicheng.apps.heritage.categories import CATEGORIES
from yicheng.apps.heritage.models import Relic, Site
from yicheng.apps.heritage.models.relics import Grade, Material, Preservation, Wholeness
from yicheng.apps.heritage.queries.relics import places_to_keep
from yicheng.core.people.public import Viewer

_LENGTH: dict[str, Any] = {"max_digits": 8, "decimal_places": 2, "min_value": 0, "required": False}


class RelicForm(forms.Form):
    """A new relic with the fields of the national registration."""

    number = forms.CharField(label=_("Registration number"), max_length=40)
    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("Era, material or maker, shape: as in the register.")
    )
    name_en = forms.CharField(label=_("Name in English"), max_length=160, required=False)
    era = forms.CharField(label=_("Era"), max_length=80)
    category = forms.ChoiceField(label=_("Category"), choices=CATEGORIES)
    material = forms.ChoiceField(label=_("Material"), choices=Material.choices)
    material_note = forms.CharField(label=_("Material in words"), max_length=80, required=False)
    grade = forms.ChoiceField(label=_("Grade"), choices=Grade.choices, initial=Grade.UNGRADED)
    pieces = forms.IntegerField(label=_("Pieces"), min_value=1, initial=1)
    height_cm = forms.DecimalField(label=_("Height (cm)"), **_LENGTH)
    width_cm = forms.DecimalField(label=_("Width (cm)"), **_LENGTH)
    depth_cm = forms.DecimalField(label=_("Depth (cm)"), **_LENGTH)
    weight_kg = forms.DecimalField(
        label=_("Weight (kg)"), max_digits=10, decimal_places=3, min_value=0, required=False
    )
    origin = forms.ChoiceField(label=_("How it came"), choices=Relic.Origin.choices)
    found_at_id = forms.TypedChoiceField(label=_("Found at"), coerce=int, empty_value=None, required=False)
    acquired_year = forms.IntegerField(
        label=_("Year it came"), required=False, min_value=1900, max_value=2100
    )
    wholeness = forms.ChoiceField(label=_("Wholeness"), choices=Wholeness.choices)
    preservation = forms.ChoiceField(label=_("State of preservation"), choices=Preservation.choices)
    place_id = forms.TypedChoiceField(label=_("Kept in"), coerce=int)
    source = forms.CharField(
        label=_("Source of these statements"),
        max_length=200,
        help_text=_("The ledger, the report, the expert."),
    )

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = [(place.pk, place.name) for place in places_to_keep(viewer)]
        self.fields["place_id"].choices = places  # type: ignore[attr-defined]
        sites = [(site.pk, site.name) for site in Site.objects.order_by("name").only("name")]
        self.fields["found_at_id"].choices = [("", "–"), *sites]  # type: ignore[attr-defined]


class ConditionForm(forms.Form):
    """What somebody saw who looked at a relic."""

    wholeness = forms.ChoiceField(label=_("Wholeness"), choices=Wholeness.choices)
    preservation = forms.ChoiceField(label=_("State of preservation"), choices=Preservation.choices)
    words = forms.CharField(label=_("In words"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
