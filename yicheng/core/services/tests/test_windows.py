"""Applications taken at a window or station, who sees them, and what is forgotten when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from yicheng.core.cases.models import Task
from yicheng.core.journal.models import AccessEntry
from yicheng.core.journal.public import receive_file
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from yicheng.core.people.public import STRANGER, Viewer
from yicheng.core.services import personal
from yicheng.core.services.actions import applications as acts
from yicheng.core.services.application_facts import NewApplication
from yicheng.core.services.models import Application, Consent
from yicheng.core.services.queries import applications as reading
from yicheng.core.services.tests.acting import (
    accepted,
    begin,
    do,
    granted,
    handed_in,
    only_these_sources,
)
from yicheng.core.services.tests.town import ANSWERS, Town, paper


@pytest.fixture(autouse=True)
def sources(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a city would know, prove and issue; nobody else's sources."""
    only_these_sources(monkeypatch)


# ── at the window ───────────────────────────────────────────────────────────


def at_window(town: Town, viewer: Viewer | None = None, **more: Any) -> Application:
    new = NewApplication(
        "open-kiosk", town.li_id, source="window", hall_id=town.hall.pk, window_id=town.window.pk
    )
    return acts.begin_application(viewer or town.clerk, replace(new, **more), way="spoken")


def test_the_window_takes_any_matter_and_accepts_at_once(town: Town) -> None:
    draft = at_window(town)
    acts.save_answers(town.clerk, draft.pk, ANSWERS, revision=0)
    acts.add_material(town.clerk, draft.pk, "plan", files=[], is_paper=True)
    draft.refresh_from_db()
    done = acts.submit_application(town.clerk, draft.pk, token=draft.token or "", is_true=True, way="signed")
    assert (done.status, done.applicant_id, done.clerk_id) == (
        "accepted",
        town.li.account_id,
        town.clerk.account_id,
    )
    assert [row.pk for row in reading.my_applications(town.li)] == [done.pk]
    assert {row.element_id for row in Task.objects.filter(status="open")} == {
        "review__fire",
        "review__market",
    }


def test_a_station_needs_the_consent_to_hand_in(town: Town) -> None:
    draft = at_window(town, town.station_clerk, source="station", hall_id=town.station.pk, window_id=None)
    acts.save_answers(town.station_clerk, draft.pk, ANSWERS, revision=0)
    acts.add_material(town.station_clerk, draft.pk, "plan", files=[], is_paper=True)
    draft.refresh_from_db()
    token = draft.token or ""
    with pytest.raises(acts.Incomplete):
        acts.submit_application(town.station_clerk, draft.pk, token=token, is_true=True, way="signed")
    done = acts.submit_application(
        town.station_clerk, draft.pk, token=token, is_true=True, way="signed", is_on_behalf=True
    )
    assert done.status == "accepted"
    assert Consent.objects.get(kind="on_behalf").way == "signed"


def test_staff_without_a_window_take_nothing(town: Town) -> None:
    for viewer in (town.li, town.fireman, town.outsider, town.station_clerk):
        with pytest.raises(Forbidden):
            at_window(town, viewer)
    with pytest.raises(Invalid):
        at_window(town, hall_id=None)
    assert not Application.objects.exists()


def test_residents_cannot_say_a_paper_was_seen(town: Town) -> None:
    draft = begin(town)
    with pytest.raises(Forbidden):
        acts.add_material(town.li, draft.pk, "plan", files=[], is_paper=True)
    with pytest.raises(NotFound):
        acts.add_material(town.li, draft.pk, "no-such", files=[receive_file(town.li, paper())])


def test_results_are_handed_over_where_it_was_taken(town: Town) -> None:
    application = granted(town)
    with pytest.raises(Conflict):
        acts.deliver(town.clerk, application.pk)
    do(town.head, application, "issue", "done")
    for viewer in (town.li, town.fireman, town.station_clerk):
        with pytest.raises(Forbidden):
            acts.deliver(viewer, application.pk)
    acts.deliver(town.clerk, application.pk)


# ── who sees it ─────────────────────────────────────────────────────────────


def test_every_look_by_staff_is_logged_for_the_applicant(town: Town) -> None:
    application = accepted(town)
    AccessEntry.objects.all().delete()
    reading.application_detail(town.li, application.pk)
    assert not AccessEntry.objects.exists()
    reading.application_detail(town.fireman, application.pk, purpose="review of fire safety")
    entry = AccessEntry.objects.get()
    assert (entry.person_id, entry.purpose) == (town.li.account_id, "review of fire safety")


def test_only_those_with_a_part_in_it_see_it(town: Town) -> None:
    application = accepted(town)
    for viewer in (STRANGER, town.wang, town.outsider, town.station_clerk):
        with pytest.raises(NotFound):
            reading.application_detail(viewer, application.pk)
    for viewer in (town.li, town.clerk, town.fireman, town.marketer, town.head):
        assert reading.application_detail(viewer, application.pk).answers["area"] == 12
    assert list(reading.desk_applications(town.outsider)) == []
    assert [row.pk for row in reading.desk_applications(town.head)] == [application.pk]
    assert list(reading.my_applications(town.wang)) == []


def test_earlier_applications_fill_in_the_next(town: Town) -> None:
    first = handed_in(town)
    known = reading.application_detail(town.li, begin(town).pk).known
    assert (known["account.phone"].value, known["account.phone"].source) == (
        "13800001234",
        f"Your application {first.number}",
    )


# ── leaving and forgetting ──────────────────────────────────────────────────


def test_who_leaves_takes_drafts_along_and_what_was_handed_in_stays(town: Town) -> None:
    application = handed_in(town)
    begin(town)
    assert town.li.account_id is not None
    personal.forget_person(town.li.account_id)
    assert Application.objects.get().pk == application.pk
    assert Application.objects.get().applicant_id is None


def test_old_drafts_and_old_answers_are_forgotten(town: Town) -> None:
    application = granted(town)
    do(town.head, application, "issue", "done")
    acts.deliver(town.clerk, application.pk)
    begin(town)
    assert (personal.drop_old_drafts(), personal.forget_old_answers()) == (0, 0)
    with clock.at(clock.now() + timedelta(days=6 * 365)):
        assert (personal.drop_old_drafts(), personal.forget_old_answers()) == (1, 1)
    assert Application.objects.get().answers_sealed == ""
