"""Receipts: partitioned by month, append-only by trigger; a full tile of the tree never changes."""

from django.db import migrations

TABLE = """
CREATE TABLE sharing_receipt (
    position bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    division_code varchar(12) NOT NULL,
    call varchar(32) NOT NULL,
    at timestamptz NOT NULL,
    grant_id bigint NOT NULL,
    serial bigint NOT NULL,
    provider_id bigint NOT NULL,
    consumer_id bigint NOT NULL,
    resource varchar(80) NOT NULL,
    kind varchar(10) NOT NULL,
    rows bigint NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (division_code, recorded_at, position)
) PARTITION BY RANGE (recorded_at);
CREATE INDEX sharing_receipt_by_position ON sharing_receipt (position);
CREATE INDEX sharing_receipt_by_call ON sharing_receipt (call);
CREATE INDEX sharing_receipt_by_grant ON sharing_receipt (grant_id, position);
CREATE TABLE sharing_receipt_rest PARTITION OF sharing_receipt DEFAULT;
"""
GUARDS = """
CREATE FUNCTION sharing_keep_tile() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.level <> OLD.level OR NEW.index <> OLD.index
       OR substring(NEW.hashes FROM 1 FOR length(OLD.hashes)) <> OLD.hashes THEN
        RAISE EXCEPTION 'the log only grows: % of tile %/% refused', TG_OP, OLD.level, OLD.index;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE ON sharing_tile
    FOR EACH ROW EXECUTE FUNCTION sharing_keep_tile();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON sharing_receipt
    FOR EACH ROW EXECUTE FUNCTION journal_refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON sharing_checkpoint
    FOR EACH ROW EXECUTE FUNCTION journal_refuse_change();
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON sharing_receipt
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse_change();
"""


def make_partitions(apps: object, schema_editor: object) -> None:
    from yicheng.core.journal.partitions import ensure_partitions

    ensure_partitions(("sharing_receipt",))


class Migration(migrations.Migration):
    dependencies = [("sharing", "0001_initial"), ("journal", "0002_append_only_tables")]

    operations = [
        migrations.RunSQL(TABLE, "DROP TABLE sharing_receipt;"),
        migrations.RunSQL(GUARDS, "DROP FUNCTION sharing_keep_tile() CASCADE;"),
        migrations.RunPython(make_partitions, migrations.RunPython.noop),
    ]
