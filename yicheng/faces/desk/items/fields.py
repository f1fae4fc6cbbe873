"""What a keeper of items fills in: an item's facts, its materials row by row, who does which step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from yicheng.core.people.public import organisation_ids
from yicheng.core.services.models import FormVersion, Hall, ItemVersion, LifeEvent, ServiceMaterial, Theme
from yicheng.core.services.models.items import Audience, Kind, Level

CODE = r"[a-z0-9][a-z0-9_.\-]*"


class NewItemForm(forms.Form):
    """The beginning of an item."""

    name = forms.CharField(label=_("Name"), max_length=120)
    code = forms.RegexField(
        CODE,
        label=_("Short name in addresses"),
        max_length=60,
        help_text=_("Small letters, digits and hyphens; it stays for ever."),
    )


class ItemForm(forms.Form):
    """An item's own facts."""

    name = forms.CharField(label=_("Name"), max_length=120)
    name_en = forms.CharField(label=_("Name in English"), max_length=200, required=False)
    summary = forms.CharField(label=_("In one sentence"), max_length=300, required=False)
    summary_en = forms.CharField(label=_("In one sentence, in English"), max_length=500, required=False)
    words = forms.CharField(
        label=_("Everyday words"),
        max_length=400,
        required=False,
        help_text=_("As people would ask for it, separated by spaces."),
    )
    kind = forms.ChoiceField(label=_("Kind of act"), choices=Kind.choices)
    level = forms.ChoiceField(label=_("Exercised by"), choices=Level.choices)
    audiences = forms.MultipleChoiceField(
        label=_("For whom"), choices=Audience.choices, widget=forms.CheckboxSelectMultiple
    )
    themes = forms.MultipleChoiceField(label=_("Themes"), required=False, widget=forms.CheckboxSelectMultiple)
    life_events = forms.MultipleChoiceField(
        label=_("Life events"), required=False, widget=forms.CheckboxSelectMultiple
    )
    promised_days = forms.IntegerField(
        label=_("Promised working days"), min_value=0, max_value=999, help_text=_("0: while one waits.")
    )
    legal_days = forms.IntegerField(
        label=_("Working days by law"), min_value=1, max_value=999, required=False
    )
    fee = forms.DecimalField(label=_("Fee (yuan)"), min_value=0, max_digits=10, decimal_places=2)
    fee_note = forms.CharField(label=_("About the fee"), max_length=300, required=False)
    condition = forms.CharField(
        label=_("Who may ask for it"),
        required=False,
        widget=forms.Textarea,
        help_text=_("One point a line."),
    )
    by_law = forms.CharField(label=_("The rules behind it"), required=False, widget=forms.Textarea)
    is_online = forms.BooleanField(label=_("May be applied for on line"), required=False)
    form = forms.ChoiceField(label=_("Form"), required=False)
    visits = forms.IntegerField(label=_("Visits at most"), min_value=0, max_value=9)
    is_bookable = forms.BooleanField(label=_("A time may be reserved"), required=False)
    is_express = forms.BooleanField(label=_("The result may come by post"), required=False)
    is_kiosk = forms.BooleanField(label=_("Kiosks offer it"), required=False)
    halls = forms.MultipleChoiceField(
        label=_("Only at these halls"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: at every hall and station of its place."),
    )
    result_kind = forms.ChoiceField(label=_("What comes of it"), choices=ItemVersion.ResultKind.choices)
    result_name = forms.CharField(label=_("Name of the result"), max_length=120, required=False)
    licence_type = forms.CharField(label=_("Code of the licence type"), max_length=60, required=False)
    phone = forms.CharField(label=_("Telephone for questions"), max_length=60, required=False)
    elements = forms.CharField(
        label=_("Who does which step"),
        required=False,
        widget=forms.Textarea,
        help_text=_("One a line: review__fire = code of the body."),
    )
    note = forms.CharField(label=_("What is new"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = {
            "themes": [
                (one.code, str(one)) for one in Theme.objects.filter(is_active=True).order_by("position")
            ],
            "life_events": [
                (one.code, str(one)) for one in LifeEvent.objects.filter(is_active=True).order_by("position")
            ],
            "halls": [(one.code, str(one)) for one in Hall.objects.filter(is_active=True).order_by("code")],
            "form": [("", "———"), *_published_forms()],
        }
        for name, values in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = values

    def clean_elements(self) -> dict[str, int]:
        """Element → organisation's id."""
        ids, found = organisation_ids(), {}
        for line in self.cleaned_data["elements"].splitlines():
            element, sign, code = (part.strip() for part in line.partition("="))
            if not line.strip():
                continue
            if not sign or not element or code not in ids:
                said = {"text": line.strip()[:80]}
                raise forms.ValidationError(
                    now("“%(text)s” should be an element and an organisation: review__fire=code.") % said
                )
            found[element[:60]] = ids[code]
        return found


def _published_forms() -> list[tuple[str, str]]:
    rows = FormVersion.objects.filter(status="published").order_by("code", "number")
    return [(str(row.pk), f"{row.title} · {row.code} v{row.number}") for row in rows]


class MaterialForm(forms.Form):
    """One material."""

    code = forms.RegexField(CODE, label=_("Code"), max_length=60)
    name = forms.CharField(label=_("Name"), max_length=120)
    name_en = forms.CharField(label=_("Name in English"), max_length=200, required=False)
    is_needed = forms.BooleanField(label=_("Needed"), required=False, initial=True)
    needed_when = forms.CharField(label=_("Only when"), max_length=200, required=False)
    form = forms.ChoiceField(label=_("Brought as"), choices=ServiceMaterial.Form.choices)
    source = forms.ChoiceField(label=_("Where it comes from"), choices=ServiceMaterial.Source.choices)
    proved_by = forms.CharField(
        label=_("Spared by"),
        max_length=300,
        required=False,
        help_text=_("Codes of licence types or records, separated by spaces."),
    )
    accepted_when = forms.CharField(label=_("Accepted when"), max_length=300, required=False)


Materials = forms.formset_factory(MaterialForm, extra=2, can_delete=True, max_num=60)

_SAME = (
    "name name_en summary summary_en words kind level audiences themes life_events promised_days legal_days fee_note condition"
    " by_law is_online visits is_bookable is_express is_kiosk halls result_kind result_name licence_type phone note"
)
NAMES = tuple(_SAME.split(" "))
_MATERIAL = ("code", "name", "name_en", "is_needed", "needed_when", "form", "source", "accepted_when")


def initial_of(version: ItemVersion) -> dict[str, Any]:
    """A draft as the form shows it."""
    steps = version.elements.select_related("organisation")
    return {
        **{name: getattr(version, name) for name in NAMES},
        "fee": version.fee_cents / 100,
        "form": str(version.form_id or ""),
        "elements": "\n".join(f"{one.element} = {one.organisation.code}" for one in steps),
    }


def materials_of(version: ItemVersion) -> list[dict[str, Any]]:
    """Its materials as the rows show them."""
    return [
        {**{name: getattr(one, name) for name in _MATERIAL}, "proved_by": " ".join(one.proved_by)}
        for one in version.materials.all()
    ]


def facts_of(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a version from what was filled in."""
    return {
        **{name: cleaned[name] for name in NAMES},
        "fee_cents": int(cleaned["fee"] * 100),
        "form_id": int(cleaned["form"]) if cleaned["form"] else None,
    }


def rows_of(cleaned: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The materials from the rows that were filled in and not taken away."""
    return [
        {**{name: row[name] for name in _MATERIAL}, "proved_by": row["proved_by"].split()}
        for row in cleaned
        if row and row.get("name") and not row.get("DELETE")
    ]
