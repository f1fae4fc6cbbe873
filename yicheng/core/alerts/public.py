"""What applications and faces may call about alerts. Bodies live in ``actions`` and ``queries``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from yicheng.core.alerts.declare import Described
from yicheng.core.alerts.facts import ActiveAlert

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from yicheng.core.alerts.actions.authoring import DraftRule
    from yicheng.core.alerts.actions.issuing import NewWarning
    from yicheng.core.alerts.declare import AlertRule
    from yicheng.core.alerts.models import Alert, PublicWarning, Rule
    from yicheng.core.alerts.queries.figures import RuleFigures
    from yicheng.core.alerts.queries.issued import WarningDetail
    from yicheng.core.alerts.queries.rules import RuleDetail
    from yicheng.core.alerts.queries.standing import AlertDetail as AlertDetail
    from yicheng.core.alerts.trials import Trial
    from yicheng.core.people.public import Viewer

__all__ = [
    "ActiveAlert",
    "Described",
    "acknowledge",
    "active_of",
    "alert_counts",
    "alert_detail",
    "alerts_for",
    "cancel_warning",
    "clear_alert",
    "figures_of_rules",
    "judge",
    "publish_rule",
    "publish_warning",
    "put_into_service",
    "raise_alert",
    "raised_by_day",
    "receive_warning",
    "retire_rule",
    "return_to_service",
    "rule_detail",
    "rules_for",
    "save_rule",
    "shelve",
    "take_out_of_service",
    "text_of",
    "title_of",
    "try_rule",
    "update_warning",
    "warning_detail",
    "warning_document",
    "warnings_in_force",
    "warnings_of",
]


def raise_alert(
    viewer: Viewer,
    rule: str,
    subject: str,
    *,
    about: Described | None = None,
    values: Mapping[str, Any] | None = None,
    at: datetime | None = None,
    is_drill: bool = False,
) -> int:
    """Raise the alert of a rule about a subject (``heritage.relic/12``); answers the id of the one that stands now.

    The same rule and subject again adds to the open alert. ``about`` says what the subject is, else its
    kind (``ALERT_SUBJECTS``, or a bearer of sensing) is asked. ``values`` fill the rule's text. In the
    caller's transaction, in about ten statements. Needs ``alerts.raise`` (``SYSTEM`` has it). Raises ``NotFound``.
    """
    from yicheng.core.alerts.actions import byhand

    return byhand.raise_alert(
        viewer, rule, subject, about=about, values=values or {}, at=at, is_drill=is_drill
    )


def clear_alert(
    viewer: Viewer,
    rule: str,
    subject: str,
    *,
    at: datetime | None = None,
    note: str = "",
    is_drill: bool = False,
) -> int | None:
    """Say that it is over; answers the alert's id, None when none stood. Needs ``alerts.raise``."""
    from yicheng.core.alerts.actions import byhand

    return byhand.clear_alert(viewer, rule, subject, at=at, note=note, is_drill=is_drill)


def acknowledge(viewer: Viewer, alert_id: int, *, note: str = "") -> Alert:
    """Answer an alert; one that is over is closed by it. Raises ``NotFound``, ``Forbidden``, ``Conflict``."""
    from yicheng.core.alerts.actions import answering

    return answering.acknowledge(viewer, alert_id, note=note)


def judge(viewer: Viewer, alert_id: int, *, is_false: bool, note: str = "") -> Alert:
    """Say whether an alert was a false one: counted for its source."""
    from yicheng.core.alerts.actions import answering

    return answering.judge(viewer, alert_id, is_false=is_false, note=note)


def shelve(viewer: Viewer, alert_id: int, *, until: datetime, reason: str) -> Alert:
    """Hide an alert until a time within 30 days, with the reason; it comes back by itself. Needs ``alerts.shelve``."""
    from yicheng.core.alerts.actions import answering

    return answering.shelve(viewer, alert_id, until=until, reason=reason)


def return_to_service(viewer: Viewer, alert_id: int, *, note: str = "") -> Alert:
    """Show a shelved alert again before its time: it is active anew, or closed where all is well."""
    from yicheng.core.alerts.actions import answering

    return answering.unshelve(viewer, alert_id, note=note)


def take_out_of_service(viewer: Viewer, rule: str, *, reason: str) -> None:
    """A rule goes on recording alerts and tells nobody. Needs ``alerts.take_out``."""
    from yicheng.core.alerts.actions import answering

    answering.take_out_of_service(viewer, rule, reason=reason)


def put_into_service(viewer: Viewer, rule: str, *, note: str = "") -> None:
    """A rule that was out of service tells again, beginning with what stands."""
    from yicheng.core.alerts.actions import answering

    answering.put_into_service(viewer, rule, note=note)


def alerts_for(viewer: Viewer, *, shown: str = "active") -> QuerySet[Alert]:
    """Alerts this viewer may see, with rule and body: ``active`` (not hidden), ``waiting``, ``shelved`` (hidden
    in any way), ``closed``, ``all``. Order by ``severity, -id``."""
    from yicheng.core.alerts.queries import standing

    return standing.alerts_for(viewer, shown=shown)


def alert_detail(viewer: Viewer, alert_id: int) -> AlertDetail:
    """Everything about an alert for its page; ``NotFound`` unless this viewer may know of it."""
    from yicheng.core.alerts.queries import standing

    return standing.alert_detail(viewer, alert_id)


def alert_counts(viewer: Viewer) -> Mapping[tuple[int, str], int]:
    """Open alerts the viewer may see by (severity, state), in one query."""
    from yicheng.core.alerts.queries import standing

    return standing.counts(viewer)


def active_of(subjects: Iterable[str]) -> Mapping[str, Sequence[ActiveAlert]]:
    """The alerts that stand and are shown about these subjects, most serious first; every subject is a key. One query.

    The caller has checked that the viewer may see the subjects.
    """
    from yicheng.core.alerts.queries import standing

    return standing.active_of(subjects)


def save_rule(viewer: Viewer, draft: DraftRule, *, rule_id: int | None = None) -> Rule:
    """Keep a draft of a rule that staff make (or change one); needs ``alerts.edit_rule``. Raises ``Invalid``."""
    from yicheng.core.alerts.actions import authoring

    return authoring.save_rule(viewer, draft, rule_id=rule_id)


def publish_rule(viewer: Viewer, rule_id: int) -> Rule:
    """Put a draft into force: from the next batch of readings on. Needs ``alerts.publish_rule``."""
    from yicheng.core.alerts.actions import authoring

    return authoring.publish_rule(viewer, rule_id)


def retire_rule(viewer: Viewer, rule_id: int, *, reason: str) -> Rule:
    """Take a rule that staff made out of force for good; its alerts stay as they are."""
    from yicheng.core.alerts.actions import authoring

    return authoring.retire_rule(viewer, rule_id, reason=reason)


def try_rule(viewer: Viewer, rule: AlertRule | DraftRule, since: datetime, until: datetime) -> Trial:
    """What a rule over readings would have raised in the past: how often, on which days. Nothing is written.

    Needs ``alerts.edit_rule``; of at most 200 series and 400 days. Raises ``Invalid``.
    """
    from yicheng.core.alerts import trials
    from yicheng.core.alerts.actions.authoring import DraftRule, rule_of_draft

    asked = rule_of_draft(viewer, rule) if isinstance(rule, DraftRule) else rule
    return trials.try_rule(viewer, asked, since, until)


def rules_for(viewer: Viewer) -> QuerySet[Rule]:
    """All rules with ``open_count``; order by ``-id``. Needs ``alerts.see_alerts``."""
    from yicheng.core.alerts.queries import rules

    return rules.rules_for(viewer)


def rule_detail(viewer: Viewer, rule_id: int) -> RuleDetail:
    """One rule with its condition as a sentence."""
    from yicheng.core.alerts.queries import rules

    return rules.rule_detail(viewer, rule_id)


def publish_warning(viewer: Viewer, new: NewWarning) -> PublicWarning:
    """Issue a warning to the public in the name of the viewer's body. Needs ``alerts.publish_warning``. Raises ``Invalid``."""
    from yicheng.core.alerts.actions import issuing

    return issuing.publish_warning(viewer, new)


def update_warning(viewer: Viewer, warning_id: int, new: NewWarning) -> PublicWarning:
    """Replace a warning of ours by a newer message of the same chain. Raises ``Conflict`` when that has happened."""
    from yicheng.core.alerts.actions import issuing

    return issuing.update_warning(viewer, warning_id, new)


def cancel_warning(viewer: Viewer, warning_id: int, *, reason: str) -> PublicWarning:
    """Say that a warning of ours is over, with the reason."""
    from yicheng.core.alerts.actions import issuing

    return issuing.cancel_warning(viewer, warning_id, reason=reason)


def receive_warning(viewer: Viewer, content: bytes) -> PublicWarning:
    """Take in another system's warning (CAP 1.2 or the national profile). Needs ``alerts.receive_warning``. Raises ``Invalid``.

    The same identifier again answers the message that is known.
    """
    from yicheng.core.alerts.actions import issuing

    return issuing.receive_warning(viewer, content)


def warnings_in_force() -> QuerySet[PublicWarning]:
    """The warnings that hold now, for everybody; the most serious first."""
    from yicheng.core.alerts.queries import issued

    return issued.warnings_in_force()


def warnings_of(viewer: Viewer) -> QuerySet[PublicWarning]:
    """Every message this viewer may see; order by ``-sent_at, -id``."""
    from yicheng.core.alerts.queries import issued

    return issued.warnings_of(viewer)


def warning_detail(viewer: Viewer, identifier: str) -> WarningDetail:
    """A message with its chain; ``NotFound``."""
    from yicheng.core.alerts.queries import issued

    return issued.warning_detail(viewer, identifier)


def warning_document(viewer: Viewer, identifier: str, *, is_national: bool = False) -> bytes:
    """A message as XML: strict CAP 1.2, or the national profile."""
    from yicheng.core.alerts.queries import issued

    return issued.warning_document(viewer, identifier, is_national=is_national)


def figures_of_rules(viewer: Viewer, since: datetime, until: datetime) -> Sequence[RuleFigures]:
    """How many alerts each rule raised, how many were false, how long people took to answer. Two queries."""
    from yicheng.core.alerts.queries import figures

    return figures.figures_of_rules(viewer, since, until)


def raised_by_day(viewer: Viewer, since: datetime, until: datetime) -> Sequence[tuple[date, int, int]]:
    """(day, severity, how many alerts were raised). One query."""
    from yicheng.core.alerts.queries import figures

    return figures.raised_by_day(viewer, since, until)


def title_of(alert: Alert) -> str:
    """An alert's title in the active language."""
    from yicheng.core.alerts import words

    return words.title_of(alert)


def text_of(alert: Alert) -> str:
    """What happened, as a sentence in the active language."""
    from yicheng.core.alerts import words

    return words.text_of(alert)
