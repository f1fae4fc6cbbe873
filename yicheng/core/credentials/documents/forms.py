"""What the steps of a document ask for: which departments, opinions, the seal, how long it is kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yicheng.core.cases.declare import TaskForm
from yicheng.core.credentials.models import Document, Letterhead, Seal, SealRequest, SealRule
from yicheng.core.credentials.sealing.rules import ways_for
from yicheng.core.people.public import bodies_holding

COUNTERSIGN = "credentials.countersign_document"
RETENTION = (
    ("permanent", pgettext_lazy("archive", "for ever")),
    ("30", pgettext_lazy("archive", "30 years")),
    ("10", pgettext_lazy("archive", "10 years")),
)


class CheckForm(TaskForm):
    """Which departments are asked before the signature, and a remark for the drafter."""

    bodies = forms.MultipleChoiceField(
        label=_("Departments to countersign"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Needed only where other departments are asked first; all are asked at once."),
    )
    note = forms.CharField(
        label=_("Remark on the draft"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [one for one in bodies_holding(COUNTERSIGN) if one.id != self.case.organisation_id]
        self.fields["bodies"].choices = [(str(one.id), one.name) for one in offered]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.outcome == "countersign" and not cleaned.get("bodies"):
            self.add_error("bodies", _("Choose other departments that are concerned."))
        if self.outcome == "revise" and not (cleaned.get("note") or "").strip():
            self.add_error("note", _("Say what the drafter has to mend."))
        return cleaned


class OpinionForm(TaskForm):
    """A department's opinion."""

    words = forms.CharField(
        label=_("Opinion"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def clean_words(self) -> str:
        words: str = self.cleaned_data["words"].strip()
        if self.outcome == "object" and not words:
            raise forms.ValidationError(_("Say what your department objects to, and what would mend it."))
        return words


class SealForm(TaskForm):
    """Which of the organisation's seals."""

    seal = forms.ChoiceField(label=_("Seal"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        document = Document.objects.get(case_id=self.case.pk)
        subject = f"document/{document.pk}"
        field = self.fields["seal"]
        field.choices = [  # type: ignore[attr-defined]
            (seal.code, f"{seal} · {said}") for seal in _seals(document) if (said := _way(seal, subject))
        ]
        head = Letterhead.objects.filter(organisation_id=document.organisation_id).first()
        field.initial = head.seal_code if head else ""


class FileForm(TaskForm):
    """How long the archive keeps it."""

    retention = forms.ChoiceField(label=_("Kept"), choices=RETENTION, initial="10")


def _seals(document: Document) -> list[Seal]:
    rows = Seal.objects.filter(organisation_id=document.organisation_id, state=Seal.State.IN_USE)
    return list(rows.order_by("code"))


def _way(seal: Seal, subject: str) -> str:
    """What the choice says about the seal, "" where it cannot be set on a document at all."""
    ways = ways_for(seal, subject)
    if SealRule.Way.HAND in ways:
        return str(_("may be set at once"))
    if SealRule.Way.APPROVAL not in ways:
        return ""
    asked = SealRequest.objects.filter(seal=seal, subject=subject).order_by("-id").first()
    if asked is None or asked.state == SealRequest.State.USED:
        return str(_("the custodian must agree first"))
    return str(_("the custodian was asked: %(state)s") % {"state": SealRequest.State(asked.state).label})
