"""simulate in virtual time, each delivery refused once: seconds and memory as deliveries become more."""

from bench import median
from stopwatch import timed
from table import Row

NEEDS = ()
DELIVERIES = (1_000, 10_000, 100_000)
SECONDS, MEGABYTES = 20, 200
LINEAR = 1.3  # the most that ten times the deliveries may take longer than ten times as long


def simulated(bench, deliveries):
    out = bench.folder / "simulated.jsonl"
    run = timed([bench.farehook, "simulate", "-q", "--bookings", deliveries, "--over", "24h", "--answers", "500,200"],
                out)
    delivered = sum('"outcome":"delivered"' in line for line in out.open())
    out.unlink()
    if delivered != deliveries:
        raise RuntimeError(f"simulate has delivered {delivered} of {deliveries}")
    return run


def rows(bench):
    results = bench.take_turns("growth", {
        count: lambda count=count: simulated(bench, count) for count in DELIVERIES})
    bench.keep("growth", **{str(count): [vars(run) for run in runs] for count, runs in results.items()})
    table, before = [], None
    for count, runs in results.items():
        seconds, peak = median(runs, "seconds"), max(run.peak_mb for run in runs)
        row = Row(f"simulate, {count:,} deliveries", f"{seconds:.2f} s, {peak:.1f} MB")
        if before:
            times = seconds / before / 10
            row.ratio = f"{times:.2f} of linear"
            if count == DELIVERIES[-1]:
                row.aim = f"linear, {SECONDS} s, {MEGABYTES} MB"
                row.reached = times <= LINEAR and seconds < SECONDS and peak < MEGABYTES
        table.append(row)
        before = seconds
    bench.complete("growth")
    return table
