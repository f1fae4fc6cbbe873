"""The desk's administration: who works here, where they belong, what they may do, and what was done."""

from __future__ import annotations

from yicheng.core.web.administration import accounts, clients, organisations, records, roles

PAGES = (*accounts.PAGES, *organisations.PAGES, *roles.PAGES, *clients.PAGES, *records.PAGES)
