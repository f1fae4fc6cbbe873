"""What a map reads: samples of all cases, and all open ones, answered from the index alone.

Every column included is already part of another index or its condition (so that updates
lose nothing by it) or never changes. ``queries/mapped.py`` says what is read when.
"""

from typing import ClassVar

from django.db import migrations

INCLUDED = "id, status, class_code, organisation_id, division_code, opened_at, due_at, is_public, application, process"
INDEXES = {
    "case_map_512": "id % 512 = 0 AND lon IS NOT NULL",
    "case_map_32": "id % 32 = 0 AND lon IS NOT NULL",
    "case_map_open": "status IN ('open', 'suspended') AND lon IS NOT NULL",
}


def create(name: str) -> str:
    columns = f"INCLUDE ({INCLUDED}) WHERE {INDEXES[name]}"
    return f"CREATE INDEX {name} ON cases_case (lon, lat) {columns}"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("cases", "0003_limit_fingerprints")]
    operations: ClassVar = [
        migrations.RunSQL(create(name), reverse_sql=f"DROP INDEX {name}") for name in INDEXES
    ]
