"""One document: where it stands, its paper, who it went to, what was said, and how the text changed."""

from __future__ import annotations

import difflib
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from yicheng.core.cases import public as cases
from yicheng.core.credentials.actions.drafting import may_write
from yicheng.core.credentials.actions.receiving import RECEIVE
from yicheng.core.credentials.documents import paper as papers
from yicheng.core.credentials.models import Document, DocumentRecipient
from yicheng.core.credentials.public import check_pdf
from yicheng.core.credentials.queries import documents as queries
from yicheng.core.kernel.errors import NotFound
from yicheng.core.people.public import Viewer, viewer_of
from yicheng.faces.desk import wording
from yicheng.faces.desk.documents.words import ARRIVAL_TONES, OPINION_TONES, TITLES, TONES

State = Document.State


def document(request: HttpRequest, document_id: int) -> HttpResponse:
    """The page, for authors and for those it went to."""
    viewer = viewer_of(request)
    view = queries.document(viewer, document_id)
    found = view.document
    context = {
        "page_title": found.title,
        "document": found,
        "view": view,
        "state": (found.get_state_display(), TONES[found.state]),
        "steps": wording.stage_steps(found.case) if found.case and view.sees_inside else (),
        "recipients": [(one, ARRIVAL_TONES[one.state]) for one in view.recipients],
        "opinions": [(one, OPINION_TONES[one.answer]) for one in view.opinions],
        "tasks": _tasks(viewer, found) if view.sees_inside else (),
        "may_write": may_write(viewer, found),
        "is_mine": found.state == State.DRAFT and viewer.account_id == found.drafter_id,
        "arrival": _arrival(viewer, view.arrived),
        "arrival_tone": ARRIVAL_TONES[view.arrived.state] if view.arrived else "",
        "numbers": range(1, len(papers.pages(found)) + 1),
        "seals": check_pdf(bytes(queries.sealed_paper(viewer, document_id).pdf)) if view.paper else (),
        "breadcrumb": [_back(inside=view.sees_inside)],
    }
    return render(request, "desk/documents/document.html", context)


def paper_file(request: HttpRequest, document_id: int) -> HttpResponse:
    """The sealed PDF; before that, for those who see inside, how it will look."""
    viewer = viewer_of(request)
    view = queries.document(viewer, document_id)
    pdf = bytes(queries.sealed_paper(viewer, document_id).pdf) if view.paper else papers.paper(view.document)
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="document-{document_id}.pdf"'
    return answer


def page_picture(request: HttpRequest, document_id: int, number: int) -> HttpResponse:
    """One page of the paper for the screen."""
    pages = papers.pages(queries.document(viewer_of(request), document_id).document)
    if not 1 <= number <= len(pages):
        raise NotFound(_("The paper has no such page."))
    answer = HttpResponse(pages[number - 1], content_type="image/svg+xml")
    answer["Cache-Control"] = "private, no-cache"
    return answer


def version(request: HttpRequest, document_id: int, number: int) -> HttpResponse:
    """A version of the text, with what is new and what went since the one before."""
    viewer = viewer_of(request)
    found, before = queries.version(viewer, document_id, number)
    context = {
        "page_title": _("Version %(number)d") % {"number": number},
        "version": found,
        "before": before,
        "state": (found.get_state_display(), TONES[found.state]),
        "lines": _changes(before.body if before else found.body, found.body),
        "breadcrumb": [
            _back(inside=True),
            (reverse("desk.document", args=[document_id]), found.document.title),
        ],
    }
    return render(request, "desk/documents/version.html", context)


def _changes(before: str, after: str) -> list[dict[str, str]]:
    kinds = {"+ ": "new", "- ": "gone", "  ": ""}
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [{"kind": kinds[line[:2]], "text": line[2:]} for line in lines if line[:2] in kinds]


def _tasks(viewer: Viewer, found: Document) -> list[dict[str, Any]]:
    if found.case is None or not cases.may_view(viewer, found.case):
        return []
    return [
        {"task": task, "title": wording.task_title(task), "due": wording.due_words(task.due_at)}
        for task in cases.open_tasks(found.case.pk)
    ]


def _arrival(viewer: Viewer, row: DocumentRecipient | None) -> DocumentRecipient | None:
    """The row whose steps this viewer may take."""
    if row is None or not viewer.may(RECEIVE, organisation_id=row.organisation_id):
        return None
    return row


def _back(*, inside: bool) -> tuple[str, Any]:
    key = "documents" if inside else "arrived"
    return reverse(f"desk.{key}"), TITLES[key]
