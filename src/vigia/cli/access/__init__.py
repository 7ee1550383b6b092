"""Commands about who may do what; each leaves a row in the audit, as a request does."""
