"""The paper of a document: text and facts laid out as GB/T 9704 says, one PDF."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils import timezone

from yicheng.core.credentials.models import Document, DocumentPaper, DocumentRecipient, Letterhead, Seal
from yicheng.core.credentials.sealing.picture import picture_for_screens
from yicheng.core.credentials.typesetting import drawn, typeset
from yicheng.core.kernel import clock

LAYOUT = Path(__file__).parent.parent / "layouts" / "document.typ"
URGENT = {Document.Urgency.URGENT: "加急", Document.Urgency.EXPRESS: "特急"}
_FIRST = re.compile(r"^[一二三四五六七八九十百]+、")
_SECOND = re.compile(r"^（[一二三四五六七八九十百]+）")


def paper(document: Document) -> bytes:
    """The PDF as it stands now, with the place for its seal. Three queries."""
    return typeset(LAYOUT.read_text(encoding="utf-8"), facts(document))


def pages(document: Document) -> list[bytes]:
    """The pages as SVG for screens, with the picture of the seal once it is set."""
    said = facts(document)
    seal = _seal_on(document)
    if seal is not None:
        said |= {"seal": picture_for_screens(seal).decode(), "seal-width": float(seal.diameter_mm)}
    return drawn(LAYOUT.read_text(encoding="utf-8"), said)


def facts(document: Document) -> dict[str, Any]:
    """What the layout shows."""
    heading = Letterhead.objects.filter(organisation_id=document.organisation_id).first()
    author = document.organisation.name
    signed_on = chinese(document.signed_at or clock.now())
    return {
        "title": document.title,
        "author": author,
        "heading": heading.heading if heading else f"{author}文件",
        "number": document.number or "〔　　〕　号",
        "urgency": URGENT.get(Document.Urgency(document.urgency), ""),
        "signer": _signer(document) if document.goes_up else "",
        "body": paragraphs(document.body),
        "annexes": list(document.annexes),
        "date": signed_on,
        "note": document.note,
        "printer": author,
        "printed": chinese(clock.now()),
        "seal": "",
        **_recipients(document),
    }


def _seal_on(document: Document) -> Seal | None:
    paper = DocumentPaper.objects.filter(document=document).select_related("seal").defer("pdf").first()
    return paper.seal if paper else None


def paragraphs(body: str) -> list[dict[str, Any]]:
    """Paragraphs with their level: 1 for 一、, 2 for （一）, else 0."""
    texts = [line.strip() for line in body.splitlines()]
    return [{"text": text, "level": _level(text)} for text in texts if text]


def chinese(moment: datetime | date) -> str:
    """A day as documents write it, in the city's zone."""
    day = timezone.localtime(moment).date() if isinstance(moment, datetime) else moment
    return f"{day.year}年{day.month}月{day.day}日"


def _level(text: str) -> int:
    """A heading is a short line without a full stop."""
    if len(text) > 40 or text.endswith("。"):
        return 0
    return 1 if _FIRST.match(text) else 2 if _SECOND.match(text) else 0


def _signer(document: Document) -> str:
    return document.signed_by.display_name if document.signed_by else "　　　"


def _recipients(document: Document) -> dict[str, list[str]]:
    rows = list(document.recipients.select_related("organisation").order_by("id"))
    roles = DocumentRecipient.Role
    return {
        "main": [row.organisation.name for row in rows if row.role == roles.MAIN],
        "copies": [row.organisation.name for row in rows if row.role == roles.COPY],
    }
