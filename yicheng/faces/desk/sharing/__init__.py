"""Sharing on the desk: what my department asked, what is asked of it, what it gave, what it uses, and the proof."""

from __future__ import annotations

from yicheng.core.web.declare import Menu, Page
from yicheng.core.web.public import list_view
from yicheng.faces.desk.sharing import asking, following, grants, lists, log
from yicheng.faces.desk.sharing.words import DATA, SEE, TITLES

PAGES = (
    Page("desk.requests", "desk", "sharing/requests/", list_view(lists.REQUESTS), TITLES["requests"], SEE,
         Menu(DATA, 82, "send")),
    Page("desk.grants", "desk", "sharing/grants/", list_view(lists.GRANTS), TITLES["grants"], SEE,
         Menu(DATA, 84, "key")),
    Page("desk.sharing_log", "desk", "sharing/log/", log.log, TITLES["log"], SEE, Menu(DATA, 88, "shield-check")),
    Page("desk.choose_data", "desk", "sharing/ask/", asking.choose, TITLES["choose"], "sharing.ask"),
    Page("desk.ask_data", "desk", "sharing/ask/<str:resource>/", asking.ask, TITLES["ask"], "sharing.ask"),
    Page("desk.request", "desk", "sharing/requests/<int:request_id>/", asking.request, TITLES["request"], SEE),
    Page("desk.grant", "desk", "sharing/grants/<int:grant_id>/", grants.grant, TITLES["grant"], SEE),
    Page("desk.revoke_grant", "desk", "sharing/grants/<int:grant_id>/revoke/", grants.revoke, TITLES["revoke"], SEE),
    Page("desk.narrow_grant", "desk", "sharing/grants/<int:grant_id>/narrow/", grants.narrow, TITLES["narrow"], SEE),
    Page("desk.receipts_bundle", "desk", "sharing/grants/<int:grant_id>/receipts.zip", grants.bundle, TITLES["receipts"], SEE),
    Page("desk.undelivered_changes", "desk", "sharing/undelivered/", list_view(lists.UNDELIVERED), TITLES["undelivered"], SEE),
    Page("desk.subscribe", "desk", "sharing/grants/<int:grant_id>/subscribe/", following.subscribe, TITLES["subscribe"], "sharing.use"),
    Page("desk.resume_subscription", "desk", "sharing/subscriptions/<int:subscription_id>/resume/", following.resume, TITLES["subscribe"], "sharing.use"),
    Page("desk.unsubscribe", "desk", "sharing/subscriptions/<int:subscription_id>/end/", following.end, TITLES["subscribe"], "sharing.use"),
    Page("desk.add_lodging", "desk", "sharing/log/add/", log.add, TITLES["lodge"], "sharing.keep_log"),
    Page("desk.end_lodging", "desk", "sharing/log/<int:place_id>/end/", log.end, TITLES["lodge"], "sharing.keep_log"),
)  # fmt: skip
