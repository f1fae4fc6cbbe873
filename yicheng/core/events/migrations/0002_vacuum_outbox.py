"""The outbox is a queue: rows live for a second. Vacuum by count, not by share, so that its front stays short."""

from typing import ClassVar

from django.db import migrations

SET = (
    "ALTER TABLE events_outboxevent SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000,"
    " autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 100000, autovacuum_vacuum_cost_delay = 0)"
)
RESET = (
    "ALTER TABLE events_outboxevent RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold,"
    " autovacuum_analyze_scale_factor, autovacuum_analyze_threshold, autovacuum_vacuum_cost_delay)"
)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("events", "0001_initial")]
    operations: ClassVar = [migrations.RunSQL(SET, RESET)]
