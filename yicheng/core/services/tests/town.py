"""A small town for tests of applications: a hall, a station, two departments that review side by side, a resident."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from yicheng.core.cases.actions.processes import publish_version, save_version
from yicheng.core.kernel import clock
from yicheng.core.people import actions as people
from yicheng.core.people.models import Account, Appointment, Organisation, Role
from yicheng.core.people.public import SYSTEM, Viewer, find_or_make_party, viewer_of_account
from yicheng.core.services.laying_down_applications import APPLICATIONS
from yicheng.core.services.models import (
    FormVersion,
    Hall,
    ItemElement,
    ItemVersion,
    ServiceItem,
    ServiceMaterial,
    Window,
)

LI, WANG, ZHAO = "11010519491231002X", "410105199003070042", "360426199101010071"
INN = "91110000600037341L"
PASSWORD = "spade-lantern-41"

FORM: dict[str, Any] = {
    "type": "default",
    "id": "kiosk",
    "title": "Kiosk",
    "schemaVersion": 19,
    "components": [
        {
            "type": "group",
            "id": "g1",
            "label": "Who",
            "components": [
                {
                    "type": "textfield",
                    "id": "f1",
                    "key": "name",
                    "label": "Name",
                    "validate": {"required": True},
                    "properties": {"prefill": "party.name"},
                },
                {
                    "type": "textfield",
                    "id": "f2",
                    "key": "phone",
                    "label": "Telephone",
                    "validate": {"required": True},
                    "properties": {"prefill": "account.phone"},
                },
            ],
        },
        {
            "type": "group",
            "id": "g2",
            "label": "What",
            "components": [
                {
                    "type": "number",
                    "id": "f3",
                    "key": "area",
                    "label": "Area",
                    "validate": {"required": True, "min": 1, "max": 100},
                },
                {"type": "textfield", "id": "f4", "key": "address", "label": "Address"},
            ],
        },
    ],
}
ANSWERS = {"name": "李雷", "phone": "13800001234", "area": 12, "address": "1 River Road"}

_FLOWS = (
    ("start", "accept", ""),
    ("accept", "is_accepted", ""),
    ("is_accepted", "rejected", 'accept_outcome == "refuse"'),
    ("is_accepted", "split", ""),
    ("split", "review__fire", ""),
    ("split", "review__market", ""),
    ("review__fire", "join", ""),
    ("review__market", "join", ""),
    ("join", "decide", ""),
    ("decide", "is_granted", ""),
    ("is_granted", "refused", 'decide_outcome == "refuse"'),
    ("is_granted", "issue", ""),
    ("issue", "deliver", ""),
    ("deliver", "done", ""),
)
_NODES = {
    "start": "startEvent",
    "is_accepted": "exclusiveGateway",
    "is_granted": "exclusiveGateway",
    "split": "parallelGateway",
    "join": "parallelGateway",
    "done": "endEvent",
    "refused": "endEvent",
    "rejected": "endEvent",
}


def drawing() -> str:
    """Two departments review side by side; one decides."""
    names = dict.fromkeys(name for flow in _FLOWS for name in flow[:2])
    parts = []
    for name in names:
        kind = _NODES.get(name, "userTask")
        otherwise = next((f"{a}_{b}" for a, b, condition in _FLOWS if a == name and not condition), "")
        default = f' default="{otherwise}"' if kind == "exclusiveGateway" else ""
        ways = "".join(f"<incoming>{a}_{b}</incoming>" for a, b, _c in _FLOWS if b == name)
        ways += "".join(f"<outgoing>{a}_{b}</outgoing>" for a, b, _c in _FLOWS if a == name)
        parts.append(f'<{kind} id="{name}" name="{name}"{default}>{ways}</{kind}>')
    for a, b, condition in _FLOWS:
        body = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
        parts.append(f'<sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}">{body}</sequenceFlow>')
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="https://town.example">'
        f'<process id="services_kiosk" name="Kiosk" isExecutable="true">{"".join(parts)}</process></definitions>'
    )


@dataclass(frozen=True)
class Town:
    """Bodies, halls, an item, and people with and without rights."""

    hall: Hall
    station: Hall
    window: Window
    fire: Organisation
    market: Organisation
    item: ServiceItem
    li: Viewer
    wang: Viewer
    clerk: Viewer
    station_clerk: Viewer
    fireman: Viewer
    marketer: Viewer
    head: Viewer
    outsider: Viewer
    li_id: int
    wang_id: int
    inn_id: int


def build_town() -> Town:
    """Everything that the tests begin with."""
    APPLICATIONS.lay_down_class()
    APPLICATIONS.lay_down_process()
    publish_version(SYSTEM, save_version(SYSTEM, "services.kiosk", files={"kiosk.bpmn": drawing()}).pk)
    root = _body("root", None)
    hall_body, station_body, fire, market, water = (
        _body(code, root) for code in ("hall", "station", "fire", "market", "water")
    )
    hall = _hall("hall-1", "hall", hall_body, "410105")
    station = _hall("station-1", "station", station_body, "410105001")
    window = Window.objects.create(hall=hall, number=1, name="Window 1")
    item = _item(market, fire, hall_body)
    li, wang = _resident("li", LI, "李雷"), _resident("wang", WANG, "王芳")
    return Town(
        hall, station, window, fire, market, item, li, wang,
        clerk=_staff("clerk", hall_body, "window_clerk"),
        station_clerk=_staff("station-clerk", station_body, "station_clerk"),
        fireman=_staff("fireman", fire, "approver"),
        marketer=_staff("marketer", market, "approver"),
        head=_staff("head", market, "approval_head"),
        outsider=_staff("waterman", water, "approval_head"),
        li_id=find_or_make_party("person", LI, "").id,
        wang_id=find_or_make_party("person", WANG, "").id,
        inn_id=find_or_make_party("company", INN, "Riverside Inn").id,
    )  # fmt: skip


def _body(code: str, parent: Organisation | None) -> Organisation:
    made = Organisation.objects.create(code=code, name=code.title(), kind="office", parent=parent, path="/")
    made.path = f"{parent.path if parent else '/'}{made.pk}/"
    made.save()
    return made


def _hall(code: str, kind: str, body: Organisation, division: str) -> Hall:
    return Hall.objects.create(
        code=code, kind=kind, name=code.title(), organisation=body, division_code=division,
        address="1 Square", weekday_hours="09:00-17:00",
    )  # fmt: skip


def _item(market: Organisation, fire: Organisation, hall: Organisation) -> ServiceItem:
    form = FormVersion.objects.create(
        code="kiosk", number=1, status="published", title="Kiosk", schema=FORM, fingerprint="x",
        created_at=clock.now(),
    )  # fmt: skip
    item = ServiceItem.objects.create(code="open-kiosk", organisation=market, created_at=clock.now())
    version = ItemVersion.objects.create(
        item=item, number=1, status="published", name="Open a kiosk", kind="permit", organisation=market,
        level="county", division_code="410105", audiences=["person", "company"], promised_days=5, is_online=True,
        process="services.kiosk", form=form, created_at=clock.now(), licence_type="kiosk-permit",
    )  # fmt: skip
    ServiceMaterial.objects.create(
        version=version, position=1, code="id", name="Identity card", proved_by=["id_card"]
    )
    ServiceMaterial.objects.create(version=version, position=2, code="plan", name="Plan")
    ServiceMaterial.objects.create(
        version=version, position=3, code="lease", name="Lease", needed_when="area > 50"
    )
    table = {"accept": hall, "review__fire": fire, "review__market": market, "decide": market}
    for element, body in {**table, "issue": market, "deliver": hall}.items():
        ItemElement.objects.create(version=version, element=element, organisation=body)
    item.current = version
    item.save()
    return item


def _account(name: str, kind: str, body: Organisation | None = None) -> Account:
    account = Account(username=name, kind=kind, display_name=name.title(), organisation=body)
    account.set_password(PASSWORD)
    account.save()
    return account


def _resident(name: str, number: str, real_name: str) -> Viewer:
    account = _account(name, "resident")
    viewer = viewer_of_account(account.pk)
    party = people.declare_identity(viewer, number=number, name=real_name)
    people.prove_identity(SYSTEM, party.id)
    return viewer


def _staff(name: str, body: Organisation, role: str) -> Viewer:
    account = _account(name, "staff", body)
    row, _is_new = Role.objects.get_or_create(code=role, defaults={"name": role})
    Appointment.objects.create(account=account, role=row, organisation=body)
    return viewer_of_account(account.pk)


def paper(name: str = "plan.pdf") -> SimpleUploadedFile:
    """A small file such as people hand in."""
    content = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    )
    return SimpleUploadedFile(
        name, content + b"trailer<</Root 1 0 R>>\n%%EOF\n", content_type="application/pdf"
    )
