"""The one gate through which text from data enters a document."""

import re

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_BREAKS = re.compile(r"[\s\x00-\x1f\x7f]+")


def escape_markdown(text: str) -> str:
    """Text that pandoc and Quarto print as it is, whatever it holds.

    Every ASCII punctuation mark gets a backslash, so no HTML, link, image, shortcode, citation or
    formula can begin; line breaks become blanks, so no block can.

    Examples
    --------
    >>> print(escape_markdown("<b> {{< include x >}}"))
    \\<b\\> \\{\\{\\< include x \\>\\}\\}
    """
    return _PUNCTUATION.sub(r"\\\1", _BREAKS.sub(" ", text))
