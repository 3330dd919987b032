"""How long --version takes: the program's start."""

from bench import median
from stopwatch import timed
from table import against

NEEDS = ("jq", "curl")
ROUNDS_EACH = 100
AIMS = {"jq": 0.5, "curl": None}  # not slower than twice


def cell(runs):
    return f"{median(runs, 'seconds') * 1000:.2f} ms, CPU {median(runs, 'cpu_seconds') * 1000:.2f} ms"


def rows(bench):
    programs = {"farehook": bench.farehook, **{name: name for name in AIMS}}
    results = bench.take_turns("start", {
        name: lambda program=program: timed([program, "--version"]) for name, program in programs.items()},
        ROUNDS_EACH * bench.rounds)
    bench.keep("start", **{name: {"seconds": [run.seconds for run in runs],
                                  "cpu_seconds": [run.cpu_seconds for run in runs]} for name, runs in results.items()})
    bench.complete("start")
    own = results["farehook"]
    return [against("start, --version", cell(own), f"{name} {cell(results[name])}",
                    median(results[name], "seconds") / median(own, "seconds"), aim) for name, aim in AIMS.items()]
