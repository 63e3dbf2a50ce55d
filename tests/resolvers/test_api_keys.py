"""API keys: nobody guesses one, and whoever finds one knows what it is."""

import re

from resolvers.api_keys import hint_of, is_key, new_key


def test_a_key_is_one_word_with_256_random_bits_and_never_comes_twice() -> None:
    keys = [new_key() for _ in range(1_000)]
    assert len(set(keys)) == 1_000
    assert all(re.fullmatch(r"usher_[0-9A-Za-z]{49}", key) for key in keys)
    assert all(is_key(key) for key in keys)
    # 62 ** 43 is more than 2 ** 256, so that no bit is lost.
    assert 62**42 < 2**256 < 62**43


def test_every_slip_of_the_pen_is_noticed_without_looking_anything_up() -> None:
    key = new_key()
    slips = [key[:at] + ("0" if key[at] != "0" else "1") + key[at + 1 :] for at in range(len(key))]
    assert [slip for slip in slips if is_key(slip)] == []
    assert not any(is_key(wrong) for wrong in ("", key[:-1], key + "0", key.upper(), key.replace("usher_", "other_"), "é" * 55))


def test_a_hint_is_far_from_being_the_key() -> None:
    key = new_key()
    assert hint_of(key) == key[:12]
