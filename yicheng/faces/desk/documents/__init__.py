"""Official documents on the desk: what my body writes, what arrived, the paper and its way."""

from __future__ import annotations

from yicheng.core.web.declare import Menu, Page
from yicheng.core.web.public import list_view
from yicheng.faces.desk.documents import arriving, lists, reading, writing
from yicheng.faces.desk.documents.words import GROUP, TITLES

SEE, DRAFT = "credentials.see_documents", "credentials.draft_document"
RECEIVE = "credentials.receive_document"

PAGES = (
    Page("desk.documents", "desk", "documents/", list_view(lists.DOCUMENTS), TITLES["documents"], None,
         Menu(GROUP, 60, "file-text")),
    Page("desk.arrived", "desk", "documents/arrived/", list_view(lists.ARRIVED), TITLES["arrived"], SEE,
         Menu(GROUP, 61, "inbox")),
    Page("desk.write_document", "desk", "documents/write/", writing.write, TITLES["write"], DRAFT),
    Page("desk.document", "desk", "documents/<int:document_id>/", reading.document, TITLES["document"], None,
         example=lists.example),
    Page("desk.edit_document", "desk", "documents/<int:document_id>/edit/", writing.edit, TITLES["edit"], None),
    Page("desk.submit_document", "desk", "documents/<int:document_id>/submit/", writing.submit, TITLES["document"], DRAFT),
    Page("desk.drop_document", "desk", "documents/<int:document_id>/drop/", writing.drop, TITLES["document"], DRAFT),
    Page("desk.document_paper", "desk", "documents/<int:document_id>/paper.pdf", reading.paper_file, TITLES["paper"], None),
    Page("desk.document_page", "desk", "documents/<int:document_id>/page-<int:number>.svg", reading.page_picture,
         TITLES["paper"], None),
    Page("desk.document_version", "desk", "documents/<int:document_id>/versions/<int:number>/", reading.version,
         TITLES["version"], None),
    Page("desk.receive_document", "desk", "documents/arrived/<int:recipient_id>/receive/", arriving.receive,
         TITLES["arrived"], RECEIVE),
    Page("desk.return_document", "desk", "documents/arrived/<int:recipient_id>/return/", arriving.give_back,
         TITLES["return"], RECEIVE),
    Page("desk.file_document", "desk", "documents/arrived/<int:recipient_id>/file/", arriving.file_away,
         TITLES["file"], RECEIVE),
)  # fmt: skip
