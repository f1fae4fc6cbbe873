"""The log of showings: append-only, partitioned by month, carrying the division in its key."""

from django.db import migrations

TABLE = """
CREATE SEQUENCE credentials_showing_id CACHE 20;
CREATE TABLE credentials_showing (
    id bigint NOT NULL DEFAULT nextval('credentials_showing_id'),
    recorded_at timestamptz NOT NULL DEFAULT now(),
    division_code varchar(12) NOT NULL,
    licence_id bigint NOT NULL,
    version_id bigint NOT NULL,
    party_id bigint NOT NULL,
    kind varchar(10) NOT NULL CHECK (kind IN ('code', 'once', 'file', 'proof', 'staff')),
    fields varchar(40)[] NOT NULL,
    viewer_kind varchar(10) NOT NULL,
    account_id bigint,
    organisation_id bigint,
    stated varchar(120) NOT NULL,
    purpose varchar(200) NOT NULL,
    PRIMARY KEY (division_code, recorded_at, id)
) PARTITION BY RANGE (recorded_at);
CREATE INDEX credentials_showing_of_licence ON credentials_showing (licence_id, recorded_at, id);
CREATE TABLE credentials_showing_rest PARTITION OF credentials_showing DEFAULT;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON credentials_showing
    FOR EACH ROW EXECUTE FUNCTION journal_refuse_change();
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON credentials_showing
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse_change();
"""


def make_partitions(apps: object, schema_editor: object) -> None:
    from yicheng.core.journal.partitions import ensure_partitions

    ensure_partitions(("credentials_showing",))


class Migration(migrations.Migration):
    dependencies = [("credentials", "0010_licences"), ("journal", "0002_append_only_tables")]

    operations = [
        migrations.RunSQL(TABLE, "DROP TABLE credentials_showing; DROP SEQUENCE credentials_showing_id;"),
        migrations.RunPython(make_partitions, migrations.RunPython.noop),
    ]
