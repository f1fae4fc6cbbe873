"""The transitions of alerts: append-only, partitioned by month, carrying the division in their key."""

from django.db import migrations

TABLE = """
CREATE SEQUENCE alerts_transition_id CACHE 20;
CREATE TABLE alerts_transition (
    id bigint NOT NULL DEFAULT nextval('alerts_transition_id'),
    recorded_at timestamptz NOT NULL DEFAULT now(),
    division_code varchar(12) NOT NULL,
    alert_id bigint NOT NULL,
    happened_at timestamptz NOT NULL,
    before varchar(10) NOT NULL,
    after varchar(10) NOT NULL,
    cause varchar(20) NOT NULL CHECK (cause <> ''),
    account_id bigint,
    note varchar(500) NOT NULL,
    value double precision,
    PRIMARY KEY (division_code, recorded_at, id)
) PARTITION BY RANGE (recorded_at);
CREATE INDEX alerts_transition_of_alert ON alerts_transition (alert_id, recorded_at, id);
CREATE TABLE alerts_transition_rest PARTITION OF alerts_transition DEFAULT;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON alerts_transition
    FOR EACH ROW EXECUTE FUNCTION journal_refuse_change();
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON alerts_transition
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse_change();
"""


def make_partitions(apps: object, schema_editor: object) -> None:
    from yicheng.core.journal.partitions import ensure_partitions

    ensure_partitions(("alerts_transition",))


class Migration(migrations.Migration):
    dependencies = [("alerts", "0001_initial"), ("journal", "0002_append_only_tables")]

    operations = [
        migrations.RunSQL(TABLE, "DROP TABLE alerts_transition; DROP SEQUENCE alerts_transition_id;"),
        migrations.RunPython(make_partitions, migrations.RunPython.noop),
    ]
