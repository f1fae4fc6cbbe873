"""Writes of the page shell: saved views."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yicheng.core.journal.public import record
from yicheng.core.kernel.errors import Invalid, NotFound, SignInRequired
from yicheng.core.people.public import Viewer
from yicheng.core.web.models import SavedView

MOST_VIEWS = 20


@transaction.atomic
def save_view(viewer: Viewer, *, page: str, name: str, query: str) -> SavedView:
    """Keep the filters of a list under a name; the same name replaces."""
    if viewer.account_id is None:
        raise SignInRequired(_("Please sign in to save a view."))
    name = name.strip()
    if not name or len(name) > 40:
        raise Invalid(_("Give the view a name of at most 40 letters."))
    if len(query) > 1000:
        raise Invalid(_("These filters are too many to be saved. Leave some out."))
    others = SavedView.objects.filter(account_id=viewer.account_id, page=page).exclude(name=name)
    if others.count() >= MOST_VIEWS:
        raise Invalid(
            _("You have %(most)s views of this list. Delete one first."),
            most=MOST_VIEWS,
        )
    view, _created = SavedView.objects.update_or_create(
        account_id=viewer.account_id, page=page, name=name, defaults={"query": query}
    )
    record(
        viewer,
        action="web.save_view",
        subject=f"saved_view/{view.pk}",
        detail={"page": page},
    )
    return view


@transaction.atomic
def delete_view(viewer: Viewer, view_id: int) -> None:
    """Forget one of the viewer's own views."""
    if viewer.account_id is None:
        raise SignInRequired(_("Please sign in to change your views."))
    deleted, _rows = SavedView.objects.filter(pk=view_id, account_id=viewer.account_id).delete()
    if not deleted:
        raise NotFound(_("This view is gone already."))
    record(viewer, action="web.delete_view", subject=f"saved_view/{view_id}")
