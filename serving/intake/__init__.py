"""How bodies come in: read within limits and parsed beside the event loop (`reading`), waited for in a `queue`."""
