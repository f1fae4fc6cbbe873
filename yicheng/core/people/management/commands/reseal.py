"""``yicheng reseal``: bring personal data under the newest of ``FIELD_KEYS``, so that older keys can go."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from yicheng.core.people.rotation import reseal_accounts


class Command(BaseCommand):
    help = "Encrypt personal data of accounts anew with the first key; run it after adding one, then drop the old."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{reseal_accounts()} accounts and second factors are under the newest key")
