"""Rules that staff make: written as drafts, tried, put into force, retired."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yicheng.core.alerts.declare import AlertRule, Severity
from yicheng.core.alerts.models import Rule, RuleCondition
from yicheng.core.alerts.staffmade import rule_of_row
from yicheng.core.events.declare import EVENTS
from yicheng.core.journal.public import record
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Invalid, NotFound
from yicheng.core.people.public import Viewer
from yicheng.core.sensing.declare import PROPERTIES

Kind = RuleCondition.Kind
MOST_CONDITIONS = 6


@dataclass(frozen=True, slots=True)
class DraftCondition:
    """One condition as it is written; ``period_s`` is how long, per how long, or since when silent."""

    kind: str
    property: str = ""
    above: float | None = None
    below: float | None = None
    hysteresis: float = 0.0
    period_s: int | None = None
    event: str = ""
    field: str = ""
    operator: str = "is"
    value: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class DraftRule:
    """A rule as staff write it. Several conditions are a combination: ``needed`` of them within ``within_s``."""

    title: str
    severity: int
    text: str
    conditions: Sequence[DraftCondition]
    property: str = ""
    bearer_kind: str = ""
    division_code: str = ""
    weekdays: Sequence[int] = ()
    start: time | None = None
    end: time | None = None
    advice: str = ""
    audience_right: str = "alerts.receive"
    on_delay_s: int = 0
    off_delay_s: int = 0
    escalate_after_s: int | None = None
    opens_case: bool = False
    class_code: str = "A01"
    needed: int = 0
    within_s: int = 3600


def save_rule(viewer: Viewer, draft: DraftRule, *, rule_id: int | None = None) -> Rule:
    """See ``public.save_rule``."""
    viewer.require("alerts.edit_rule", organisation_id=viewer.organisation_id)
    row, conditions = _rows(draft, viewer)
    _check(draft, row, conditions)
    with transaction.atomic():
        if rule_id is not None:
            before = _draft(viewer, rule_id)
            row.pk, row.key, row.created_by_id = before.pk, before.key, before.created_by_id
            before.conditions.all().delete()
        row.save()
        if rule_id is None:
            row.key = f"staff.{row.pk}"
            row.save(update_fields=["key"])
        for condition in conditions:
            condition.rule = row
        RuleCondition.objects.bulk_create(conditions)
        _record(viewer, row, "alerts.save_rule")
    return row


def publish_rule(viewer: Viewer, rule_id: int) -> Rule:
    """See ``public.publish_rule``."""
    with transaction.atomic():
        row = _draft(viewer, rule_id)
        viewer.require("alerts.publish_rule", organisation_id=row.organisation_id)
        row.status, row.changed_at = Rule.Status.LIVE, clock.now()
        row.save(update_fields=["status", "changed_at"])
        _record(viewer, row, "alerts.publish_rule")
    return row


def retire_rule(viewer: Viewer, rule_id: int, *, reason: str) -> Rule:
    """See ``public.retire_rule``."""
    with transaction.atomic():
        row = _staff_rule(rule_id)
        viewer.require("alerts.publish_rule", organisation_id=row.organisation_id)
        if row.status == Rule.Status.RETIRED:
            raise Conflict(_("This rule is retired already."))
        row.status, row.changed_at = Rule.Status.RETIRED, clock.now()
        row.save(update_fields=["status", "changed_at"])
        _record(viewer, row, "alerts.retire_rule", reason=reason)
    return row


def note_trial(viewer: Viewer, rule_id: int) -> None:
    """Keep that a rule was tried on history."""
    Rule.objects.filter(pk=rule_id).update(tried_at=clock.now())


def rule_of_draft(viewer: Viewer, draft: DraftRule) -> AlertRule:
    """The rule that a draft says, without keeping it; raises ``Invalid``."""
    row, conditions = _rows(draft, viewer)
    return _check(draft, row, conditions)


def _rows(draft: DraftRule, viewer: Viewer) -> tuple[Rule, list[RuleCondition]]:
    conditions = [
        RuleCondition(
            position=number,
            kind=one.kind,
            property=one.property or draft.property,
            above=one.above,
            below=one.below,
            hysteresis=one.hysteresis,
            period_s=one.period_s,
            event=one.event,
            field=one.field,
            operator=one.operator if one.field else "",
            value=one.value,
            until=one.until,
        )
        for number, one in enumerate(draft.conditions)
    ]
    row = Rule(
        key="staff.draft",
        origin=Rule.Origin.STAFF,
        status=Rule.Status.DRAFT,
        application="alerts",
        severity=draft.severity,
        title=draft.title.strip()[:120],
        text=draft.text.strip()[:500],
        advice=draft.advice.strip()[:500],
        property=draft.property,
        bearer_kind=draft.bearer_kind,
        division_code=draft.division_code,
        weekdays=list(draft.weekdays),
        start=draft.start,
        end=draft.end,
        audience_right=draft.audience_right,
        organisation_id=viewer.organisation_id,
        on_delay_s=draft.on_delay_s,
        off_delay_s=draft.off_delay_s,
        escalate_after_s=draft.escalate_after_s,
        opens_case=draft.opens_case,
        class_code=draft.class_code if draft.opens_case else "",
        needed=draft.needed or len(conditions),
        within_s=draft.within_s,
        created_by_id=viewer.account_id,
        changed_at=clock.now(),
    )
    return row, conditions


def _check(draft: DraftRule, row: Rule, conditions: list[RuleCondition]) -> AlertRule:
    wrong: dict[str, str | Promise] = {}
    if not row.title:
        wrong["title"] = _("Give the rule a name.")
    if draft.severity not in Severity.values:
        wrong["severity"] = _("Choose one of the four levels.")
    if not _can_be_filled(draft.text):
        wrong["text"] = _("Write a sentence; placeholders look like %(example)s.") % {"example": "%(value)s"}
    if not 1 <= len(conditions) <= MOST_CONDITIONS:
        wrong["conditions"] = _("A rule has one to six conditions.")
    for one in conditions:
        if one.kind != Kind.FACT and one.property not in PROPERTIES:
            wrong["property"] = _("Choose what is observed.")
        if one.kind == Kind.FACT and (one.event not in EVENTS or not EVENTS.get(one.event).for_rules):
            wrong["event"] = _("Choose a fact of the list.")
    if wrong:
        raise Invalid(_("The rule is not complete: see the fields."), fields=wrong)
    try:
        return rule_of_row(row, conditions)
    except ValueError:
        raise Invalid(
            _("The condition is not complete: give its limit and its time."),
            fields={"conditions": _("Give its limit and its time.")},
        ) from None


def _can_be_filled(text: str) -> bool:
    class Anything(dict[str, str]):
        def __missing__(self, name: str) -> str:
            return name

    try:
        return bool(text.strip()) and bool(text % Anything())
    except (ValueError, TypeError):
        return False


def _staff_rule(rule_id: int) -> Rule:
    row = Rule.objects.select_for_update().filter(pk=rule_id, origin=Rule.Origin.STAFF).first()
    if row is None:
        raise NotFound(_("There is no such rule made by staff."))
    return row


def _draft(viewer: Viewer, rule_id: int) -> Rule:
    row = _staff_rule(rule_id)
    viewer.require("alerts.edit_rule", organisation_id=row.organisation_id)
    if row.status != Rule.Status.DRAFT:
        raise Conflict(_("This rule is in force or retired: copy it to change it."))
    return row


def _record(viewer: Viewer, row: Rule, action: str, **detail: object) -> None:
    record(
        viewer,
        action=action,
        subject=f"alert_rule/{row.pk}",
        detail={"key": row.key, "title": row.title, **detail},
    )
