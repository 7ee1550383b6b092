"""Finding events: rules and level shifts of one client (`screen`), bands and other clients added (`detect`)."""
