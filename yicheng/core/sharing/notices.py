"""What sharing writes to people: both sides at each turn, and the user before a grant ends."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yicheng.core.notices.declare import NoticeKind

NOTICES = (
    NoticeKind(
        "sharing.asked", _("%(consumer)s asks for your data"), _("“%(title)s”: please decide in time.")
    ),
    NoticeKind("sharing.granted", _("Data granted: %(title)s"), _("%(provider)s gave you “%(title)s”.")),
    NoticeKind(
        "sharing.refused",
        _("Data refused: %(title)s"),
        _("%(provider)s does not give you “%(title)s”. Read why; you can take it to the data office."),
    ),
    NoticeKind(
        "sharing.overruled", _("The data office granted: %(title)s"), _("%(consumer)s may use “%(title)s”.")
    ),
    NoticeKind("sharing.narrowed", _("Grant changed: %(title)s"), _("%(provider)s gives less: %(reason)s")),
    NoticeKind(
        "sharing.revoked", _("Grant revoked: %(title)s"), _("%(provider)s ended it: %(reason)s"), urgent=True
    ),
    NoticeKind(
        "sharing.ends_soon",
        _("A grant ends on %(day)s: %(title)s"),
        _("Renew it if you still need the data of %(provider)s."),
    ),
    NoticeKind(
        "sharing.undelivered",
        _("Changes could not be delivered: %(title)s"),
        _(
            "Your address does not take the changes of “%(title)s”. Nothing is lost: send them again once it does."
        ),
    ),
)
