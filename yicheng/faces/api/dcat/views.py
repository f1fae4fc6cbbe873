"""``catalog.ttl`` and ``catalog.jsonld``, a hundred data sets a page (Hydra says what is next); each data set alone."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from rdflib import Graph

from yicheng.core.catalogue import public as catalogue
from yicheng.core.kernel.errors import NotFound, Refusal
from yicheng.core.people.public import STRANGER
from yicheng.core.web.public import city
from yicheng.faces.api.dcat.graph import catalogue_graph, dataset_graph
from yicheng.faces.api.open_door import number, open_door, root_of

PAGE_SIZE = 100
FORMS = {
    "ttl": ("turtle", "text/turtle; charset=utf-8"),
    "jsonld": ("json-ld", "application/ld+json"),
    "rdf": ("pretty-xml", "application/rdf+xml; charset=utf-8"),
}


def told(refusal: Refusal) -> HttpResponse:
    """A refusal in plain words."""
    return HttpResponse(str(refusal), status=refusal.status, content_type="text/plain; charset=utf-8")


@open_door(told)
def whole(request: HttpRequest, form: str) -> HttpResponse:
    """A page of the catalogue of open data."""
    _known(form)
    page = number(request.GET.get("page", ""), name="page", usual=1, least=1, most=1000)
    found = catalogue.find(STRANGER, only_open=True, offset=(page - 1) * PAGE_SIZE, limit=PAGE_SIZE)
    root = root_of(request)
    here = f"{root}/dcat/catalog.{form}?page="
    after = f"{here}{page + 1}" if found.next else None
    graph = catalogue_graph(root, city(), found.entries, total=found.total, page=f"{here}{page}", after=after)
    answer = _answer(graph, form)
    if after:
        answer["Link"] = f'<{after}>; rel="next"'
    return answer


@open_door(told)
def one(request: HttpRequest, key: str, form: str) -> HttpResponse:
    """One data set."""
    _known(form)
    entry = catalogue.entry(STRANGER, key, only_open=True)
    return _answer(dataset_graph(root_of(request), city(), entry), form)


@open_door(told)
def bare(request: HttpRequest, key: str = "") -> HttpResponse:
    """The name of a thing in the graph leads to what is said of it."""
    answer = HttpResponse(status=303)
    answer["Location"] = (
        f"{root_of(request)}/dcat/{f'datasets/{key}' if key else 'catalog'}.{_wished(request)}"
    )
    return answer


def _wished(request: HttpRequest) -> str:
    accepted = request.headers.get("Accept", "")
    return next(
        (form for form, (_name, media) in FORMS.items() if media.partition(";")[0] in accepted), "ttl"
    )


def _known(form: str) -> None:
    if form not in FORMS:
        raise NotFound(f"The catalogue comes as {', '.join(FORMS)}.")


def _answer(graph: Graph, form: str) -> HttpResponse:
    name, media = FORMS[form]
    options: dict[str, Any] = {"auto_compact": True} if form == "jsonld" else {}
    return HttpResponse(graph.serialize(None, name, None, "utf-8", **options), content_type=media)
