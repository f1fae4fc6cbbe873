"""Audit trail and access log: partitioned by month, append-only by trigger."""

from django.db import migrations

TABLES = """
CREATE SEQUENCE journal_entry_id CACHE 20;
CREATE TABLE journal_audit (
    id bigint NOT NULL DEFAULT nextval('journal_entry_id'),
    recorded_at timestamptz NOT NULL DEFAULT now(),
    happened_at timestamptz NOT NULL,
    division_code varchar(12) NOT NULL,
    account_id bigint,
    viewer_kind varchar(10) NOT NULL,
    organisation_id bigint,
    address varchar(45) NOT NULL,
    action varchar(80) NOT NULL,
    subject varchar(80) NOT NULL,
    detail jsonb NOT NULL,
    PRIMARY KEY (division_code, recorded_at, id)
) PARTITION BY RANGE (recorded_at);
CREATE INDEX journal_audit_by_time ON journal_audit (recorded_at, id);
CREATE INDEX journal_audit_by_subject ON journal_audit (subject, recorded_at, id);
CREATE INDEX journal_audit_by_account ON journal_audit (account_id, recorded_at, id);
CREATE TABLE journal_access (
    id bigint NOT NULL DEFAULT nextval('journal_entry_id'),
    recorded_at timestamptz NOT NULL DEFAULT now(),
    division_code varchar(12) NOT NULL,
    person_id bigint NOT NULL,
    account_id bigint,
    viewer_kind varchar(10) NOT NULL,
    organisation_id bigint,
    address varchar(45) NOT NULL,
    subject varchar(80) NOT NULL,
    purpose varchar(200) NOT NULL CHECK (purpose <> ''),
    PRIMARY KEY (division_code, recorded_at, id)
) PARTITION BY RANGE (recorded_at);
CREATE INDEX journal_access_by_person ON journal_access (person_id, recorded_at, id);
CREATE INDEX journal_access_by_time ON journal_access (recorded_at, id);
CREATE TABLE journal_audit_rest PARTITION OF journal_audit DEFAULT;
CREATE TABLE journal_access_rest PARTITION OF journal_access DEFAULT;
"""
GUARDS = """
CREATE FUNCTION journal_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the journal is append-only: % on % refused', TG_OP, TG_TABLE_NAME;
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON journal_audit
    FOR EACH ROW EXECUTE FUNCTION journal_refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON journal_access
    FOR EACH ROW EXECUTE FUNCTION journal_refuse_change();
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON journal_audit
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse_change();
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON journal_access
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse_change();
"""


def make_partitions(apps: object, schema_editor: object) -> None:
    from yicheng.core.journal.partitions import ensure_partitions

    ensure_partitions()


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]

    operations = [
        migrations.RunSQL(
            TABLES, "DROP TABLE journal_audit; DROP TABLE journal_access; DROP SEQUENCE journal_entry_id;"
        ),
        migrations.RunSQL(GUARDS, "DROP FUNCTION journal_refuse_change() CASCADE;"),
        migrations.RunPython(make_partitions, migrations.RunPython.noop),
    ]
