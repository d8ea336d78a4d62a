"""The one gate through which text from data enters a document."""

import re

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_BREAKS = re.compile(r"[\s\x00-\x1f\x7f]+")
_DIRECTION_MARKS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_WORD_JOINER = "\u2060"


def escape_markdown(text: str) -> str:
    r"""Text that pandoc and Quarto print as it is, whatever it holds.

    Every ASCII punctuation mark gets a backslash, so no HTML, link, image, citation or formula can
    begin; line breaks become blanks, so no block can. Marks that turn the direction of the text
    around are left out. Quarto looks for shortcodes even behind backslashes: an invisible word
    joiner inside their brackets keeps them text.

    Examples
    --------
    >>> escape_markdown("<b>50% off!")
    '\\<b\\>50\\% off\\!'
    """
    plain = _DIRECTION_MARKS.sub("", _BREAKS.sub(" ", text))
    harmless = plain.replace("{{<", f"{{{{{_WORD_JOINER}<").replace(">}}", f">{_WORD_JOINER}}}}}")
    return _PUNCTUATION.sub(r"\\\1", harmless)
