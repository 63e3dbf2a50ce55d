"""What buyers may ask of an inventory, as Hypothesis strategies."""

from hypothesis import strategies as st

from tests.db.paper_inventory import Ask

LABELS = tuple(f"A-{n}" for n in range(1, 7))
BUYERS = 3
picks = st.integers(0, 999)
locks = st.builds(
    Ask,
    kind=st.just("LOCK"),
    buyer=st.integers(0, BUYERS - 1),
    seats=st.lists(st.sampled_from(LABELS), max_size=3, unique=True).map(tuple),
    places=st.integers(0, 3),
    key=st.sampled_from([None, None, None, "k"]),
).filter(lambda ask: bool(ask.seats or ask.places))
labels = st.lists(st.sampled_from(LABELS), max_size=2, unique=True).map(tuple)
changes = st.builds(
    Ask,
    kind=st.just("CHANGE"),
    pick=picks,
    seats=labels,
    removed=labels,
    places=st.none() | st.integers(0, 3),
    key=st.sampled_from([None, None, None, "k"]),
).filter(lambda ask: not set(ask.seats) & set(ask.removed))
ends = st.builds(Ask, kind=st.sampled_from(["RELEASE", "CANCEL"]), pick=picks, key=st.sampled_from([None, None, None, "k"]))
asks = locks | changes | ends | st.builds(Ask, kind=st.sampled_from(["CONVERT", "EXPIRE"]), pick=picks)
