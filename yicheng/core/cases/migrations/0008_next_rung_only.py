"""Of each task's ladder only the next rung waits: it brings the one after it when it fires."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

LATER_RUNGS = """
DELETE FROM cases_timer later USING cases_timer next
WHERE later.kind = 'escalation' AND next.kind = 'escalation' AND later.task_id = next.task_id
  AND (later.due_at, later.id) > (next.due_at, next.id)
"""


class Migration(migrations.Migration):
    """Without a way back: the ladder is laid down, what was removed is counted again when it is climbed."""

    dependencies: ClassVar = [("cases", "0007_own_limits")]
    operations: ClassVar = [migrations.RunSQL(LATER_RUNGS, migrations.RunSQL.noop)]
