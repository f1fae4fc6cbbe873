"""Government services to show: residents with licences, matters at every stage, a low rating that is being put right."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth import get_user_model
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from yicheng.apps.government.demo import papers, play
from yicheng.apps.government.demo.cast import cast, is_possible, told
from yicheng.core.kernel.declare import Demonstration, SignIn
from yicheng.core.people.public import organisation_ids

FIRST = "service.office"


def build(_scale: float, say: Callable[[str], None]) -> None:
    """The same matters at every scale, entered by the same actions as people's."""
    if is_built():
        return
    with translation.override("zh-hans"):
        people = cast()
        papers.hand_out(people)
        say(f"{play.everything(people, company_id=papers.company(people))} applications")


def is_built() -> bool:
    """Whether it is there, or the city has other bodies than the story's."""
    return get_user_model().objects.filter(username=FIRST).exists() or not is_possible(organisation_ids())


def sign_ins() -> list[SignIn]:
    """Those worth trying."""
    return told(
        list(get_user_model().objects.filter(username__isnull=False).values_list("username", flat=True))
    )


DEMONSTRATIONS = (Demonstration("government", _("Government services"), build, is_built, sign_ins),)
