"""The two views: the inbox over all clients, and one client."""
