"""Sign-ins, each a family of refresh tokens; tokens that are good stay so, each as a sign-in of its own."""

from alembic import op

revision = "0009"
down_revision = "0008"

CHANGES = """
CREATE TABLE sign_in (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    user_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
    device text NOT NULL,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    used_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at timestamptz NOT NULL,
    ended_at timestamptz
);
CREATE INDEX sign_in_user ON sign_in (user_id);
CREATE INDEX sign_in_ended_at ON sign_in (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX sign_in_expires_at ON sign_in (expires_at);
DELETE FROM refresh_token WHERE spent_at IS NOT NULL OR expires_at <= clock_timestamp();
ALTER TABLE refresh_token ADD sign_in_id uuid;
UPDATE refresh_token SET sign_in_id = uuidv7();
INSERT INTO sign_in (id, user_id, device, expires_at) SELECT sign_in_id, user_id, '', expires_at FROM refresh_token;
ALTER TABLE refresh_token
    ALTER sign_in_id SET NOT NULL,
    ADD FOREIGN KEY (sign_in_id) REFERENCES sign_in ON DELETE CASCADE,
    DROP user_id,
    DROP expires_at;
CREATE INDEX refresh_token_sign_in ON refresh_token (sign_in_id)
"""


def upgrade() -> None:
    for statement in CHANGES.split(";\n"):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("spent tokens would be good again: restore a backup instead")
