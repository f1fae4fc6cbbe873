"""Forms of the register of sites."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yicheng.apps.heritage.models import Site
from yicheng.apps.heritage.models.sites import Access
from yicheng.apps.heritage.permissions import KEEP_SITES
from yicheng.core.people.public import bodies_holding
from yicheng.core.places.public import divisions


class SiteListForm(forms.Form):
    """A published list to be taken."""

    file = forms.FileField(
        label=_("List"),
        help_text=_(
            "CSV or XLSX with the columns batch, serial, name, era, category, address, county_code, flag."
        ),
    )
    name = forms.CharField(
        label=_("Name of the list"),
        max_length=120,
        help_text=_("As it is cited: who announced it, when."),
    )


class DoubtForm(forms.Form):
    """A decision on a doubtful row."""

    verdict = forms.ChoiceField(
        label=_("Decision"),
        choices=(("take", _("Take it into the register")), ("refuse", _("Do not take it"))),
        widget=forms.RadioSelect,
    )
    division = forms.ChoiceField(label=_("County"), required=False)
    why = forms.CharField(
        label=_("What this rests on"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        counties = [(one.code, one.name) for one in divisions(2)]
        self.fields["division"].choices = [("", "–"), *counties]  # type: ignore[attr-defined]


class SiteForm(forms.Form):
    """What an officer may correct."""

    name = forms.CharField(label=_("Name"), max_length=120)
    name_en = forms.CharField(label=_("Name in English"), max_length=160, required=False)
    era = forms.CharField(label=_("Era"), max_length=80)
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    organisation_id = forms.TypedChoiceField(
        label=_("Keeping body"), coerce=int, empty_value=None, required=False
    )
    lon = forms.FloatField(label=_("Longitude (WGS 84)"), required=False, min_value=-180, max_value=180)
    lat = forms.FloatField(label=_("Latitude (WGS 84)"), required=False, min_value=-90, max_value=90)
    precision_m = forms.IntegerField(
        label=_("Exact to (metres)"), required=False, min_value=1, max_value=100_000
    )
    access = forms.ChoiceField(label=_("For visitors"), choices=Access.choices)
    access_note = forms.CharField(
        label=_("What visitors should know"),
        max_length=200,
        required=False,
        help_text=_("Why it is closed, how to ask for a visit."),
    )
    closed_until = forms.DateField(
        label=_("Closed until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    opening_hours = forms.CharField(label=_("Opening hours"), max_length=200, required=False)
    story = forms.CharField(label=_("Story"), required=False, widget=forms.Textarea(attrs={"rows": 6}))
    story_en = forms.CharField(
        label=_("Story in English"), required=False, widget=forms.Textarea(attrs={"rows": 6})
    )
    source = forms.CharField(
        label=_("Source of this change"),
        max_length=200,
        help_text=_("A document, a survey, a visit: it stands beside every field you change."),
    )

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        kwargs.setdefault(
            "initial", {name: getattr(site, name) for name in self.base_fields if name != "source"}
        )
        super().__init__(*args, **kwargs)
        bodies = [(body.id, body.name) for body in bodies_holding(KEEP_SITES)]
        self.fields["organisation_id"].choices = [("", "–"), *bodies]  # type: ignore[attr-defined]
