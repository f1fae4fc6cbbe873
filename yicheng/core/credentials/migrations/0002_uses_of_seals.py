"""The log of uses of seals: partitioned by month, append-only by trigger."""

from django.db import migrations

TABLE = """
CREATE SEQUENCE credentials_seal_use_id CACHE 20;
CREATE TABLE credentials_seal_use (
    id bigint NOT NULL DEFAULT nextval('credentials_seal_use_id'),
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    division_code varchar(12) NOT NULL,
    seal_id bigint NOT NULL,
    key_id bigint NOT NULL,
    account_id bigint,
    viewer_kind varchar(10) NOT NULL,
    request_id bigint,
    subject varchar(80) NOT NULL CHECK (subject <> ''),
    reason varchar(200) NOT NULL,
    digest_before char(64) NOT NULL,
    digest_after char(64) NOT NULL,
    PRIMARY KEY (division_code, recorded_at, id)
) PARTITION BY RANGE (recorded_at);
CREATE INDEX credentials_seal_use_by_seal ON credentials_seal_use (seal_id, id);
CREATE INDEX credentials_seal_use_by_digest ON credentials_seal_use (digest_after);
CREATE TABLE credentials_seal_use_rest PARTITION OF credentials_seal_use DEFAULT;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON credentials_seal_use
    FOR EACH ROW EXECUTE FUNCTION journal_refuse_change();
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON credentials_seal_use
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse_change();
"""


def make_partitions(apps: object, schema_editor: object) -> None:
    from yicheng.core.journal.partitions import ensure_partitions

    ensure_partitions(("credentials_seal_use",))


class Migration(migrations.Migration):
    dependencies = [("credentials", "0001_keys_and_seals"), ("journal", "0002_append_only_tables")]

    operations = [
        migrations.RunSQL(TABLE, "DROP TABLE credentials_seal_use; DROP SEQUENCE credentials_seal_use_id;"),
        migrations.RunPython(make_partitions, migrations.RunPython.noop),
    ]
