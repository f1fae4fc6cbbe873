"""An application from the first field to the result in hand: through actions, as each of those who have a part in it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from yicheng.core.cases.models import Case, Task
from yicheng.core.journal.public import receive_file
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid, NotFound, SignInRequired
from yicheng.core.notices.models import Notice
from yicheng.core.people import actions as people
from yicheng.core.people.models import Party
from yicheng.core.people.public import STRANGER
from yicheng.core.services import personal
from yicheng.core.services.actions import applications as acts
from yicheng.core.services.application_facts import NewApplication
from yicheng.core.services.models import Application, Consent, KnownField, Material, Opinion, Result
from yicheng.core.services.opening import answers_of
from yicheng.core.services.queries import applications as reading
from yicheng.core.services.tests.acting import (
    ISSUED,
    accepted,
    begin,
    do,
    filled,
    granted,
    handed_in,
    only_these_sources,
    task,
)
from yicheng.core.services.tests.town import ANSWERS, WANG, Town, paper


@pytest.fixture(autouse=True)
def sources(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a city would know, prove and issue; nobody else's sources."""
    only_these_sources(monkeypatch)


# ── beginning and filling in ────────────────────────────────────────────────


def test_what_is_known_is_filled_in_with_its_source_and_what_is_proved_is_not_asked(town: Town) -> None:
    draft = begin(town)
    detail = reading.application_detail(town.li, draft.pk)
    assert (detail.known["address"].value, detail.known["address"].source) == ("9 Base Road", "Base data")
    assert detail.known["party.name"].value == "李雷"
    assert set(KnownField.objects.filter(field="address").values_list("receipt", flat=True)) == {"r-1"}
    proof = Material.objects.get()
    assert (proof.code, proof.way, proof.source, proof.receipt) == ("id", "proof", "town.cards", "r-2")
    assert detail.spared == 1
    assert Consent.objects.get().kind == "look_up"


def test_without_consent_nothing_is_looked_up(town: Town) -> None:
    new = NewApplication("open-kiosk", town.li_id)
    draft = acts.begin_application(town.li, new, may_look_up=False)
    assert (draft.known_sealed, Material.objects.count(), Consent.objects.count()) == ("", 0, 0)


def test_who_merely_says_who_they_are_sees_only_what_they_said(town: Town) -> None:
    Party.objects.update(is_proven=False)
    draft = begin(town)
    assert set(reading.application_detail(town.li, draft.pk).known) == {"party.name", "party.number"}
    assert not Material.objects.exists()


def test_answers_lie_sealed(town: Town) -> None:
    draft = filled(town)
    row = Application.objects.filter(pk=draft.pk).values().get()
    assert "River Road" not in str(row)
    assert "Base Road" not in str(row)
    assert answers_of(draft)["address"] == "1 River Road"
    assert personal.reseal_answers() == 1


def test_a_second_tab_is_told_instead_of_overwriting(town: Town) -> None:
    draft = begin(town)
    acts.save_answers(town.li, draft.pk, {"area": 3}, revision=0)
    with pytest.raises(Conflict) as refusal:
        acts.save_answers(town.li, draft.pk, {"area": 4}, revision=0)
    assert refusal.value.code == "moved_on"
    draft.refresh_from_db()
    assert answers_of(draft) == {"area": 3}


def test_saving_keeps_the_answers_of_other_steps(town: Town) -> None:
    draft = begin(town)
    acts.save_answers(town.li, draft.pk, {"area": 3}, revision=0, step="one")
    draft = acts.save_answers(town.li, draft.pk, {"name": "x"}, revision=1, step="two")
    assert (answers_of(draft), draft.reached_step, draft.revision) == ({"area": 3, "name": "x"}, "two", 2)


def test_nobody_else_sees_or_changes_a_draft(town: Town) -> None:
    draft = filled(town)
    for viewer in (STRANGER, town.wang, town.clerk, town.head, town.outsider):
        with pytest.raises(NotFound):
            acts.save_answers(viewer, draft.pk, {}, revision=1)
        with pytest.raises(NotFound):
            acts.submit_application(viewer, draft.pk, token=draft.token or "", is_true=True)
        with pytest.raises(NotFound):
            reading.application_detail(viewer, draft.pk)
        with pytest.raises(NotFound):
            acts.discard_draft(viewer, draft.pk)
    assert Application.objects.get().status == "draft"


def test_one_applies_only_for_oneself_or_with_a_mandate(town: Town) -> None:
    with pytest.raises(NotFound):
        begin(town, town.wang)
    with pytest.raises(SignInRequired):
        begin(town, STRANGER)
    mandate = people.give_mandate(town.li, number=WANG, name="王芳", scope="apply")
    people.accept_mandate(town.wang, mandate.pk)
    draft = filled(town, town.wang)
    assert (draft.agent_id, draft.applicant_id) == (town.wang_id, town.wang.account_id)
    application = acts.submit_application(town.wang, draft.pk, token=draft.token or "", is_true=True)
    assert reading.application_detail(town.li, application.pk).application.pk == application.pk
    assert [row.pk for row in reading.my_applications(town.li)] == [application.pk]


def test_a_service_for_companies_is_not_for_people(town: Town) -> None:
    town.item.current.audiences = ["company"]  # type: ignore[union-attr]
    town.item.current.save()  # type: ignore[union-attr]
    with pytest.raises(Conflict):
        begin(town)
    people.declare_company(town.li, number="91110000600037341L", name="Riverside Inn")
    assert begin(town, party_id=town.inn_id).party_id == town.inn_id


# ── handing in ──────────────────────────────────────────────────────────────


def test_handed_in_it_is_a_case_with_one_number(town: Town) -> None:
    application = handed_in(town)
    case = Case.objects.get()
    assert (application.number, application.status) == (case.number, "submitted")
    assert (case.process, case.title, case.source) == ("services.application", "Open a kiosk", "portal")
    assert "李雷" not in f"{case.title}{case.description}"
    assert task(application, "accept").organisation_id == town.hall.organisation_id
    assert Notice.objects.get(account=town.li.account_id, kind="services.received")


def test_the_same_button_counts_once(town: Town) -> None:
    draft = filled(town)
    for _time in range(3):
        application = acts.submit_application(town.li, draft.pk, token=draft.token or "", is_true=True)
    assert (Case.objects.count(), application.status) == (1, "submitted")
    with pytest.raises(Conflict):
        acts.submit_application(town.li, draft.pk, token="0" * 32, is_true=True)
    with pytest.raises(Conflict):
        acts.save_answers(town.li, draft.pk, {"area": 99}, revision=draft.revision)


def test_what_is_missing_is_told_with_its_step_and_nothing_begins(town: Town) -> None:
    draft = begin(town)
    with pytest.raises(acts.Incomplete) as refusal:
        acts.submit_application(town.li, draft.pk, token=draft.token or "")
    fields = {fault.field for fault in refusal.value.faults}
    assert fields >= {"phone", "area", "material.plan", "is_true"}
    assert "material.lease" not in fields
    assert "material.id" not in fields
    assert (Case.objects.count(), Application.objects.get().status) == (0, "draft")
    acts.save_answers(town.li, draft.pk, {**ANSWERS, "area": 60}, revision=0)
    with pytest.raises(acts.Incomplete) as refusal:
        acts.submit_application(town.li, draft.pk, token=draft.token or "", is_true=True)
    assert {fault.field for fault in refusal.value.faults} == {"material.plan", "material.lease"}


def test_a_change_in_another_tab_stops_the_handing_in(town: Town) -> None:
    draft = filled(town)
    acts.save_answers(town.li, draft.pk, {"area": 20}, revision=draft.revision)
    with pytest.raises(Conflict):
        acts.submit_application(
            town.li, draft.pk, token=draft.token or "", revision=draft.revision, is_true=True
        )


def test_known_fields_that_were_changed_are_marked(town: Town) -> None:
    handed_in(town)
    assert KnownField.objects.get(field="address").is_changed


def test_several_sign_before_it_is_handed_in(town: Town) -> None:
    draft = filled(town)
    row = acts.ask_signature(town.li, draft.pk, number=WANG, name="王芳")
    with pytest.raises(acts.Incomplete):
        acts.submit_application(town.li, draft.pk, token=draft.token or "", is_true=True)
    with pytest.raises(NotFound):
        acts.sign(town.li, row.pk)
    acts.sign(town.wang, row.pk)
    draft.refresh_from_db()
    acts.save_answers(town.li, draft.pk, {"area": 13}, revision=draft.revision)
    with pytest.raises(acts.Incomplete):
        acts.submit_application(town.li, draft.pk, token=draft.token or "", is_true=True)
    acts.sign(town.wang, row.pk)
    assert acts.submit_application(town.li, draft.pk, token=draft.token or "", is_true=True).number


# ── in the departments ──────────────────────────────────────────────────────


def test_departments_review_side_by_side_then_one_decides_and_the_result_is_issued(town: Town) -> None:
    application = accepted(town)
    due = {row.due_at for row in Task.objects.filter(status="open")}
    assert len(due) == 1
    assert {row.organisation_id for row in Task.objects.filter(status="open")} == {
        town.fire.pk,
        town.market.pk,
    }
    for viewer in (town.marketer, town.outsider, town.li):
        with pytest.raises(NotFound):
            do(viewer, application, "review__fire", "agree")
    do(town.fireman, application, "review__fire", "agree")
    assert not Task.objects.filter(element_id="decide").exists()
    do(town.marketer, application, "review__market", "agree")
    with pytest.raises(NotFound):
        do(town.marketer, application, "decide", "grant")
    do(town.head, application, "decide", "grant")
    application.refresh_from_db()
    assert (application.status, application.decision, ISSUED) == ("decided", "granted", [])
    do(town.head, application, "issue", "done")
    assert [application.pk] == ISSUED
    acts.deliver(town.clerk, application.pk)
    application.refresh_from_db()
    assert (application.status, Case.objects.get().status) == ("delivered", "closed")
    assert Result.objects.get().reference == f"K{application.pk}"
    assert Opinion.objects.count() == 4
    assert [application.pk] == ISSUED


def test_the_clock_of_the_item_begins_with_acceptance(town: Town) -> None:
    application = handed_in(town)
    with clock.at(clock.now() + timedelta(days=20)):
        before = Case.objects.get().due_at
        do(town.clerk, application, "accept", "accept")
        after = Case.objects.get().due_at
    assert before is not None
    assert after is not None
    assert after - before > timedelta(days=15)


def test_no_needs_a_reason_that_the_applicant_reads(town: Town) -> None:
    application = handed_in(town)
    with pytest.raises(Invalid):
        do(town.clerk, application, "accept", "refuse")
    do(town.clerk, application, "accept", "refuse", opinion="Not for kiosks on wheels.")
    application.refresh_from_db()
    assert (application.status, application.decision_note) == ("rejected", "Not for kiosks on wheels.")
    assert Case.objects.get().status == "closed"


def test_granting_against_an_opinion_needs_a_reason(town: Town) -> None:
    application = accepted(town)
    do(town.fireman, application, "review__fire", "disagree", opinion="No second exit.")
    do(town.marketer, application, "review__market", "agree")
    with pytest.raises(Invalid):
        do(town.head, application, "decide", "grant")
    do(town.head, application, "decide", "refuse", opinion="No second exit.")
    application.refresh_from_db()
    assert (application.decision, ISSUED) == ("refused", [])
    assert not Result.objects.exists()


def test_nobody_decides_on_their_own_application(town: Town) -> None:
    application = accepted(town)
    Application.objects.update(applicant=town.head.account_id)
    do(town.fireman, application, "review__fire", "agree")
    do(town.marketer, application, "review__market", "agree")
    with pytest.raises(Forbidden):
        do(town.head, application, "decide", "grant")
    assert Application.objects.get().decision == ""


def test_all_that_is_missing_is_told_once_and_the_clock_stands(town: Town) -> None:
    application = handed_in(town)
    acts.check_material(town.clerk, application.pk, "plan", is_good=False, note_text="not legible")
    notice = acts.ask_for_missing(town.clerk, application.pk)
    assert "not legible" in notice.text
    assert Case.objects.get().status == "suspended"
    with pytest.raises(Conflict):
        do(town.clerk, application, "accept", "accept")
    with pytest.raises(Invalid):
        acts.supplement(town.li, application.pk)
    with pytest.raises(NotFound):
        acts.add_material(town.wang, application.pk, "plan", files=[receive_file(town.wang, paper())])
    acts.add_material(town.li, application.pk, "plan", files=[receive_file(town.li, paper())])
    with pytest.raises(NotFound):
        acts.supplement(town.wang, application.pk)
    acts.supplement(town.li, application.pk)
    application.refresh_from_db()
    assert (application.status, Case.objects.get().status) == ("submitted", "open")
    with pytest.raises(Conflict) as refusal:
        acts.ask_for_missing(town.clerk, application.pk, text="one more thing")
    assert refusal.value.code == "told_once"
    do(town.clerk, application, "accept", "accept")


def test_only_who_has_it_before_them_asks_for_more(town: Town) -> None:
    application = handed_in(town)
    for viewer in (STRANGER, town.wang, town.fireman, town.outsider, town.station_clerk):
        with pytest.raises(Forbidden):
            acts.ask_for_missing(viewer, application.pk, text="more")
        with pytest.raises(Forbidden):
            acts.check_material(viewer, application.pk, "plan", is_good=True)
    assert Application.objects.get().status == "submitted"


def test_withdrawn_before_the_decision_not_after(town: Town) -> None:
    application = accepted(town)
    with pytest.raises(NotFound):
        acts.withdraw_application(town.wang, application.pk)
    acts.withdraw_application(town.li, application.pk)
    assert (Application.objects.get().status, Case.objects.get().status) == ("withdrawn", "cancelled")
    other = granted(town)
    with pytest.raises(Conflict):
        acts.withdraw_application(town.li, other.pk)
