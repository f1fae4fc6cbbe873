"""Licences from issue to revocation: who may, what it leaves behind, what anyone with the code learns."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from yicheng.core.credentials import public as credentials
from yicheng.core.credentials.actions.licences import seeing
from yicheng.core.credentials.actions.licences.issuing import months_later
from yicheng.core.credentials.licences import codes
from yicheng.core.credentials.models import Licence, LicenceVersion, Showing
from yicheng.core.credentials.personal import reseal_licences
from yicheng.core.credentials.queries import licences as queries
from yicheng.core.credentials.tests.licensing import FOOD, Town, food, resident, town
from yicheng.core.journal.models import AccessEntry, AuditEntry
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from yicheng.core.notices.models import Notice
from yicheng.core.people.public import STRANGER, SYSTEM, viewer_of_account
from yicheng.runtime.testing.rows import shared_rows

pytestmark = pytest.mark.django_db
the_town = shared_rows(town)


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def test_issued_licence_says_what_was_decided(the_town: Town) -> None:
    with clock.at(datetime(2026, 5, 1, 2, tzinfo=UTC)):
        facts = food(the_town)
        assert facts.standing == "valid"
    assert facts.values() == {**FOOD, "seats": ""}
    assert (facts.valid_from, facts.valid_until) == (date(2026, 5, 1), date(2031, 4, 30))
    assert (facts.title, facts.authority, facts.holder_name) == (
        "Food Business Licence",
        "市场监督管理局",
        "张三丰",
    )
    trail = AuditEntry.objects.get(action="credentials.licence_issued")
    assert trail.account_id == the_town.officer.account_id
    assert "张三丰" not in str(trail.detail)
    notice = Notice.objects.get(account_id=the_town.holder.account_id or 0)
    assert notice.kind == "credentials.licence_issued"


def test_what_it_says_lies_sealed(the_town: Town) -> None:
    food(the_town)
    row = LicenceVersion.objects.values().get()
    assert not [value for value in row.values() if "中原路" in str(value)]
    assert reseal_licences() == 1
    assert queries.licences_of(the_town.holder, the_town.party.pk)[0].values()["premises"] == FOOD["premises"]


def test_only_the_authority_issues(the_town: Town) -> None:
    with pytest.raises(Forbidden):
        credentials.issue_licence(
            the_town.other_officer, "food", the_town.party.pk, FOOD, organisation_id=the_town.market.pk
        )
    with pytest.raises(Forbidden, match="issued by"):
        credentials.issue_licence(
            the_town.other_officer, "food", the_town.party.pk, FOOD, organisation_id=the_town.health.pk
        )
    with pytest.raises(Refusal):
        credentials.issue_licence(
            the_town.holder, "food", the_town.party.pk, FOOD, organisation_id=the_town.market.pk
        )
    assert not Licence.objects.exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"premises": " "}, "premises"), ({"opened_on": "1.5.2026"}, "opened_on"), ({"seats": "many"}, "seats"),
     ({"seats": "NaN"}, "seats"), ({"premises": "x" * 201}, "premises")],
)  # fmt: skip
def test_wrong_fields_are_named(the_town: Town, changed: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        food(the_town, fields={**FOOD, **changed})
    assert set(caught.value.fields) == {field}
    assert not Licence.objects.exists()


def test_unknown_field_wrong_holder_and_unknown_kind_are_refused(the_town: Town) -> None:
    with pytest.raises(Invalid, match="no field"):
        food(the_town, fields={**FOOD, "colour": "red"})
    with pytest.raises(Invalid, match="for persons"):
        credentials.issue_licence(
            SYSTEM, "elder_card", the_town.company.pk, {}, organisation_id=the_town.market.pk
        )
    with pytest.raises(NotFound):
        credentials.issue_licence(SYSTEM, "none", the_town.party.pk, {}, organisation_id=the_town.market.pk)


def test_scan_tells_enough_to_check_and_too_little_to_pass_for_the_holder(the_town: Town) -> None:
    facts = food(the_town)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        seen = seeing.scan(STRANGER, codes.in_groups(facts.code).lower())
    assert len(asked) <= 3
    assert seen is not None
    assert (seen.number, seen.holder, seen.standing) == (facts.number, "张**", "valid")
    assert [(field.rule.key, field.value) for field in seen.fields] == [("premises", FOOD["premises"])]
    line = Showing.objects.get()
    assert (line.kind, line.fields, line.viewer_kind, line.account_id) == (
        "code",
        ["premises"],
        "stranger",
        None,
    )
    assert seeing.scan(STRANGER, codes.new_code(codes.LICENCE)) is None
    assert Showing.objects.count() == 1


def test_companies_are_named_in_full(the_town: Town) -> None:
    seen = credentials.verify(food(the_town, holder=the_town.company).code)
    assert seen is not None
    assert seen.holder == "老张烩面有限公司"


def test_suspended_restored_revoked(the_town: Town) -> None:
    facts = food(the_town)
    credentials.suspend_licence(the_town.officer, facts.id, reason="检查不合格")
    seen = credentials.verify(facts.code)
    assert seen is not None
    assert seen.standing == "suspended"
    assert seen.since is not None
    with pytest.raises(Conflict):
        credentials.suspend_licence(the_town.officer, facts.id, reason="again")
    assert credentials.restore_licence(the_town.officer, facts.id, reason="整改完成").standing == "valid"
    assert credentials.revoke_licence(the_town.officer, facts.id, reason="违法经营").standing == "revoked"
    for act in (credentials.suspend_licence, credentials.restore_licence, credentials.revoke_licence):
        with pytest.raises(Conflict):
            act(the_town.officer, facts.id, reason="no more")
    kinds = [change.kind for change in queries.changes_of(facts.id)]
    assert kinds == ["revoked", "restored", "suspended", "issued"]
    assert Notice.objects.filter(account_id=the_town.holder.account_id or 0).count() == 4


def test_nothing_is_done_without_a_reason_or_by_others(the_town: Town) -> None:
    facts = food(the_town)
    with pytest.raises(Invalid) as caught:
        credentials.revoke_licence(the_town.officer, facts.id, reason="  ")
    assert "reason" in caught.value.fields
    for viewer in (the_town.other_officer, the_town.holder, STRANGER):
        with pytest.raises(Refusal):
            credentials.revoke_licence(viewer, facts.id, reason="mine")
    assert Licence.objects.get().status == "valid"


def test_renewed_paper_replaces_the_old_one(the_town: Town) -> None:
    with clock.at(datetime(2026, 5, 1, 2, tzinfo=UTC)):
        facts = food(the_town)
    with clock.at(datetime(2031, 4, 1, 2, tzinfo=UTC)):
        newer = credentials.renew_licence(the_town.officer, facts.id, reason="到期延续")
        assert (newer.number, newer.version, newer.valid_until) == (facts.number, 2, date(2036, 4, 30))
        assert newer.code != facts.code
        assert newer.values() == facts.values()
        old, new = credentials.verify(facts.code), credentials.verify(newer.code)
    assert old is not None
    assert new is not None
    assert (old.standing, new.standing) == ("replaced", "valid")
    with pytest.raises(Invalid):
        credentials.renew_licence(the_town.officer, facts.id, reason="x", valid_until=date(2030, 1, 1))


def test_changed_words_are_new_words(the_town: Town) -> None:
    facts = food(the_town)
    newer = credentials.change_licence(
        the_town.officer, facts.id, values={**FOOD, "premises": "建设路 1 号"}, reason="迁址"
    )
    assert newer.values()["premises"] == "建设路 1 号"
    assert newer.valid_until == facts.valid_until
    old = credentials.verify(facts.code)
    assert old is not None
    assert old.standing == "replaced"
    assert old.fields[0].value == FOOD["premises"]


def test_expiry_is_a_matter_of_the_day(the_town: Town) -> None:
    facts = food(the_town)
    assert facts.valid_until is not None
    after = datetime.combine(
        facts.valid_until + timedelta(days=1), datetime.min.time(), tzinfo=timezone.get_default_timezone()
    )
    with clock.at(after):
        seen = credentials.verify(facts.code)
        assert seen is not None
        assert seen.standing == "expired"
        assert credentials.proof_of(the_town.party.pk, "food") is None
    with clock.at(after - timedelta(seconds=1)):
        assert credentials.proof_of(the_town.party.pk, "food") is not None


def test_holder_sees_own_licences_and_nobody_else(the_town: Town) -> None:
    facts = food(the_town)
    assert [one.id for one in queries.my_licences(the_town.holder)] == [facts.id]
    assert queries.my_licences(the_town.stranger) == []
    with pytest.raises(Forbidden):
        queries.licences_of(the_town.stranger, the_town.party.pk)
    with pytest.raises(NotFound):
        queries.my_licence(the_town.stranger, facts.id)


def test_a_number_that_is_only_claimed_shows_nothing(the_town: Town) -> None:
    claimed = resident("thief", "410105199103071237", "王五", is_proven=False)
    credentials.issue_licence(SYSTEM, "elder_card", claimed.pk, {}, organisation_id=the_town.market.pk)
    thief = viewer_of_account(claimed.account_id or 0)
    assert queries.my_licences(thief) == []
    assert not Notice.objects.filter(account_id=claimed.account_id or 0).exists()


def test_staff_state_a_purpose_and_the_holder_reads_it(the_town: Town) -> None:
    facts = food(the_town)
    with pytest.raises(Invalid):
        seeing.open_licence(the_town.officer, facts.id, purpose=" ")
    with pytest.raises(Forbidden):
        seeing.open_licence(the_town.other_officer, facts.id, purpose="curious")
    assert not Showing.objects.exists()
    assert seeing.open_licence(the_town.officer, facts.id, purpose="年度检查").holder_name == "张三丰"
    line = queries.showings_of(the_town.holder, facts.id)[0]
    assert (line.kind, line.purpose, line.account_id) == ("staff", "年度检查", the_town.officer.account_id)
    look = AccessEntry.objects.get()
    assert (look.person_id, look.purpose) == (the_town.holder.account_id, "年度检查")


def test_rows_of_the_desk_hold_no_holder(the_town: Town) -> None:
    facts = food(the_town)
    assert [row.pk for row in queries.licence_rows(the_town.officer)] == [facts.id]
    assert list(queries.licence_rows(the_town.other_officer)) == []


def test_proof_stands_in_the_log_with_its_purpose(the_town: Town) -> None:
    facts = food(the_town)
    proof = credentials.proof_of(the_town.party.pk, "food", purpose="餐饮开办")
    assert proof is not None
    line = Showing.objects.get(kind="proof")
    assert (proof.number, proof.receipt, line.purpose) == (facts.number, f"showing/{line.id}", "餐饮开办")
    credentials.suspend_licence(the_town.officer, facts.id, reason="x")
    assert credentials.proof_of(the_town.party.pk, "food") is None


def test_kinds_of_a_body(the_town: Town) -> None:
    assert [kind.code for kind in queries.types_issued_by(the_town.market.pk)] == ["elder_card", "food"]
    assert [kind.code for kind in queries.types_issued_by(the_town.health.pk)] == ["elder_card"]


def test_log_cannot_be_changed(the_town: Town) -> None:
    seeing.scan(STRANGER, food(the_town).code)
    with pytest.raises(Exception, match="append"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM credentials_showing")


@pytest.mark.parametrize(
    ("day", "months", "wanted"),
    [(date(2026, 1, 31), 1, date(2026, 2, 28)), (date(2028, 1, 31), 1, date(2028, 2, 29)),
     (date(2026, 12, 1), 1, date(2027, 1, 1)), (date(2026, 5, 1), 60, date(2031, 5, 1))],
)  # fmt: skip
def test_months_later(day: date, months: int, wanted: date) -> None:
    assert months_later(day, months) == wanted
