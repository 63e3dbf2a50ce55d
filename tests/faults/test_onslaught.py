"""A sale over HTTP and websockets, while processes, Postgres and Valkey are killed and frozen: all promises are kept."""

from tests.faults.onslaught import a_folder, onslaught

SECONDS = 40.0
SEED = 20_261_121


async def test_every_promise_is_kept_while_everything_dies() -> None:
    with a_folder() as folder:
        seen = await onslaught(folder, SECONDS, SEED)
    assert [str(fault) for fault in seen.faults] == []
    assert set(seen.harm) == {
        "kill_an_usher",
        "kill_both_ushers",
        "kill_a_backend",
        "kill_the_postmaster",
        "freeze_an_usher",
        "valkey_is_away",
    }
    # Two to begin with, and three that were killed.
    assert seen.starts >= 5
    assert {"lock Hold", "lock SeatsUnavailable", "buy Order", "cancel Ticket", "release Hold"} <= seen.requests.keys()
    assert {"ANSWERED", "CUT_OFF", "BUSY", "ABANDONED"} <= seen.attempts.keys()
