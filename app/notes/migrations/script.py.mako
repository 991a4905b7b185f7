"""${message}"""

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    """One step up."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Nothing that people wrote is dropped: there is no step down."""
    raise NotImplementedError("restore the backup taken before the upgrade")
