"""The form of a rule that staff make: from fields to a draft, from a stored rule back to fields."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yicheng.core.alerts.actions.authoring import DraftCondition, DraftRule
from yicheng.core.alerts.declare import Severity
from yicheng.core.alerts.models import Rule, RuleCondition
from yicheng.core.events.declare import EVENTS
from yicheng.core.places.public import divisions
from yicheng.core.sensing.declare import BEARERS, PROPERTIES

Kind = RuleCondition.Kind
WEEKDAYS = (
    (0, _("Monday")), (1, _("Tuesday")), (2, _("Wednesday")), (3, _("Thursday")), (4, _("Friday")),
    (5, _("Saturday")), (6, _("Sunday")),
)  # fmt: skip
#: which fields a kind of condition must have
NEEDED: Mapping[str, tuple[str, ...]] = {
    Kind.DURATION: ("minutes",),
    Kind.RATE: ("minutes",),
    Kind.ABSENCE: ("minutes",),
    Kind.FACT: ("event",),
}
Choices = list[tuple[str, str | Promise]]


def _properties(*, blank: str | Promise = "—") -> Choices:
    return [("", blank), *((one.key, one.title) for one in PROPERTIES)]


def _number(label: Any, **more: Any) -> forms.FloatField:
    return forms.FloatField(
        label=label, required=False, widget=forms.NumberInput(attrs={"step": "any"}), **more
    )


class RuleForm(forms.Form):
    """What makes the alert, where, how serious it is, who is told."""

    title = forms.CharField(label=_("Name"), max_length=120)
    severity = forms.TypedChoiceField(
        label=_("Alert level"), choices=Severity.choices, coerce=int, initial=Severity.YELLOW.value
    )
    kind = forms.ChoiceField(label=_("What makes it"), choices=Kind.choices)
    property = forms.ChoiceField(label=_("What is observed"), required=False)
    above = _number(_("Above, or rises by more than"))
    below = _number(_("Below, or falls by more than"))
    hysteresis = forms.FloatField(
        label=_("Ends when it has come back by"), required=False, min_value=0, initial=0
    )
    minutes = forms.FloatField(
        label=_("Minutes"),
        required=False,
        min_value=0.1,
        help_text=_("How long; per how long; since when silent."),
    )
    event = forms.ChoiceField(label=_("Which fact"), required=False)
    second_property = forms.ChoiceField(
        label=_("And also"), required=False, help_text=_("A second condition on the same thing.")
    )
    second_above = _number(_("Its upper limit"))
    second_below = _number(_("Its lower limit"))
    bearer_kind = forms.ChoiceField(label=_("Of what"), required=False)
    division_code = forms.ChoiceField(label=_("Only in"), required=False)
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Only on"), choices=WEEKDAYS, coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    start = forms.TimeField(label=_("From"), required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    end = forms.TimeField(label=_("To"), required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    on_delay = forms.FloatField(label=_("Raised after minutes"), required=False, min_value=0, initial=0)
    off_delay = forms.FloatField(label=_("Over after minutes"), required=False, min_value=0, initial=0)
    text = forms.CharField(
        label=_("Sentence"), max_length=500, initial=_("%(subject)s: %(value)s %(unit)s, limit %(limit)s."),
        help_text=_("Placeholders: %(subject)s, %(value)s, %(limit)s, %(unit)s."),
    )  # fmt: skip
    advice = forms.CharField(
        label=_("What to do"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": "2"})
    )
    escalate_after = forms.FloatField(
        label=_("Tell the leader after minutes"),
        required=False,
        min_value=1,
        help_text=_("If nobody has answered."),
    )
    opens_case = forms.BooleanField(label=_("Opens a case"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("property", _properties())
        self._offer("second_property", _properties(blank=_("nothing else")))
        self._offer("bearer_kind", [("", _("anything")), *((one.key, one.title) for one in BEARERS)])
        self._offer("event", [("", "—"), *((one.key, one.title) for one in EVENTS if one.for_rules)])
        self._offer(
            "division_code",
            [("", _("the whole city")), *((one.code, one.name) for one in divisions(level=2))],
        )

    def _offer(self, name: str, choices: Choices) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in NEEDED.get(data.get("kind", ""), ()):
            if not data.get(name) and name not in self.errors:
                self.add_error(name, _("This kind of condition needs it."))
        has_limit = data.get("above") is not None or data.get("below") is not None
        if data.get("kind") in (Kind.THRESHOLD, Kind.DURATION, Kind.RATE) and not has_limit:
            self.add_error("above", _("Give a limit."))
        if (data.get("start") is None) != (data.get("end") is None):
            self.add_error("end", _("Give both times or none."))
        return data

    def draft(self) -> DraftRule:
        """What was filled in."""
        data = self.cleaned_data
        conditions = [self._first(data)]
        if data["second_property"]:
            conditions.append(
                DraftCondition(
                    Kind.THRESHOLD, data["second_property"], data["second_above"], data["second_below"]
                )
            )
        return DraftRule(
            title=data["title"],
            severity=data["severity"],
            text=data["text"],
            conditions=conditions,
            property=data["property"],
            bearer_kind=data["bearer_kind"],
            division_code=data["division_code"],
            weekdays=data["weekdays"],
            start=data["start"],
            end=data["end"],
            advice=data["advice"],
            on_delay_s=_seconds(data["on_delay"]),
            off_delay_s=_seconds(data["off_delay"]),
            escalate_after_s=_seconds(data["escalate_after"]) or None,
            opens_case=data["opens_case"],
        )

    def _first(self, data: Mapping[str, Any]) -> DraftCondition:
        return DraftCondition(
            data["kind"],
            data["property"],
            data["above"],
            data["below"],
            data["hysteresis"] or 0.0,
            _seconds(data["minutes"]) or None,
            event=data["event"],
        )


class TrialForm(forms.Form):
    """The stretch of history on which a rule is tried."""

    since = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To and with"), widget=forms.DateInput(attrs={"type": "date"}))

    def stretch(self) -> tuple[datetime, datetime]:
        """The first moment of the first day, the last one of the last."""
        since, until = self.cleaned_data["since"], self.cleaned_data["until"]
        return _midnight(since), _midnight(until + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def last_weeks(*, weeks: int = 4) -> dict[str, date]:
    """The stretch that is offered first."""
    today = timezone.localdate()
    return {"since": today - timedelta(weeks=weeks), "until": today}


def fields_of(row: Rule) -> dict[str, Any]:
    """A stored rule as the form's first values."""
    conditions = list(row.conditions.all())
    first = conditions[0] if conditions else RuleCondition()
    second = conditions[1] if len(conditions) > 1 else None
    return {
        **{name: getattr(row, name) for name in ("title", "severity", "text", "advice", "property", "bearer_kind", "division_code", "weekdays", "start", "end", "opens_case")},
        **{name: getattr(first, name) for name in ("kind", "above", "below", "hysteresis", "event")},
        "minutes": first.period_s / 60 if first.period_s else None,
        "second_property": second.property if second else "",
        "second_above": second.above if second else None,
        "second_below": second.below if second else None,
        "on_delay": row.on_delay_s / 60,
        "off_delay": row.off_delay_s / 60,
        "escalate_after": row.escalate_after_s / 60 if row.escalate_after_s else None,
    }  # fmt: skip


def _seconds(minutes: float | None) -> int:
    return round((minutes or 0) * 60)
