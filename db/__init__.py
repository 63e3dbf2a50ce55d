"""Postgres: the only folder that knows SQL."""
