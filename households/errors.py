"""What a service of the households app refuses, in words for the person who asked."""


class HouseholdError(Exception):
    """The message says what is wrong and what to do instead."""
