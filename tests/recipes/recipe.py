"""The files that people copy, with this machine's ports and paths in them, and what the man page says."""

import pathlib
import re

HERE = pathlib.Path(__file__).resolve().parent
MAN_PAGE = HERE.parent.parent / "man" / "farehook.1"
README = HERE.parent.parent / "README.md"


def recipe(name, changes=None):
    return changed((HERE / name).read_text(), changes or {})


def changed(text, changes):
    """Each of the texts, as a whole word, stands there once or more, and is another one then."""
    for old, new in changes.items():
        text, count = re.subn(rf"(?<![\w/]){re.escape(old)}(?!\w)", lambda _: str(new), text)
        assert count > 0, f"{old} is not in the recipe"
    return text


def section(title):
    """The lines of one subsection of the man page."""
    text = MAN_PAGE.read_text()
    found = re.search(rf"^\.Ss {re.escape(title)}\n(.*?)(?=^\.S[sh] )", text, re.M | re.S)
    assert found, f"the man page has no subsection {title}"
    return found[1].splitlines()


def commands_of(title):
    """The displayed commands of a subsection, each with the sentence in front of it, as a shell gets them."""
    result, words, block = [], [], None
    for line in section(title):
        if line.startswith(".Bd "):
            block = []
        elif line == ".Ed":
            result.append((" ".join(words), "\n".join(block)))
            words, block = [], None
        elif block is not None:
            block.append(unescaped(line))
        elif line.startswith(".Dl "):
            result.append((" ".join(words), unescaped(line[4:])))
            words = []
        elif line == ".Pp":
            words = []
        else:
            words.append(line)
    return result


def unescaped(text):
    """mdoc's escapes undone."""
    for old, new in ((r"\(dq", '"'), (r"\e", "\\"), (r"\&", "")):
        text = text.replace(old, new)
    return text
