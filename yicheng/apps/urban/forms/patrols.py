"""What is asked when a shift is planned, and when visits are asked for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yicheng.apps.urban.queries.patrols import collectors, today
from yicheng.core.people.public import Viewer
from yicheng.core.places.public import divisions

Choices = list[tuple[str, str]]


def _day_field(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))


class ShiftForm(forms.Form):
    """Who works which street when. The shift's cells are those of the street."""

    account_id = forms.TypedChoiceField(label=_("Collector"), coerce=int)
    division = forms.ChoiceField(label=_("Street or town"))
    day = _day_field(_("Day"))
    begins = forms.TimeField(label=_("From"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}))
    ends = forms.TimeField(
        label=_("Until"),
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        help_text=_("Earlier than the beginning: on the next day."),
    )

    def __init__(self, *args: Any, viewer: Viewer, county: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account_id"].choices = [("", "—"), *collectors(viewer)]  # type: ignore[attr-defined]
        streets = [(one.code, one.name) for one in divisions(3, under=county)]
        self.fields["division"].choices = [("", "—"), *streets]  # type: ignore[attr-defined]
        self.fields["day"].initial = today

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if all(name in cleaned for name in ("day", "begins", "ends")):
            begins_at = timezone.make_aware(datetime.combine(cleaned["day"], cleaned["begins"]))
            ends_at = timezone.make_aware(datetime.combine(cleaned["day"], cleaned["ends"]))
            cleaned["begins_at"] = begins_at
            cleaned["ends_at"] = ends_at if ends_at > begins_at else ends_at + timedelta(days=1)
        return cleaned


class VisitForm(forms.Form):
    """By when ticked cells must be seen, and by whom, if not by whoever has the shift."""

    due_on = _day_field(_("By"))
    account_id = forms.TypedChoiceField(
        label=_("Collector"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("Empty: whoever has the shift."),
    )

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account_id"].choices = [("", "—"), *collectors(viewer)]  # type: ignore[attr-defined]
        self.fields["due_on"].initial = today
