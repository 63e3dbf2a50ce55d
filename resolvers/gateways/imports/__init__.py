"""Readers of other people's formats: seating plans, event calendars."""
