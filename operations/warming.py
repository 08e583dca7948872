"""What a worker does once, before its first task, instead of with each."""

import gc

from django.urls import get_resolver

from sellers.profiles import load_profiles


def warm_up() -> None:
    """Load what the first mail needs, and look no more for garbage in what was loaded.

    A pass over the outbox makes thousands of rows; each full search for garbage among them went
    through all of the code too, a part of what each mail cost.
    """
    load_profiles()
    # The addresses, and with them the code of every page.
    get_resolver().url_patterns  # noqa: B018
    gc.collect()
    gc.freeze()
