"""Changes of shared data, partitioned by month; tables that are subscribed to get a trigger that notes them."""

from django.db import migrations

TABLE = """
CREATE SEQUENCE sharing_change_id;
CREATE TABLE sharing_change (
    id bigint NOT NULL DEFAULT nextval('sharing_change_id'),
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    division_code varchar(12) NOT NULL DEFAULT '',
    entry_id bigint NOT NULL,
    row_key text NOT NULL,
    change varchar(10) NOT NULL,
    txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    PRIMARY KEY (division_code, recorded_at, id)
) PARTITION BY RANGE (recorded_at);
CREATE INDEX sharing_change_by_entry ON sharing_change (entry_id, id);
CREATE TABLE sharing_change_rest PARTITION OF sharing_change DEFAULT;
CREATE FUNCTION sharing_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO sharing_change (entry_id, row_key, change) VALUES (
        TG_ARGV[0]::bigint,
        CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ->> TG_ARGV[1] ELSE to_jsonb(NEW) ->> TG_ARGV[1] END,
        CASE TG_OP WHEN 'INSERT' THEN 'inserted' WHEN 'UPDATE' THEN 'updated' ELSE 'deleted' END);
    RETURN NULL;
END $$;
"""


def make_partitions(apps: object, schema_editor: object) -> None:
    from yicheng.core.journal.partitions import ensure_partitions

    ensure_partitions(("sharing_change",))


class Migration(migrations.Migration):
    dependencies = [("sharing", "0004_subscriptions")]

    operations = [
        migrations.RunSQL(
            TABLE,
            "DROP FUNCTION sharing_note_change() CASCADE; DROP TABLE sharing_change; DROP SEQUENCE sharing_change_id;",
        ),
        migrations.RunPython(make_partitions, migrations.RunPython.noop),
    ]
