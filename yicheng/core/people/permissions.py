"""Rights over people's accounts; one's own account needs none."""

from django.utils.translation import gettext_lazy as _

from yicheng.core.people.declare import Right

ADMINISTRATOR = "administrator"
WINDOW_CLERK = "window_clerk"  # 综合窗口人员
STATION_CLERK = "station_clerk"  # 便民服务站人员

RIGHTS = (
    Right("people.manage_organisations", _("Change the tree of organisations"), roles=(ADMINISTRATOR,)),
    Right("people.manage_accounts", _("Make, change and close accounts of staff"), roles=(ADMINISTRATOR,)),
    Right("people.appoint", _("Give and end appointments"), roles=(ADMINISTRATOR,)),
    Right("people.manage_roles", _("Change what roles may do"), roles=(ADMINISTRATOR,)),
    Right("people.manage_clients", _("Make and close clients of other systems"), roles=(ADMINISTRATOR,)),
    Right(
        "people.find_party",
        _("Find persons and companies by their number, for a stated purpose"),
        roles=(WINDOW_CLERK, STATION_CLERK),
    ),
    Right(
        "people.prove_identity",
        _("Confirm identities and mandates after seeing the papers"),
        roles=(WINDOW_CLERK,),
    ),
)
