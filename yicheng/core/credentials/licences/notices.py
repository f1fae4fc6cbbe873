"""What holders are told about their licences."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yicheng.core.notices.declare import NoticeKind

LICENCE_NOTICES = (
    NoticeKind(
        "credentials.licence_issued",
        _("Your licence is here: %(title)s"),
        _("Number %(number)s. You can show it, download it with its seal, and see whoever looks at it."),
    ),
    NoticeKind(
        "credentials.licence_renewed",
        _("Licence renewed: %(title)s"),
        _("Number %(number)s. Print it again: the old paper counts as replaced."),
    ),
    NoticeKind(
        "credentials.licence_changed",
        _("Licence changed: %(title)s"),
        _("Number %(number)s. Print it again: the old paper counts as replaced."),
    ),
    NoticeKind(
        "credentials.licence_suspended",
        _("Licence suspended: %(title)s"),
        _("Number %(number)s does not count until it is restored. Open it to read why."),
        urgent=True,
    ),
    NoticeKind(
        "credentials.licence_restored",
        _("Licence restored: %(title)s"),
        _("Number %(number)s counts again."),
    ),
    NoticeKind(
        "credentials.licence_revoked",
        _("Licence revoked: %(title)s"),
        _("Number %(number)s does not count any more. Open it to read why and what you can do."),
        urgent=True,
    ),
    NoticeKind(
        "credentials.licence_runs_out",
        _("A licence ends on %(day)s: %(title)s"),
        _("Number %(number)s. Apply for its renewal in time."),
    ),
)
