"""The paper of a licence: set by its layout, sealed by the issuing body, made once and kept encrypted."""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yicheng.core.credentials.actions.setting import seal_pdf
from yicheng.core.credentials.licences import codes
from yicheng.core.credentials.licences.facts import LicenceFacts
from yicheng.core.credentials.licences.reading import facts_of
from yicheng.core.credentials.models import LicencePaper, LicenceVersion, Seal, SealRule
from yicheng.core.credentials.typesetting import typeset
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict
from yicheng.core.kernel.qr import qr_code
from yicheng.core.people.public import SYSTEM, seal, unseal

LAYOUT = Path(__file__).parents[2] / "licences" / "layouts" / "licence.typ"
#: in which the code is drawn
INK = "#1d2b24"


@transaction.atomic
def paper_of(version: LicenceVersion, *, base: str) -> bytes:
    """The sealed PDF; made at first need (a second's part), the same bytes ever after. The caller has checked the right."""
    LicenceVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    kept = LicencePaper.objects.filter(version=version).first()
    if kept is not None:
        return b64decode(unseal(kept.sealed))
    made = _sealed(version, layout_of(version), base=base)
    LicencePaper.objects.create(
        version=version,
        sealed=seal(b64encode(made).decode()),
        sha256=hashlib.sha256(made).hexdigest(),
        size=len(made),
        made_at=clock.now(),
    )
    return made


def layout_of(version: LicenceVersion) -> str:
    """The kind's own layout, else the platform's."""
    return version.type_version.template or LAYOUT.read_text(encoding="utf-8")


def data_of(facts: LicenceFacts, *, base: str) -> dict[str, Any]:
    """What a layout gets: every word of it Chinese as issued; ``qr`` is an SVG."""
    return {
        "title": facts.type_name,
        "title_en": facts.type_name_en,
        "number": facts.number,
        "holder": facts.holder_name,
        "holder_label": "单位名称" if facts.holder_kind == "company" else "姓名",
        "fields": [
            {
                "key": field.rule.key,
                "name": field.rule.name,
                "name_en": field.rule.name_en,
                "value": _shown(field),
            }
            for field in facts.fields
        ],
        "term": _term(facts),
        "valid_from": chinese_day(facts.valid_from),
        "valid_until": chinese_day(facts.valid_until) if facts.valid_until else "长期",
        "authority": facts.organisation,
        "issued": chinese_day(facts.issued_at.date()),
        "version": facts.version,
        "code": codes.in_groups(facts.code),
        "address": f"{base}/c/{facts.code}",
        "qr": qr_code(f"{base}/c/{facts.code}", border=0, colour=INK),
    }


def chinese_day(day: date) -> str:
    """As official papers write it."""
    return f"{day.year}年{day.month}月{day.day}日"


def _sealed(version: LicenceVersion, layout: str, *, base: str) -> bytes:
    facts = facts_of(version)
    plain = typeset(layout, data_of(facts, base=base), made_at=facts.issued_at)
    subject = f"licence/{facts.type_code}/{facts.id}"
    return seal_pdf(
        SYSTEM,
        plain,
        seal=_seal_for(version, subject),
        reason=f"{facts.type_name} {facts.number}",
        subject=subject,
    )


def _seal_for(version: LicenceVersion, subject: str) -> str:
    """The kind's own seal, else one of the issuing body that may be set on such licences."""
    if version.type_version.seal:
        return version.type_version.seal
    kind = subject.rpartition("/")[0]
    rows = Seal.objects.filter(
        Q(rules__covers__in=("licence", kind)),
        organisation_id=version.licence.organisation_id,
        state=Seal.State.IN_USE,
        rules__way=SealRule.Way.PROCESS,
    )
    code = rows.order_by("id").values_list("code", flat=True).first()
    if code is None:
        raise Conflict(
            _("%(body)s has no seal for this kind of licence yet. Ask its keeper of seals to add a rule."),
            body=version.licence.organisation.name,
        )
    return str(code)


def _shown(field: Any) -> str:
    if field.rule.kind == "date" and field.value:
        return chinese_day(date.fromisoformat(field.value))
    return str(field.value)


def _term(facts: LicenceFacts) -> str:
    if facts.valid_until is None:
        return f"{chinese_day(facts.valid_from)} 起长期有效"
    return f"{chinese_day(facts.valid_from)} 至 {chinese_day(facts.valid_until)}"
