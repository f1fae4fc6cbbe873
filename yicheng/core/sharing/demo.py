"""Sharing as it lives in the demonstration: keepers of three bodies, a grant in use, one that waits, one refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yicheng.core.cases.public import complete_task, open_tasks
from yicheng.core.catalogue.models import CatalogueEntry
from yicheng.core.catalogue.public import readable
from yicheng.core.kernel import clock
from yicheng.core.kernel.declare import Demonstration, SignIn
from yicheng.core.people.models import Account, Organisation
from yicheng.core.people.public import SYSTEM, NewStaff, Viewer, make_staff, viewer_of_account
from yicheng.core.sharing.actions.asking import ask
from yicheng.core.sharing.facts import NewRequest, Terms
from yicheng.core.sharing.gateway import calls
from yicheng.core.sharing.gateway.asked import asked
from yicheng.core.sharing.gateway.bearers import BY_ACCOUNT, Caller
from yicheng.core.sharing.models import Grant, Request
from yicheng.core.sharing.permissions import DATA_KEEPER, DATA_OFFICE
from yicheng.core.sharing.receipts import log

PASSWORD = "yicheng-demo-2026"  # noqa: S105  everybody may know it
NAMES = ("gongxiang.tigong", "gongxiang.shenqing", "gongxiang.pangting")
OFFICE = "gongxiang.zhuguan"
YEAR = timedelta(days=365)
CALLS = 12


def build(scale: float, say: Callable[[str], None]) -> None:
    """Keepers, then requests at their several stages, then some use of what was granted."""
    entry = _entry()
    if entry is None or entry.organisation is None:
        say("no data of a department are shared on conditions: nothing to show")
        return
    bodies = [entry.organisation, *_others(entry.organisation)]
    keeper, first, second = _keepers(bodies)
    say(f"{entry.organisation}: {entry.title}")
    _granted(keeper, first, entry)
    _refused(keeper, second, entry)
    ask(second, _wish(entry, "核对辖区内设施权属"))
    for _number in range(max(1, int(CALLS * min(scale, 1)))):
        grant = Grant.objects.get(consumer_id=first.organisation_id, entry=entry)
        by = Caller(BY_ACCOUNT, first.account_id or 0)
        calls.page(by, grant.pk, asked("limit=20"), line=f"GET /api/v1/shared/{grant.pk}?limit=20")
    log.sequence()


def _entry() -> CatalogueEntry | None:
    """The first data shared on conditions that a department answers for."""
    rows = CatalogueEntry.objects.filter(share_type="conditional", is_listed=True, organisation__isnull=False)
    return rows.select_related("organisation").order_by("id").first()


def _others(provider: Organisation) -> list[Organisation]:
    rows = Organisation.objects.filter(is_active=True, kind=provider.kind).exclude(pk=provider.pk)
    return list(rows.order_by("id")[:2])


def _keepers(bodies: Sequence[Organisation]) -> list[Viewer]:
    wanted = [
        NewStaff(name, f"{body}数据管理员"[:80], body.code, DATA_KEEPER)
        for name, body in zip(NAMES, bodies, strict=False)
    ]
    wanted.append(NewStaff(OFFICE, "数据主管", bodies[-1].code, DATA_OFFICE, within=False))
    made = make_staff(SYSTEM, wanted, password=PASSWORD)
    return [viewer_of_account(made[one.username]) for one in wanted[:-1]]


def _wish(entry: CatalogueEntry, purpose: str) -> NewRequest:
    today = timezone.localdate(clock.now())
    fields = tuple(one.key for one in readable(entry.key).fields(None)[:6])
    return NewRequest(
        resource=entry.key, fields=fields, purpose=purpose, legal_basis="政务信息资源共享管理暂行办法第五条",
        starts_on=today, ends_on=today + YEAR, rows_per_day=100_000,
    )  # fmt: skip


def _granted(keeper: Viewer, asker: Viewer, entry: CatalogueEntry) -> None:
    """Granted in part: one field less, one masked."""
    request = ask(asker, _wish(entry, "应急处置时查找周边设施"))
    given = tuple(request.fields[:5])
    terms = Terms(given, {given[-1]: "middle"}, ends_on=request.ends_on, rows_per_day=request.rows_per_day)
    _decide(keeper, request, "narrow", terms=terms, answer="按最小够用原则提供")


def _refused(keeper: Viewer, asker: Viewer, entry: CatalogueEntry) -> None:
    request = ask(asker, _wish(entry, "内部统计"))
    _decide(keeper, request, "refuse", answer="用途不明确，不符合暂行办法第十一条")


def _decide(keeper: Viewer, request: Request, outcome: str, **data: object) -> None:
    assert request.case_id is not None
    complete_task(keeper, open_tasks(request.case_id)[0].pk, outcome=outcome, data=data)


def is_built() -> bool:
    """Whether the keepers are there, or there is nothing to show."""
    return Account.objects.filter(username=NAMES[0]).exists() or _entry() is None


def sign_ins() -> Sequence[SignIn]:
    """Those who give, ask and rule."""
    if not Account.objects.filter(username=NAMES[0]).exists():
        return ()
    return (
        SignIn(_("Data keeper of the giving department"), NAMES[0], PASSWORD),
        SignIn(_("Data keeper of the asking department"), NAMES[1], PASSWORD),
        SignIn(_("Data officer of the city"), OFFICE, PASSWORD),
    )


#: behind those of applications: what is shared must be there
DEMONSTRATIONS = (
    Demonstration("sharing", _("Sharing between departments"), build, is_built, sign_ins, order=100),
)
