"""My licences: what I hold, how I show it, and who looked at it."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yicheng.core.credentials.models import Licence
from yicheng.core.web.declare import Menu, Page, Panel
from yicheng.faces.portal.licences import mine, showing, wallet

HOLD = "credentials.hold_licence"


def example() -> Mapping[str, int]:
    """A licence that exists; 0 where there is none."""
    return {"licence_id": Licence.objects.order_by("-pk").values_list("pk", flat=True).first() or 0}


def pages(group: str | Promise) -> tuple[Page, ...]:
    """The pages, in this group of the menu."""
    one = "me/licences/<int:licence_id>/"
    return (
        Page(
            "portal.licences",
            "portal",
            "me/licences/",
            mine.licences,
            _("My licences"),
            HOLD,
            Menu(group, 905, "id-card"),
        ),
        Page("portal.licence", "portal", one, mine.licence, _("Licence"), HOLD, example=example),
        Page(
            "portal.licence_paper",
            "portal",
            f"{one}paper.pdf",
            mine.paper,
            _("Sealed PDF"),
            HOLD,
            example=example,
        ),
        Page(
            "portal.licence_file",
            "portal",
            f"{one}licence.sd-jwt",
            mine.file,
            _("Licence file"),
            HOLD,
            example=example,
        ),
        Page(
            "portal.show_licence",
            "portal",
            f"{one}show/",
            showing.show,
            _("Show this licence"),
            HOLD,
            example=example,
        ),
        Page(
            "portal.shown_licence",
            "portal",
            "me/licences/shown/<int:leave_id>/",
            showing.state,
            _("Show this licence"),
            HOLD,
            example=lambda: {"leave_id": 0},
        ),
        Page("portal.wallet", "portal", "me/wallet/", wallet.wallet, _("My wallet's key"), HOLD),
    )


PANELS = (Panel("portal.my_licences", "portal.me", "portal/licences/panel.html", mine.panel, order=20),)
