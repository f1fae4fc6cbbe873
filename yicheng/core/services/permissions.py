"""Who may describe government services, and who may put a description into force."""

from django.utils.translation import gettext_lazy as _

from yicheng.core.people.declare import Right

ITEM_KEEPER = "item_keeper"  # 事项管理员, of a department
ITEM_OFFICE = "item_office"  # 政务服务管理员, of the city's service office

RIGHTS = (
    Right(
        "services.keep_items",
        _("Draft service items and forms of one's department"),
        roles=(ITEM_KEEPER, ITEM_OFFICE),
    ),
    Right("services.publish_items", _("Put service items into force"), roles=(ITEM_OFFICE,)),
)
