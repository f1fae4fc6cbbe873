"""One number: who may declare it, who holds it, what counts before and after it is proven; mandates."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid, NotFound, SignInRequired
from yicheng.core.people import actions, public, queries, rotation
from yicheng.core.people.identity import masked_name, masked_number, number_facts, proper_number
from yicheng.core.people.models import Account, Appointment, Mandate, Party, Role
from yicheng.core.people.public import STRANGER, Viewer, viewer_of_account
from yicheng.core.people.tests.conftest import PASSWORD

LI, WANG, ZHAO = "11010519491231002X", "410105199003070042", "360426199101010071"
INN = "91110000600037341L"


def resident(name: str) -> Viewer:
    account = Account(username=name, display_name=name)
    account.set_password(PASSWORD)
    account.save()
    return viewer_of_account(account.pk)


@pytest.fixture
def li(db: None) -> Viewer:
    viewer = resident("li")
    actions.declare_identity(viewer, number=LI, name="李雷")
    return viewer


@pytest.fixture
def wang(db: None) -> Viewer:
    viewer = resident("wang")
    actions.declare_identity(viewer, number=WANG, name="王芳")
    return viewer


@pytest.fixture
def clerk(mender: Account) -> Viewer:
    role = Role.objects.create(code="window_clerk", name="Window")
    Appointment.objects.create(account=mender, role=role)
    return viewer_of_account(mender.pk)


def own(viewer: Viewer) -> int:
    party = queries.party_of(viewer)
    assert party is not None
    return party.id


@pytest.mark.parametrize(
    "number",
    [
        "",
        "110105194912310021",  # the last letter does not fit
        "11010519491331002X",  # no thirteenth month
        "110105209912310025",  # born in the future
        "99999919491231002X",
        "1101051949123100",
        "x" * 5000,
    ],
)
def test_wrong_numbers_are_refused_in_words(li: Viewer, number: str) -> None:
    with pytest.raises(Invalid) as refusal:
        actions.declare_identity(li, number=number, name="李雷")
    assert "number" in refusal.value.fields
    assert Party.objects.count() == 1


@given(day=st.dates(date(1900, 1, 1), date(2020, 12, 31)), order=st.integers(0, 999))
def test_every_number_that_the_standard_allows_is_taken(day: date, order: int) -> None:
    digits = f"110105{day:%Y%m%d}{order:03d}"
    number = digits + ric.calc_check_digit(digits + "0")
    assert proper_number("person", f" {number[:6]} {number[6:].lower()}") == number
    assert number_facts(number).born_on == day
    assert number_facts(number).is_male == (order % 2 == 1)


@given(st.text(max_size=30))
def test_any_text_is_taken_as_a_number_or_refused(text: str) -> None:
    for kind in ("person", "company"):
        try:
            number = proper_number(kind, text)
        except Invalid:
            continue
        assert (ric if kind == "person" else uscc).is_valid(number)


def test_what_is_shown_of_a_number_is_too_little_to_use() -> None:
    assert masked_number(LI) == "1101**********002X"
    assert (masked_name("李雷"), masked_name("欧阳娜娜"), masked_name("")) == ("李*", "欧***", "")


def test_numbers_and_names_lie_sealed_and_are_found_again(li: Viewer) -> None:
    row = Party.objects.get(account=li.account_id)
    assert (row.number, row.name) == (LI, "李雷")
    stored = Party.objects.filter(pk=row.pk).values_list("number_sealed", "name_sealed", "number_index").get()
    assert not any(word in column for column in stored for word in (LI, "李雷"))
    assert public.find_or_make_party("person", LI.lower(), "anything").id == row.pk


def test_sealed_under_the_newest_key(li: Viewer, settings) -> None:
    from cryptography.fernet import Fernet

    new = Fernet.generate_key().decode()
    with override_settings(FIELD_KEYS=[new, *settings.FIELD_KEYS]):
        assert rotation.reseal_parties() == 1
    with override_settings(FIELD_KEYS=[new]):
        row = Party.objects.get(account=li.account_id)
        assert (row.number, row.name) == (LI, "李雷")


def test_the_database_refuses_two_rows_of_one_number(li: Viewer) -> None:
    twin = Party(kind="person")
    twin.number, twin.name = LI, "李雷"
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()


def test_strangers_are_nobody(db: None) -> None:
    assert queries.party_of(STRANGER) is None
    assert queries.parties_of(STRANGER) == []
    assert not queries.may_act_for(STRANGER, 1)
    for call in (
        lambda: actions.declare_identity(STRANGER, number=LI, name="李雷"),
        lambda: actions.declare_company(STRANGER, number=INN, name="Inn"),
        lambda: actions.give_mandate(STRANGER, number=LI, name="李雷", scope="all"),
        lambda: queries.own_mandates(STRANGER),
    ):
        with pytest.raises(SignInRequired):
            call()


def test_a_declared_number_lets_apply_and_shows_nothing(li: Viewer) -> None:
    assert queries.may_act_for(li, own(li), "apply")
    assert not queries.may_act_for(li, own(li), "see")
    assert not queries.may_act_for(li, own(li), "licences")
    assert [party.name for party in queries.parties_of(li)] == ["李雷"]
    assert queries.parties_of(li, what="see") == []


def test_nobody_takes_a_number_that_somebody_holds(li: Viewer) -> None:
    thief = resident("thief")
    with pytest.raises(Conflict):
        actions.declare_identity(thief, number=LI, name="李雷")
    assert queries.party_of(thief) is None
    assert Party.objects.get().account_id == li.account_id


def test_a_number_known_under_another_name_is_not_given_away(db: None) -> None:
    public.find_or_make_party("person", LI, "李雷")
    with pytest.raises(Invalid):
        actions.declare_identity(resident("thief"), number=LI, name="李四")
    assert Party.objects.get().account_id is None


def test_staff_who_saw_the_card_put_it_right(li: Viewer, clerk: Viewer) -> None:
    """The first to declare a number held it wrongly; the person it belongs to comes to a window."""
    actions.give_mandate(li, number=give_wang_a_number(), name="王芳", scope="all")
    true_li = resident("true-li")
    assert true_li.account_id is not None
    facts = actions.prove_identity(clerk, own(li), account_id=true_li.account_id, name="李磊")
    assert (facts.account_id, facts.name, facts.is_proven) == (true_li.account_id, "李磊", True)
    assert queries.party_of(li) is None
    assert not Mandate.objects.filter(revoked_at=None).exists()
    assert queries.may_act_for(true_li, facts.id, "licences")
    with pytest.raises(Conflict):
        actions.declare_identity(true_li, number=ZHAO, name="赵六")


def give_wang_a_number() -> str:
    actions.declare_identity(resident("wang"), number=WANG, name="王芳")
    return WANG


def test_only_staff_with_the_right_prove_and_find(li: Viewer, mender: Account) -> None:
    for viewer in (STRANGER, li, viewer_of_account(mender.pk)):
        with pytest.raises((SignInRequired, Forbidden)):
            actions.prove_identity(viewer, own(li))
        with pytest.raises((SignInRequired, Forbidden)):
            queries.find_party(viewer, "person", LI)
        with pytest.raises((SignInRequired, Forbidden)):
            actions.record_mandate(viewer, giver_id=own(li), taker_id=own(li))
    assert not Party.objects.get().is_proven


def test_nobody_proves_oneself(clerk: Viewer) -> None:
    facts = actions.declare_identity(clerk, number=LI, name="梅")
    with pytest.raises(Forbidden):
        actions.prove_identity(clerk, facts.id)
    with pytest.raises(Forbidden):
        actions.record_mandate(
            clerk, giver_id=public.find_or_make_party("company", INN, "Inn").id, taker_id=facts.id
        )


def test_a_mandate_counts_once_it_is_accepted_and_until_it_ends(
    li: Viewer, wang: Viewer, clerk: Viewer
) -> None:
    actions.prove_identity(clerk, own(li))
    actions.prove_identity(clerk, own(wang))
    mandate = actions.give_mandate(li, number=WANG, name="王芳", scope="apply")
    assert not queries.may_act_for(wang, own(li))
    with pytest.raises(Forbidden):
        actions.accept_mandate(li, mandate.pk)
    actions.accept_mandate(wang, mandate.pk)
    actions.accept_mandate(wang, mandate.pk)
    assert queries.may_act_for(wang, own(li), "see")
    assert not queries.may_act_for(wang, own(li), "licences")
    assert not queries.may_act_for(li, own(wang))
    assert [party.name for party in queries.parties_of(wang)] == ["王芳", "李雷"]
    Mandate.objects.update(valid_until=date(2020, 1, 1))
    assert not queries.may_act_for(wang, own(li))
    Mandate.objects.update(valid_until=date.today() + timedelta(days=9))
    assert queries.may_act_for(wang, own(li))
    actions.revoke_mandate(li, mandate.pk)
    assert not queries.may_act_for(wang, own(li))
    assert queries.own_mandates(wang) == ([], [])


def test_a_mandate_of_unproven_people_shows_nothing(li: Viewer, wang: Viewer) -> None:
    mandate = actions.give_mandate(li, number=WANG, name="王芳", scope="all")
    actions.accept_mandate(wang, mandate.pk)
    assert queries.may_act_for(wang, own(li), "apply")
    assert not queries.may_act_for(wang, own(li), "see")


def test_other_peoples_mandates_do_not_exist(li: Viewer, wang: Viewer) -> None:
    mandate = actions.give_mandate(li, number=WANG, name="王芳", scope="all")
    other = resident("zhao")
    actions.declare_identity(other, number=ZHAO, name="赵六")
    for act in (actions.accept_mandate, actions.revoke_mandate):
        with pytest.raises(NotFound):
            act(other, mandate.pk)
    assert Mandate.objects.get().revoked_at is None


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"number": LI, "name": "李雷"}, "number"),
        ({"number": WANG, "name": "王五"}, "number"),
        ({"number": ZHAO, "name": "赵六"}, "number"),
        ({"number": WANG, "name": "王芳", "scope": "everything"}, "scope"),
        ({"number": WANG, "name": "王芳", "valid_until": date(2020, 1, 1)}, "valid_until"),
    ],
)
def test_mandates_that_make_no_sense_are_refused(
    li: Viewer, wang: Viewer, sent: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        actions.give_mandate(li, **{"scope": "all", **sent})
    assert field in refusal.value.fields
    assert not Mandate.objects.exists()


def test_for_a_company_one_applies_at_once_and_sees_after_the_papers_were_seen(
    li: Viewer, wang: Viewer, clerk: Viewer
) -> None:
    inn = actions.declare_company(li, number=INN, name="Riverside Inn")
    actions.declare_company(li, number=INN, name="Riverside Inn")
    assert Mandate.objects.count() == 1
    assert queries.may_act_for(li, inn.id, "apply")
    assert not queries.may_act_for(li, inn.id, "see")
    with pytest.raises(NotFound):
        actions.give_mandate(li, giver_id=inn.id, number=WANG, name="王芳", scope="all")
    actions.prove_identity(clerk, own(li))
    actions.record_mandate(clerk, giver_id=inn.id, taker_id=own(li), relation="company")
    assert queries.may_act_for(li, inn.id, "licences")
    actions.give_mandate(li, giver_id=inn.id, number=WANG, name="王芳", scope="apply")
    assert [row.taker.name for row in queries.own_mandates(li)[0]] == ["王芳"]


def test_who_leaves_acts_for_nobody(li: Viewer, wang: Viewer) -> None:
    mandate = actions.give_mandate(li, number=WANG, name="王芳", scope="all")
    actions.accept_mandate(wang, mandate.pk)
    actions.leave(wang, password=PASSWORD)
    assert queries.own_mandates(li)[0] == []
    assert Party.objects.filter(account=None, is_proven=False).count() == 1
