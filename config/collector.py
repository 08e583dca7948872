"""How the web process collects its garbage."""

import gc

# A page of a large household makes thousands of objects that go with its last line.
OBJECTS_A_ROUND = 10_000


def settle() -> None:
    """Leave alone what start-up has loaded, which is never garbage: each round would walk it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_A_ROUND, 10, 10)
