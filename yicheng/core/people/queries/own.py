"""What people may see of themselves, and who people are to other parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import SignInRequired
from yicheng.core.people.models import Account, ApiToken, Organisation, Session
from yicheng.core.people.viewer import Viewer

#: the first mark found names the browser: most of them also call themselves by the later ones
BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("HuaweiBrowser", "Huawei Browser"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
DEVICES = (
    ("HarmonyOS", "HarmonyOS"),
    ("OpenHarmony", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A browser in which one is signed in. ``mark`` names it without giving it away."""

    mark: str
    address: str
    browser: str
    started_at: datetime
    seen_at: datetime
    is_this: bool


def own_account(viewer: Viewer) -> Account:
    """The viewer's account with its particulars."""
    return Account.objects.select_related("organisation").get(pk=_self(viewer))


def open_sessions(viewer: Viewer, *, current: str) -> list[OpenSession]:
    """Where the viewer is signed in, this browser first, then the latest used."""
    rows = Session.objects.filter(account_id=_self(viewer), expire_date__gt=clock.now()).order_by("-seen_at")
    sessions = [
        OpenSession(
            row.session_key[:8],
            row.address,
            browser_words(row.browser),
            row.started_at,
            row.seen_at,
            row.session_key == current,
        )
        for row in rows[:50]
    ]
    return sorted(sessions, key=lambda session: not session.is_this)


def browser_words(agent: str) -> str:
    """A browser in a word or two (``Firefox · Windows``), from what it calls itself; that itself when unknown."""
    found = [next((name for mark, name in marks if mark in agent), "") for marks in (BROWSERS, DEVICES)]
    return " · ".join(name for name in found if name) or agent[:60]


def live_tokens(viewer: Viewer) -> list[ApiToken]:
    """The viewer's API keys that still work."""
    tokens = ApiToken.objects.filter(account_id=_self(viewer), revoked_at=None, expires_at__gt=clock.now())
    return list(tokens.order_by("-created_at"))


def account_names(account_ids: Iterable[int]) -> Mapping[int, str]:
    """The names shown for these accounts, in one query."""
    rows = Account.objects.filter(pk__in=set(account_ids)).values_list("pk", "display_name", "username")
    return {pk: shown or username for pk, shown, username in rows}


def organisation_names(organisation_ids: Iterable[int], *, language: str = "") -> Mapping[int, str]:
    """The short names of these organisations, in one query; the English name where asked for and known."""
    rows = Organisation.objects.filter(pk__in=set(organisation_ids))
    english = language.startswith("en")
    return {row.pk: (row.name_en if english and row.name_en else str(row)) for row in rows}


def organisation_ids() -> Mapping[str, int]:
    """Active organisations by code, and by each name that only one of them has."""
    rows = Organisation.objects.filter(is_active=True).values_list(
        "pk", "code", "name", "short_name", "name_en"
    )
    found: dict[str, set[int]] = {}
    codes: dict[str, int] = {}
    for pk, code, *names in rows:
        codes[code] = pk
        for name in filter(None, names):
            found.setdefault(name, set()).add(pk)
    return {name: min(ids) for name, ids in found.items() if len(ids) == 1} | codes


def _self(viewer: Viewer) -> int:
    if viewer.account_id is None:
        raise SignInRequired(_("Please sign in to do this."))
    return viewer.account_id
