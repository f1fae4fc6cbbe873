"""A schema for the tables of data sets, and the box around a GeoJSON shape, for their indexes."""

from django.db import migrations

MAKE = """
CREATE SCHEMA datasets;
CREATE FUNCTION datasets.geometry_box(shape jsonb) RETURNS box
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT box(
        point(min((place->>0)::float8), min((place->>1)::float8)),
        point(max((place->>0)::float8), max((place->>1)::float8))
    )
    FROM jsonb_path_query(shape, 'strict $.** ? (@.type() == "array" && @[0].type() == "number")') AS place
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_entries_and_data_sets")]

    operations = [migrations.RunSQL(MAKE, "DROP SCHEMA datasets CASCADE")]
