"""Who may do what with the city's data."""

from django.utils.translation import gettext_lazy as _

from yicheng.core.people.declare import Right

DATA_KEEPER = "data_keeper"  # 部门数据管理员
DATA_SYSTEM = "data_system"  # 部门业务系统
DATA_OFFICE = "data_office"  # 大数据主管部门
AUDITOR = "auditor"
LEADER = "leader"
DEPARTMENT_HEAD = "department_head"
_ALL = (DATA_KEEPER, DATA_OFFICE, AUDITOR, LEADER, DEPARTMENT_HEAD)

RIGHTS = (
    Right("data.bring_in", _("Bring in the data of one's department"), roles=(DATA_KEEPER, DATA_SYSTEM)),
    Right(
        "data.see_sources",
        _("See sources of data and their loads"),
        roles=(DATA_KEEPER, DATA_SYSTEM, DATA_OFFICE, AUDITOR),
    ),
    Right("data.run_campaign", _("Run the collection campaign"), roles=(DATA_OFFICE,)),
    Right("data.see_campaign", _("See the collection campaign"), roles=_ALL),
    Right(
        "data.dispute_demand", _("Dispute what one's department owes"), roles=(DATA_KEEPER, DEPARTMENT_HEAD)
    ),
    Right("data.decide_dispute", _("Decide disputes about what is owed"), roles=(DATA_OFFICE,)),
    Right("data.decide_conflict", _("Decide which of two sources is right"), roles=(DATA_KEEPER,)),
    Right("data.view_case", _("See cases about data"), roles=_ALL),
    Right("data.see_bases", _("See the base databases"), roles=_ALL),
    Right("data.see_persons", _("Look at a person's record, for a purpose"), roles=(DATA_OFFICE, AUDITOR)),
    Right("data.keep_bases", _("Bring the base databases up to date"), roles=(DATA_OFFICE,)),
)
