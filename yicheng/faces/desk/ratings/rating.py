"""One rating at the desk: what was said, what became of it, whether the words are shown; and inviting to rate."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from yicheng.core.kernel.errors import Forbidden, NotFound, Refusal
from yicheng.core.kernel.qr import qr_code
from yicheng.core.people.public import Viewer, viewer_of
from yicheng.core.services.actions.ratings import invite_rating, release_words
from yicheng.core.services.models import Rating, RatingInvitation
from yicheng.core.services.queries.item_titles import item_titles, window_titles
from yicheng.core.services.queries.ratings import rating_detail, rating_of_case, windows_of
from yicheng.core.services.ratings.facts import NewInvitation
from yicheng.core.services.ratings.tokens import code_of, spaced
from yicheng.core.services.rectification import RECTIFICATION
from yicheng.core.web.public import add_refusal


@require_safe
def rating_page(request: HttpRequest, rating_id: int) -> HttpResponse:
    """The page of a rating."""
    viewer = viewer_of(request)
    rating = rating_detail(viewer, rating_id)
    invitation = rating.invitation
    context = {
        **shown(rating),
        "page_title": invitation.title,
        "item": item_titles([invitation.item_id]).get(invitation.item_id or 0, ""),
        "window": window_titles([invitation.window_id]).get(invitation.window_id or 0, ""),
        "may_release": bool(rating.words)
        and viewer.may(
            "services.publish_words", organisation_id=rating.organisation_id, division=rating.division_code
        ),
        "breadcrumb": [(reverse("desk.ratings"), _("Ratings of services"))],
    }
    return render(request, "desk/ratings/rating.html", context)


@require_POST
def release(request: HttpRequest, rating_id: int) -> HttpResponse:
    """Show the words, or withhold them."""
    is_published = request.POST.get("words") == "publish"
    release_words(viewer_of(request), rating_id, is_published=is_published)
    messages.success(
        request, now("Everybody may read the words.") if is_published else now("The words are withheld.")
    )
    return redirect("desk.rating", rating_id)


class InvitationForm(forms.Form):
    """What was done at the window, for which somebody may rate now."""

    title = forms.CharField(
        label=_("What was done"),
        max_length=120,
        help_text=_("As the person would say it: “Advice about a restaurant”."),
    )
    window = forms.TypedChoiceField(label=_("Window"), coerce=int, empty_value=None, required=False)
    once = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, *args: Any, windows: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["window"].choices = [("", "—"), *windows]  # type: ignore[attr-defined]


def invite(request: HttpRequest) -> HttpResponse:
    """Invite whoever stands before the window; sent twice, it is one invitation."""
    viewer = viewer_of(request)
    windows = [(row.pk, f"{row.hall} · {row.name}") for row in windows_of(viewer)]
    form = InvitationForm(request.POST or None, windows=windows, initial={"once": secrets.token_urlsafe(12)})
    if request.method == "POST" and form.is_valid():
        try:
            made = invite_rating(viewer, _invitation(viewer, form.cleaned_data))
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("desk.rating_code", made.invitation_id)
    context = {"form": form, "breadcrumb": [(reverse("desk.ratings"), _("Ratings of services"))]}
    return render(request, "desk/ratings/invite.html", context, status=422 if form.errors else 200)


@require_safe
def code_page(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """The code to scan, large: for the screen that faces the person."""
    viewer = viewer_of(request)
    row = RatingInvitation.objects.filter(pk=invitation_id).first()
    if row is None or not viewer.may(
        "services.invite_rating", organisation_id=row.organisation_id, division=row.division_code
    ):
        raise NotFound(_("There is no invitation with this number."))
    code = code_of(row.subject)
    link = request.build_absolute_uri(reverse("portal.rate", args=[code]))
    context = {
        "row": row,
        "code": spaced(code),
        "drawn": qr_code(link, css_class="qr"),
        "page_title": row.title,
        "breadcrumb": [(reverse("desk.ratings"), _("Ratings of services"))],
    }
    return render(request, "desk/ratings/code.html", context)


def of_case(viewer: Viewer, case: Any) -> Mapping[str, Any] | None:
    """On the page of a rectification: the rating that it is about."""
    if case.process != RECTIFICATION.key:
        return None
    rating = rating_of_case(case.pk)
    return shown(rating) if rating is not None else None


def shown(rating: Rating) -> dict[str, Any]:
    """What templates show of a rating."""
    return {"rating": rating, "row": getattr(rating, "rectification", None), "invitation": rating.invitation}


def _invitation(viewer: Viewer, sent: Mapping[str, Any]) -> NewInvitation:
    if viewer.organisation_id is None:
        raise Forbidden(_("Your account belongs to no body that could be rated."))
    subject = f"matter/{viewer.account_id}/{sent['once']}"
    window = next((row for row in windows_of(viewer) if row.pk == sent["window"]), None)
    division = window.hall.division_code if window else ""
    return NewInvitation(
        subject, sent["title"], viewer.organisation_id, window_id=sent["window"], division_code=division
    )
