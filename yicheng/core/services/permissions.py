"""Who may describe government services, and who may put a description into force."""

from django.utils.translation import gettext_lazy as _

from yicheng.core.people.declare import Right

ITEM_KEEPER = "item_keeper"  # 事项管理员, of a department
ITEM_OFFICE = "item_office"  # 政务服务管理员, of the city's service office

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

RIGHTS = (
    *RATING_RIGHTS,
    Right(
        "services.keep_items",
        _("Draft service items and forms of one's department"),
        roles=(ITEM_KEEPER, ITEM_OFFICE),
    ),
    Right("services.publish_items", _("Put service items into force"), roles=(ITEM_OFFICE,)),
)
