"""What the steps of a request write: the provider's decision, the asker's answer, the data office's ruling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from yicheng.core.cases.models import Case, Task
from yicheng.core.events.public import publish
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Invalid
from yicheng.core.people.public import Viewer
from yicheng.core.sharing.actions.giving import give, tell
from yicheng.core.sharing.events import DataRefused
from yicheng.core.sharing.facts import Terms
from yicheng.core.sharing.models import Request

Data = Mapping[str, Any]


def request_of(case: Case) -> Request:
    """The request that a case is about, locked."""
    found = Request.objects.select_for_update(of=("self",)).select_related("entry", "provider", "consumer")
    return found.get(case_id=case.pk)


def decided(viewer: Viewer, case: Case, task: Task, outcome: str, data: Data) -> Data | None:
    """Granted as asked, granted in part, or refused with the rule it rests on."""
    request = request_of(case)
    if outcome == "refuse":
        _refuse(viewer, request, str(data.get("answer", "")))
        return None
    terms = as_asked(request) if outcome == "grant" else data["terms"]
    give(viewer, request, terms, answer=str(data.get("answer", "")).strip())
    return None


def answered(viewer: Viewer, case: Case, task: Task, outcome: str, data: Data) -> Data | None:
    """The asker lets it be, or takes it to the data office."""
    if outcome == "dispute":
        request = request_of(case)
        request.state = Request.State.DISPUTED
        request.save(update_fields=["state"])
    return None


def ruled(viewer: Viewer, case: Case, task: Task, outcome: str, data: Data) -> Data | None:
    """The data office upholds the refusal, or grants in the provider's place."""
    request = request_of(case)
    why = str(data.get("answer", "")).strip()
    if outcome == "grant":
        give(viewer, request, data.get("terms") or as_asked(request), answer=why)
        tell("sharing.overruled", request, to=request.provider_id, right="sharing.decide")
        return None
    request.state, request.decided_at, request.decided_by_id = (
        Request.State.REFUSED,
        clock.now(),
        viewer.account_id,
    )
    request.answer = f"{request.answer}\n{why}".strip()
    request.save(update_fields=["state", "decided_at", "decided_by", "answer"])
    tell("sharing.refused", request, to=request.consumer_id, right="sharing.ask")
    return None


def as_asked(request: Request) -> Terms:
    """The terms that were asked for."""
    return Terms(
        fields=tuple(request.fields),
        rows_where=request.rows_where,
        starts_on=request.starts_on,
        ends_on=request.ends_on,
        rows_per_day=request.rows_per_day,
        rows_in_all=request.rows_in_all,
    )


def _refuse(viewer: Viewer, request: Request, why: str) -> None:
    if not why.strip():
        text = _("Name the law or rule on which you refuse.")
        raise Invalid(text, fields={"answer": text})
    request.state, request.answer = Request.State.REFUSED, why.strip()
    request.decided_at, request.decided_by_id = clock.now(), viewer.account_id
    request.save(update_fields=["state", "answer", "decided_at", "decided_by"])
    told = DataRefused(request.pk, request.entry.key, request.provider_id, request.consumer_id)
    publish("sharing.data_refused", told, subject=f"sharing_request/{request.pk}")
    tell("sharing.refused", request, to=request.consumer_id, right="sharing.ask")
