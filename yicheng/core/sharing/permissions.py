"""Who may ask for data, decide about one's own, use what was given, settle disputes, and watch over all of it."""

from django.utils.translation import gettext_lazy as _

from yicheng.core.people.declare import Right

DATA_KEEPER = "data_keeper"  # 数据管理员, of a department
DATA_OFFICE = "data_office"  # 数据主管, of the city's data office
DATA_SYSTEM = "data_system"  # a department's own system

RIGHTS = (
    Right("sharing.ask", _("Ask other departments for data"), roles=(DATA_KEEPER,)),
    Right("sharing.decide", _("Decide who may use one's department's data"), roles=(DATA_KEEPER,)),
    Right(
        "sharing.use", _("Use data that were granted to one's department"), roles=(DATA_KEEPER, DATA_SYSTEM)
    ),
    Right(
        "sharing.see",
        _("See what one's department asked, gave and used"),
        roles=(DATA_KEEPER, DATA_OFFICE, "auditor"),
    ),
    Right("sharing.arbitrate", _("Settle disputes about refused data"), roles=(DATA_OFFICE,)),
    Right("sharing.keep_log", _("Lodge checkpoints of the receipts elsewhere"), roles=(DATA_OFFICE,)),
)
