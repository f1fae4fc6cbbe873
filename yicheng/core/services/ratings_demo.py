"""What ratings look like in a living city: half a year of matters rated at windows and on line, low ones put right."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from yicheng.core.cases.public import complete_task, open_tasks
from yicheng.core.kernel import clock
from yicheng.core.kernel.declare import Demonstration, SignIn
from yicheng.core.people.models import Account, Organisation, Role
from yicheng.core.people.public import SYSTEM, NewStaff, Viewer, make_staff, viewer_of_account
from yicheng.core.services.actions.ratings import appeal_answer, invite_rating, rate, release_words
from yicheng.core.services.models import Rating, RatingInvitation, Rectification, ServiceItem, Window
from yicheng.core.services.ratings.facts import NewInvitation
from yicheng.core.services.ratings.levels import is_low, reasons_of

#: for demonstrations only; ``yicheng demo`` prints it beside the user names
PASSWORD = "yicheng-demo-2026"  # noqa: S105
OFFICER = "ratings.office"
WEIGHTS = {5: 58, 4: 26, 3: 9, 2: 5, 1: 2}
PRAISE = (
    _("Everything was ready before I sat down. Thank you."),
    _("Nobody asked for a paper that I had handed in before."),
    _("I filled it in on my phone and only came to fetch it."),
    _("The clerk explained patiently to my mother, who does not hear well."),
    _("Three departments, one form. It used to take a week."),
)
BLAME = (
    _("I waited an hour, and one window of four was open."),
    _("They asked for a copy that the guide does not name."),
    _("Was told on the telephone to come, then sent home again."),
    _("The page lost my pictures twice."),
)
ANSWERS = (
    _("You are right. We opened a second window at midday and told all clerks which papers the guide names."),
    _(
        "We have called you and said sorry. The clerk was trained again; the missing paper is no longer asked."
    ),
)


def build(scale: float, say: Callable[[str], None]) -> None:
    """Half a year, newest last; every rating through the same door as a person's."""
    if is_built():
        return
    chance, count = random.Random(20261124), max(12, round(700 * scale))
    matters = _matters()
    if not matters:
        return
    with translation.override("zh-hans"):
        officer = _officer()
        say(f"{count} matters rated")
        begins = clock.now().replace(hour=1, minute=0) - timedelta(days=181)
        for number in range(count):
            # the last ones within days, so that something waits to be done
            moment = begins + timedelta(days=round(180 * (number / count) ** 0.8), minutes=number % 300)
            with clock.at(moment):
                _matter(number, chance.choice(matters), chance, officer)


def is_built() -> bool:
    """Whether anybody was invited."""
    return RatingInvitation.objects.exists()


def sign_ins() -> Sequence[SignIn]:
    """Who judges ratings."""
    there = Account.objects.filter(username=OFFICER).exists()
    return [SignIn(_("Officer of the service office"), OFFICER, PASSWORD)] if there else []


def _matters() -> list[dict[str, Any]]:
    """What may be rated: the items in force with the windows; bodies alone where the pack has no items."""
    windows = list(Window.objects.filter(is_active=True).select_related("hall")[:40])
    items = list(ServiceItem.objects.filter(current__isnull=False).select_related("current")[:60])
    rows = [
        {
            "title": item.current.name if item.current else item.code,
            "organisation_id": item.organisation_id,
            "item_id": item.pk,
            "window_id": windows[place % len(windows)].pk if windows else None,
            "division_code": windows[place % len(windows)].hall.division_code if windows else "",
        }
        for place, item in enumerate(items)
    ]
    bodies = Organisation.objects.filter(is_active=True).order_by("id")[:3] if not rows else []
    return rows or [{"title": now("Advice at the window"), "organisation_id": body.pk} for body in bodies]


def _matter(number: int, matter: dict[str, Any], chance: random.Random, officer: Viewer) -> None:
    invited = invite_rating(SYSTEM, NewInvitation(f"matter/demo/{number}", **matter))
    if number % 6 == 5:
        return  # not everybody answers
    level = chance.choices(list(WEIGHTS), weights=list(WEIGHTS.values()))[0]
    level = {1: 2, 2: 1}.get(number, level)  # a low one of each in the smallest play
    ticked = chance.sample(list(reasons_of(level)), chance.choice((0, 1, 1, 2)))
    words = str(chance.choice(BLAME if is_low(level) else PRAISE)) if chance.random() < 0.3 else ""
    channel = chance.choice(("link", "link", "tablet", "tablet", "kiosk", "code"))
    with clock.at(clock.now() + timedelta(hours=2)):
        rating = rate(SYSTEM, invited.code, level=level, reasons=ticked, words=words, channel=channel)
    if words and chance.random() < 0.8:
        release_words(officer, rating.pk, is_published=True)
    if is_low(level):
        _put_right(rating, invited.code, chance, officer)


def _put_right(rating: Rating, code: str, chance: random.Random, officer: Viewer) -> None:
    """What followed, as far as it has come until today."""
    row = Rectification.objects.select_related("case").get(pk=rating.pk)
    if row.case_id is None:
        return
    answer = str(chance.choice(ANSWERS))
    steps: list[tuple[int, str]] = [(1, "founded"), (5, "done"), (7, "answered"), (9, "settled")]
    if chance.random() < 0.15:
        steps = [(1, "contested"), (3, "unfounded")]
    for days, outcome in steps:
        if not _step(row.case_id, rating.rated_at + timedelta(days=days), outcome, answer, officer):
            return
    if steps[-1][1] == "settled" and chance.random() < 0.2:
        moment = rating.rated_at + timedelta(days=11)
        if moment < _present():
            with clock.at(moment):
                appeal_answer(SYSTEM, code, words=str(BLAME[0]))
            _step(row.case_id, moment + timedelta(days=1), "settled", answer, officer)


def _step(case_id: int, moment: datetime, outcome: str, answer: str, officer: Viewer) -> bool:
    if moment > _present():
        return False
    with clock.at(moment):
        task = open_tasks(case_id)[0]
        reason = now("It was another office.")
        data = {"answer": answer, "reason": reason}
        done_by = officer if task.kind in ("services.judge_rating", "services.confirm") else SYSTEM
        complete_task(done_by, task.pk, outcome=outcome, data=data)
    return True


def _present() -> datetime:
    """The real moment: the play stands in the past."""
    return datetime.now(UTC)


def _officer() -> Viewer:
    """Somebody of the service office, where the pack has that role; else the platform itself."""
    if Account.objects.filter(username=OFFICER).exists():
        return viewer_of_account(Account.objects.get(username=OFFICER).pk)
    hall = Window.objects.order_by("hall_id").values_list("hall__organisation__code", flat=True).first()
    if hall is None or not Role.objects.filter(code="item_office").exists():
        return SYSTEM
    made = make_staff(
        SYSTEM, [NewStaff(OFFICER, now("Officer of the service office"), hall, "item_office", within=False)],
        password=PASSWORD,
    )  # fmt: skip
    return viewer_of_account(made[OFFICER])


RATINGS = Demonstration("services.ratings", _("Ratings of services"), build, is_built, sign_ins)
