"""Forms of sharing: asking, giving less, revoking, lodging."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yicheng.core.catalogue.public import Field


def _date(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}))


class AskForm(forms.Form):
    """What is asked for, why, on which basis, for how long, how much."""

    fields_wanted = forms.MultipleChoiceField(
        label=_("Fields"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only what the purpose needs: it is decided sooner."),
    )
    rows_where = forms.CharField(
        label=_("Which rows"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One condition a line, all must hold: division = 410102. Empty: all rows."),
    )
    purpose = forms.CharField(label=_("What for"), max_length=400, widget=forms.Textarea(attrs={"rows": 2}))
    legal_basis = forms.CharField(
        label=_("Legal basis"), max_length=400, help_text=_("Law and article, or the task assigned by law.")
    )
    starts_on = _date(_("From"))
    ends_on = _date(_("Until"))
    rows_per_day = forms.IntegerField(label=_("Rows a day"), required=False, min_value=1)
    rows_in_all = forms.IntegerField(label=_("Rows in all"), required=False, min_value=1)

    def __init__(self, *args: Any, offered: Sequence[Field], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.key, f"{one.title} ({one.key})") for one in offered]
        field = self.fields["fields_wanted"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = choices


class ReasonForm(forms.Form):
    """Why; both sides read it."""

    reason = forms.CharField(label=_("Why?"), max_length=400, widget=forms.Textarea(attrs={"rows": 2}))


class LodgingForm(forms.Form):
    """Where checkpoints go."""

    title = forms.CharField(label=_("Who keeps it"), max_length=120)
    kind = forms.ChoiceField(
        label=_("How"), choices=(("email", _("E-mail")), ("webhook", _("Web address")), ("file", _("File")))
    )
    address = forms.CharField(
        label=_("Address"), max_length=300, help_text=_("E-mail address, https address, or name of the file.")
    )
    every_hours = forms.IntegerField(label=_("Every so many hours"), initial=24, min_value=1, max_value=744)


class FollowForm(forms.Form):
    """Where changes go."""

    url = forms.CharField(
        label=_("Address of your system"),
        max_length=500,
        widget=forms.URLInput,
        help_text=_("https://… It receives CloudEvents in batches, signed as Standard Webhooks."),
    )
