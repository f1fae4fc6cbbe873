"""The one query from a point to the people responsible, as a function: its plan is made once a connection."""

from typing import ClassVar

from django.db import migrations

CREATE = """
CREATE FUNCTION places_duties_at(asked point)
RETURNS TABLE (
    token varchar, cell varchar, area varchar, role varchar, role_name varchar, role_name_en varchar,
    body bigint, body_name varchar, body_name_en varchar, account bigint, account_name varchar
) LANGUAGE plpgsql STABLE AS $$
BEGIN RETURN QUERY
SELECT (SELECT revision.token FROM places_revision AS revision), grid.code,
       coalesce(duty.cell_id, duty.division_id), held.code, held.name, held.name_en,
       office.id, office.name, office.name_en, who.id, who.display_name
  FROM (SELECT 1) AS one
  LEFT JOIN places_gridcell AS grid
    ON box(grid.outline) @> box(asked, asked) AND grid.outline @> asked AND grid.is_active
  LEFT JOIN places_duty AS duty
    ON duty.ended_at IS NULL
   AND (duty.cell_id = grid.code
        OR duty.division_id IN (left(grid.code, 6), left(grid.code, 9), left(grid.code, 12)))
  LEFT JOIN people_role AS held ON held.id = duty.role_id
  LEFT JOIN people_organisation AS office ON office.id = duty.organisation_id
  LEFT JOIN people_account AS who ON who.id = duty.account_id AND who.is_active;
END $$
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("places", "0001_initial")]
    operations: ClassVar = [
        migrations.RunSQL(CREATE, reverse_sql="DROP FUNCTION places_duties_at(point)"),
    ]
