"""Who wants to be told what (`subscriptions`), and what is to be sent or was (`outbox`)."""
