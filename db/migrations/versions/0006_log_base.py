"""What a session's log had told before its oldest versions were removed, so that the rest can still be replayed to the present."""

from alembic import op

revision = "0006"
down_revision = "0005"

TABLE = """
CREATE TABLE session_base (
    session_id uuid PRIMARY KEY REFERENCES session,
    version bigint NOT NULL,
    seats jsonb NOT NULL,
    admissions jsonb NOT NULL
)
"""
FOLD = """
CREATE FUNCTION session_change_folded() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Of the values under one key jsonb keeps the last.
    INSERT INTO session_base AS base (session_id, version, seats, admissions)
    SELECT ends.session_id, ends.version, coalesce(named.seats, '{}'), coalesce(counted.admissions, '{}')
    FROM (SELECT session_id, max(version) AS version FROM gone GROUP BY session_id) AS ends
    LEFT JOIN LATERAL (
        SELECT jsonb_object_agg(label, status ORDER BY gone.version) AS seats
        FROM gone, jsonb_each(gone.seats) AS of_status (status, labels), jsonb_array_elements_text(labels) AS label
        WHERE gone.session_id = ends.session_id
    ) AS named ON true
    LEFT JOIN LATERAL (
        SELECT jsonb_object_agg(key, value ORDER BY gone.version) AS admissions
        FROM gone, jsonb_each(gone.admissions) WHERE gone.session_id = ends.session_id
    ) AS counted ON true
    ORDER BY ends.session_id
    ON CONFLICT (session_id) DO UPDATE SET version = EXCLUDED.version, seats = base.seats || EXCLUDED.seats,
        admissions = base.admissions || EXCLUDED.admissions;
    RETURN NULL;
END $$
"""
TRIGGER = """
CREATE TRIGGER session_change_folded AFTER DELETE ON session_change REFERENCING OLD TABLE AS gone
FOR EACH STATEMENT EXECUTE FUNCTION session_change_folded()
"""


def upgrade() -> None:
    for statement in (TABLE, FOLD, TRIGGER):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TRIGGER session_change_folded ON session_change")
    op.execute("DROP FUNCTION session_change_folded")
    op.execute("DROP TABLE session_base")
