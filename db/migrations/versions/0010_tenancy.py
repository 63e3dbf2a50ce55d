"""Who belongs to which organizer, who is asked to, the devices at its gates, and what staff did."""

from alembic import op

revision = "0010"
down_revision = "0009"

TABLES = """
CREATE TABLE membership (
    organizer_id uuid NOT NULL REFERENCES organizer,
    user_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
    role text NOT NULL CHECK (role IN ('OWNER', 'MANAGER', 'BOX_OFFICE', 'GATE')),
    events uuid[],
    joined_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (organizer_id, user_id),
    CHECK (events IS NULL OR (role = 'GATE' AND cardinality(events) BETWEEN 1 AND 100))
);
CREATE INDEX membership_user ON membership (user_id);
CREATE TABLE invitation (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    organizer_id uuid NOT NULL REFERENCES organizer,
    email text NOT NULL,
    role text NOT NULL CHECK (role IN ('OWNER', 'MANAGER', 'BOX_OFFICE', 'GATE')),
    events uuid[],
    token_hash bytea NOT NULL UNIQUE,
    invited_by uuid REFERENCES account ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at timestamptz NOT NULL,
    CHECK (events IS NULL OR (role = 'GATE' AND cardinality(events) BETWEEN 1 AND 100))
);
CREATE UNIQUE INDEX invitation_once ON invitation (organizer_id, lower(email));
CREATE TABLE gate_device (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    organizer_id uuid NOT NULL REFERENCES organizer,
    user_id uuid UNIQUE REFERENCES account ON DELETE SET NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    events uuid[] CHECK (cardinality(events) BETWEEN 1 AND 100),
    code_hash bytea UNIQUE,
    code_expires_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    paired_at timestamptz,
    revoked_at timestamptz,
    CHECK ((code_hash IS NULL) = (code_expires_at IS NULL)),
    CHECK (paired_at IS NULL OR code_hash IS NULL)
);
CREATE INDEX gate_device_organizer ON gate_device (organizer_id);
-- Without references to accounts: it stays when they go.
CREATE TABLE audit (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    action text NOT NULL,
    user_id uuid,
    sign_in_id uuid,
    subject_kind text,
    subject_id uuid,
    organizer_id uuid REFERENCES organizer,
    details jsonb NOT NULL DEFAULT '{}',
    CHECK ((subject_kind IS NULL) = (subject_id IS NULL))
);
CREATE INDEX audit_organizer ON audit (organizer_id, at, id);
CREATE INDEX audit_at ON audit (at, id);
CREATE INDEX check_in_gate ON check_in (gate_user_id, at);
CREATE INDEX event_organizer ON event (organizer_id);
CREATE INDEX ticket_order_session ON ticket_order (session_id, created_at, id)
"""
# Owners who leave at the same time pass the row lock one after the other, and the second sees that the first is gone.
OWNER = """
CREATE FUNCTION keep_an_owner() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM FROM organizer WHERE id = OLD.organizer_id FOR NO KEY UPDATE;
    IF NOT EXISTS (SELECT FROM membership WHERE organizer_id = OLD.organizer_id AND role = 'OWNER') THEN
        RAISE EXCEPTION 'an organizer keeps an owner' USING ERRCODE = 'check_violation', CONSTRAINT = 'organizer_keeps_an_owner';
    END IF;
    RETURN NULL;
END $$
"""
KEEP_OWNER = """
CREATE TRIGGER organizer_keeps_an_owner AFTER UPDATE OR DELETE ON membership
FOR EACH ROW WHEN (OLD.role = 'OWNER') EXECUTE FUNCTION keep_an_owner()
"""
# Another name for who did it is all that an entry may get: what a deleted account leaves behind.
APPEND_ONLY = """
CREATE FUNCTION keep_audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'UPDATE' AND OLD IS DISTINCT FROM NEW THEN
        OLD.user_id := NEW.user_id;
        OLD.sign_in_id := NEW.sign_in_id;
        IF OLD IS NOT DISTINCT FROM NEW THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the audit log is only added to' USING ERRCODE = 'insufficient_privilege';
END $$
"""
KEEP_ENTRIES = "CREATE TRIGGER audit_is_kept BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION keep_audit()"
KEEP_TABLE = "CREATE TRIGGER audit_is_kept_whole BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION keep_audit()"


def upgrade() -> None:
    for statement in TABLES.split(";\n"):
        op.execute(statement)
    for statement in (OWNER, KEEP_OWNER, APPEND_ONLY, KEEP_ENTRIES, KEEP_TABLE):
        op.execute(statement)


def downgrade() -> None:
    for table in ("membership", "invitation", "gate_device", "audit"):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP FUNCTION keep_an_owner, keep_audit")
    op.execute("DROP INDEX check_in_gate, event_organizer, ticket_order_session")
