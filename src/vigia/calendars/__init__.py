"""Days and hours of a place: its clock, and its public holidays."""
