"""One licence: what anyone at the desk may know, and, for a stated purpose, what it says of its holder."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yicheng.core.credentials.actions.licences.printing import paper_of
from yicheng.core.credentials.actions.licences.seeing import log_staff, open_licence
from yicheng.core.credentials.licences import credential
from yicheng.core.credentials.licences.facts import LicenceFacts
from yicheng.core.credentials.licences.reading import standing
from yicheng.core.credentials.licences.wording import STANDINGS
from yicheng.core.credentials.models import Licence
from yicheng.core.credentials.queries import licences as queries
from yicheng.core.kernel.errors import Invalid
from yicheng.core.kernel.languages import in_language
from yicheng.core.people.public import viewer_of
from yicheng.core.web.public import add_refusal


class PurposeForm(forms.Form):
    """Why; the holder reads it."""

    purpose = forms.CharField(
        label=gettext_lazy("For what purpose?"),
        max_length=200,
        help_text=gettext_lazy("The holder reads your name, your department and this purpose."),
    )


def licence(request: HttpRequest, licence_id: int) -> HttpResponse:
    """Standing and history; a purpose opens the rest, once."""
    viewer = viewer_of(request)
    row = queries.licence_row(viewer, licence_id)
    form = PurposeForm(request.POST or None)
    facts: LicenceFacts | None = None
    if request.method == "POST" and form.is_valid():
        try:
            facts = open_licence(viewer, licence_id, purpose=form.cleaned_data["purpose"])
        except Invalid as refusal:
            add_refusal(form, refusal)
    answer = render(request, "desk/licences/licence.html", {**about(row), "facts": facts, "form": form,
        "changes": queries.changes_of(licence_id),
        "may_change": viewer.may("credentials.issue_licence", organisation_id=row.organisation_id, division=row.division_code),
    })  # fmt: skip
    answer["Cache-Control"] = "no-store"
    return answer


def paper(request: HttpRequest, licence_id: int) -> HttpResponse:
    """The sealed PDF for handing out; the purpose stands in the holder's log."""
    viewer = viewer_of(request)
    version = log_staff(viewer, licence_id, purpose=_("Printed to hand it out"))
    made = paper_of(version, base=credential.issuer(request.build_absolute_uri("/")))
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{version.licence.number}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def about(row: Licence) -> dict[str, object]:
    """What the pages about a licence show above all else."""
    assert row.version is not None
    words = row.version.type_version
    return {
        "row": row,
        "version": row.version,
        "standing": STANDINGS[standing(row, row.version)],
        "title": in_language(words.name, words.name_en),
        "page_title": f"{in_language(words.name, words.name_en)} {row.number}",
        "breadcrumb": [(reverse("desk.licences"), _("Licences"))],
    }
