"""What one fills in about seals."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yicheng.core.credentials.models import Seal, SealRule
from yicheng.core.people.public import account_ids_holding, account_names, bodies_of

RULES_HELP = _("One rule a line: what it covers, a colon, the way. document:hand, licence/food:process")


class FileForm(forms.Form):
    """A file to check."""

    file = forms.FileField(label=_("Sealed PDF"), widget=forms.FileInput(attrs={"accept": "application/pdf"}))


class DecideForm(forms.Form):
    """Agreed or not, and why."""

    note = forms.CharField(
        label=_("Remark"), required=False, max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )


class RulesForm(forms.Form):
    """The rules as lines of text."""

    rules = forms.CharField(
        label=_("What it may be set on"), widget=forms.Textarea(attrs={"rows": 5}), help_text=RULES_HELP
    )

    def clean_rules(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for line in self.cleaned_data["rules"].splitlines():
            covers, _colon, way = (part.strip() for part in line.partition(":"))
            if not covers and not way:
                continue
            if not covers or len(covers) > 80 or way not in SealRule.Way.values:
                ways = ", ".join(SealRule.Way.values)
                raise forms.ValidationError(
                    _("A rule reads document:hand; the ways are %(ways)s."), params={"ways": ways}
                )
            found[covers] = tuple(dict.fromkeys((*found.get(covers, ()), way)))
        return found


class RegisterForm(RulesForm):
    """A new seal."""

    code = forms.RegexField(
        r"^[a-z0-9][a-z0-9_.\-]*$",
        label=_("Code"),
        max_length=60,
        help_text=_("Small letters, digits and dots, for rules and licences to name it by."),
    )
    organisation = forms.TypedChoiceField(label=_("Organisation"), coerce=int)
    title = forms.CharField(label=_("Words on the arc"), max_length=80)
    line = forms.CharField(label=_("Words below the star"), required=False, max_length=40)
    number = forms.CharField(label=_("Registered number"), required=False, max_length=20)
    diameter_mm = forms.DecimalField(
        label=_("Diameter in mm"), min_value=20, max_value=60, decimal_places=1, initial=Decimal(42)
    )
    field_order = ("code", "organisation", "title", "line", "number", "diameter_mm", "rules")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies = [(one.id, one.name) for one in bodies_of(("government", "bureau", "office", "hall"))]
        self.fields["organisation"].choices = bodies  # type: ignore[attr-defined]


class CustodianForm(forms.Form):
    """Somebody of the organisation who holds the role."""

    custodian = forms.TypedChoiceField(label=_("Custodian"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, seal: Seal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = account_ids_holding("credentials.approve_seal", organisation_ids=[seal.organisation_id])
        names = sorted(account_names(offered).items(), key=lambda pair: pair[1])
        self.fields["custodian"].choices = [("", pgettext_lazy("custodian", "nobody")), *names]  # type: ignore[attr-defined]


class StateForm(forms.Form):
    """What becomes of the seal, and why."""

    state = forms.ChoiceField(label=_("State"), choices=Seal.State.choices, widget=forms.RadioSelect)
    note = forms.CharField(label=_("Why"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class SureForm(forms.Form):
    """Nothing to fill in: the button is the answer."""
