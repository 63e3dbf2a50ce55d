"""The demo: rooms, a programme, people and half-sold houses, all made up and the same for the same day."""
