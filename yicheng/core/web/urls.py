"""Addresses that belong to no face: health, installation, language, saved views."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, path

from yicheng.core.web import ground, health, installable, language, saved_views

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="web.healthz"),
    path("readyz", health.readyz, name="web.readyz"),
    path("manifest.webmanifest", installable.manifest, name="web.manifest"),
    path("ground.geojson", ground.ground, name="web.ground"),
    path("favicon.ico", installable.favicon, name="web.favicon"),
    path("offline.js", installable.offline, name="web.offline"),
    path("language/<slug:language>", language.choose, name="web.language"),
    path("views/save", saved_views.save, name="web.save_view"),
    path("views/<int:view_id>/delete", saved_views.delete, name="web.delete_view"),
]
if settings.DEBUG or settings.STYLE_PAGE:
    from yicheng.core.web import specimen

    urlpatterns += [
        path("style/", specimen.show, name="web.style"),
        path("style/process.bpmn", specimen.process, name="web.specimen_process"),
    ]
