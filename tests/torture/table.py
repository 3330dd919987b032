"""The table of the torture suite: what was tried, and what came of it."""

import dataclasses
import time

import durability


@dataclasses.dataclass
class Row(durability.Tally):
    """What does not apply to a row is None. `stored` counts what was stored without an acknowledgement, too."""

    crashed: int = 0
    remark: str = ""


NAMES = ("what was tried", "how many", "acknowledged", "stored", "torn", "lost", "crashed")


class Watched(durability.Listener):
    """A listener whose end is looked at: one by a signal that nobody sent it is a crash."""

    begun = []

    def __init__(self, *arguments, **more):
        self.sent = set()
        self.begun.append(self)
        super().__init__(*arguments, **more)

    def send(self, number):
        self.sent.add(number)
        super().send(number)

    def has_crashed(self):
        status = self.process.poll()
        return status is not None and status < 0 and -status not in self.sent


class Table:
    def __init__(self, chosen):
        self.chosen = chosen
        self.rows, self.failed, self.skipped = [], 0, 0

    def case(self, name, action, *arguments):
        """Runs action(folder, row, *arguments), unless other words were chosen."""
        if self.chosen not in name:
            return
        row, begin = Row(name), time.monotonic()
        Watched.begun.clear()
        try:
            with durability.new_folder() as folder:
                try:
                    action(folder, row, *arguments)
                finally:
                    durability.Load.end_all()
                    row.crashed += sum(one.has_crashed() for one in Watched.begun)
            durability.expect((row.lost or 0, row.crashed), (0, 0), "lost, and crashed")
        except durability.Skipped as why:
            self.skipped += 1
            print(f"skip {name}: {why}", flush=True)
            return
        except Exception as error:  # of any kind: the other rows are wanted too
            self.failed += 1
            row.remark = f"FAILED {row.remark}"
            print(f"FAIL {name}: {durability.described(error)}", flush=True)
        else:
            remark = f" ({row.remark})" if row.remark else ""
            print(f"ok {name}{remark} {time.monotonic() - begin:.1f} s", flush=True)
        self.rows.append(row)

    def leave(self, name, *_):
        """A case that another test has too: only the long form has it here."""
        if self.chosen in name:
            print(f"left to --whole: {name}", flush=True)

    def finish(self):
        fields = ("kind", "rounds", "acknowledged", "stored", "torn", "lost", "crashed")
        cells = [[shown(getattr(row, field)) for field in fields] for row in self.rows]
        widths = [max(map(len, column)) for column in zip(NAMES, *cells)]
        print()
        for line, remark in zip([NAMES, *cells], ["", *(row.remark for row in self.rows)]):
            numbers = [cell.rjust(width) for cell, width in zip(line[1:], widths[1:])]
            print("  ".join([line[0].ljust(widths[0]), *numbers, remark]).rstrip())
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        print(f"\n{len(self.rows) - self.failed} passed, {self.failed} failed{skipped}")
        return 1 if self.failed or not self.rows else 0


def shown(value):
    return "-" if value is None else str(value)
