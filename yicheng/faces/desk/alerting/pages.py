"""The addresses of the desk's pages about alerts, and what they show on other pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from yicheng.core.alerts import public as alerts
from yicheng.core.alerts.models import Alert, PublicWarning, Rule
from yicheng.core.people.public import Viewer
from yicheng.core.web.declare import Menu, Page, Panel
from yicheng.core.web.public import list_view
from yicheng.faces.desk.alerting import figures, rules, standing, warnings, words

SEE, WRITE, ISSUE = "alerts.see_alerts", "alerts.edit_rule", "alerts.publish_warning"
WATCH = _("Watch")
SHOWN = 6


def about_case(viewer: Viewer, case: Any) -> Mapping[str, Any] | None:
    """The alerts that opened a case; who may see the case may see them."""
    rows = Alert.objects.filter(case_id=case.pk).select_related("rule").order_by("-id")[:SHOWN]
    found = [_shown(row) for row in rows]
    return {"alerts": found} if found else None


def waiting(viewer: Viewer, subject: None) -> Mapping[str, Any] | None:
    """What waits for an answer, the most serious first."""
    rows = alerts.alerts_for(viewer, shown="waiting").order_by("severity", "-id")[:SHOWN]
    found = [_shown(row) for row in rows]
    return {"alerts": found} if found else None


def _shown(row: Alert) -> dict[str, Any]:
    return {
        "alert": row,
        "title": alerts.title_of(row),
        "text": alerts.text_of(row),
        "level": words.level(row.severity),
        "state": words.state(row),
    }


def _newest(rows: Any) -> int:
    return rows.order_by("-pk").values_list("pk", flat=True).first() or 0


def _alert() -> Mapping[str, Any]:
    return {"alert_id": _newest(Alert.objects)}


def _rule() -> Mapping[str, Any]:
    return {"rule_id": _newest(Rule.objects)}


def _warning() -> Mapping[str, Any]:
    return {"warning_id": _newest(PublicWarning.objects)}


PAGES = (
    Page("desk.alerts", "desk", "alerts/", standing.alert_list, _("Alerts"), None, Menu(WATCH, 10, "siren")),
    Page("desk.alert_counts", "desk", "alerts/counts/", standing.counts, _("Alerts"), None),
    Page(
        "desk.alert_rules", "desk", "alerts/rules/", list_view(rules.RULES), _("Alert rules"), SEE,
        Menu(WATCH, 30, "sliders-horizontal"),
    ),
    Page("desk.alert_rule_new", "desk", "alerts/rules/new/", rules.edit, _("Write a rule"), WRITE),
    Page("desk.alert_rule", "desk", "alerts/rules/<int:rule_id>/", rules.rule_page, _("Alert rule"), SEE, example=_rule),
    Page("desk.alert_rule_edit", "desk", "alerts/rules/<int:rule_id>/edit/", rules.edit, _("Change a rule"), WRITE),
    Page("desk.alert_rule_do", "desk", "alerts/rules/<int:rule_id>/<slug:deed>/", rules.do, _("Do"), SEE),
    Page(
        "desk.alert_figures", "desk", "alerts/figures/", figures.figures, _("Figures of alerts"), SEE,
        Menu(WATCH, 40, "chart-column"),
    ),
    Page("desk.alert", "desk", "alerts/<int:alert_id>/", standing.alert_page, _("Alert"), None, example=_alert),
    Page("desk.alert_do", "desk", "alerts/<int:alert_id>/<slug:deed>/", standing.do, _("Do"), None),
    Page(
        "desk.warnings", "desk", "warnings/", list_view(warnings.LIST), _("Public warnings"), SEE,
        Menu(WATCH, 20, "megaphone"),
    ),
    Page("desk.warning_new", "desk", "warnings/new/", warnings.issue, _("Issue a warning"), ISSUE),
    Page("desk.warning", "desk", "warnings/<int:warning_id>/", warnings.warning_page, _("Public warning"), SEE, example=_warning),
    Page("desk.warning_update", "desk", "warnings/<int:warning_id>/update/", warnings.issue, _("Update a warning"), ISSUE),
    Page("desk.warning_cancel", "desk", "warnings/<int:warning_id>/cancel/", warnings.cancel, _("Cancel a warning"), ISSUE),
)  # fmt: skip
PANELS = (
    Panel("desk.alert_of_case", "case.side", "desk/alerts/case.html", about_case, order=20),
    Panel("desk.alerts_waiting", "desk.side", "desk/alerts/home.html", waiting, order=10),
)
