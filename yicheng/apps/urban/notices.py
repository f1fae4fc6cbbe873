"""What urban management writes to people: the reporter at each stage, the department when work comes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yicheng.core.notices.declare import NoticeKind

REPORT_RECEIVED = "urban.report_received"
REPORT_FILED = "urban.report_filed"
REPORT_REFUSED = "urban.report_refused"
REPORT_MERGED = "urban.report_merged"
REPORT_DISPATCHED = "urban.report_dispatched"
REPORT_HANDLED = "urban.report_handled"
REPORT_CLOSED = "urban.report_closed"
WORK_DISPATCHED = "urban.work_dispatched"
WORK_DISPUTED = "urban.work_disputed"
POORLY_RATED = "urban.poorly_rated"

NOTICES = (
    NoticeKind(
        REPORT_RECEIVED,
        _("We have your report %(number)s"),
        _("“%(title)s” has reached the supervision centre. You can follow it at any time."),
    ),
    NoticeKind(
        REPORT_FILED,
        _("Your report %(number)s was filed"),
        _("“%(title)s” is now a case. The command centre decides which department handles it."),
    ),
    NoticeKind(
        REPORT_REFUSED,
        _("Your report %(number)s was not filed"),
        _("“%(title)s” did not become a case. Open it to read why; you may report again."),
    ),
    NoticeKind(
        REPORT_MERGED,
        _("Your report %(number)s joined an earlier one"),
        _("Somebody had reported the same matter as “%(title)s”. You follow the earlier case from now on."),
    ),
    NoticeKind(
        REPORT_DISPATCHED,
        _("Your report %(number)s was dispatched"),
        _("%(organisation)s is to handle “%(title)s”."),
    ),
    NoticeKind(
        REPORT_HANDLED,
        _("Your report %(number)s was handled"),
        _("The department says that “%(title)s” is done. It is now checked on the spot."),
    ),
    NoticeKind(
        REPORT_CLOSED,
        _("Your report %(number)s is closed"),
        _("“%(title)s” was checked and closed. Please say how you find the result."),
        channels=("sms",),
    ),
    NoticeKind(
        WORK_DISPATCHED,
        _("New case %(number)s for your department"),
        _("“%(title)s” was dispatched to %(organisation)s."),
    ),
    NoticeKind(
        WORK_DISPUTED,
        _("Case %(number)s was reopened"),
        _("The reporter of “%(title)s” does not agree that it is solved. It must be taken up again."),
        urgent=True,
    ),
    NoticeKind(
        POORLY_RATED,
        _("Case %(number)s was rated %(level)s of 5"),
        _("The reporter is not satisfied. Please look at the case and call back."),
    ),
)
