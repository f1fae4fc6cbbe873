"""Licences on the desk: found, opened for a purpose, issued by hand, renewed, changed, suspended, revoked."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from yicheng.core.credentials.models import Licence
from yicheng.core.web.declare import Menu, Page
from yicheng.core.web.public import list_view
from yicheng.faces.desk.licences import changing, finding, issuing, lists, one

SEE, ISSUE = "credentials.see_licences", "credentials.issue_licence"
GROUP = _("Licences and documents")


def example() -> Mapping[str, int]:
    """A licence that exists; 0 where there is none."""
    return {"licence_id": Licence.objects.order_by("-pk").values_list("pk", flat=True).first() or 0}


ONE = "licences/<int:licence_id>/"
PAGES = (
    Page("desk.licences", "desk", "licences/", list_view(lists.LICENCES), _("Licences"), SEE, Menu(GROUP, 120, "id-card")),
    Page("desk.find_licences", "desk", "licences/find/", finding.find, _("Licences of a person or company"), SEE),
    Page("desk.choose_licence", "desk", "licences/issue/", issuing.choose, _("Issue a licence"), ISSUE),
    Page("desk.issue_licence", "desk", "licences/issue/<slug:code>/", issuing.issue, _("Issue a licence"), ISSUE,
         example=issuing.example),
    Page("desk.licence", "desk", ONE, one.licence, _("Licence"), SEE, example=example),
    Page("desk.licence_paper", "desk", f"{ONE}paper.pdf", one.paper, _("Sealed PDF"), ISSUE, example=example),
    Page("desk.change_licence", "desk", f"{ONE}change/", changing.change, _("Change a licence"), ISSUE, example=example),
    Page("desk.turn_licence", "desk", f"{ONE}<slug:deed>/", changing.turn, _("Licence"), ISSUE,
         example=lambda: {**example(), "deed": "suspend"}),
)  # fmt: skip
