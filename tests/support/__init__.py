"""A small real release that tests of release, service and dashboard share."""
