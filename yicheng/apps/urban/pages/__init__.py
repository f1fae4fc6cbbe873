"""What urban management shows on the faces: each subject's file declares its own pages, gathered here."""

from yicheng.apps.urban.decision.pages import PAGES as DECISION_PAGES
from yicheng.apps.urban.decision.published import PAGES as FIGURES
from yicheng.apps.urban.pages import desk, field, follow, imports, panels, parts, patrols, published, report
from yicheng.core.web.declare import MapLayer, Page, Panel

PAGES: tuple[Page, ...] = (
    *report.PAGES,
    *follow.PAGES,
    *published.PAGES,
    *desk.PAGES,
    *imports.PAGES,
    *parts.PAGES,
    *patrols.PAGES,
    *field.PAGES,
    *DECISION_PAGES,
    *FIGURES,
)
PANELS: tuple[Panel, ...] = panels.PANELS
MAP_LAYERS: tuple[MapLayer, ...] = (*parts.MAP_LAYERS, *patrols.MAP_LAYERS)
