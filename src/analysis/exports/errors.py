"""What keeps a file from being written, in words for the person who asked for it."""


class ExportError(Exception):
    """A file cannot be written as it should be; the text says which, where in it, and what to do.

    It names files, rows and columns, and never shows what stands in a row.
    """
