"""What the sellers app announces to the apps above it."""

from datetime import datetime

from households.announcements import Announcement
from sellers.models import Seller

# (seller, now): hours, zone or what is known of the seller's replies changed.
seller_changed: Announcement[[Seller, datetime], None] = Announcement()
