"""What is asked when a department brings in data: the data set, the fields with their rules, the connection."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yicheng.apps.data.actions.sources import Connection, NewSource
from yicheng.apps.data.intake.rules import KINDS, SENSITIVITIES, Field
from yicheng.apps.data.models import Source
from yicheng.core.catalogue.public import CATEGORIES, CYCLES, SHARE_TYPES
from yicheng.core.people.public import Viewer, bodies_holding

LARGEST_MB = 200
ACCEPTED = ".csv,.txt,.xlsx,.geojson,.json,.parquet,.gz"


class UploadForm(forms.Form):
    """A file. What it is, its content says."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "XLSX, CSV (UTF-8 or GBK), GeoJSON or Parquet, at most 200 MB. Titles above the table may stay."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
    )

    def clean_file(self) -> object:
        """Refuse what is larger than the platform takes at once."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_MB * 1024 * 1024:
            raise forms.ValidationError(_("The file is larger than 200 MB: split it."))
        return file


class SourceForm(forms.Form):
    """A new data set of one's department."""

    title = forms.CharField(
        label=_("Title"), max_length=200, help_text=_("Such as: food businesses with a licence")
    )
    key = forms.CharField(
        label=_("Name for programs"),
        max_length=120,
        help_text=_("Small letters with a dot: market.food_licences"),
    )
    organisation_id = forms.TypedChoiceField(label=_("Department"), coerce=int)
    summary = forms.CharField(
        label=_("What it holds"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    category = forms.ChoiceField(label=_("Category"), required=False)
    update_cycle = forms.ChoiceField(label=_("Updated"))
    share_type = forms.ChoiceField(label=_("Sharing"))
    legal_basis = forms.CharField(
        label=_("Legal basis"),
        required=False,
        max_length=400,
        help_text=_("Needed unless it is shared without conditions."),
    )

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = [
            body
            for body in bodies_holding("data.bring_in")
            if viewer.may("data.bring_in", organisation_id=body.id, division=body.division_code)
        ]
        self.divisions = {body.id: body.division_code for body in own}
        fields: Any = self.fields
        fields["organisation_id"].choices = [(body.id, body.name) for body in own]
        fields["category"].choices = [("", "–"), *((key, one.title) for key, one in CATEGORIES.items())]
        fields["update_cycle"].choices = [(key, one.title) for key, one in CYCLES.items()]
        fields["share_type"].choices = list(SHARE_TYPES.items())
        fields["share_type"].initial = "conditional"

    def source(self, *, kind: str = "upload") -> tuple[NewSource, str]:
        """What to set up, and the division of its department."""
        return NewSource(**self.cleaned_data, kind=kind), self.divisions[self.cleaned_data["organisation_id"]]


class FieldForm(forms.Form):
    """One field with its rules."""

    title = forms.CharField(label=_("Title"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), choices=list(KINDS.items()))
    sensitivity = forms.TypedChoiceField(
        label=_("Sensitivity"), coerce=int, choices=list(SENSITIVITIES.items())
    )
    is_key = forms.BooleanField(label=_("Names the row"), required=False)
    is_required = forms.BooleanField(label=_("Required"), required=False)
    is_unique = forms.BooleanField(label=_("Unique"), required=False)
    key = forms.CharField(label=_("Name in the table"), max_length=50)
    unit = forms.CharField(label=_("Unit (UCUM)"), max_length=30, required=False)
    lowest = forms.CharField(
        label=_("From"), required=False, max_length=40, help_text=_("Lowest number or earliest day")
    )
    highest = forms.CharField(
        label=_("To"), required=False, max_length=40, help_text=_("Highest number or latest day")
    )
    codes = forms.CharField(
        label=_("Only these values"), required=False, max_length=2000, help_text=_("With commas between")
    )
    pattern = forms.CharField(
        label=_("Form"), required=False, max_length=200, help_text=_("A regular expression")
    )
    reference = forms.CharField(
        label=_("Must occur in"), required=False, max_length=200, help_text=_("data.set/field")
    )

    @staticmethod
    def initial_of(one: Field) -> dict[str, Any]:
        """What the form shows of an agreed field."""
        names = (
            "title",
            "kind",
            "sensitivity",
            "is_key",
            "is_required",
            "is_unique",
            "key",
            "unit",
            "pattern",
            "reference",
        )
        shown = {name: getattr(one, name) for name in names}
        shown["lowest"] = one.earliest or (
            "" if one.lowest is None else f"{one.lowest:f}".rstrip("0").rstrip(".")
        )
        shown["highest"] = one.latest or (
            "" if one.highest is None else f"{one.highest:f}".rstrip("0").rstrip(".")
        )
        shown["codes"] = "，".join(one.codes)
        return shown

    def clean(self) -> dict[str, Any]:
        """Bounds by the field's kind; codes without blanks."""
        found = super().clean() or {}
        is_day = found.get("kind") in ("date", "datetime")
        for name, other in (("lowest", "earliest"), ("highest", "latest")):
            found[other] = ""
            text = (found.get(name) or "").strip()
            found[name] = None
            if not text:
                continue
            try:
                if is_day:
                    day = forms.DateField().clean(text)
                    found[other] = day.isoformat()
                else:
                    found[name] = forms.DecimalField(max_digits=24, decimal_places=6).clean(text)
            except forms.ValidationError:
                self.add_error(
                    name, _t("Write a day such as 2026-03-05.") if is_day else _t("Write a number.")
                )
        found["codes"] = tuple(
            word.strip() for word in re.split(r"[,，;；\n]", found.get("codes") or "") if word.strip()
        )
        return found

    def field(self, before: Field) -> Field:
        """The field as it was filled in; its column stays."""
        return replace(before, source=before.column, **self.cleaned_data)


class ConnectionForm(forms.Form):
    """How and when the rows come."""

    kind = forms.ChoiceField(label=_("The rows come"), choices=Source.Kind.choices)
    mode = forms.ChoiceField(label=_("A load"), choices=Source.Mode.choices)
    address = forms.CharField(
        label=_("Address"), required=False, max_length=500,
        help_text=_("https://… of a web API, or host:port/database"),
    )  # fmt: skip
    table = forms.CharField(label=_("Table or view"), required=False, max_length=200)
    username = forms.CharField(label=_("User name"), required=False, max_length=100)
    secret = forms.CharField(
        label=_("Password or token"), required=False, max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Kept encrypted and never shown. Empty: as it is."),
    )  # fmt: skip
    paging = forms.ChoiceField(label=_("Pages of a web API"), choices=Source.Paging.choices)
    page_name = forms.CharField(label=_("Parameter of the page"), required=False, max_length=60)
    size_name = forms.CharField(label=_("Parameter of its size"), required=False, max_length=60)
    page_size = forms.IntegerField(label=_("Rows a page"), min_value=1, max_value=10_000, initial=500)
    rows_path = forms.CharField(
        label=_("Where the rows are"),
        required=False,
        max_length=120,
        help_text=_("Such as data.rows; empty: the answer itself"),
    )
    mark_path = forms.CharField(label=_("Where the next mark is"), required=False, max_length=120)
    every_hours = forms.IntegerField(
        label=_("Every … hours"),
        required=False,
        min_value=1,
        max_value=744,
        help_text=_("Empty: not by the clock"),
    )

    def connection(self) -> Connection:
        """What was filled in; an empty secret leaves the one that is there."""
        found = {name: value for name, value in self.cleaned_data.items() if name != "mode"}
        return Connection(**{**found, "secret": found["secret"] or None})
