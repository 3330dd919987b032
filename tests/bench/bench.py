"""What every part is handed, and how those who are compared take turns."""

import dataclasses
import pathlib
import statistics
import sys


@dataclasses.dataclass
class Bench:
    farehook: pathlib.Path
    folder: pathlib.Path  # removed at the end
    rounds: int
    seconds: int  # for which wrk posts
    may_install: bool
    raw: dict = dataclasses.field(default_factory=dict)  # part: its figures
    notes: list = dataclasses.field(default_factory=list)  # what the reader of the table must know
    versions: dict = dataclasses.field(default_factory=dict)

    def take_turns(self, work, measurements, rounds=None):
        """Name: results, one a round. Each round another one begins, so that none is always behind the same one."""
        print(f"  {work}", file=sys.stderr, flush=True)
        results = {name: [] for name in measurements}
        order = list(measurements)
        for _ in range(rounds or self.rounds):
            for name in order:
                results[name].append(measurements[name]())
            order.append(order.pop(0))
        return results

    def keep(self, part, **figures):
        self.raw.setdefault(part, {}).update(figures)

    def complete(self, part):
        self.keep(part, complete=True)


def median(results, member):
    return statistics.median(getattr(result, member) for result in results)
