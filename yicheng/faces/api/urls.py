"""``/api/v1/…`` the routes, ``/api/openapi.json`` their description, ``/api/`` the same for people."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext as _

from yicheng.faces.api import views
from yicheng.faces.api.composed import api
from yicheng.faces.api.errors import fault

View = Callable[..., HttpResponseBase]


def _in_one_shape(view: View) -> View:
    """Ninja answers a wrong method in plain text, before any handler of faults is asked."""

    @wraps(view)
    def shaped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if response.status_code != 405:
            return response
        allowed = ", ".join(sorted(response["Allow"].split(", ")))
        answer = fault(405, "method_not_allowed", _("This address takes %(methods)s.") % {"methods": allowed})
        answer["Allow"] = allowed
        return answer

    return shaped


def _routes() -> tuple[list[URLPattern], str, str]:
    patterns, app_name, namespace = api().urls
    return [_shaped(one) for one in patterns if isinstance(one, URLPattern)], app_name, namespace


def _shaped(one: URLPattern) -> URLPattern:
    return URLPattern(one.pattern, _in_one_shape(cast("View", one.callback)), one.default_args, one.name)


urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.documentation, name="api_documentation"),
    path("openapi.json", views.openapi, name="api_openapi"),
    path("v1/", _routes()),
]
