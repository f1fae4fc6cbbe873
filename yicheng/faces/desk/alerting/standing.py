"""Alerts at the desk: the list of what stands with its counts, one with its readings and history, what is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from yicheng.core.alerts import public as alerts
from yicheng.core.alerts.declare import Severity
from yicheng.core.alerts.models import Alert
from yicheng.core.alerts.queries.around import Around, readings_around
from yicheng.core.kernel.errors import Conflict, Invalid, NotFound, Refusal
from yicheng.core.people.public import Viewer, account_names, viewer_of
from yicheng.core.places.public import full_name
from yicheng.core.web.public import (
    BulkAction,
    Column,
    Filter,
    ListPage,
    Order,
    add_refusal,
    list_view,
    moment,
)
from yicheng.faces.desk.alerting import words

TABS = {
    "active": _("All that stand"),
    "waiting": _("Waiting for an answer"),
    "shelved": _("Shelved and hidden"),
    "closed": _("Closed alerts"),
}
SHORT = "Y-m-d H:i"


def alert_list(request: HttpRequest) -> HttpResponseBase:
    """The list of the chosen tab (``?shown=waiting``)."""
    shown = _shown(request)
    spec = replace(
        LIST,
        rows=lambda viewer: alerts.alerts_for(viewer, shown=shown),
        context=lambda request: {**_counts(viewer_of(request), shown), "kept": {"shown": shown}},
    )
    return list_view(spec)(request)


def counts(request: HttpRequest) -> HttpResponse:
    """The counts alone: what an open list asks for every few seconds. When they have changed, it fetches its rows too."""
    context = _counts(viewer_of(request), _shown(request))
    response = render(request, "desk/alerts/counts.html", context)
    if request.GET.get("seen", context["seen"]) != context["seen"]:
        response["HX-Trigger"] = "alerts-changed"
    return response


def _shown(request: HttpRequest) -> str:
    wanted = request.GET.get("shown", "")
    return wanted if wanted in TABS else "active"


def _counts(viewer: Viewer, shown: str) -> dict[str, Any]:
    """Tiles by level and tabs, from one query."""
    found = alerts.alert_counts(viewer)
    hidden = {"shelved", "suppressed", "out"}
    visible = {key: count for key, count in found.items() if key[1] not in hidden}
    waiting = {key: count for key, count in visible.items() if key[1] in ("unack", "returned")}
    tabs = {
        "active": sum(visible.values()),
        "waiting": sum(waiting.values()),
        "shelved": sum(found.values()) - sum(visible.values()),
    }
    return {
        "tiles": [
            {
                "label": words.level(level),
                "figure": sum(count for (severity, _state), count in visible.items() if severity == level),
                "waiting": sum(count for (severity, _state), count in waiting.items() if severity == level),
                "url": f"?shown=active&severity={int(level)}",
            }
            for level in Severity
        ],
        "tabs": [
            {"title": title, "url": f"?shown={key}", "is_on": key == shown, "count": tabs.get(key)}
            for key, title in TABS.items()
        ],
        "shown": shown,
        "seen": "-".join(f"{severity}{state}{count}" for (severity, state), count in sorted(found.items())),
    }


def _title(alert: Alert) -> Any:
    return format_html(
        '{} <span class="muted">{}</span>', alerts.title_of(alert), alert.subject_title or alert.subject
    )


def _severity(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(severity=Severity(int(value)))


def _words(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(Q(subject_title__icontains=value) | Q(subject__startswith=value))


def _acknowledge(viewer: Viewer, ids: Sequence[int]) -> str:
    done, refused = 0, ""
    for alert_id in ids:
        try:
            alerts.acknowledge(viewer, alert_id)
            done += 1
        except Refusal as refusal:
            refused = str(refusal)
    text = ngettext("%(count)s alert is answered.", "%(count)s alerts are answered.", done) % {"count": done}
    return f"{text} {refused}".strip()


LIST = ListPage(
    rows=alerts.alerts_for,
    link=lambda alert: reverse("desk.alert", args=[alert.pk]),
    columns=(
        Column("level", _("Alert level"), lambda alert: words.level(alert.severity), lambda alert: alert.severity, is_short=True),
        Column("alert", _("Alert"), _title, lambda alert: f"{alerts.title_of(alert)} {alert.subject_title}"),
        Column("state", _("State"), words.state, lambda alert: alert.state, is_short=True),
        Column("raised", _("Since"), lambda alert: moment(alert.raised_at, SHORT), lambda alert: alert.raised_at),
        Column("count", _("Times"), lambda alert: alert.count, is_number=True),
        Column("body", _("Body"), lambda alert: str(alert.organisation or "")),
    ),
    orders=(
        Order("severity", _("Most serious first"), ("severity", "-id")),
        Order("newest", _("Newest first"), ("-id",)),
        Order("oldest", _("Oldest first"), ("id",)),
    ),
    filters=(
        Filter("words", _("About"), _words, kind="search"),
        Filter("severity", _("Alert level"), _severity, choices=lambda _viewer: [(str(one.value), one.label) for one in Severity]),
        Filter(
            "state", _("State"), lambda rows, value: rows.filter(state=Alert.State(value)),
            choices=lambda _viewer: Alert.State.choices,
        ),
    ),
    bulk=(BulkAction("acknowledge", _("Acknowledge"), _acknowledge),),
    export="alerts",
    template="desk/alerts/list.html",
    nothing_title=_("All is well"),
    nothing_text=_("When a rule finds something in what you may see, it appears here."),
)  # fmt: skip


# ── one alert ───────────────────────────────────────────────────────────────


def alert_page(request: HttpRequest, alert_id: int) -> HttpResponse:
    """One alert: what happened, the readings around it, its case, its history."""
    if request.method not in ("GET", "HEAD"):
        raise Conflict(_("Nothing can be sent to this address. Use the buttons of the page."))
    viewer = viewer_of(request)
    detail = alerts.alert_detail(viewer, alert_id)
    alert, around = detail.alert, readings_around(detail.alert)
    names = account_names({line.account_id for line in detail.history if line.account_id})
    context = {
        "page_title": detail.title,
        "alert": alert,
        "detail": detail,
        "level": words.level(alert.severity),
        "state": words.state(alert),
        "place": full_name(alert.division_code) if alert.division_code else "",
        "point": f"{alert.lon:.6f},{alert.lat:.6f}"
        if alert.lon is not None and alert.lat is not None
        else "",
        "history": [
            {"line": line, "what": words.happened(line.cause), "who": names.get(line.account_id or 0, "")}
            for line in detail.history
        ],
        "chart": _chart(around, alert) if around and around.points else None,
        "around": around,
        "deeds": [deed for deed in DEEDS.values() if deed["is_open"](detail)],
        "breadcrumb": [(reverse("desk.alerts"), gettext("Alerts"))],
    }
    return render(request, "desk/alerts/alert.html", context)


def _chart(around: Around, alert: Alert) -> Mapping[str, Any]:
    """The series with the limit that was passed and the stretch in which the alert stood."""
    name = f"{around.fact.device_name} {around.fact.unit}"
    rows = [[_local(point.time), round(point.mean, 3)] for point in around.points]
    first, last = _local(around.since), _local(around.until)
    stood = [row for row, point in zip(rows, around.points, strict=True)
             if alert.raised_at <= point.time <= (alert.cleared_at or around.until)]  # fmt: skip
    series = [
        {"name": name, "type": "line", "showSymbol": False, "data": rows},
        {
            "name": gettext("While it stood"),
            "type": "line",
            "showSymbol": False,
            "lineStyle": {"width": 4},
            "data": stood,
        },
    ]
    limit = alert.values.get("limit")
    if isinstance(limit, int | float):
        data = [[first, limit], [last, limit]]
        series.append(
            {
                "name": gettext("Limit"),
                "type": "line",
                "showSymbol": False,
                "lineStyle": {"type": "dashed"},
                "data": data,
            }
        )
    return {
        "legend": {},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "time", "min": first, "max": last},
        "yAxis": {"type": "value", "scale": True},
        "series": series,
    }


def _local(when: Any) -> str:
    return timezone.localtime(when).strftime("%Y-%m-%d %H:%M:%S")


class NoteForm(forms.Form):
    """A remark, if one likes."""

    note = forms.CharField(
        label=_("Remark"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": "3"})
    )


class ShelveForm(forms.Form):
    """Until when, and why."""

    until = forms.DateTimeField(
        label=_("Until"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": "3"}))


def _is_waiting(detail: Any) -> bool:
    return detail.may_answer and detail.alert.state in ("unack", "returned")


DEEDS: Mapping[str, Mapping[str, Any]] = {
    "acknowledge": {
        "key": "acknowledge", "title": _("Acknowledge"), "icon": "check", "tone": "primary", "form": NoteForm,
        "is_open": _is_waiting, "said": _("The alert is answered."),
        "run": lambda viewer, pk, data: alerts.acknowledge(viewer, pk, note=data["note"]),
    },
    "false": {
        "key": "false", "title": _("It was a false alarm"), "icon": "circle-x", "tone": "", "form": NoteForm,
        "is_open": lambda detail: detail.may_answer and detail.alert.is_false is not True,
        "said": _("Noted: it counts among the false alarms of its rule."),
        "run": lambda viewer, pk, data: alerts.judge(viewer, pk, is_false=True, note=data["note"]),
    },
    "real": {
        "key": "real", "title": _("It was a real one"), "icon": "circle-check", "tone": "", "form": NoteForm,
        "is_open": lambda detail: detail.may_answer and detail.alert.is_false is not False,
        "said": _("Noted: it counts as a real alert of its rule."),
        "run": lambda viewer, pk, data: alerts.judge(viewer, pk, is_false=False, note=data["note"]),
    },
    "shelve": {
        "key": "shelve", "title": _("Shelve for a time"), "icon": "archive", "tone": "", "form": ShelveForm,
        "is_open": lambda detail: detail.may_shelve and detail.alert.state in ("unack", "acked", "returned"),
        "said": _("The alert is shelved and comes back by itself."),
        "run": lambda viewer, pk, data: alerts.shelve(viewer, pk, until=data["until"], reason=data["reason"]),
    },
    "return": {
        "key": "return", "title": _("Take from the shelf"), "icon": "undo-2", "tone": "", "form": NoteForm,
        "is_open": lambda detail: detail.may_shelve and detail.alert.state in ("shelved", "out"),
        "said": _("The alert is shown again."),
        "run": lambda viewer, pk, data: alerts.return_to_service(viewer, pk, note=data["note"]),
    },
}  # fmt: skip


def do(request: HttpRequest, alert_id: int, deed: str) -> HttpResponse:
    """The page (or dialog) of one deed, and the deed."""
    viewer = viewer_of(request)
    chosen = DEEDS.get(deed)
    if chosen is None:
        raise NotFound(_("There is no such thing to do with an alert."))
    detail = alerts.alert_detail(viewer, alert_id)
    if not chosen["is_open"](detail):
        raise Conflict(_("This can't be done now: the alert has moved on, or it is not yours to answer."))
    form = chosen["form"](request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            chosen["run"](viewer, alert_id, form.cleaned_data)
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, str(chosen["said"]))
            return HttpResponseRedirect(reverse("desk.alert", args=[alert_id]))
    context = {
        "page_title": chosen["title"],
        "deed": chosen,
        "detail": detail,
        "form": form,
        "breadcrumb": [(reverse("desk.alert", args=[alert_id]), detail.title)],
    }
    return render(request, "desk/alerts/deed.html", context, status=422 if form.errors else 200)
