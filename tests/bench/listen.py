"""listen, each line appended before its 200, against other servers that do so."""

import receivers
from bench import median
from load import cell, faster, posted
from peers import ECHO_MODULE, missing
from serving import free_port
from table import Row, against

NEEDS = ("wrk",)
PEERS = ("nginx", ECHO_MODULE, "node", "webhook")
CONNECTIONS = (1, 8, 64, 256)
AIMS = {"kept": {"nginx": 0.8, "node": 2.5, "webhook": 15}, "closed": {"nginx": 0.6, "node": 2}}
AIMED_CONNECTIONS = (1, 8, 64)
P99_MS = 10  # over 64 kept connections


def compared(bench):
    """Name: a function of a port. Those that are not there are left out, and that is noted."""
    servers = {"farehook": receivers.farehook}
    for name, needs in ("nginx", ("nginx", ECHO_MODULE)), ("node", ("node",)), ("webhook", ("webhook",)):
        absent = missing(needs)
        if absent:
            bench.notes.append(f"listen is not compared with {name}, missing: {', '.join(absent)}")
        else:
            servers[name] = getattr(receivers, name)
    return servers


def rows(bench):
    servers = compared(bench)
    for kind in AIMS:
        for connections in CONNECTIONS:
            work = f"listen, {connections} connections {kind}" if connections > 1 else f"listen, 1 connection {kind}"
            results = bench.take_turns(work, {
                name: lambda make=make: posted(bench, make(bench, free_port()), kind, connections)
                for name, make in servers.items()})
            bench.keep("listen", **{work: {name: [vars(each) for each in all] for name, all in results.items()}})
            own = results.pop("farehook")
            for name, theirs in results.items():
                aim = AIMS[kind].get(name) if connections in AIMED_CONNECTIONS else None
                yield against(work, cell(own), f"{name} {cell(theirs)}", faster(own, theirs), aim)
            if kind == "kept" and connections == 64:
                p99 = median(own, "p99_ms")
                yield Row(work, f"p99 {p99:.1f} ms", aim=f"below {P99_MS} ms", reached=p99 < P99_MS)
    bench.complete("listen")
