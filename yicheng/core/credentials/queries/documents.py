"""Documents as people may see them: the register of their own body, what arrived, one document and its course.

Authors see everything. Recipients see the sealed paper and what they did with it, never drafts or opinions.
Departments asked to countersign see the text and the opinions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from yicheng.core.cases.public import may_view
from yicheng.core.credentials.models import (
    Document,
    DocumentOpinion,
    DocumentPaper,
    DocumentRecipient,
    DocumentVersion,
)
from yicheng.core.kernel.errors import NotFound
from yicheng.core.people.public import Viewer, scoped

SEE = "credentials.see_documents"


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document for one viewer. ``sees_inside``: drafts and opinions too; ``arrived``: their own body's row."""

    document: Document
    sees_inside: bool
    arrived: DocumentRecipient | None
    recipients: Sequence[DocumentRecipient]
    opinions: Sequence[DocumentOpinion] = ()
    versions: Sequence[DocumentVersion] = ()
    paper: DocumentPaper | None = None


def documents(viewer: Viewer) -> QuerySet[Document]:
    """What the viewer's body wrote, or they themselves; newest first by ``-id``."""
    rows = Document.objects.select_related("organisation", "drafter").defer("body")
    own = scoped(Document.objects.all(), viewer, SEE).values("pk")
    return rows.filter(Q(pk__in=own) | Q(drafter_id=viewer.account_id or 0))


def arrived(viewer: Viewer) -> QuerySet[DocumentRecipient]:
    """What arrived at the viewer's body; newest first by ``-id``."""
    rows = DocumentRecipient.objects.select_related("document__organisation", "organisation")
    rows = rows.exclude(state=DocumentRecipient.State.NOT_SENT).defer("document__body")
    return scoped(rows, viewer, SEE, division="")


def document(viewer: Viewer, document_id: int) -> DocumentView:
    """One document with what this viewer may know of it. Raises ``NotFound``."""
    rows = Document.objects.select_related(
        "organisation", "drafter", "checked_by", "signed_by", "answers", "case"
    )
    found = rows.filter(pk=document_id).first()
    mine = arrived(viewer).filter(document_id=document_id).first() if found else None
    if found is None or not ((inside := _sees_inside(viewer, found)) or mine):
        raise NotFound(_("There is no such document, or you may not see it."))
    paper = DocumentPaper.objects.filter(document=found).defer("pdf").select_related("sealed_by").first()
    recipients = list(found.recipients.select_related("organisation", "handled_by").order_by("role", "id"))
    if not inside:
        own = [one for one in recipients if mine is not None and one.pk == mine.pk]
        return DocumentView(found, inside, mine, own, paper=paper)
    return DocumentView(
        found,
        inside,
        mine,
        recipients,
        list(found.opinions.select_related("organisation", "answered_by").order_by("round", "id")),
        list(found.versions.select_related("written_by").order_by("-number")),
        paper,
    )


def version(viewer: Viewer, document_id: int, number: int) -> tuple[DocumentVersion, DocumentVersion | None]:
    """A version of the text with the one before it, for those who see inside. Raises ``NotFound``."""
    view = document(viewer, document_id)
    found = next((one for one in view.versions if one.number == number), None)
    if found is None:
        raise NotFound(_("There is no such version."))
    return found, next((one for one in view.versions if one.number == number - 1), None)


def sealed_paper(viewer: Viewer, document_id: int) -> DocumentPaper:
    """The sealed PDF. Raises ``NotFound`` where there is none yet."""
    view = document(viewer, document_id)
    if view.paper is None:
        raise NotFound(_("This document is not sealed yet."))
    view.paper.refresh_from_db(fields=["pdf"])
    return view.paper


def document_of_case(case_id: int) -> Document | None:
    """The document that a case is about. The caller has checked that the viewer may see the case."""
    return Document.objects.select_related("organisation").filter(case_id=case_id).first()


def _sees_inside(viewer: Viewer, found: Document) -> bool:
    if viewer.account_id is not None and viewer.account_id == found.drafter_id:
        return True
    where = {"organisation_id": found.organisation_id, "division": found.division_code}
    if viewer.may(SEE, **where):  # type: ignore[arg-type]
        return True
    if found.case is None:
        return False
    return may_view(viewer, found.case) or _was_asked(viewer, found)


def _was_asked(viewer: Viewer, found: Document) -> bool:
    body = viewer.organisation_id
    if body is None or not viewer.may("credentials.countersign_document", organisation_id=body):
        return False
    return DocumentOpinion.objects.filter(document=found, organisation_id=body).exists()
