"""The addresses of the faces. Applications come in through slots, never by name."""

from django.urls import URLPattern, URLResolver, include, path

from yicheng.core.web.declare import STANDARD_DOORS

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/", include("yicheng.core.people.urls")),
    path("media/", include("yicheng.core.journal.urls")),
    path("desk/", include("yicheng.faces.desk.urls")),
    path("map/", include("yicheng.faces.map.urls")),
    path("c/", include("yicheng.faces.code.urls")),
    path("kiosk/", include("yicheng.faces.kiosk.urls")),
    path("api/", include("yicheng.faces.api.urls")),
    *[path(door.path, include(door.urls)) for door in STANDARD_DOORS],
    path("", include("yicheng.core.web.urls")),
    path("", include("yicheng.faces.portal.urls")),
]

handler400 = "yicheng.core.web.faults.bad_request"
handler403 = "yicheng.core.web.faults.forbidden"
handler404 = "yicheng.core.web.faults.not_found"
handler500 = "yicheng.core.web.faults.server_error"
