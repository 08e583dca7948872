"""What the cases app announces to the apps above it."""

from datetime import datetime
from uuid import UUID

from cases.models import CaseEvent
from households.announcements import Announcement
from households.models import Membership

# (batch, now): the follow-ups that carry this batch have fired; called inside their
# transaction; gives back how many notifications were written.
follow_ups_fired: Announcement[[UUID, datetime], int] = Announcement()
# (note, member, now): the note tells this member of something; called inside its transaction.
member_mentioned: Announcement[[CaseEvent, Membership, datetime], None] = Announcement()
