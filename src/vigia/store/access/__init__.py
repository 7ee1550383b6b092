"""Who may do what, and who did: keys of programs (`keys`), `people` with their `passwords`, and the `audit`."""
