"""Entries as a graph in DCAT 3, in the profile of DCAT-AP 3: titles in both languages, addresses that stay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, RDFS, SKOS, XSD

from yicheng.core.catalogue import public as catalogue
from yicheng.core.web.public import City

AUTHORITY = "http://publications.europa.eu/resource/authority"
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
MEDIA = {
    "csv": ("CSV", "text/csv"),
    "json": ("JSON", "application/json"),
    "ndjson": ("JSON", "application/x-ndjson"),
    "geojson": ("GEOJSON", "application/geo+json"),
    "parquet": ("PARQUET", "application/vnd.apache.parquet"),
    "xlsx": ("XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
FREE = "http://publications.europa.eu/resource/authority/licence/OP_DATPRO"


def catalogue_graph(
    root: str, city: City, entries: Sequence[catalogue.Entry], *, total: int, page: str, after: str | None
) -> Graph:
    """One page of the catalogue. ``root`` is the platform's address, ``page`` this page's, ``after`` the next one's."""
    graph = _begun()
    it = URIRef(f"{root}/dcat/catalog")
    agent = _agent(graph, f"{root}/#city", city.name_zh or "Yicheng", city.name_en)
    graph.add((it, RDF.type, DCAT.Catalog))
    _texts(
        graph, it, DCTERMS.title, f"{city.name_zh}公共数据目录", f"Open data of {city.name_en or 'the city'}"
    )
    _texts(
        graph,
        it,
        DCTERMS.description,
        "本市各部门向社会开放的数据。",
        "What the city's departments open to everyone.",
    )
    graph.add((it, DCTERMS.publisher, agent))
    graph.add((it, FOAF.homepage, _document(graph, f"{root}/open-data/")))
    graph.add((it, DCTERMS.license, _licence(graph, FREE)))
    for language in ("ZHO", "ENG"):
        code = URIRef(f"{AUTHORITY}/language/{language}")
        graph.add((code, RDF.type, DCTERMS.LinguisticSystem))
        graph.add((it, DCTERMS.language, code))
    if entries:
        graph.add((it, DCTERMS.modified, _moment(max(one.updated_at for one in entries))))
    for entry in entries:
        graph.add((it, DCAT.dataset, add_dataset(graph, root, entry, fallback=agent)))
    view = URIRef(page)
    graph.add((view, RDF.type, HYDRA.PagedCollection))
    graph.add((view, HYDRA.totalItems, Literal(total)))
    if after:
        graph.add((view, HYDRA.nextPage, Literal(after)))
        graph.add((view, HYDRA.next, URIRef(after)))
    return graph


def dataset_graph(root: str, city: City, entry: catalogue.Entry) -> Graph:
    """One entry by itself."""
    graph = _begun()
    agent = _agent(graph, f"{root}/#city", city.name_zh or "Yicheng", city.name_en)
    add_dataset(graph, root, entry, fallback=agent)
    return graph


def add_dataset(graph: Graph, root: str, entry: catalogue.Entry, *, fallback: URIRef) -> URIRef:
    """An entry with its distributions; answers its name in the graph."""
    it = URIRef(f"{root}/dcat/datasets/{entry.key}")
    graph.add((it, RDF.type, DCAT.Dataset))
    _texts(graph, it, DCTERMS.title, entry.title, entry.title_en)
    _texts(graph, it, DCTERMS.description, entry.summary or entry.title, entry.summary_en or entry.title_en)
    graph.add((it, DCTERMS.identifier, Literal(entry.key)))
    publisher = fallback
    if entry.provider:
        publisher = _agent(graph, f"{root}/open-data/?provider={entry.provider_id}", entry.provider, "")
    graph.add((it, DCTERMS.publisher, publisher))
    graph.add((it, DCAT.landingPage, _document(graph, f"{root}/open-data/{entry.key}/")))
    graph.add((it, DCTERMS.issued, _moment(entry.registered_at)))
    graph.add((it, DCTERMS.modified, _moment(entry.updated_at)))
    for word in entry.keywords:
        graph.add((it, DCAT.keyword, Literal(word, lang="zh")))
    if entry.version:
        graph.add((it, DCAT.version, Literal(str(entry.version))))
    _classified(graph, it, entry)
    for form in catalogue.formats(entry):
        graph.add((it, DCAT.distribution, _distribution(graph, root, entry, form)))
    return it


def _classified(graph: Graph, it: URIRef, entry: catalogue.Entry) -> None:
    """Theme, frequency, access rights: words of the lists that DCAT-AP asks for."""
    category = catalogue.CATEGORIES.get(entry.category)
    theme = URIRef(f"{AUTHORITY}/data-theme/{category.theme if category else 'GOVE'}")
    graph.add((theme, RDF.type, SKOS.Concept))
    graph.add((theme, SKOS.prefLabel, Literal(category.standard if category else "政府", lang="zh")))
    graph.add((it, DCAT.theme, theme))
    cycle = catalogue.CYCLES.get(entry.update_cycle)
    if cycle:
        frequency = URIRef(f"{AUTHORITY}/frequency/{cycle.frequency}")
        graph.add((frequency, RDF.type, DCTERMS.Frequency))
        graph.add((it, DCTERMS.accrualPeriodicity, frequency))
    rights = URIRef(f"{AUTHORITY}/access-right/PUBLIC")
    graph.add((rights, RDF.type, DCTERMS.RightsStatement))
    graph.add((it, DCTERMS.accessRights, rights))


def _distribution(graph: Graph, root: str, entry: catalogue.Entry, form: str) -> URIRef:
    kind, media = MEDIA[form]
    page = f"{root}/open-data/{entry.key}/"
    it = URIRef(f"{root}/dcat/datasets/{entry.key}#{form}")
    file = URIRef(f"{page}rows.{form}")
    graph.add((it, RDF.type, DCAT.Distribution))
    graph.add((it, DCTERMS.title, Literal(f"{entry.title} ({kind})", lang="zh")))
    graph.add((it, DCAT.accessURL, file))
    graph.add((it, DCAT.downloadURL, file))
    graph.add((file, RDF.type, RDFS.Resource))
    file_type = URIRef(f"{AUTHORITY}/file-type/{kind}")
    graph.add((file_type, RDF.type, DCTERMS.MediaTypeOrExtent))
    graph.add((it, DCTERMS.format, file_type))
    media_type = URIRef(f"https://www.iana.org/assignments/media-types/{media}")
    graph.add((media_type, RDF.type, DCTERMS.MediaType))
    graph.add((it, DCAT.mediaType, media_type))
    licence = catalogue.LICENCES.get(entry.licence)
    graph.add((it, DCTERMS.license, _licence(graph, licence.url if licence and licence.url else FREE)))
    graph.add((it, DCTERMS.modified, _moment(entry.updated_at)))
    return it


def _begun() -> Graph:
    graph = Graph()
    for prefix, space in (
        ("dcat", DCAT),
        ("dct", DCTERMS),
        ("foaf", FOAF),
        ("hydra", HYDRA),
        ("vcard", VCARD),
    ):
        graph.bind(prefix, space)
    return graph


def _agent(graph: Graph, address: str, name: str, name_en: str) -> URIRef:
    agent = URIRef(address)
    graph.add((agent, RDF.type, FOAF.Agent))
    _texts(graph, agent, FOAF.name, name, name_en)
    return agent


def _document(graph: Graph, address: str) -> URIRef:
    document = URIRef(address)
    graph.add((document, RDF.type, FOAF.Document))
    return document


def _licence(graph: Graph, address: str) -> URIRef:
    licence = URIRef(address)
    graph.add((licence, RDF.type, DCTERMS.LicenseDocument))
    return licence


def _texts(graph: Graph, it: URIRef | BNode, said: URIRef, chinese: str, english: str) -> None:
    graph.add((it, said, Literal(chinese, lang="zh")))
    if english and english != chinese:
        graph.add((it, said, Literal(english, lang="en")))


def _moment(moment: datetime) -> Literal:
    return Literal(moment.isoformat(timespec="seconds"), datatype=XSD.dateTime)
