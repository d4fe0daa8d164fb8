"""An event as its receiver gets it."""

from ..domain.deliveries import Delivery


class Webhook:
    """An event as its receiver gets it.

    Attributes:
        id: The id of the message.
        type: The type of the event, such as `refund.succeeded`.
        body: The body of the request, JSON.
        headers: The headers of the request, signed now.
        attempts: The attempts to deliver it so far; none without a webhook URL.
    """

    def __init__(self, delivery: Delivery, headers: dict[str, str]) -> None:
        self.id = delivery.id
        self.type = delivery.type
        self.body = delivery.body
        self.headers = headers
        self.attempts = list(delivery.attempts)

    def __repr__(self) -> str:
        """Return the type and the id, without the data, which may contain a key string."""
        return f"Webhook({self.type!r}, {self.id!r}, {len(self.attempts)} attempts)"
