"""Who may do what with cases and with what is laid down about them, whatever the application."""

from django.utils.translation import gettext_lazy as _

from yicheng.core.people.declare import Right

#: role codes that a city pack gives out; another pack may name others in its roles table
DESIGNER = "process_designer"
ADMINISTRATOR = "administrator"

RIGHTS = (
    Right("cases.view_case", _("See cases of every application"), roles=(ADMINISTRATOR,)),
    Right(
        "cases.manage_case",
        _("Transfer, send back, split, merge, reopen and cancel cases"),
        roles=(ADMINISTRATOR,),
    ),
    Right("cases.decide_clock", _("Decide on pauses and extensions"), roles=(ADMINISTRATOR,)),
    Right(
        "cases.view_process",
        _("See drawn processes and time limits"),
        roles=(DESIGNER, ADMINISTRATOR),
    ),
    Right("cases.draw_process", _("Upload and try drawn processes"), roles=(DESIGNER, ADMINISTRATOR)),
    Right("cases.publish_process", _("Publish drawn processes"), roles=(DESIGNER, ADMINISTRATOR)),
    Right("cases.edit_limits", _("Put time limits in force"), roles=(DESIGNER, ADMINISTRATOR)),
)
