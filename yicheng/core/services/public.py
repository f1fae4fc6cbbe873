"""What other parts may call of government services.

Items: ``find_items`` → rows of a list; ``published_item`` → ``ItemFacts`` of the version in force; ``item_facts`` → of any
version, for applications that run on it. Forms: ``bound_form`` shows and checks one step or all, ``whole_form`` checks
kept answers, ``visible_steps`` says which steps there are with them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from yicheng.core.services.application_facts import ApplicationFacts, NewApplication
from yicheng.core.services.facts import ItemFacts, MaterialFacts
from yicheng.core.services.forms.bound import BoundForm, KnownValue
from yicheng.core.services.forms.kept import visible_steps
from yicheng.core.services.forms.parts import FormSpec, Step
from yicheng.core.services.ratings.facts import Invited, NewInvitation
from yicheng.core.services.ratings.levels import LOW, Satisfaction

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.forms import TypedChoiceField

    from yicheng.core.journal.public import Received
    from yicheng.core.people.public import Viewer
    from yicheng.core.services.models import Application, ItemVersion
    from yicheng.core.services.queries.applications import Detail

__all__ = [
    "LOW",
    "ApplicationFacts",
    "BoundForm",
    "FormSpec",
    "Invited",
    "ItemFacts",
    "KnownValue",
    "MaterialFacts",
    "NewApplication",
    "NewInvitation",
    "Satisfaction",
    "Step",
    "add_material",
    "application_detail",
    "application_facts",
    "begin_application",
    "bound_form",
    "find_items",
    "form_for",
    "hall_id",
    "invite_rating",
    "invite_to_rate",
    "item_facts",
    "level_field",
    "my_applications",
    "published_item",
    "rate_service",
    "save_answers",
    "submit_application",
    "visible_steps",
    "whole_form",
]

# ── items and forms ─────────────────────────────────────────────────────────


def find_items(viewer: Viewer, **wanted: Any) -> QuerySet[ItemVersion]:
    """Items in force by ``words``, ``audience``, ``theme``, ``life_event``, ``organisation``, ``level``, ``division``, ``online``.

    By words the best first, else by name; with item and body. Codes of what they narrow by, ``division`` of any level.
    """
    from yicheng.core.services.queries import items

    return items.find_items(viewer, **wanted)


def published_item(code: str) -> ItemFacts:
    """The version in force of an item; ``NotFound`` when there is none. One query when it was read before."""
    from yicheng.core.services.queries import items

    return items.published_item(code)


def item_facts(version_id: int) -> ItemFacts:
    """Any version by its id, drafts too; ``NotFound``. One query when it was read before."""
    from yicheng.core.services.queries import items

    return items.item_facts(version_id)


def form_for(form_version_id: int) -> FormSpec:
    """The steps and fields of a form's version; ``NotFound``. No query when a published one was read before."""
    from yicheng.core.services.queries import forms

    return forms.form_for(form_version_id)


def bound_form(
    form_version_id: int,
    data: Any = None,
    files: Any = None,
    known: Mapping[str, KnownValue] | None = None,
    *,
    step: str | None = None,
    kept: Mapping[str, Any] | None = None,
    held: Mapping[str, Sequence[str]] | None = None,
) -> BoundForm:
    """A form to show (``data`` None) or to check. Templates include ``web/parts/answers.html`` with it as ``form``.

    ``known``: name of a prefill (or key) → what a source knows. ``step``: one page of it, None: all. ``kept``: answers of
    before by key, other steps' too. ``held``: key of a file field → names of files that are there already. When
    ``asks_again`` is true a row was added or the page refreshed itself: show it again, check nothing.
    """
    from yicheng.core.services.queries import forms

    return forms.bound_form(form_version_id, data, files, known, step=step, kept=kept, held=held)


def whole_form(
    form_version_id: int, answers: Mapping[str, Any], *, held: Mapping[str, Sequence[str]] | None = None
) -> BoundForm:
    """The whole form with kept answers, to be checked before it is submitted: ``is_valid``, ``errors``, ``answers``."""
    from yicheng.core.services.queries import forms

    return forms.whole_form(form_version_id, answers, held=held)


# ── ratings ─────────────────────────────────────────────────────────────────


def invite_rating(viewer: Viewer, new: NewInvitation) -> Invited:
    """Let whoever holds the code rate a transaction, once; asked again for the same ``subject``: the same code.

    In the caller's transaction. Needs ``services.invite_rating`` over the body. Who has an account is told.
    """
    from yicheng.core.services.actions import ratings

    return ratings.invite_rating(viewer, new)


def rate_service(
    viewer: Viewer, code: str, *, level: int, reasons: Sequence[str] = (), words: str = "", channel: str
) -> int:
    """Rate what the code stands for (``channel``: link, code, kiosk, tablet); answers the rating's id.

    Raises ``NotFound``, ``Invalid``, ``Conflict`` when it was rated before or its time is over.
    """
    from yicheng.core.services.actions import ratings

    return ratings.rate(viewer, code, level=level, reasons=reasons, words=words, channel=channel).pk


def level_field() -> TypedChoiceField:
    """The five levels as a form's field; ``{% include "services/parts/levels.html" with field=form.level %}`` shows it."""
    from yicheng.core.services.ratings import forms

    return forms.level_field()


# ── applications ────────────────────────────────────────────────────────────


def begin_application(
    viewer: Viewer, new: NewApplication, *, may_look_up: bool = True, way: str = "ticked"
) -> Application:
    """A new draft, filled with what the city knows where the applicant agreed. ``NotFound``, ``Forbidden``, ``Conflict``."""
    from yicheng.core.services.actions import applications

    return applications.begin_application(viewer, new, may_look_up=may_look_up, way=way)


def save_answers(
    viewer: Viewer, application_id: int, answers: Mapping[str, Any], *, revision: int, step: str = ""
) -> Application:
    """Keep answers over those of before. ``Conflict`` when another tab saved since ``revision``."""
    from yicheng.core.services.actions import applications

    return applications.save_answers(viewer, application_id, answers, revision=revision, step=step)


def submit_application(
    viewer: Viewer,
    application_id: int,
    *,
    token: UUID | str,
    revision: int | None = None,
    is_true: bool = False,
    way: str = "ticked",
    is_on_behalf: bool = False,
) -> Application:
    """Hand a draft in: its case begins. The same ``token`` again does nothing. Raises ``Invalid`` with its faults.

    ``way``: how the applicant agreed; ``is_on_behalf``: they let a station hand it in for them.
    """
    from yicheng.core.services.actions import applications

    return applications.submit_application(
        viewer,
        application_id,
        token=token,
        revision=revision,
        is_true=is_true,
        way=way,
        is_on_behalf=is_on_behalf,
    )


def add_material(viewer: Viewer, application_id: int, code: str, *, files: list[Received]) -> None:
    """Put files that were received before into the pool of materials. Raises ``Invalid``, ``NotFound``."""
    from yicheng.core.services.actions.applications import drafting

    drafting.add_material(viewer, application_id, code, files=files)


def invite_to_rate(application_id: int) -> Invited:
    """The invitation to rate an application that has ended; asked again, the same one."""
    from yicheng.core.services import asking_to_rate

    return asking_to_rate.invite_to_rate(application_id)


def hall_id(code: str) -> int | None:
    """The hall or station of this code; None where there is none open."""
    from yicheng.core.services.models import Hall

    return Hall.objects.filter(code=code, is_active=True).values_list("pk", flat=True).first()


def application_detail(viewer: Viewer, application_id: int, *, purpose: str = "") -> Detail:
    """An application with answers and materials; ``NotFound``. A look by staff is logged for the applicant."""
    from yicheng.core.services.queries import applications

    return applications.application_detail(viewer, application_id, purpose=purpose)


def application_facts(application_id: int) -> ApplicationFacts:
    """What other parts may know of an application, for reactions to its events; ``NotFound``."""
    from yicheng.core.services.queries import applications

    return applications.application_facts(application_id)


def my_applications(viewer: Viewer) -> QuerySet[Application]:
    """The applications that the viewer follows; order by ``-id``."""
    from yicheng.core.services.queries import applications

    return applications.my_applications(viewer)
