"""The outside world behind `domain/gateways.py`."""
