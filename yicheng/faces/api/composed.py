"""The one API of the platform: the core's routes, and those that parts declare in ``API_ROUTES``."""

from __future__ import annotations

from functools import cache

from ninja import NinjaAPI

from yicheng.core.web.declare import API_ROUTES
from yicheng.faces.api import errors
from yicheng.faces.api.calling import StrictParser, caller
from yicheng.faces.api.routes import cases, catalogue, classes, me, notices, places, readings, shared, tasks

DESCRIPTION = (
    "The doors of one city: its cases, tasks, places and data, for browsers and other systems. "
    "Texts are in the caller's language (`Accept-Language`: zh-hans or en); moments are ISO 8601 in UTC; "
    "coordinates are WGS 84 degrees; lists go on with the mark of the page before (`after`)."
)
CORE = {
    "me": me.router,
    "cases": cases.router,
    "tasks": tasks.router,
    "classes": classes.router,
    "places": places.router,
    "catalogue": catalogue.router,
    "notices": notices.router,
    "shared": shared.router,
    "readings": readings.router,
}


@cache
def api() -> NinjaAPI:
    """The API, composed once per process."""
    made = NinjaAPI(
        title="Yicheng 一城",
        version="1",
        description=DESCRIPTION,
        urls_namespace="api",
        openapi_url=None,
        docs_url=None,
        auth=caller,
        parser=StrictParser(),
    )
    errors.install(made)
    for prefix, router in CORE.items():
        made.add_router(f"/{prefix}", router, tags=[prefix])
    for routes in API_ROUTES:
        made.add_router(f"/{routes.prefix.strip('/')}", routes.router(), tags=[routes.key])
    return made
