"""Readings: partitioned by month, never changed; silence is watched from the first day."""

from django.db import migrations

READINGS = """
CREATE TABLE sensing_reading (
    division_code varchar(12) COLLATE "C" NOT NULL,
    series_id bigint NOT NULL,
    time timestamptz NOT NULL,
    value double precision NOT NULL,
    quality smallint NOT NULL,
    timing smallint NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (division_code, series_id, time)
) PARTITION BY RANGE (time);
CREATE TABLE sensing_reading_rest PARTITION OF sensing_reading DEFAULT;
CREATE FUNCTION sensing_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'readings are never changed: % on % refused', TG_OP, TG_TABLE_NAME;
END $$;
CREATE TRIGGER append_only BEFORE UPDATE ON sensing_reading
    FOR EACH ROW EXECUTE FUNCTION sensing_refuse_change();
"""
SPEED = """
ALTER TABLE sensing_latestreading SET (fillfactor = 70);
ALTER TABLE sensing_hearing SET (fillfactor = 70);
ALTER TABLE sensing_hour SET (fillfactor = 80);
ALTER TABLE sensing_day SET (fillfactor = 80);
ALTER TABLE sensing_freshbatch ALTER COLUMN payload SET STORAGE EXTERNAL;
"""


def make_partitions(apps: object, schema_editor: object) -> None:
    from yicheng.core.sensing.partitions import ensure_months_ahead

    ensure_months_ahead()


class Migration(migrations.Migration):
    dependencies = [("sensing", "0001_initial")]

    operations = [
        migrations.RunSQL(READINGS, "DROP TABLE sensing_reading; DROP FUNCTION sensing_refuse_change();"),
        migrations.RunSQL(SPEED, migrations.RunSQL.noop),
        migrations.RunPython(make_partitions, migrations.RunPython.noop),
    ]
