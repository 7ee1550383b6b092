"""Readings that come with a request: taken in (`readings`), joined to what is stored (`history`), scored (`detect`)."""
