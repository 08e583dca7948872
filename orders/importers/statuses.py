"""What the marketplaces call an order's state, in our words. An unknown text is never an error."""

UNPAID = "unpaid"
PREPARING = "preparing"
SHIPPED = "shipped"
DELIVERED = "delivered"
IN_DISPUTE = "in_dispute"
COMPLETED = "completed"
CANCELLED = "cancelled"
UNKNOWN = "unknown"

# An import never moves an order back: a month-old export says what was, not what is.
PROGRESS = {
    UNKNOWN: 0,
    UNPAID: 1,
    PREPARING: 2,
    SHIPPED: 3,
    DELIVERED: 4,
    IN_DISPUTE: 5,
    COMPLETED: 6,
    CANCELLED: 6,
}

# The buyer's pages (old and new wording), then the values of the marketplace's own interface.
TEXTS = {
    "awaiting payment": UNPAID,
    "payment being verified": PREPARING,
    "to ship": PREPARING,
    "awaiting shipment": PREPARING,
    "partially shipped": SHIPPED,
    "shipped": SHIPPED,
    "in transit": SHIPPED,
    "awaiting delivery": SHIPPED,
    "awaiting confirmation/delivery": SHIPPED,
    "awaiting confirmation": SHIPPED,
    "delivered": DELIVERED,
    "dispute open": IN_DISPUTE,
    "in dispute": IN_DISPUTE,
    "fund processing": COMPLETED,
    "completed": COMPLETED,
    "finished": COMPLETED,
    "canceled": CANCELLED,
    "cancelled": CANCELLED,
    "expired": CANCELLED,
    "place_order_success": UNPAID,
    "risk_control": PREPARING,
    "wait_seller_send_goods": PREPARING,
    "seller_part_send_goods": SHIPPED,
    "wait_buyer_accept_goods": SHIPPED,
    "in_issue": IN_DISPUTE,
    "fund_processing": COMPLETED,
}

# FINISH ends both a success and a cancellation: only the reason tells which.
END_REASONS = {
    "buyer_accept_goods": COMPLETED,
    "buyer_accept_goods_timeout": COMPLETED,
    "buyer_pay_timeout": CANCELLED,
    "buyer_cancel_notpay_order": CANCELLED,
    "buyer_cancel_order_in_risk": CANCELLED,
    "cancel_order_close_trade": CANCELLED,
    "seller_send_goods_timeout": CANCELLED,
    "risk_reject_closed": CANCELLED,
    "seller_accept_issue_no_goods_return": CANCELLED,
    "seller_response_issue_timeout": CANCELLED,
}


def read_status(text: str) -> str:
    """The status of that text, whatever its case; UNKNOWN for any other text."""
    return TEXTS.get(" ".join(text.split()).casefold(), UNKNOWN)


def read_end(reason: str) -> str:
    """The status of a finished order by the reason for which it ended."""
    return END_REASONS.get(reason.strip().casefold(), UNKNOWN)


def is_ahead(status: str, of: str) -> bool:
    """Whether `status` is further along than `of`; both ends of an order are final."""
    return PROGRESS[status] > PROGRESS[of]
