"""One function per thing a client can ask, inside one transaction; no Strawberry, SQL or Redis."""
