"""Plays the stories: begun, filled in, handed in, handled step by step, rated, each at its own day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from yicheng.apps.government.demo import papers
from yicheng.apps.government.demo.cast import PEOPLE, Cast, Person, number_of
from yicheng.apps.government.demo.scans import scan
from yicheng.apps.government.demo.stories import Story, stories
from yicheng.core.cases.public import complete_task, open_tasks
from yicheng.core.journal.public import receive_file
from yicheng.core.kernel import clock
from yicheng.core.people.public import SYSTEM, Viewer, party_number
from yicheng.core.services import public as services

_PEOPLE: Mapping[str, Person] = {person.username: person for person in PEOPLE}
#: how long people take: to hand in, then between two steps
FIRST_STEP, NEXT_STEP = timedelta(minutes=40), timedelta(hours=7)


def everything(cast: Cast, *, company_id: int) -> int:
    """All stories; answers how many."""
    told = stories(timezone.localdate(clock.now()))
    for story in told:
        _play(cast, story, company_id=company_id)
    return len(told)


def _play(cast: Cast, story: Story, *, company_id: int) -> None:
    moment = _morning(story.days_ago)
    with clock.at(moment):
        party = company_id if story.for_company else cast.parties[story.who]
        doer = cast[story.clerk or story.who]
        application_id, case_id = _apply(cast, story, doer, party)
    for at, (element, who) in enumerate(story.steps):
        with clock.at(min(moment + FIRST_STEP + at * NEXT_STEP, clock.now())):
            _step(cast[who], case_id, element, story.opinions.get(element, ""))
    if story.rating:
        with clock.at(min(moment + FIRST_STEP + (len(story.steps) + 2) * NEXT_STEP, clock.now())):
            _rate(cast[story.who], application_id, story)


def _apply(cast: Cast, story: Story, doer: Viewer, party_id: int) -> tuple[int, int]:
    source = "station" if story.clerk else "portal"
    way = "spoken" if story.clerk else "ticked"
    hall = services.hall_id(story.hall) if story.hall else None
    new = services.NewApplication(story.item, party_id, source=source, hall_id=hall)
    draft = services.begin_application(doer, new, way=way)
    answers = _identity(cast, story, party_id) | dict(story.answers)
    draft = services.save_answers(doer, draft.pk, answers, revision=draft.revision)
    if story.is_draft:
        return draft.pk, 0
    for line in services.application_detail(doer, draft.pk).materials:
        if line.is_needed and not line.is_given:
            upload = SimpleUploadedFile(f"{line.code}.jpg", scan(line.name), "image/jpeg")
            services.add_material(doer, draft.pk, line.code, files=[receive_file(SYSTEM, upload)])
    done = services.submit_application(
        doer, draft.pk, token=str(draft.token), is_true=True, way=way, is_on_behalf=bool(story.clerk)
    )
    assert done.case_id is not None
    return done.pk, done.case_id


def _identity(cast: Cast, story: Story, party_id: int) -> dict[str, Any]:
    person = _PEOPLE[story.who]
    found: dict[str, Any] = {
        "applicant_name": person.name,
        "applicant_number": number_of(person),
        "applicant_address": person.address,
    }
    if story.for_company:
        found |= {"company_name": papers.COMPANY, "company_code": party_number(party_id)}
    return found


def _step(viewer: Viewer, case_id: int, element: str, opinion: str) -> None:
    outcomes = {"accept": "accept", "review": "agree", "inspect": "pass", "decide": "grant"}
    for task in open_tasks(case_id):
        if task.element_id == element:
            outcome = outcomes.get(element.partition("__")[0], "done")
            data = {} if outcome == "done" else {"opinion": opinion}
            complete_task(viewer, task.pk, outcome=outcome, data=data)


def _rate(viewer: Viewer, application_id: int, story: Story) -> None:
    """The invitation that follows a delivery anyway, used at once."""
    invited = services.invite_to_rate(application_id)
    services.rate_service(viewer, invited.code, level=story.rating, words=story.words, channel="link")


def _morning(days_ago: int) -> datetime:
    now = timezone.localtime(clock.now())
    day = datetime.combine(now.date() - timedelta(days=days_ago), time(9, 12), tzinfo=now.tzinfo)
    return min(day, now)
