"""From a stored alert to somebody's eyes: messages, channels, and the outbox that forgets nothing."""
