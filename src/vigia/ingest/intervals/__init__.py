"""From readings at the meter's interval to hours: `steps`, `registers`, `hours`."""
