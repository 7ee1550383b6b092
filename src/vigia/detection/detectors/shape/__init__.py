"""The shape of a day, its energy divided out: hours in another order, a clock that is off, hours that are all alike."""
