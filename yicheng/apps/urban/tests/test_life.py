"""A case from its report to its rating, and every way it can take in between."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yicheng.apps.urban.actions.rating import dispute, rate
from yicheng.apps.urban.actions.support import support
from yicheng.apps.urban.models import Part, Rating, Supporter, UrbanCase
from yicheng.apps.urban.queries.follow import DISPUTE_DAYS, followed, own_report
from yicheng.apps.urban.queries.nearby import RADIUS_M, similar_cases
from yicheng.apps.urban.queries.reporter import reporter_of
from yicheng.apps.urban.tests.town import FAR_AWAY, PLACE, TINYTOWN, Town, received
from yicheng.core.cases.actions.processes import publish_version, save_version
from yicheng.core.cases.models import Case, Task
from yicheng.core.cases.public import open_tasks
from yicheng.core.events.public import drain_outbox
from yicheng.core.journal.models import AccessEntry, Attachment
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from yicheng.core.notices.models import Notice
from yicheng.core.people.public import STRANGER, SYSTEM
from yicheng.core.places.public import locate

DRAWN = TINYTOWN.parents[2] / "cities" / "zhengzhou" / "processes"


def kinds(case_id: int) -> list[str]:
    return [task.kind for task in open_tasks(case_id)]


def test_a_report_is_filed_dispatched_handled_checked_closed_and_rated(town: Town) -> None:
    sent = town.report(photos=[received()])
    pk = sent.case.pk
    assert kinds(pk) == ["urban.file"]
    town.file(pk)
    town.dispatch(pk)
    assert Case.objects.get(pk=pk).organisation_id == town.bodies["roads"]
    town.handle(pk, photos=[received(solved=True)])
    assert kinds(pk) == ["urban.feed_back"]
    town.step(town.dispatcher, pk, "accept")
    town.step(town.collector, pk, "passed")
    done = town.step(town.clerk, pk, "close", note="Thank you.")

    assert (done.case.status, list(done.open_tasks)) == ("closed", [])
    assert UrbanCase.objects.get(pk=pk).check_passed is True
    assert list(
        Attachment.objects.filter(subject=f"case/{pk}").order_by("id").values_list("stage", flat=True)
    ) == [
        "before",
        "after",
    ]
    found = followed(STRANGER, sent.token)
    assert found.may_rate
    rate(STRANGER, found, level=5, words="Quick.")
    rating = Rating.objects.get(urban_case=pk)
    assert (rating.level, rating.words) == (5, "Quick.")


def test_the_same_form_sent_twice_is_one_report_with_one_link(town: Town) -> None:
    first = town.report(key="portal::a", photos=[received()])
    again = town.report(key="portal::a", photos=[received()])
    assert (again.case.pk, again.token) == (first.case.pk, first.token)
    assert (Case.objects.count(), UrbanCase.objects.count(), Attachment.objects.count()) == (1, 1, 1)


def test_a_link_is_not_kept_and_not_guessed(town: Town) -> None:
    sent = town.report()
    kept = UrbanCase.objects.get(pk=sent.case.pk).follow_hash
    assert kept
    assert sent.token not in kept
    for wrong in ("", "x", sent.token[:-1], sent.case.number):
        with pytest.raises(NotFound):
            followed(STRANGER, wrong)


@pytest.mark.parametrize(
    "changes",
    [
        {"lon": FAR_AWAY[0], "lat": FAR_AWAY[1]},
        {"class_code": "E9999"},
        {"class_code": "E01"},
        {"lon": None, "lat": None, "division": ""},
        {"lon": None, "lat": None, "division": "110105001"},
        {"lon": 500.0},
    ],
)
def test_a_report_that_cannot_be_taken_leaves_nothing(town: Town, changes: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        town.report(**changes)
    assert (Case.objects.count(), UrbanCase.objects.count()) == (0, 0)


def test_without_a_point_the_street_says_where(town: Town) -> None:
    case = town.report(lon=None, lat=None, division="990101002", address="Elm Road 4").case
    assert (case.lon, case.lat, case.division_code) == (None, None, "990101002")


def test_an_alarming_word_makes_no_report_urgent_where_the_city_names_none(town: Town) -> None:
    assert town.report(words="The gas pipe burst!").case.severity == 2


def test_only_collectors_report_as_inspectors(town: Town) -> None:
    for viewer in (STRANGER, town.resident, town.handler("roads")):
        with pytest.raises(Refusal):
            town.report(viewer, source="inspector")
    assert town.report(town.collector, source="inspector").case.source == "inspector"


def test_what_is_not_filed_ends_with_its_reason_and_cannot_be_rated(town: Town) -> None:
    sent = town.report()
    town.step(town.clerk, sent.case.pk, "refuse", {"refusal": "not_ours"}, note="Ask the house's owner.")
    found = followed(STRANGER, sent.token)
    assert (found.case.status, found.urban.refusal, found.may_rate) == ("cancelled", "not_ours", False)
    assert "Ask the house's owner." in [line.note for line in found.story]
    with pytest.raises(Conflict):
        rate(STRANGER, found, level=1)


def test_a_duplicate_leads_its_reporter_to_the_first_case(town: Town) -> None:
    first, second = town.report(), town.report()
    done = town.step(town.clerk, second.case.pk, "duplicate", {"original": first.case.number})
    assert (done.case.status, done.case.merged_into_id) == ("merged", first.case.pk)
    found = followed(STRANGER, second.token)
    assert (found.case.pk, found.came_from, found.is_reporter) == (first.case.pk, second.case.number, False)


@pytest.mark.parametrize("number", ["", "TT-0", "itself"])
def test_a_duplicate_names_another_case(town: Town, number: str) -> None:
    sent = town.report()
    original = sent.case.number if number == "itself" else number
    with pytest.raises(Invalid):
        town.step(town.clerk, sent.case.pk, "duplicate", {"original": original})
    assert kinds(sent.case.pk) == ["urban.file"]


def test_a_department_that_is_not_in_charge_sends_it_back_to_command(town: Town) -> None:
    pk = town.report().case.pk
    town.file(pk)
    town.dispatch(pk, "bins")
    town.step(town.handler("bins"), pk, "not_ours", note="The Road Crew's.")
    assert kinds(pk) == ["urban.dispatch"]
    town.dispatch(pk, "roads")
    assert Case.objects.get(pk=pk).organisation_id == town.bodies["roads"]


def test_rework_goes_back_to_dispatch_and_is_counted(town: Town) -> None:
    pk = town.report().case.pk
    town.file(pk)
    town.dispatch(pk)
    town.handle(pk)
    town.step(town.dispatcher, pk, "accept")
    town.step(town.collector, pk, "failed")
    town.step(town.clerk, pk, "rework", note="Still a hole.")
    case = Case.objects.get(pk=pk)
    assert (kinds(pk), case.status) == (["urban.dispatch"], "open")
    assert case.rework_count > 0


@pytest.mark.parametrize(
    "data", [{}, {"organisation_id": None}, {"organisation_id": "roads"}, {"organisation_id": 10**9}]
)
def test_a_dispatch_names_a_department(town: Town, data: dict[str, object]) -> None:
    pk = town.report().case.pk
    town.file(pk)
    with pytest.raises(Invalid):
        town.step(town.dispatcher, pk, "dispatch", data)
    assert kinds(pk) == ["urban.dispatch"]


def test_nobody_else_does_the_departments_work(town: Town) -> None:
    pk = town.report().case.pk
    town.file(pk)
    town.dispatch(pk, "roads")
    for viewer in (
        STRANGER,
        town.resident,
        town.handler("bins"),
        town.clerk,
        town.dispatcher,
        town.collector,
    ):
        with pytest.raises(Refusal):
            town.step(viewer, pk, "done")
    assert kinds(pk) == ["urban.handle"]
    assert not Task.objects.filter(case=pk, kind="urban.handle", status="done").exists()


def test_a_rating_is_given_once_for_each_close(town: Town) -> None:
    sent = town.solved()
    rate(STRANGER, followed(STRANGER, sent.token), level=1)
    with pytest.raises(Conflict):
        rate(STRANGER, followed(STRANGER, sent.token), level=5)
    dispute(STRANGER, followed(STRANGER, sent.token), reason="It broke again.")
    assert kinds(sent.case.pk) == ["urban.dispatch"]
    town.close(sent.case.pk)
    rate(STRANGER, followed(STRANGER, sent.token), level=4)
    assert sorted(Rating.objects.values_list("level", flat=True)) == [1, 4]


@pytest.mark.parametrize("level", [0, 6, -1])
def test_a_rating_has_five_levels(town: Town, level: int) -> None:
    sent = town.solved()
    with pytest.raises(Invalid):
        rate(STRANGER, followed(STRANGER, sent.token), level=level)
    assert not Rating.objects.exists()


def test_an_open_case_is_not_rated(town: Town) -> None:
    sent = town.report()
    with pytest.raises(Conflict):
        rate(STRANGER, followed(STRANGER, sent.token), level=5)


def test_disagreeing_has_its_time(town: Town) -> None:
    sent = town.solved()
    with clock.at(clock.now() + timedelta(days=DISPUTE_DAYS + 1)):
        found = followed(STRANGER, sent.token)
        assert found.dispute_until is None
        with pytest.raises(Conflict):
            dispute(STRANGER, found, reason="Too late.")
    assert Case.objects.get(pk=sent.case.pk).status == "closed"


def test_others_join_a_case_once_and_follow_without_rating(town: Town) -> None:
    sent = town.report()
    joined = support(town.resident, sent.case.pk)
    again = support(town.resident, sent.case.pk)
    support(STRANGER, sent.case.pk)
    urban = UrbanCase.objects.get(pk=sent.case.pk)
    assert (urban.supporters_count, Supporter.objects.count()) == (2, 2)
    with pytest.raises(NotFound):
        followed(STRANGER, joined.token)
    found = followed(STRANGER, again.token)
    assert found.is_reporter is False
    town.file(sent.case.pk)
    town.close(sent.case.pk)
    with pytest.raises(Forbidden):
        rate(STRANGER, followed(STRANGER, again.token), level=1)


def test_a_closed_case_is_not_joined(town: Town) -> None:
    sent = town.solved()
    with pytest.raises(Conflict):
        support(STRANGER, sent.case.pk)
    with pytest.raises(NotFound):
        support(STRANGER, 10**9)


def test_similar_cases_are_near_open_and_of_the_class(town: Town) -> None:
    near = town.report(lon=PLACE[0] + 0.0005)
    town.report(class_code="E0102", lon=PLACE[0] + 0.0002)
    town.report(lon=PLACE[0] + 0.0025)
    town.solved()
    place = locate(*PLACE)
    assert place is not None
    found = similar_cases(STRANGER, place, class_code="E0101")
    assert [one.urban.pk for one in found] == [near.case.pk]
    assert 0 < found[0].distance_m <= RADIUS_M
    assert len(similar_cases(STRANGER, place, class_code="")) == 2


def test_who_reported_is_shown_for_a_purpose_and_told_to_them(town: Town) -> None:
    own = town.report(town.resident)
    strange = town.report(contact_name="A. Person", contact_phone="13800000000")
    assert "13800000000" not in UrbanCase.objects.get(pk=strange.case.pk).contact_sealed
    assert reporter_of(town.clerk, strange.case.pk, purpose="To ask where").phone == "13800000000"
    reporter_of(town.clerk, own.case.pk, purpose="To ask where")
    assert town.resident.account_id is not None
    entry = AccessEntry.objects.get(person_id=town.resident.account_id)
    assert (entry.account_id, entry.purpose) == (town.clerk.account_id, "To ask where")
    with pytest.raises(Invalid):
        reporter_of(town.clerk, own.case.pk, purpose=" ")
    for viewer in (STRANGER, town.resident, town.handler("roads"), town.dispatcher):
        with pytest.raises(Refusal):
            reporter_of(viewer, own.case.pk, purpose="Curiosity")
    assert AccessEntry.objects.count() == 1


def test_ones_own_report_is_nobody_elses(town: Town) -> None:
    sent = town.report(town.resident)
    assert own_report(town.resident, sent.case.number).case.pk == sent.case.pk
    for viewer in (STRANGER, town.cast.residents[1], town.clerk):
        with pytest.raises(NotFound):
            own_report(viewer, sent.case.number)


def test_a_report_takes_a_fixed_number_of_queries(town: Town) -> None:
    town.report()
    with CaptureQueriesContext(connection) as first:
        town.report()
    for _ in range(5):
        town.report()
    with CaptureQueriesContext(connection) as later:
        town.report()
    assert len(later) == len(first)
    assert len(later) <= 14, "\n".join(query["sql"][:160] for query in later)


def test_following_takes_a_fixed_number_of_queries(town: Town) -> None:
    sent = town.solved()
    with CaptureQueriesContext(connection) as taken:
        followed(STRANGER, sent.token)
    assert len(taken) <= 7


@pytest.mark.parametrize(
    ("outcome", "data"),
    [
        ("file", {"class_code": "E9999"}),
        ("file", {"class_code": "E01"}),
        ("file", {"severity": 9}),
        ("file", {"severity": "urgent"}),
        ("refuse", {"refusal": "because"}),
    ],
)
def test_a_program_cannot_file_nonsense(town: Town, outcome: str, data: dict[str, object]) -> None:
    pk = town.report().case.pk
    with pytest.raises(Invalid):
        town.step(town.clerk, pk, outcome, data)
    assert kinds(pk) == ["urban.file"]


def test_a_case_that_went_to_its_owner_by_itself_can_be_disputed(town: Town) -> None:
    """It never passes dispatch: it opens again with the owner, who is told."""
    files = {path.name: path.read_text("utf-8") for path in DRAWN.glob("urban_*")}
    publish_version(SYSTEM, save_version(SYSTEM, "urban.case", files=files).pk)
    lamp = Part.objects.create(
        code="9901010101000001",
        case_class_id="P0101",
        state="broken",
        owner_id=town.bodies["lamps"],
        division_code="990101001001",
        lon=PLACE[0],
        lat=PLACE[1],
        datum="wgs84",
        updated_at=clock.now(),
    )
    sent = town.report(class_code="P0101", words="The lamp is dark.", part_id=lamp.pk)
    pk = sent.case.pk
    if kinds(pk) == ["urban.verify"]:
        town.step(town.collector, pk, "confirmed")
    town.file(pk)
    town.handle(pk, "lamps")
    town.step(town.dispatcher, pk, "accept")
    town.step(town.collector, pk, "passed")
    town.step(town.clerk, pk, "close")
    assert not Task.objects.filter(case=pk, kind="urban.dispatch").exists()

    dispute(STRANGER, followed(STRANGER, sent.token), reason="It is dark again.")

    assert kinds(pk) == ["urban.handle"]
    assert open_tasks(pk)[0].organisation_id == town.bodies["lamps"]
    while drain_outbox():
        pass
    owner = town.handler("lamps").account_id or 0
    assert Notice.objects.filter(account_id=owner, kind="urban.work_disputed").exists()
