"""Who computes an operation, and how a call is planned."""
