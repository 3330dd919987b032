"""One table: a row for each pair, or for a figure that has an aim of its own."""

import dataclasses

HEADINGS = ("work", "farehook", "peer", "ratio", "aim", "reached")


@dataclasses.dataclass
class Row:
    work: str
    farehook: str
    peer: str = "-"
    ratio: str = "-"
    aim: str = "-"
    reached: bool | None = None  # None: there is no aim


def against(work, farehook, peer, ratio, at_least=None):
    """A row for a pair; the ratio is how many times as good as the peer farehook is, None if the peer has no figure."""
    aim = "-" if at_least is None else f"at least {at_least:g}"
    if ratio is None:
        return Row(work, farehook, peer, aim=aim)
    # What is printed is what is judged: 0.798 would read 0.80 and not reach 0.8.
    ratio = round(ratio, 2)
    return Row(work, farehook, peer, f"{ratio:.2f}", aim, None if at_least is None else ratio >= at_least)


def show(rows):
    words = {True: "yes", False: "NO", None: "-"}
    lines = [HEADINGS] + [(row.work, row.farehook, row.peer, row.ratio, row.aim, words[row.reached]) for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    text = [" | ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines]
    return "\n".join([text[0], "-|-".join("-" * width for width in widths), *text[1:]])
