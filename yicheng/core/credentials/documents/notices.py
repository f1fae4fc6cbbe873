"""What people are written about documents and seals."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yicheng.core.notices.declare import NoticeKind

DOCUMENT_NOTICES = (
    NoticeKind(
        "credentials.document_arrived",
        _("Document arrived: %(title)s"),
        _("%(author)s sent you %(number)s. Please receive it."),
    ),
    NoticeKind(
        "credentials.document_returned",
        _("Document returned: %(title)s"),
        _("%(body)s sent it back: %(reason)s"),
    ),
    NoticeKind(
        "credentials.seal_asked", _("The use of a seal waits for you: %(seal)s"), _("For: %(reason)s")
    ),
    NoticeKind("credentials.seal_granted", _("You may set the seal: %(seal)s"), _("For: %(reason)s")),
    NoticeKind("credentials.seal_refused", _("The seal may not be set: %(seal)s"), _("Why: %(note)s")),
)
