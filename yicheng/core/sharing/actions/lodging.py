"""Checkpoints kept out of the platform's reach: as files, by e-mail, at web addresses."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from yicheng.core.events.public import call, check_url
from yicheng.core.journal.public import record
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Invalid, NotFound, Refusal
from yicheng.core.people.public import Viewer
from yicheng.core.sharing.models import Checkpoint, Lodgement, LodgingPlace, LogState

RIGHT = "sharing.keep_log"
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,80}")


@transaction.atomic
def add_place(viewer: Viewer, *, kind: str, address: str, title: str, every_hours: int = 24) -> LodgingPlace:
    """Lodge checkpoints at a place from now on. Raises ``Invalid``."""
    viewer.require(RIGHT)
    address = address.strip()
    _check(kind, address)
    if not 1 <= every_hours <= 24 * 31:
        raise Invalid(_("From every hour to once a month."), fields={"every_hours": _("From 1 to 744.")})
    now = clock.now()
    try:
        with transaction.atomic():
            place = LodgingPlace.objects.create(
                kind=kind,
                address=address,
                title=title.strip()[:120],
                every_hours=every_hours,
                next_at=now,
                created_at=now,
            )
    except IntegrityError:
        raise Conflict(_("Checkpoints are lodged there already.")) from None
    record(
        viewer, action="sharing.add_lodging_place", subject=f"lodging_place/{place.pk}", detail={"kind": kind}
    )
    return place


@transaction.atomic
def end_place(viewer: Viewer, place_id: int) -> None:
    """Lodge no more there; what was lodged stays recorded."""
    viewer.require(RIGHT)
    if not LodgingPlace.objects.filter(pk=place_id, ended_at=None).update(ended_at=clock.now()):
        raise NotFound(_("There is no such place."))
    record(viewer, action="sharing.end_lodging_place", subject=f"lodging_place/{place_id}")


def lodge_due() -> int:
    """Lodge the newest checkpoint where it is due (a job); answers how many places took it."""
    state = LogState.objects.first()
    if state is None:
        return 0
    facts = {"root": state.root, "note": state.note, "signed_at": state.signed_at}
    checkpoint, _is_new = Checkpoint.objects.get_or_create(size=state.size, defaults=facts)
    due = LodgingPlace.objects.filter(ended_at=None, next_at__lte=clock.now()).order_by("next_at")
    return sum(_lodge(place, checkpoint) for place in due[:50])


def _lodge(place: LodgingPlace, checkpoint: Checkpoint) -> bool:
    try:
        _SENDERS[place.kind](place, checkpoint)
        error = ""
    except (Refusal, OSError) as refused:
        error = str(refused)[:300] or type(refused).__name__
    with transaction.atomic():
        Lodgement.objects.create(place=place, checkpoint=checkpoint, at=clock.now(), error=error)
        wait = timedelta(hours=1) if error else timedelta(hours=place.every_hours)
        LodgingPlace.objects.filter(pk=place.pk).update(next_at=clock.now() + wait)
    return not error


def _to_file(place: LodgingPlace, checkpoint: Checkpoint) -> None:
    folder = Path(settings.LODGING_FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{place.address}-{checkpoint.size}.note"
    target.write_text(checkpoint.note, encoding="utf-8")


def _by_email(place: LodgingPlace, checkpoint: Checkpoint) -> None:
    subject = f"Checkpoint {checkpoint.size}: {checkpoint.note.partition(chr(10))[0]}"
    EmailMessage(subject, checkpoint.note, to=[place.address]).send()


def _by_web(place: LodgingPlace, checkpoint: Checkpoint) -> None:
    headers = {"Content-Type": "text/plain; charset=utf-8"}
    answer = call(place.address, method="POST", body=checkpoint.note.encode(), headers=headers, timeout_s=20)
    if not 200 <= answer.status < 300:
        raise Invalid(_("The address answered %(status)s."), status=answer.status)


_SENDERS: dict[str, Callable[[LodgingPlace, Checkpoint], None]] = {
    "file": _to_file,
    "email": _by_email,
    "webhook": _by_web,
}


def _check(kind: str, address: str) -> None:
    text = _("This is no place of that kind.")
    if kind == "file" and not _FILE.fullmatch(address):
        text = _("A name of letters, digits, - and _, without folders.")
        raise Invalid(text, fields={"address": text})
    if kind == "email":
        try:
            validate_email(address)
        except ValidationError:
            raise Invalid(text, fields={"address": text}) from None
    if kind == "webhook":
        check_url(address)
    if kind not in _SENDERS:
        raise Invalid(text, fields={"kind": text})
