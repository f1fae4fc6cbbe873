"""Who may do what for heritage: the bureau over all, each keeper for its own sites and relics."""

from django.utils.translation import gettext_lazy as _

from yicheng.core.people.declare import Right

RELIC_KEEPER = "relic_keeper"  # 文物保管员
HERITAGE_OFFICER = "heritage_officer"  # 文物管理干部
HERITAGE_HEAD = "heritage_head"  # 文物部门负责人
AUDITOR = "auditor"
LEADER = "leader"

_ALL = (RELIC_KEEPER, HERITAGE_OFFICER, HERITAGE_HEAD)

VIEW_SITES = "heritage.view_sites"
KEEP_SITES = "heritage.keep_sites"
VIEW_RELICS = "heritage.view_relics"
KEEP_RELICS = "heritage.keep_relics"
#: told of alerts about relics and places; may answer them
ALERTED = "heritage.be_alerted"
DRILL = "heritage.drill"
ORDER = "heritage.order_movement"
APPROVE = "heritage.approve_movement"
APPROVE_FIRST = "heritage.approve_first_grade"
HAND_OVER = "heritage.hand_over"
COUNT = "heritage.count_relics"
PATROL = "heritage.patrol"
PLAN_PATROLS = "heritage.plan_patrols"

RIGHTS = (
    Right(VIEW_SITES, _("See the register of sites, exact places included"), roles=(*_ALL, AUDITOR, LEADER)),
    Right(KEEP_SITES, _("Keep the register of sites"), roles=(HERITAGE_OFFICER, HERITAGE_HEAD)),
    Right(VIEW_RELICS, _("See the register of relics"), roles=(*_ALL, AUDITOR)),
    Right(KEEP_RELICS, _("Keep the register of relics"), roles=(RELIC_KEEPER, HERITAGE_OFFICER)),
    Right(ALERTED, _("Be told of alerts about relics"), roles=(RELIC_KEEPER, HERITAGE_HEAD)),
    Right(DRILL, _("Hold drills of early warning"), roles=(HERITAGE_OFFICER, HERITAGE_HEAD)),
    Right(ORDER, _("Ask for movements of relics"), roles=(RELIC_KEEPER,)),
    Right(APPROVE, _("Approve movements of relics"), roles=(HERITAGE_HEAD,)),
    Right(
        APPROVE_FIRST, _("Approve movements of first-grade relics for the bureau"), roles=(HERITAGE_OFFICER,)
    ),
    Right(COUNT, _("Count what a store or hall keeps"), roles=(RELIC_KEEPER,)),
    Right(PATROL, _("See and walk patrols"), roles=_ALL),
    Right(PLAN_PATROLS, _("Plan patrols"), roles=(HERITAGE_OFFICER, HERITAGE_HEAD)),
    Right(HAND_OVER, _("Hand over and receive relics"), roles=(RELIC_KEEPER, HERITAGE_HEAD)),
)
