"""Where an application stands, by the code on its slip: its stage and its time, no word of whose it is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from yicheng.core.cases.declare import PROCESSES
from yicheng.core.kernel.errors import NotFound
from yicheng.core.people.public import Limit, limit
from yicheng.core.services.models import Application, Kiosk
from yicheng.core.services.queries.applications import find_by_code
from yicheng.core.services.ratings.tokens import LETTERS
from yicheng.faces.kiosk.standing import at_kiosk

MISSED = Limit("kiosk.progress.missed", amount=30, period_s=600)


@at_kiosk
def progress(request: HttpRequest, kiosk: Kiosk) -> HttpResponse:
    """The keys to type the code; then the stages."""
    typed = request.GET.get("code", "").strip()[:60]
    context: dict[str, object] = {"typed": typed, "letters": LETTERS, "is_progress": True}
    if not typed:
        return render(request, "kiosk/code.html", context)
    found = find_by_code(typed) or find_by_code(typed.upper().replace("-", ""))
    if found is None:
        limit(MISSED, str(kiosk.pk))
        refusal = NotFound(_("No application has this code. Check that it was typed whole."))
        return render(request, "kiosk/code.html", {**context, "refusal": refusal}, status=404)
    context = {"found": found, "steps": stages(found), "page_title": found.version}
    return render(request, "kiosk/progress.html", context)


def stages(application: Application) -> list[dict[str, object]]:
    """The stages of its process, those passed and the present one marked."""
    case = application.case
    if case is None or case.process not in PROCESSES:
        return []
    titles = PROCESSES.get(case.process).stages
    keys = list(titles)
    is_over = case.status in ("closed", "cancelled")
    now = len(keys) if is_over or case.stage not in keys else keys.index(case.stage)
    return [
        {"title": titles[key], "state": "done" if at < now else "now" if at == now else ""}
        for at, key in enumerate(keys)
    ]
