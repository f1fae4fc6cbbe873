"""The two small forms beside a list: save this view, delete a view."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yicheng.core.people.public import viewer_of
from yicheng.core.web import actions


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Save the filters under a name and stay on the list."""
    post = request.POST
    view = actions.save_view(
        viewer_of(request),
        page=post.get("page", ""),
        name=post.get("name", ""),
        query=post.get("query", ""),
    )
    messages.success(request, _("The view “%(name)s” is saved.") % {"name": view.name})
    return _back(request)


@require_POST
def delete(request: HttpRequest, view_id: int) -> HttpResponse:
    """Delete one view and stay on the list."""
    actions.delete_view(viewer_of(request), view_id)
    messages.success(request, _("The view is deleted."))
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    target = request.POST.get("next", "/")
    is_ours = url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return HttpResponseRedirect(target if is_ours else "/")
