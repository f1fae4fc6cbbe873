"""Reads: a person's inbox and choices, and for operators the letters that did not arrive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.errors import SignInRequired
from yicheng.core.notices import rendering
from yicheng.core.notices.channels.configured import channels
from yicheng.core.notices.contacts import contacts_of
from yicheng.core.notices.models import ChannelChoice, Delivery, Notice
from yicheng.core.people.contacts import masked
from yicheng.core.people.public import Viewer

PAGE_SIZE = 30
#: beyond this the badge says "99+"
COUNTED = 100


@dataclass(frozen=True, slots=True)
class InboxItem:
    """A notice as its recipient sees it."""

    id: int
    title: str
    text: str
    link: str
    is_urgent: bool
    is_read: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class InboxPage:
    """Unread urgent notices on top (first page only), then the rest, newest first. ``next`` marks the page."""

    urgent: Sequence[InboxItem]
    items: Sequence[InboxItem]
    next: int | None


@dataclass(frozen=True, slots=True)
class Choice:
    """A channel a person may switch. ``address`` is where it would go, masked; empty: none known."""

    channel: str
    title: str | Promise
    address: str
    is_on: bool


def require_account(viewer: Viewer) -> int:
    """The viewer's account; an inbox belongs to somebody."""
    if viewer.account_id is None:
        raise SignInRequired(_("Please sign in to read your messages."))
    return viewer.account_id


def unread_count(viewer: Viewer) -> int:
    """How many unread notices, counted up to ``COUNTED``; 0 for strangers without asking the database."""
    if viewer.account_id is None:
        return 0
    return Notice.objects.filter(account_id=viewer.account_id, read_at=None)[:COUNTED].count()


def inbox(viewer: Viewer, *, before: int | None = None) -> InboxPage:
    """One page of the viewer's inbox, in the active language."""
    mine = Notice.objects.filter(account_id=require_account(viewer))
    urgent = [] if before else list(mine.filter(is_urgent=True, read_at=None).order_by("-id")[:PAGE_SIZE])
    older = mine.filter(pk__lt=before) if before else mine
    page = list(older.order_by("-id")[: PAGE_SIZE + 1])
    on_top = {notice.pk for notice in urgent}
    return InboxPage(
        urgent=[_item(notice) for notice in urgent],
        items=[_item(notice) for notice in page[:PAGE_SIZE] if notice.pk not in on_top],
        next=page[PAGE_SIZE - 1].pk if len(page) > PAGE_SIZE else None,
    )


def choices(viewer: Viewer) -> list[Choice]:
    """The channels this installation has, and what the viewer chose."""
    account_id = require_account(viewer)
    if not channels():
        return []
    chosen = dict(ChannelChoice.objects.filter(account_id=account_id).values_list("channel", "is_on"))
    contact = contacts_of([account_id])[account_id]
    return [
        Choice(key, channel.title, masked(channel.address_of(contact)), chosen.get(key, True))
        for key, channel in channels().items()
    ]


def dead_letters(viewer: Viewer) -> QuerySet[Delivery]:
    """Messages that were given up, with notice and account; needs ``notices.see_dead_letters``."""
    viewer.require("notices.see_dead_letters")
    return Delivery.objects.filter(status=Delivery.Status.DEAD).select_related("notice__account")


def _item(notice: Notice) -> InboxItem:
    words = rendering.words(notice.kind, notice.placeholders)
    return InboxItem(
        id=notice.pk,
        title=words.title,
        text=words.text,
        link=notice.link,
        is_urgent=notice.is_urgent,
        is_read=notice.read_at is not None,
        created_at=notice.created_at,
    )
