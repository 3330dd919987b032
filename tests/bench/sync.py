"""listen --sync, where one fdatasync serves all that wait, against one fdatasync for each request."""

import subprocess

import receivers
from load import cell, faster, posted
from serving import free_port
from table import against

NEEDS = ("wrk", "node", "gcc")
CONNECTIONS = (1, 8, 64, 256)
AIM, AIMED_CONNECTIONS = 5, 64

# However fast the disk of this machine is: 5 ms, or what it takes if that is longer.
SLOW_DISK = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>
#include <unistd.h>
static long long now(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return at.tv_sec * 1000000LL + at.tv_nsec / 1000;
}
int fdatasync(int descriptor) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  long long end = now() + 5000;
  int result = real(descriptor);
  while (now() < end) usleep(end - now());
  return result;
}
"""


def rows(bench):
    source, library = bench.folder / "slow.c", bench.folder / "slow.so"
    source.write_text(SLOW_DISK)
    subprocess.run(["gcc", "-O2", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True, timeout=60)
    slow = {"LD_PRELOAD": str(library)}
    for connections in CONNECTIONS:
        work = f"listen --sync, 5 ms disk, {connections} connection{'s' if connections > 1 else ''}"
        results = bench.take_turns(work, {
            "farehook": lambda: posted(
                bench, receivers.farehook(bench, free_port(), "--sync", environment=slow), "kept", connections),
            "node": lambda: posted(
                bench, receivers.node(bench, free_port(), "synced", environment=slow), "kept", connections)})
        bench.keep("sync", **{work: {name: [vars(each) for each in all] for name, all in results.items()}})
        own, theirs = results["farehook"], results["node"]
        yield against(work, cell(own), f"node, one each {cell(theirs)}", faster(own, theirs),
                      AIM if connections == AIMED_CONNECTIONS else None)
    bench.complete("sync")
