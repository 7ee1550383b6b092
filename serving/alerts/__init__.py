"""Alerts: what a person works on (`listing`, `detail`), what is done with them (`work`), of which events (`book`)."""
