"""The stripped binary, and what it is linked to."""

import re
import subprocess

from table import Row

NEEDS = ("strip",)


def rows(bench):
    stripped = bench.folder / "stripped"
    subprocess.run(["strip", "-o", stripped, bench.farehook], check=True, timeout=60)
    size = stripped.stat().st_size
    dynamic = subprocess.run(["readelf", "-d", stripped], check=True, capture_output=True, text=True, timeout=60).stdout
    libraries = re.findall(r"\(NEEDED\).*\[(.+)\]", dynamic)
    bench.keep("size", bytes=size, linked_to=libraries)
    bench.complete("size")
    bench.notes.append(f"farehook is linked to {', '.join(libraries) or 'nothing'}")
    return [Row("size, stripped", f"{size:,} bytes")]
