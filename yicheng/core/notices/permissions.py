"""Rights over messages; reading one's own inbox needs none."""

from django.utils.translation import gettext_lazy as _

from yicheng.core.people.declare import Right

RIGHTS = (
    Right(
        "notices.see_dead_letters", _("See messages that could not be delivered"), roles=("administrator",)
    ),
    Right("notices.resend", _("Send undelivered messages again"), roles=("administrator",)),
    Right("notices.report_delivery", _("Report what became of a message (for gateways)"), roles=("gateway",)),
)
