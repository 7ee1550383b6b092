"""What clients send and get, by subject.

Times are ISO 8601 with offset, `start` inclusive, `end` exclusive; units stand in the names. Values of enumerations are
those of `vigia.vocabulary` (`names`), so an unknown one is refused with the list of those there are.
"""
