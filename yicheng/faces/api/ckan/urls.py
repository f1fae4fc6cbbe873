"""``/api/3/…``, and the same without the version, as older clients have it."""

from __future__ import annotations

from django.urls import URLPattern, path

from yicheng.faces.api.ckan import views

urlpatterns: list[URLPattern] = [
    path("3/", views.version, name="ckan_version"),
    path("3/action/<str:name>", views.act, name="ckan_action"),
    path("action/<str:name>", views.act, name="ckan_action_plain"),
]
