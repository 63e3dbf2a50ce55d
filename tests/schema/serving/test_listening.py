"""What a process does for itself before it serves."""

import subprocess
import sys

LOOKED_THROUGH = """
import gc
from schema.serving.listening import keep_for_good
before = len(gc.get_objects())
keep_for_good()
print(before > 20_000, len(gc.get_objects()) < 1_000, gc.get_threshold()[0] > 10_000)
"""


def test_what_was_there_before_serving_is_not_looked_through_for_garbage_any_more() -> None:
    ran = subprocess.run([sys.executable, "-c", LOOKED_THROUGH], capture_output=True, text=True, timeout=60, check=True)
    assert ran.stdout.split() == ["True", "True", "True"]
