"""The words of documents on the desk."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yicheng.core.credentials.models import Document, DocumentOpinion, DocumentRecipient

GROUP = _("Documents and seals")
TITLES: dict[str, str | Promise] = {
    "documents": _("Our documents"),
    "arrived": _("Arrived documents"),
    "write": _("Write a document"),
    "edit": _("Change the document"),
    "document": _("Official document"),
    "paper": _("The paper"),
    "version": _("A version of the text"),
    "return": _("Return the document"),
    "file": _("File the arrived document"),
}
_S = Document.State
TONES: dict[str, str] = {
    _S.DRAFT: "outline",
    _S.CHECK: "info",
    _S.REVISE: "warn",
    _S.COUNTERSIGN: "info",
    _S.SIGN: "info",
    _S.SIGNED: "brand",
    _S.NUMBERED: "brand",
    _S.SEALED: "brand",
    _S.SENT: "good",
    _S.FILED: "good",
    _S.DROPPED: "outline",
}
_R = DocumentRecipient.State
ARRIVAL_TONES: dict[str, str] = {
    _R.NOT_SENT: "outline",
    _R.ARRIVED: "warn",
    _R.RECEIVED: "info",
    _R.RETURNED: "bad",
    _R.FILED: "good",
}
OPINION_TONES: dict[str, str] = {
    DocumentOpinion.Answer.WAITS: "info",
    DocumentOpinion.Answer.AGREES: "good",
    DocumentOpinion.Answer.OBJECTS: "bad",
}
