"""What people are told about their data."""

from django.utils.translation import gettext_lazy as _

from yicheng.core.notices.declare import NoticeKind

STOPPED = "data.stopped"
SETTLED = "data.settled"
CORRECTED = "data.corrected"

NOTICES = (
    NoticeKind(
        STOPPED,
        _("“%(title)s” was not brought up to date"),
        _("%(reason)s What was published last stays in use until you have looked at it."),
        channels=("sms",),
        urgent=True,
    ),
    NoticeKind(
        SETTLED,
        _("Your delivery “%(title)s” was judged"),
        _("Open the campaign to read the verdict and what is still owed."),
    ),
    NoticeKind(
        CORRECTED,
        _("A value that you use was corrected at its source"),
        _("The department in charge has decided about “%(field)s”. Please bring your own data into line."),
    ),
)
