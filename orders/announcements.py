"""What the orders app announces to the apps above it."""

from collections.abc import Sequence
from datetime import datetime

from households.announcements import Announcement
from orders.models import Order

# (orders, now): a date, deadline or status of these orders changed.
orders_changed: Announcement[[Sequence[Order], datetime], None] = Announcement()
