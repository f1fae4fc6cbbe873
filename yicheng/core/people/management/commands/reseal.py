"""``yicheng reseal``: bring personal data under the newest of ``FIELD_KEYS``, so that older keys can go."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from yicheng.core.people.rotation import reseal_all


class Command(BaseCommand):
    help = "Encrypt personal data anew with the first key; run it after adding one, then drop the old."

    def handle(self, *args: Any, **options: Any) -> None:
        for key, touched in reseal_all().items():
            self.stdout.write(f"{key}: {touched} are under the newest key")
