"""What urban management shows on the faces: each subject's file declares its own pages, gathered here."""

from yicheng.apps.urban.pages import follow, imports, parts, report
from yicheng.core.web.declare import MapLayer, Page, Panel

PAGES: tuple[Page, ...] = (*report.PAGES, *follow.PAGES, *imports.PAGES, *parts.PAGES)
PANELS: tuple[Panel, ...] = ()
MAP_LAYERS: tuple[MapLayer, ...] = (*parts.MAP_LAYERS,)
