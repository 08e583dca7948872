"""What the cases app announces to the apps above it."""

from datetime import datetime
from uuid import UUID

from households.announcements import Announcement

# (batch, now): the follow-ups that carry this batch have fired; called inside their
# transaction; gives back how many notifications were written.
follow_ups_fired: Announcement[[UUID, datetime], int] = Announcement()
