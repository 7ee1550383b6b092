"""What views are built of: elements of the page, fragments of markup, the table of events."""
