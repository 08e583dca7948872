"""What a service of the cases app refuses, in words for the person who asked."""


class CaseError(Exception):
    """The case cannot do this now; the message says why and what to do instead."""
