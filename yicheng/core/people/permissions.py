"""Rights over people's accounts; one's own account needs none."""

from django.utils.translation import gettext_lazy as _

from yicheng.core.people.declare import Right

ADMINISTRATOR = "administrator"

RIGHTS = (
    Right("people.manage_organisations", _("Change the tree of organisations"), roles=(ADMINISTRATOR,)),
    Right("people.manage_accounts", _("Make, change and close accounts of staff"), roles=(ADMINISTRATOR,)),
    Right("people.appoint", _("Give and end appointments"), roles=(ADMINISTRATOR,)),
    Right("people.manage_roles", _("Change what roles may do"), roles=(ADMINISTRATOR,)),
    Right("people.manage_clients", _("Make and close clients of other systems"), roles=(ADMINISTRATOR,)),
)
