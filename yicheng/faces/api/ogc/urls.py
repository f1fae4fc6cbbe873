"""``/ogc/…``"""

from __future__ import annotations

from django.urls import URLPattern, path

from yicheng.faces.api.ogc import views

urlpatterns: list[URLPattern] = [
    path("", views.landing, name="ogc_landing"),
    path("api", views.api, name="ogc_api"),
    path("conformance", views.conformance, name="ogc_conformance"),
    path("collections", views.collections, name="ogc_collections"),
    path("collections/<str:key>", views.collection, name="ogc_collection"),
    path("collections/<str:key>/queryables", views.queryables, name="ogc_queryables"),
    path("collections/<str:key>/items", views.items, name="ogc_items"),
    path("collections/<str:key>/items/<path:item_id>", views.item, name="ogc_item"),
]
