"""``/dcat/…``"""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from yicheng.faces.api.dcat import views

urlpatterns: list[URLPattern] = [
    path("catalog", views.bare, name="dcat_catalogue_name"),
    path("catalog.<str:form>", views.whole, name="dcat_catalogue"),
    re_path(r"^datasets/(?P<key>[^/]+)\.(?P<form>ttl|jsonld|rdf)$", views.one, name="dcat_dataset"),
    path("datasets/<str:key>", views.bare, name="dcat_dataset_name"),
]
