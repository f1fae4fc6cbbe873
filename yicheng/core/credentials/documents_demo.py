"""Documents as they live in the demonstration: one from draft to archive, others at each step, one that arrived."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from yicheng.core.cases.public import complete_task, open_tasks
from yicheng.core.credentials.actions.drafting import change_document, draft_document, submit_document
from yicheng.core.credentials.actions.keeping import name_custodian
from yicheng.core.credentials.actions.receiving import file_received, receive_document
from yicheng.core.credentials.facts import DocumentText
from yicheng.core.credentials.models import Document, DocumentRecipient, Letterhead, Seal
from yicheng.core.credentials.permissions import CLERK, CUSTODIAN, HEAD
from yicheng.core.kernel.declare import Demonstration, SignIn
from yicheng.core.people.models import Account, Organisation
from yicheng.core.people.public import SYSTEM, NewStaff, Viewer, make_staff, viewer_of_account

PASSWORD = "yicheng-demo-2026"  # noqa: S105  everybody may know it
DRAFTER, OFFICER, SIGNER, KEEPER = "gongwen.nigao", "gongwen.wenshu", "gongwen.qianfa", "gongwen.yinzhang"
ROADS = """为进一步规范临时占用城市道路审批管理工作，保障道路完好畅通和行人安全，现将有关事项通知如下。
一、总体要求
按照“谁审批、谁监管，谁占用、谁负责”的原则，建立审批、监管、执法联动机制，实现占道审批事项全程网办，办理时限压缩至五个工作日以内。
二、主要任务
（一）规范申请受理
申请人通过政务服务网或者综合窗口提出申请。凡是能够通过数据共享获取的材料，不再要求申请人提交。
（二）加强现场核查
受理后两个工作日内完成现场核查，核查情况录入平台，作为审批和事后监管的依据。
（三）强化事后监管
占道期满后及时组织恢复原状，逾期未恢复的，依法予以处理。
三、工作要求
各单位要高度重视，明确责任分工，按期报送落实情况。工作中遇到的问题，请及时与我单位联系。
特此通知。"""
WINTER = """近期气温下降，为做好除雪除冰和市政设施巡查工作，现就有关事项通知如下。
一、提前做好物资和人员准备
各单位应当对融雪设备、应急车辆进行检查，落实值班制度。
二、加强重点部位巡查
桥梁、隧道、坡道和学校、医院周边道路应当每日巡查，发现问题立即处置。
特此通知。"""
LETTER = """为推进施工围挡和临时占道联合检查，商请贵单位派员参加联合检查组，并提供近三个月的相关审批信息。
请予支持，并于收到本函后五个工作日内函复。"""
REQUEST = """为保障冬季除雪除冰工作需要，拟在现有储备基础上增加融雪剂和应急车辆储备。所需经费在年度预算内统筹解决。
妥否，请批示。"""


def build(scale: float, say: Callable[[str], None]) -> None:
    """People of two bodies, then documents by the actions that people use."""
    heads = _bodies()
    if len(heads) < 3:
        say("fewer than three bodies have a letterhead: nothing to show")
        return
    author, second, third = heads
    staff = _people(author, second, third)
    say(f"{author}, {second}, {third}")
    _custody(author, staff[KEEPER])
    _whole(staff, second, third)
    _letter(staff, author)
    _at_signature(staff, second)
    _at_countersign(staff, second, third)
    _at_seal(staff, second)
    draft_document(staff[DRAFTER], _text("notice", "关于开展窨井盖专项排查的通知", WINTER, second, third))


def _bodies() -> list[Organisation]:
    """Three bodies of one rank that write documents."""
    rows = Letterhead.objects.filter(organisation__kind="bureau").select_related("organisation")
    return [row.organisation for row in rows.order_by("organisation_id")[:3]]


def _people(author: Organisation, second: Organisation, third: Organisation) -> dict[str, Viewer]:
    wanted = [
        NewStaff(DRAFTER, "拟稿人", author.code, "staff"),
        NewStaff(OFFICER, "办公室文书", author.code, CLERK),
        NewStaff(SIGNER, "签发人", author.code, HEAD),
        NewStaff(KEEPER, "印章管理员", author.code, CUSTODIAN),
        NewStaff("shouwen.wenshu", "收文文书", second.code, CLERK),
        NewStaff("shouwen.huiqian", "会签负责人", second.code, HEAD),
        NewStaff("shouwen.nigao", "函件拟稿人", second.code, "staff"),
        NewStaff("shouwen2.wenshu", "收文文书", third.code, CLERK),
        NewStaff("shouwen2.huiqian", "会签负责人", third.code, HEAD),
    ]
    made = make_staff(SYSTEM, wanted, password=PASSWORD)
    return {one.username: viewer_of_account(made[one.username]) for one in wanted}


def _custody(author: Organisation, keeper: Viewer) -> None:
    for seal in Seal.objects.filter(organisation=author):
        name_custodian(SYSTEM, seal.pk, keeper.account_id)


def _text(kind: str, title: str, body: str, *to: Organisation, **more: Any) -> DocumentText:
    return DocumentText(kind, title, body, tuple(one.pk for one in to), **more)


def _whole(staff: dict[str, Viewer], second: Organisation, third: Organisation) -> None:
    """Drafted, mended, countersigned, signed, numbered, sealed, sent, received by one."""
    title = "关于规范临时占用城市道路审批管理工作的通知"
    text = _text(
        "notice", title, ROADS, second, third, annexes=("临时占用城市道路申请表", "占道审批事项清单")
    )
    document = draft_document(staff[DRAFTER], text)
    submit_document(staff[DRAFTER], document.pk)
    _do(staff[OFFICER], document, "revise", note="请补充事后监管的要求。")
    change_document(staff[DRAFTER], document.pk, text)
    _do(staff[DRAFTER], document, "again")
    _do(staff[OFFICER], document, "countersign", bodies=[second.pk, third.pk])
    _do(staff["shouwen.huiqian"], document, "agree", words="同意，建议同步抄送交警部门。")
    _do(staff["shouwen2.huiqian"], document, "agree")
    _do(staff[SIGNER], document, "sign", note="同意印发。")
    _do(staff[OFFICER], document, "number")
    _do(staff[OFFICER], document, "seal", seal=_seal(document, way="hand"))
    _do(staff[OFFICER], document, "send")
    row = DocumentRecipient.objects.get(document=document, organisation=second)
    receive_document(staff["shouwen.wenshu"], row.pk)
    file_received(staff["shouwen.wenshu"], row.pk, words="已转相关科室落实。")


def _letter(staff: dict[str, Viewer], author: Organisation) -> None:
    """One that arrived and waits to be received."""
    drafter, clerk = staff["shouwen.nigao"], staff["shouwen.wenshu"]
    text = _text("letter", "关于商请参加施工围挡联合检查的函", LETTER, author, urgency="urgent")
    document = submit_document(drafter, draft_document(drafter, text).pk)
    _do(clerk, document, "pass")
    _do(staff["shouwen.huiqian"], document, "sign")
    _do(clerk, document, "number")
    _do(clerk, document, "seal", seal=_seal(document, way="hand"))
    _do(clerk, document, "send")


def _at_signature(staff: dict[str, Viewer], second: Organisation) -> None:
    text = _text("notice", "关于做好冬季市政设施巡查和除雪除冰工作的通知", WINTER, second, urgency="urgent")
    document = submit_document(staff[DRAFTER], draft_document(staff[DRAFTER], text).pk)
    _do(staff[OFFICER], document, "pass")


def _at_countersign(staff: dict[str, Viewer], second: Organisation, third: Organisation) -> None:
    text = _text("opinion", "关于加强施工围挡管理的意见", ROADS, second, third)
    document = submit_document(staff[DRAFTER], draft_document(staff[DRAFTER], text).pk)
    _do(staff[OFFICER], document, "countersign", bodies=[second.pk, third.pk])
    _do(
        staff["shouwen.huiqian"], document, "object", words="围挡设置标准应当与现行规范一致，建议修改第二条。"
    )


def _at_seal(staff: dict[str, Viewer], above: Organisation) -> None:
    """One whose seal is in care: the custodian was asked."""
    document = submit_document(
        staff[DRAFTER],
        draft_document(staff[DRAFTER], _text("request", "关于增加冬季应急物资储备的请示", REQUEST, above)).pk,
    )
    _do(staff[OFFICER], document, "pass")
    _do(staff[SIGNER], document, "sign")
    _do(staff[OFFICER], document, "number")
    if code := _seal(document, way="approval"):
        _do(staff[OFFICER], document, "ask", seal=code)


def _seal(document: Document, *, way: str) -> str:
    rows = Seal.objects.filter(
        organisation_id=document.organisation_id, rules__covers="document", rules__way=way
    )
    return rows.values_list("code", flat=True).order_by("code").first() or ""


def _do(viewer: Viewer, document: Document, outcome: str, *, note: str = "", **data: Any) -> None:
    """The viewer's own task of the document."""
    document.refresh_from_db()
    tasks = open_tasks(document.case_id or 0)
    mine = next(one for one in tasks if one.organisation_id == viewer.organisation_id)
    complete_task(viewer, mine.pk, outcome=outcome, data=data, note=note)


def is_built() -> bool:
    """Whether the people are there, or there is nothing to show."""
    return Account.objects.filter(username=DRAFTER).exists() or len(_bodies()) < 3


def sign_ins() -> Sequence[SignIn]:
    """Who writes, passes on, signs and keeps the seal."""
    if not Account.objects.filter(username=DRAFTER).exists():
        return ()
    return (
        SignIn(_("Drafter of documents"), DRAFTER, PASSWORD),
        SignIn(_("Document clerk"), OFFICER, PASSWORD),
        SignIn(_("Head who signs documents"), SIGNER, PASSWORD),
        SignIn(_("Custodian of seals"), KEEPER, PASSWORD),
    )


DOCUMENT_DEMONSTRATION = Demonstration(
    "documents", _("Official documents and seals"), build, is_built, sign_ins
)
