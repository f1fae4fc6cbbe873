"""Reads untrusted BPMN and DMN files: no entities, no network, bounded size and depth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from lxml import etree

from yicheng.core.cases.engine.findings import DrawingRefused, Finding

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
SIZE_LIMIT = 2 * 1024 * 1024
FILE_LIMIT = 20
ELEMENT_LIMIT = 20_000
DEPTH_LIMIT = 60

#: An element tree of lxml, which has no types of its own.
Element = Any


def read_documents(files: Mapping[str, bytes]) -> dict[str, Element]:
    """File name → root element; raises ``DrawingRefused`` for anything that is not a clean BPMN or DMN file."""
    if not files:
        raise _refused("", _("There is no file. Choose a .bpmn file."))
    if len(files) > FILE_LIMIT:
        raise _refused("", _("A process may have %(limit)s files at most."), limit=FILE_LIMIT)
    return {name: _read(name, content) for name, content in files.items()}


def is_bpmn(root: Element) -> bool:
    """Whether the document is a BPMN 2.0 one."""
    return bool(root.tag == f"{{{BPMN}}}definitions")


def is_dmn(root: Element) -> bool:
    """Whether the document is a DMN one, of any version."""
    name = etree.QName(root)
    return name.localname == "definitions" and "/DMN/" in (name.namespace or "")


def local_name(element: Element) -> str:
    """The tag without its namespace; "" for comments and the like."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def text_of(element: Element | None) -> str:
    """All text inside, trimmed."""
    return "" if element is None else "".join(element.itertext()).strip()


def _read(name: str, content: bytes) -> Element:
    if len(content) > SIZE_LIMIT:
        raise _refused(name, _("“%(file)s” is larger than 2 MB."))
    root = _parse(name, content)
    if root.getroottree().docinfo.doctype:
        raise _refused(name, _("“%(file)s” declares a document type. Save it again without DOCTYPE."))
    _refuse_entities(name, root)
    if not is_bpmn(root) and not is_dmn(root):
        raise _refused(name, _("“%(file)s” is neither BPMN 2.0 nor DMN. Export it as BPMN 2.0."))
    return root


def _parse(name: str, content: bytes) -> Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise _refused(
            name, _("“%(file)s” is not well-formed XML: %(fault)s"), fault=str(fault)[:200]
        ) from None


def _refuse_entities(name: str, root: Element) -> None:
    for count, element in enumerate(root.iter(), start=1):
        if not isinstance(element.tag, str):
            raise _refused(name, _("“%(file)s” holds an entity. Save it again with plain text only."))
        if count > ELEMENT_LIMIT:
            raise _refused(name, _("“%(file)s” has more than 20,000 elements."))
    if _depth(root) > DEPTH_LIMIT:
        raise _refused(name, _("“%(file)s” is nested too deeply."))


def _depth(root: Element) -> int:
    level, here = 0, [root]
    while here and level <= DEPTH_LIMIT:
        level, here = level + 1, [child for element in here for child in element]
    return level


def _refused(name: str, message: Any, **values: Any) -> DrawingRefused:
    return DrawingRefused([Finding("error", "", name, message, {"file": name, **values})])
