"""What may stand on a page outside gettext: what people typed, names, and words of other languages."""

import re

ALLOWED = re.compile(
    "|".join(
        [
            r"CANARY[-\w .]*",
            r"[\w.+-]+@[\w.-]+",
            r"https?://\S+",
            # Names of ours and of others.
            r"\b(?:Parley|Olga|Home|AliExpress|Temu|Store \d+|UTC|Cainiao|PDF|json)\b",
            # What the test's people wrote, and what the sign-in library says to nobody.
            r"\bHello\b|Lamp has not come|We will refund within 3 days, please confirm receipt"
            r"|Reauthentication not available",
            # Numbers of orders, parcels and rows.
            r"\b(?:PO-[\d-]+|LP\d+)\b",
            r"\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b",
            # What the file of the import names.
            r"Silicone baking mat|Ultrasonic cleaner|Fountain pen, fine nib|In-ear monitor, 3 drivers"
            r"|USB-C cable 2 m braided",
        ]
    )
)
# Elements whose words are not ours: (tag, attribute or None, its value).
NOT_PROSE: list[tuple[str, str | None, str]] = [
    *(("code", None, ""), ("pre", None, ""), ("kbd", None, ""), ("blockquote", None, "")),
    ("textarea", None, ""),
    # Each language is named in itself.
    ("select", "name", "language"),
]
