"""Invites people to rate what they got, takes their rating once, their appeal, and releases their words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yicheng.core.cases.public import reopen_case
from yicheng.core.events.public import publish
from yicheng.core.journal.public import record
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Invalid, NotFound
from yicheng.core.notices.public import notify
from yicheng.core.people.public import SYSTEM, Viewer
from yicheng.core.services import events, notices
from yicheng.core.services.actions.counting import count, count_invitation
from yicheng.core.services.actions.rectification import open_rectification
from yicheng.core.services.models import Rating, RatingInvitation, RatingReason
from yicheng.core.services.queries.ratings import OPEN_AGAIN_AT, Invitation, invitation_of
from yicheng.core.services.ratings.facts import Invited, NewInvitation
from yicheng.core.services.ratings.levels import Satisfaction, is_low, reasons_of
from yicheng.core.services.ratings.tokens import code_of, digest_of

#: for so long an invitation is open
OPEN_FOR: Any = timedelta(days=90)


@transaction.atomic
def invite_rating(viewer: Viewer, new: NewInvitation) -> Invited:
    """Let whoever holds the code rate this transaction; the same transaction asked again answers the same code."""
    viewer.require("services.invite_rating", organisation_id=new.organisation_id, division=new.division_code)
    now, code = clock.now(), code_of(new.subject)
    row, is_new = RatingInvitation.objects.get_or_create(
        subject=new.subject,
        defaults={
            "code_digest": digest_of(code),
            "title": new.title[:200],
            "item_id": new.item_id,
            "organisation_id": new.organisation_id,
            "window_id": new.window_id,
            "division_code": new.division_code,
            "account_id": new.account_id,
            "invited_at": now,
            "expires_at": now + OPEN_FOR,
        },
    )
    invited = Invited(row.pk, code, reverse("portal.rate", args=[code]))
    if is_new:
        count_invitation(row)
        _ask(row, invited)
    return invited


@transaction.atomic
def rate(
    viewer: Viewer,
    code: str,
    *,
    level: int,
    reasons: Sequence[str] = (),
    words: str = "",
    channel: str = Rating.Channel.LINK,
) -> Rating:
    """Rate what the code stands for, once. Raises ``NotFound``, ``Invalid``, ``Conflict`` when rated or expired."""
    viewer.require("services.rate")
    found = invitation_of(viewer, code)
    _check(found, level=level, reasons=reasons)
    rating = _write(found.row, level=level, words=words, channel=channel)
    RatingReason.objects.bulk_create(
        RatingReason(rating=rating, reason=key) for key in dict.fromkeys(reasons)
    )
    count(rating, by=1)
    subject, row = f"service_rating/{rating.pk}", found.row
    record(
        viewer,
        action="services.rate",
        subject=subject,
        division=row.division_code,
        detail={"level": level, "channel": channel, "of": row.subject},
    )
    fact = events.Rated(rating.pk, row.subject, level, row.organisation_id, row.item_id, row.window_id)
    publish(events.RATED, fact, subject=subject, division=row.division_code)
    if is_low(level):
        open_rectification(rating)
    return rating


@transaction.atomic
def appeal_answer(viewer: Viewer, code: str, *, words: str) -> None:
    """Say that the answer to one's rating does not settle it, once: the service office takes it up again."""
    viewer.require("services.rate")
    found = invitation_of(viewer, code, is_locked=True)
    if not found.may_appeal or found.rectification is None or found.rectification.case_id is None:
        raise Conflict(_("There is no answer that could still be appealed against."))
    if len(words.strip()) < 4:
        text = _("Say what is still wrong.")
        raise Invalid(text, fields={"words": text})
    row = found.rectification
    row.appeal, row.appealed_at = words.strip()[:500], clock.now()
    row.save(update_fields=["appeal", "appealed_at"])
    case_id = found.rectification.case_id
    reopen_case(SYSTEM, case_id, element_id=OPEN_AGAIN_AT, note=row.appeal)
    subject, division = f"service_rating/{row.pk}", found.row.division_code
    record(viewer, action="services.appeal_answer", subject=subject, division=division)
    fact = events.RatingAppealed(row.pk, case_id, found.row.organisation_id)
    publish(events.RATING_APPEALED, fact, subject=subject, division=division)


@transaction.atomic
def release_words(viewer: Viewer, rating_id: int, *, is_published: bool) -> None:
    """Show what somebody wrote to everybody, or withhold it (names, insults). Raises ``NotFound``."""
    rating = Rating.objects.select_for_update().filter(pk=rating_id).exclude(words="").first()
    if rating is None:
        raise NotFound(_("There is no rating with words and this number."))
    viewer.require(
        "services.publish_words", organisation_id=rating.organisation_id, division=rating.division_code
    )
    now = clock.now()
    rating.words_published_at = now if is_published else None
    rating.words_withheld_at = None if is_published else now
    rating.save(update_fields=["words_published_at", "words_withheld_at"])
    action = "services.publish_words" if is_published else "services.withhold_words"
    record(viewer, action=action, subject=f"service_rating/{rating.pk}", division=rating.division_code)


def _ask(row: RatingInvitation, invited: Invited) -> None:
    """Tell whoever has an account that they may rate."""
    if row.account_id is not None:
        notify(
            notices.RATING_INVITED,
            [row.account_id],
            subject=f"rating_invitation/{row.pk}",
            link=invited.path,
            values={"title": row.title},
        )


def _check(found: Invitation, *, level: int, reasons: Sequence[str]) -> None:
    if level not in Satisfaction.values:
        text = _("Choose one of the five levels.")
        raise Invalid(text, fields={"level": text})
    if set(reasons) - set(reasons_of(level)):
        text = _("Choose among the reasons of this level.")
        raise Invalid(text, fields={"reasons": text})
    if found.rating is not None:
        raise Conflict(_("This has been rated already. Thank you."))
    if found.row.expires_at <= clock.now():
        raise Conflict(_("The time for rating this is over."))


def _write(row: RatingInvitation, *, level: int, words: str, channel: str) -> Rating:
    try:
        with transaction.atomic():
            return Rating.objects.create(
                invitation=row,
                level=level,
                words=words.strip()[:500],
                channel=channel,
                rated_at=clock.now(),
                organisation_id=row.organisation_id,
                division_code=row.division_code,
            )
    except IntegrityError:
        raise Conflict(_("This has been rated already. Thank you.")) from None
