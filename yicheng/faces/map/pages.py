"""The map's pages, and the desk's pages about divisions and the unit grid."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yicheng.core.web.declare import Page
from yicheng.faces.map import devices, grid, layers, views

PAGES = (
    Page("map.home", "map", "", views.home, _("Map"), None),
    Page("map.in_view", "map", "in-view/", views.in_view, _("In view"), None),
    Page("map.here", "map", "here/", views.here, _("What is here"), None),
    Page("map.search", "map", "places/", views.search, _("Places"), None),
    Page("map.layer", "map", "layers/<str:key>/", views.layer, _("Layer"), None),
    *grid.PAGES,
)
MAP_LAYERS = (*layers.MAP_LAYERS, *devices.MAP_LAYERS)
