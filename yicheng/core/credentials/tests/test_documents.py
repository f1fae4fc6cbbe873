"""A document's life: checked, countersigned side by side, signed, numbered without gaps, sealed, sent, received, filed."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from yicheng.core.cases.models import Case, Task
from yicheng.core.cases.public import complete_task, open_tasks
from yicheng.core.credentials.actions.asking import decide_seal_request
from yicheng.core.credentials.actions.drafting import (
    change_document,
    draft_document,
    drop_document,
    submit_document,
)
from yicheng.core.credentials.actions.receiving import file_received, receive_document, return_document
from yicheng.core.credentials.documents import pack
from yicheng.core.credentials.documents.paper import paper, paragraphs
from yicheng.core.credentials.facts import DocumentText
from yicheng.core.credentials.models import Document, DocumentRecipient, Letterhead, SealRule, SealUse
from yicheng.core.credentials.public import check_pdf
from yicheng.core.credentials.queries import documents as queries
from yicheng.core.credentials.tests.conftest import Bureau, staff
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from yicheng.core.notices.models import Notice
from yicheng.core.people.models import Organisation
from yicheng.core.people.public import Viewer

INSIDE = ("credentials.see_documents",)


class Office:
    """The people of a document: drafter, clerk, head; the clerk and heads of those asked and addressed."""

    def __init__(self, bureau: Bureau) -> None:
        pack.DOCUMENTS.lay_down_class()
        pack.DOCUMENTS.lay_down_process()
        self.bureau, self.body = bureau, bureau.organisation
        Letterhead.objects.create(
            organisation=self.body, heading="某市城市管理局文件", word="某城管", seal_code=bureau.seal.code
        )
        clerks = ("check_document", "issue_document", "receive_document", "see_documents", "use_seal")
        self.drafter = staff("drafter", self.body, "credentials.draft_document")
        self.clerk = staff("officer", self.body, *(f"credentials.{one}" for one in clerks))
        self.head = staff("director", self.body, "credentials.sign_document", *INSIDE)
        self.market, self.police = bureau.other, _body("100000.police", "某市公安局")
        self.market_head = staff("market", self.market, "credentials.countersign_document")
        self.police_head = staff("police", self.police, "credentials.countersign_document")
        self.market_clerk = staff(
            "market-clerk", self.market, "credentials.receive_document", "credentials.see_documents"
        )

    def text(self, **changes: Any) -> DocumentText:
        said = {
            "kind": "notice",
            "title": "关于规范占道审批的通知",
            "body": "现将有关事项通知如下。\n一、总体要求\n严格审批。",
            "main_ids": (self.market.pk,),
            "copy_ids": (self.police.pk,),
            **changes,
        }
        return DocumentText(**said)

    def handed_in(self, **changes: Any) -> Document:
        return submit_document(self.drafter, draft_document(self.drafter, self.text(**changes)).pk)

    def do(self, viewer: Viewer, document: Document, kind: str, outcome: str, **data: Any) -> None:
        task = next(
            one
            for one in self.open(document)
            if one.kind == f"credentials.{kind}" and viewer.organisation_id == one.organisation_id
        )
        complete_task(viewer, task.pk, outcome=outcome, data=data)
        document.refresh_from_db()

    def open(self, document: Document) -> list[Task]:
        return list(open_tasks(Document.objects.get(pk=document.pk).case_id or 0))

    def signed(self, **changes: Any) -> Document:
        document = self.handed_in(**changes)
        self.do(self.clerk, document, "check", "pass")
        self.do(self.head, document, "sign", "sign")
        return document

    def sent(self) -> Document:
        document = self.signed()
        self.do(self.clerk, document, "number", "number")
        self.do(self.clerk, document, "seal", "seal", seal=self.bureau.seal.code)
        self.do(self.clerk, document, "dispatch", "send")
        return document


def _body(code: str, name: str) -> Organisation:
    made = Organisation.objects.create(code=code, name=name, kind="bureau", path="/", division_code="100000")
    made.path = f"/{made.pk}/"
    made.save()
    return made


@pytest.fixture
def office(bureau: Bureau) -> Office:
    return Office(bureau)


def test_a_document_goes_from_draft_to_archive(office: Office) -> None:
    document = office.sent()
    assert re.fullmatch(r"某城管〔\d{4}〕1号", document.number)
    assert document.state == "sent"
    (found,) = check_pdf(bytes(document.paper.pdf))
    assert found.holds
    assert SealUse.objects.get().subject == f"document/{document.pk}"
    row = DocumentRecipient.objects.get(organisation=office.market)
    assert Notice.objects.filter(kind="credentials.document_arrived").count() == 1
    receive_document(office.market_clerk, row.pk)
    file_received(office.market_clerk, row.pk, words="已传达")
    office.do(office.clerk, document, "file", "file", retention="30")
    assert (document.state, document.retention) == ("filed", "30")
    assert Case.objects.get(pk=document.case_id or 0).status == "closed"
    row.refresh_from_db()
    assert (row.state, row.words) == ("filed", "已传达")


def test_departments_countersign_side_by_side(office: Office) -> None:
    document = office.handed_in()
    office.do(office.clerk, document, "check", "countersign", bodies=[office.market.pk, office.police.pk])
    assert {task.organisation_id for task in office.open(document)} == {office.market.pk, office.police.pk}
    office.do(office.police_head, document, "countersign", "object", words="第二条与交通管理规定不一致")
    assert document.state == "countersign"
    office.do(office.market_head, document, "countersign", "agree")
    assert document.state == "sign"
    said = {one.organisation_id: (one.answer, one.words) for one in document.opinions.all()}
    assert said == {
        office.market.pk: ("agrees", ""),
        office.police.pk: ("objects", "第二条与交通管理规定不一致"),
    }


def test_a_department_that_was_asked_reads_the_text_others_do_not(office: Office) -> None:
    document = office.handed_in()
    office.do(office.clerk, document, "check", "countersign", bodies=[office.police.pk])
    assert queries.document(office.police_head, document.pk).sees_inside
    for viewer in (office.market_head, office.market_clerk):
        with pytest.raises(NotFound):
            queries.document(viewer, document.pk)


def test_a_returned_draft_is_mended_and_each_text_stays(office: Office) -> None:
    document = office.handed_in()
    office.do(office.clerk, document, "check", "revise", note="补充时限")
    assert document.state == "revise"
    change_document(office.drafter, document.pk, office.text(body="现通知如下。\n五日内办结。"))
    office.do(office.drafter, document, "revise", "again")
    view = queries.document(office.clerk, document.pk)
    assert [(one.number, one.body.splitlines()[-1]) for one in view.versions] == [
        (2, "五日内办结。"),
        (1, "严格审批。"),
    ]
    with pytest.raises(Forbidden):
        change_document(office.drafter, document.pk, office.text())
    change_document(office.clerk, document.pk, office.text(title="关于规范占道审批工作的通知"))


def test_recipients_see_the_paper_only(office: Office) -> None:
    document = office.sent()
    view = queries.document(office.market_clerk, document.pk)
    assert (view.sees_inside, view.opinions, view.versions) == (False, (), ())
    assert [one.organisation_id for one in view.recipients] == [office.market.pk]
    assert bytes(queries.sealed_paper(office.market_clerk, document.pk).pdf).startswith(b"%PDF")
    assert list(queries.documents(office.market_clerk)) == []
    assert [one.document_id for one in queries.arrived(office.market_clerk)] == [document.pk]


def test_nothing_is_seen_before_it_is_sent(office: Office) -> None:
    document = office.signed()
    assert not queries.arrived(office.market_clerk).exists()
    with pytest.raises(NotFound):
        queries.document(office.market_clerk, document.pk)
    row = DocumentRecipient.objects.get(organisation=office.market)
    with pytest.raises(NotFound):
        receive_document(office.market_clerk, row.pk)


def test_a_returned_document_says_why_to_its_author(office: Office) -> None:
    document = office.sent()
    row = DocumentRecipient.objects.get(organisation=office.market, document=document)
    with pytest.raises(Invalid):
        return_document(office.market_clerk, row.pk, reason=" ")
    return_document(office.market_clerk, row.pk, reason="附件缺页")
    notice = Notice.objects.get(kind="credentials.document_returned")
    assert notice.account_id == office.clerk.account_id
    with pytest.raises(Conflict):
        receive_document(office.market_clerk, row.pk)
    with pytest.raises(Forbidden):
        receive_document(office.clerk, row.pk)


def test_numbers_have_no_gap_and_begin_anew_each_year(office: Office) -> None:
    Letterhead.objects.update(year=2020, last_number=77)
    for _again in range(3):
        office.do(office.clerk, office.signed(), "number", "number")
    numbers = Document.objects.order_by("id").values_list("number", flat=True)
    assert [one.rpartition("〕")[2] for one in numbers] == ["1号", "2号", "3号"]


def test_without_a_letterhead_there_is_no_number(office: Office) -> None:
    Letterhead.objects.all().delete()
    document = office.signed()
    with pytest.raises(Conflict, match="letterhead"):
        office.do(office.clerk, document, "number", "number")


def test_a_seal_in_care_is_asked_for_and_then_set(office: Office) -> None:
    SealRule.objects.filter(covers="document").update(way="approval")
    document = office.signed()
    office.do(office.clerk, document, "number", "number")
    with pytest.raises(Conflict):
        office.do(office.clerk, document, "seal", "seal", seal=office.bureau.seal.code)
    office.do(office.clerk, document, "seal", "ask", seal=office.bureau.seal.code)
    request = office.bureau.seal.requests.get()
    with pytest.raises(Forbidden):
        decide_seal_request(office.clerk, request.pk, grant=True)
    decide_seal_request(office.bureau.custodian, request.pk, grant=True)
    office.do(office.clerk, document, "seal", "seal", seal=office.bureau.seal.code)
    assert document.state == "sealed"
    assert SealUse.objects.get().request_id == request.pk


def test_only_those_with_the_right_take_a_step(office: Office) -> None:
    document = office.handed_in()
    (task,) = office.open(document)
    for viewer in (office.drafter, office.head, office.market_head):
        with pytest.raises((Forbidden, NotFound)):
            complete_task(viewer, task.pk, outcome="pass", data={})
    assert Document.objects.get().state == "check"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"body": " \n "}, "body"),
        ({"main_ids": ()}, "main_ids"),
        ({"kind": "poem"}, "kind"),
        ({"main_ids": (10**9,)}, "main_ids"),
    ],
)
def test_a_draft_lacks_nothing(office: Office, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        draft_document(office.drafter, office.text(**changes))
    assert set(refused.value.fields) == {field}
    assert not Document.objects.exists()


def test_a_draft_can_be_given_up_only_before_it_is_handed_in(office: Office) -> None:
    draft = draft_document(office.drafter, office.text())
    drop_document(office.drafter, draft.pk)
    with pytest.raises(Conflict):
        drop_document(office.drafter, office.handed_in().pk)


def test_headings_are_told_from_text() -> None:
    levels = [
        one["level"]
        for one in paragraphs("一、总体要求\n（一）目标\n一、二、三。\n正文\n\n" + "一、" + "长" * 50)
    ]
    assert levels == [1, 2, 0, 0, 0]


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="Poppler is missing: install poppler-utils")
def test_the_paper_shows_what_the_standard_wants(office: Office, tmp_path: Path) -> None:
    document = office.sent()
    path = tmp_path / "paper.pdf"
    path.write_bytes(paper(document))
    said = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True
    )
    text = "".join(said.stdout.split())
    for wanted in (
        "某市城市管理局文件", document.number, document.title, "某市市场监督管理局：", "抄送：某市公安局。", "印发", "—1—",
    ):  # fmt: skip
        assert wanted in text, wanted
    assert "签发人" not in text


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="Poppler is missing: install poppler-utils")
def test_a_report_names_who_signed_it(office: Office, tmp_path: Path) -> None:
    document = office.signed(kind="report")
    path = tmp_path / "paper.pdf"
    path.write_bytes(paper(document))
    said = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True
    )
    assert "签发人：director" in said.stdout.replace(" ", "")
