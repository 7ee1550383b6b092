"""Parameters that change a result: a file a section of `params.yaml`, by the section's name.

A stage depends on the files of the sections that it declares, so that a changed default runs it again.
"""
