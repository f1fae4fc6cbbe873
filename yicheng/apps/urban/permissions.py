"""Who may do what in urban management: supervision stands apart from command (GB/T 30428)."""

from django.utils.translation import gettext_lazy as _

from yicheng.core.people.declare import Right

COLLECTOR = "collector"  # 采集员
SUPERVISION_CLERK = "supervision_clerk"  # 监督员
DISPATCHER = "dispatcher"  # 派遣员
HANDLER = "handler"  # 处置人员
DEPARTMENT_HEAD = "department_head"  # 部门负责人
SUPERVISION_HEAD = "supervision_head"  # 监督中心负责人
COMMAND_HEAD = "command_head"  # 指挥中心负责人
AUDITOR = "auditor"  # 考核与审计人员
LEADER = "leader"  # 城市管理领导
CALL_TAKER = "call_taker"  # 热线受理员
PARTS_KEEPER = "parts_keeper"  # 部件管理员

_SUPERVISION = (SUPERVISION_CLERK, SUPERVISION_HEAD)
_COMMAND = (DISPATCHER, COMMAND_HEAD)
_EVERYONE_AT_WORK = (
    COLLECTOR,
    *_SUPERVISION,
    *_COMMAND,
    HANDLER,
    DEPARTMENT_HEAD,
    AUDITOR,
    LEADER,
    CALL_TAKER,
    PARTS_KEEPER,
)

#: the case itself
CASE_RIGHTS = (
    Right(
        "urban.report_case",
        _("Report what is wrong in the street"),
        strangers=True,
        residents=True,
    ),
    Right(
        "urban.rate_case",
        _("Rate how one's own report was handled"),
        strangers=True,
        residents=True,
    ),
    Right("urban.inspect", _("Report as an inspector"), roles=(COLLECTOR,)),
    Right("urban.verify_case", _("Verify reports on the spot"), roles=(COLLECTOR,)),
    Right("urban.file_case", _("File reports as cases"), roles=_SUPERVISION),
    Right("urban.dispatch_case", _("Dispatch cases to departments"), roles=_COMMAND),
    Right(
        "urban.handle_case",
        _("Handle cases for one's department"),
        roles=(HANDLER, DEPARTMENT_HEAD),
    ),
    Right("urban.feed_back_case", _("Accept departments' results"), roles=_COMMAND),
    Right("urban.check_case", _("Check results on the spot"), roles=(COLLECTOR,)),
    Right("urban.close_case", _("Close cases"), roles=_SUPERVISION),
    Right(
        "urban.view_reporter",
        _("See who reported and how to reach them"),
        roles=_SUPERVISION,
    ),
    Right("urban.view_case", _("See urban cases"), roles=_EVERYONE_AT_WORK),
    Right(
        "urban.view_decisions",
        _("See the counts, rankings and forecasts of urban management"),
        roles=(*_SUPERVISION, *_COMMAND, DEPARTMENT_HEAD, AUDITOR, LEADER),
    ),
)

#: parts, imports, patrols
FIELD_RIGHTS = (
    Right("urban.view_parts", _("See parts"), roles=_EVERYONE_AT_WORK),
    Right("urban.keep_parts", _("Import and change parts"), roles=(PARTS_KEEPER,)),
    Right("urban.import_cases", _("Import cases from a file"), roles=(*_SUPERVISION, DEPARTMENT_HEAD)),
    Right("urban.patrol", _("Patrol cells"), roles=(COLLECTOR,)),
    Right("urban.view_patrols", _("See which cells were patrolled"), roles=(*_SUPERVISION, AUDITOR)),
    Right("urban.plan_patrols", _("Plan shifts and ask for visits"), roles=_SUPERVISION),
)

RIGHTS = (*CASE_RIGHTS, *FIELD_RIGHTS)
