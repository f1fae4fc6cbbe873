"""What one fills in to do something else with a case than end a task."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

UNITS = (
    ("work_hour", _("working hours")),
    ("work_day", _("working days")),
    ("hour", _("hours")),
    ("day", _("days")),
)


def _note(label: Any, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=2000, widget=forms.Textarea(attrs={"rows": "3"})
    )


class NoForm(forms.Form):
    """Nothing to fill in."""


class AssignForm(forms.Form):
    """A colleague."""

    account = forms.TypedChoiceField(label=_("Colleague"), coerce=int)
    note = _note(_("Remark"), required=False)


class TransferForm(forms.Form):
    """Another body, and why."""

    organisation = forms.TypedChoiceField(label=_("Body"), coerce=int)
    note = _note(_("Why it is theirs"))


class SplitForm(forms.Form):
    """Several bodies."""

    organisations = forms.TypedMultipleChoiceField(
        label=_("Bodies that do a part"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    note = _note(_("What each has to do"), required=False)


class ReasonForm(forms.Form):
    """Why."""

    note = _note(_("Reason"))


class RemarkForm(forms.Form):
    """A remark, if one likes."""

    note = _note(_("Remark"), required=False)


class ExtensionForm(forms.Form):
    """How much more time, and why."""

    amount = forms.DecimalField(
        label=_("How much more"), min_value=1, max_value=365, max_digits=6, decimal_places=1
    )
    unit = forms.ChoiceField(label=_("Unit"), choices=UNITS)
    note = _note(_("Reason"))


class MergeForm(forms.Form):
    """The case that goes on."""

    number = forms.CharField(
        label=_("Number of the other case"), max_length=30, help_text=_("This case ends; the other goes on.")
    )
    note = _note(_("Remark"), required=False)
