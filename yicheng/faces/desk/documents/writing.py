"""Writing a document, changing it, handing it in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yicheng.core.credentials.actions import drafting
from yicheng.core.credentials.facts import DocumentText
from yicheng.core.credentials.models import Document, DocumentRecipient
from yicheng.core.credentials.queries import documents as queries
from yicheng.core.kernel.errors import Forbidden, Refusal
from yicheng.core.people.public import viewer_of
from yicheng.core.web.public import add_refusal
from yicheng.faces.desk.documents.forms import DocumentForm
from yicheng.faces.desk.documents.words import TITLES


def write(request: HttpRequest) -> HttpResponse:
    """A new draft; ``?answers=`` names the document it answers."""
    viewer = viewer_of(request)
    answered = _answered(request)
    start = {"main": [str(answered.organisation_id)]} if answered else {}
    form = DocumentForm(request.POST or None, initial=start, author_id=viewer.organisation_id)
    if request.method == "POST" and form.is_valid():
        try:
            made = drafting.draft_document(viewer, _text(form, answered.pk if answered else None))
        except Refusal as refusal:
            _put(form, refusal)
        else:
            messages.success(request, _("The draft is kept. Hand it in when it is ready."))
            return _to(made.pk)
    return _shown(request, form, {"answered": answered, "breadcrumb": [_register()]})


def edit(request: HttpRequest, document_id: int) -> HttpResponse:
    """Another text for a draft, or while it is checked."""
    viewer = viewer_of(request)
    found = queries.document(viewer, document_id).document
    if not drafting.may_write(viewer, found):
        raise Forbidden(_("The text can be changed by its drafter, and by the clerk while it is checked."))
    form = DocumentForm(request.POST or None, initial=_initial(found), author_id=found.organisation_id)
    if request.method == "POST" and form.is_valid():
        try:
            drafting.change_document(viewer, document_id, _text(form, found.answers_id))
        except Refusal as refusal:
            _put(form, refusal)
        else:
            messages.success(request, _("Kept as a new version."))
            return _to(document_id)
    crumbs = [_register(), (reverse("desk.document", args=[document_id]), found.title)]
    return _shown(request, form, {"document": found, "breadcrumb": crumbs})


@require_POST
def submit(request: HttpRequest, document_id: int) -> HttpResponse:
    """Hand it in."""
    drafting.submit_document(viewer_of(request), document_id)
    messages.success(request, _("Handed in: it is checked now."))
    return _to(document_id)


@require_POST
def drop(request: HttpRequest, document_id: int) -> HttpResponse:
    """Give a draft up."""
    drafting.drop_document(viewer_of(request), document_id)
    messages.success(request, _("The draft is given up."))
    return HttpResponseRedirect(reverse("desk.documents"))


def _shown(request: HttpRequest, form: DocumentForm, more: dict[str, Any]) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "desk/documents/write.html", {"form": form, **more}, status=status)


def _answered(request: HttpRequest) -> Document | None:
    asked = request.GET.get("answers", "")
    if not asked.isdecimal() or len(asked) > 12:
        return None
    return queries.document(viewer_of(request), int(asked)).document


def _text(form: DocumentForm, answers_id: int | None) -> DocumentText:
    said = form.cleaned_data
    return DocumentText(
        said["kind"],
        said["title"],
        said["body"],
        tuple(int(one) for one in said["main"]),
        tuple(int(one) for one in said["copies"]),
        tuple(said["annexes"].splitlines()),
        said["note"],
        said["urgency"],
        said["openness"],
        answers_id,
    )


def _initial(found: Document) -> dict[str, Any]:
    rows = list(found.recipients.order_by("id").values_list("organisation_id", "role"))
    roles = DocumentRecipient.Role
    return {
        "kind": found.kind,
        "title": found.title,
        "body": found.body,
        "main": [str(one) for one, role in rows if role == roles.MAIN],
        "copies": [str(one) for one, role in rows if role == roles.COPY],
        "annexes": "\n".join(found.annexes),
        "note": found.note,
        "urgency": found.urgency,
        "openness": found.openness,
    }


def _put(form: DocumentForm, refusal: Refusal) -> None:
    names = {"main_ids": "main", "copy_ids": "copies"}
    refusal.fields = {names.get(key, key): text for key, text in refusal.fields.items()}
    add_refusal(form, refusal)


def _to(document_id: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("desk.document", args=[document_id]))


def _register() -> tuple[str, Any]:
    return reverse("desk.documents"), TITLES["documents"]
