"""Who may describe government services, and who may put a description into force."""

from django.utils.translation import gettext_lazy as _

from yicheng.core.people.declare import Right

ITEM_KEEPER = "item_keeper"  # 事项管理员, of a department
ITEM_OFFICE = "item_office"  # 政务服务管理员, of the city's service office
WINDOW_CLERK = "window_clerk"  # 综合窗口人员
STATION_CLERK = "station_clerk"  # 便民服务站人员
APPROVER = "approver"  # 审批人员, of a department
APPROVAL_HEAD = "approval_head"  # 审批负责人, of a department

RATING_RIGHTS = (
    Right("services.rate", _("Rate a service by its code"), strangers=True, residents=True),
    Right("services.invite_rating", _("Invite people to rate what was done"), roles=(ITEM_OFFICE, "handler")),
    Right(
        "services.see_ratings",
        _("See ratings of services and their figures"),
        roles=(ITEM_KEEPER, ITEM_OFFICE, "department_head", "auditor", "leader"),
    ),
    Right(
        "services.rectify_ratings",
        _("Answer low ratings for one's department"),
        roles=(ITEM_KEEPER, ITEM_OFFICE, "department_head"),
    ),
    Right("services.judge_ratings", _("Judge and confirm rectifications"), roles=(ITEM_OFFICE,)),
    Right("services.publish_words", _("Release the words of ratings"), roles=(ITEM_OFFICE,)),
)

KIOSK_RIGHTS = (
    Right("services.see_kiosks", _("See the fleet of kiosks"), roles=(ITEM_OFFICE, "device_keeper")),
    Right("services.keep_kiosks", _("Put up kiosks, fill their paper"), roles=("device_keeper",)),
)

RIGHTS = (
    *RATING_RIGHTS,
    *KIOSK_RIGHTS,
    Right(
        "services.keep_items",
        _("Draft service items and forms of one's department"),
        roles=(ITEM_KEEPER, ITEM_OFFICE),
    ),
    Right("services.publish_items", _("Put service items into force"), roles=(ITEM_OFFICE,)),
    Right("services.apply", _("Apply for services"), residents=True),
    Right(
        "services.accept",
        _("Take applications at a window or station and accept them"),
        roles=(WINDOW_CLERK, STATION_CLERK),
    ),
    Right(
        "services.review",
        _("Review and inspect applications for one's department"),
        roles=(APPROVER, APPROVAL_HEAD),
    ),
    Right("services.decide", _("Decide on applications"), roles=(APPROVAL_HEAD,)),
    Right("services.issue", _("Issue what was granted"), roles=(APPROVER, APPROVAL_HEAD)),
    Right("services.deliver", _("Hand over results"), roles=(WINDOW_CLERK, STATION_CLERK)),
    Right(
        "services.view_application",
        _("See applications of one's body with their answers; every look is logged"),
        roles=(WINDOW_CLERK, STATION_CLERK, APPROVER, APPROVAL_HEAD),
    ),
    Right("services.reserve", _("Reserve a time at a hall"), residents=True),
    Right(
        "services.keep_reservations",
        _("See who reserved a time, and note who came"),
        roles=(ITEM_OFFICE, WINDOW_CLERK, STATION_CLERK),
    ),
)
