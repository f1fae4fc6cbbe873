"""What I hold: the cards, one licence with what was done to it and who looked, its paper and its file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from yicheng.core.credentials.actions.licences.printing import paper_of
from yicheng.core.credentials.actions.licences.showing import offered_fields, wallet_of
from yicheng.core.credentials.licences import credential
from yicheng.core.credentials.licences.reading import facts_of
from yicheng.core.credentials.licences.wording import STANDINGS
from yicheng.core.credentials.models import Showing
from yicheng.core.credentials.queries import licences as queries
from yicheng.core.people.public import Viewer, account_names, organisation_names, viewer_of

SHOWN_FIRST = 4


def licences(request: HttpRequest) -> HttpResponse:
    """Every licence of mine, and of those I act for."""
    rows = [_card(facts) for facts in queries.my_licences(viewer_of(request))]
    return render(request, "portal/licences/list.html", {"cards": rows})


def panel(viewer: Viewer, _subject: object) -> Mapping[str, Any] | None:
    """The first few on the page of my own matters; absent where I hold none."""
    found = queries.my_licences(viewer) if viewer.is_signed_in else []
    return (
        {"cards": [_card(one) for one in found[:SHOWN_FIRST]], "more": len(found) > SHOWN_FIRST}
        if found
        else None
    )


def licence(request: HttpRequest, licence_id: int) -> HttpResponse:
    """One licence, whole."""
    viewer = viewer_of(request)
    facts = queries.my_licence(viewer, licence_id)
    context = {
        "facts": facts,
        "fields": offered_fields(facts),
        "standing": STANDINGS[facts.standing],
        "changes": queries.changes_of(licence_id),
        "showings": _showings(viewer, licence_id),
        "page_title": facts.title,
        "breadcrumb": [(reverse("portal.licences"), _("My licences"))],
    }
    return render(request, "portal/licences/licence.html", context)


def paper(request: HttpRequest, licence_id: int) -> HttpResponse:
    """The sealed PDF."""
    version = queries.own_version(viewer_of(request), licence_id)
    made = paper_of(version, base=credential.issuer(request.build_absolute_uri("/")))
    return _download(made, f"{version.licence.number}.pdf", "application/pdf", is_inline=True)


def file(request: HttpRequest, licence_id: int) -> HttpResponse:
    """The credential: whole, or with the fields named in ``fields`` only."""
    version = queries.own_version(viewer_of(request), licence_id)
    key = wallet_of(version.licence.holder_id)
    base = credential.issuer(request.build_absolute_uri("/"))
    made = credential.credential_of(version, base=base, holder_key=key.jwk if key else None)
    if wanted := request.GET.getlist("fields"):
        made = credential.chosen(made, wanted)
    return _download(made.encode(), f"{version.licence.number}.sd-jwt", "application/dc+sd-jwt")


def _card(facts: Any) -> dict[str, Any]:
    return {"facts": facts, "standing": STANDINGS[facts.standing]}


def _download(made: bytes, name: str, kind: str, *, is_inline: bool = False) -> HttpResponse:
    answer = HttpResponse(made, content_type=kind)
    way = "inline" if is_inline else "attachment"
    answer["Content-Disposition"] = f'{way}; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _showings(viewer: Viewer, licence_id: int) -> list[dict[str, Any]]:
    """The log with names: staff by name and body, strangers as they called themselves."""
    rows = queries.showings_of(viewer, licence_id)
    people = account_names({row.account_id for row in rows if row.account_id})
    bodies = organisation_names(
        {row.organisation_id for row in rows if row.organisation_id}, language=viewer.language
    )
    rules = {
        field.rule.key: field.rule.title
        for field in offered_fields(facts_of(queries.own_version(viewer, licence_id)))
    }
    return [
        {
            "when": row.recorded_at,
            "how": Showing.Kind(row.kind).label,
            "who": row.stated or (people.get(row.account_id, "") if row.account_id else ""),
            "body": bodies.get(row.organisation_id, "") if row.organisation_id else "",
            "purpose": row.purpose,
            "fields": [str(rules[key]) for key in row.fields if key in rules],
        }
        for row in rows
    ]
