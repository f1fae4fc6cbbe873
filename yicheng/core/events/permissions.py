"""Rights over what happens behind the scenes."""

from django.utils.translation import gettext_lazy as _

from yicheng.core.people.declare import Right

RIGHTS = (
    Right("events.see_parked", _("See events whose handling failed"), roles=("administrator",)),
    Right("events.mend", _("Try failed events again, or let them go"), roles=("administrator",)),
)
