"""What is asked in the campaign: a campaign, a demand, which data set answers, a verdict, a dispute."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yicheng.apps.data.actions.campaign import NewDemand
from yicheng.apps.data.models import Demand, Load
from yicheng.core.people.public import bodies_holding, bodies_of, organisation_ids


class CampaignForm(forms.Form):
    """A new campaign."""

    title = forms.CharField(label=_("Title"), max_length=120)
    begins_on = forms.DateField(label=_("Begins on"), widget=forms.DateInput(attrs={"type": "date"}))
    ends_on = forms.DateField(label=_("Ends on"), widget=forms.DateInput(attrs={"type": "date"}))


class DemandForm(forms.Form):
    """What a department shall bring in."""

    title = forms.CharField(label=_("What is needed"), max_length=200)
    organisation_id = forms.TypedChoiceField(label=_("Department that owes it"), coerce=int)
    asked_by_id = forms.TypedChoiceField(label=_("Department that needs it"), coerce=int)
    due_on = forms.DateField(label=_("Due on"), widget=forms.DateInput(attrs={"type": "date"}))
    purpose = forms.CharField(
        label=_("Purpose"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    fields_asked = forms.CharField(
        label=_("Fields"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    lowest_quality = forms.IntegerField(label=_("Lowest quality (%)"), min_value=1, max_value=100, initial=95)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["organisation_id"].choices = [(body.id, body.name) for body in bodies_holding("data.bring_in")]
        fields["asked_by_id"].choices = [
            (body.id, body.name) for body in bodies_of(ids=set(organisation_ids().values()))
        ]

    def demand(self) -> NewDemand:
        """What was filled in."""
        return NewDemand(**self.cleaned_data)


class AnswerForm(forms.Form):
    """Which data set of the department answers."""

    data_set = forms.ChoiceField(label=_("Data set"))

    def __init__(self, *args: Any, demand: Demand, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["data_set"] = demand.data_set
        rows = Load.objects.filter(organisation_id=demand.organisation_id).values_list(
            "source__key", "source__title"
        )
        fields: Any = self.fields
        fields["data_set"].choices = sorted(set(rows), key=lambda pair: pair[1])


class VerdictForm(forms.Form):
    """Why it is returned."""

    note = forms.CharField(
        label=_("What must be mended"), required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed to return it."),
    )  # fmt: skip


class DisputeDemandForm(forms.Form):
    """Why it is not owed."""

    reason = forms.CharField(label=_("Why"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class PersonForm(forms.Form):
    """Whose record, and what for."""

    number = forms.CharField(
        label=_("Identity number"), max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    purpose = forms.CharField(
        label=_("Purpose"),
        max_length=200,
        help_text=_("The person can read it: say which matter you work on."),
    )
