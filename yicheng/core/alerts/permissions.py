"""Who may see alerts, answer them, and lay down what makes them."""

from django.utils.translation import gettext_lazy as _

from yicheng.core.people.declare import Right

#: role codes that a city pack gives out; another pack may name others in its roles table
WATCH, ENGINEER, ADMINISTRATOR = "duty_officer", "alert_engineer", "administrator"

RIGHTS = (
    Right("alerts.see_alerts", _("See alerts"), roles=(WATCH, ENGINEER, ADMINISTRATOR)),
    Right("alerts.receive", _("Be told of alerts"), roles=(WATCH,)),
    Right("alerts.receive_escalated", _("Be told of alerts that nobody answers"), roles=("duty_leader",)),
    Right("alerts.answer", _("Acknowledge and judge alerts"), roles=(WATCH, ADMINISTRATOR)),
    Right("alerts.handle", _("Handle incidents of alerts"), roles=(WATCH, "handler")),
    Right("alerts.shelve", _("Shelve alerts for a time"), roles=(WATCH, ADMINISTRATOR)),
    Right("alerts.take_out", _("Take alerts out of service"), roles=(ENGINEER, ADMINISTRATOR)),
    Right("alerts.raise", _("Raise and clear alerts by hand"), roles=(WATCH,)),
    Right("alerts.edit_rule", _("Write and try alert rules"), roles=(ENGINEER, ADMINISTRATOR)),
    Right("alerts.publish_rule", _("Put alert rules into force"), roles=(ENGINEER, ADMINISTRATOR)),
    Right("alerts.publish_warning", _("Issue warnings to the public"), roles=("warning_editor",)),
    Right("alerts.receive_warning", _("Hand in warnings of other systems (CAP)"), roles=("gateway",)),
)
