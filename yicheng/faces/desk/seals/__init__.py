"""Seals on the desk: each with its custodian, rules, keys and every use; and whether a sealed PDF is genuine."""

from __future__ import annotations

from yicheng.core.web.declare import Menu, Page
from yicheng.core.web.public import list_view
from yicheng.faces.desk.documents.words import GROUP
from yicheng.faces.desk.seals import keeping, reading
from yicheng.faces.desk.seals.words import TITLES

SEE, KEEP, APPROVE = "credentials.see_seals", "credentials.keep_seals", "credentials.approve_seal"

PAGES = (
    Page("desk.seals", "desk", "seals/", list_view(reading.SEALS), TITLES["seals"], SEE, Menu(GROUP, 64, "stamp")),
    Page("desk.check_seal", "desk", "seals/check/", reading.check, TITLES["check"], None,
         Menu(GROUP, 66, "badge-check")),
    Page("desk.seal", "desk", "seals/<int:seal_id>/", reading.seal, TITLES["seal"], SEE, example=reading.example),
    Page("desk.seal_picture", "desk", "seals/<int:seal_id>/picture.svg", reading.seal_picture, TITLES["seal"], SEE),
    Page("desk.decide_seal", "desk", "seals/requests/<int:request_id>/", keeping.decide, TITLES["decide"], APPROVE),
    Page("desk.register_seal", "desk", "seals/register/", keeping.register, TITLES["register"], KEEP),
    Page("desk.seal_rules", "desk", "seals/<int:seal_id>/rules/", keeping.rules, TITLES["rules"], KEEP),
    Page("desk.seal_custodian", "desk", "seals/<int:seal_id>/custodian/", keeping.custodian, TITLES["custodian"], KEEP),
    Page("desk.seal_state", "desk", "seals/<int:seal_id>/state/", keeping.state, TITLES["state"], KEEP),
    Page("desk.rotate_seal", "desk", "seals/<int:seal_id>/rotate/", keeping.rotate, TITLES["rotate"], KEEP),
)  # fmt: skip
