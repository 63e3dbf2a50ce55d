"""What the hot paths cost, beside their limit in the same run. `make bench` runs them; they are no tests."""
