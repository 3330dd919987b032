#!/usr/bin/env python3
"""farehook validate against compiled ajv and jq, side by side.

Usage: validate.py FAREHOOK [ROUNDS]

farehook listen captures 10,000 bookings over HTTP; each tool then reads the capture. ajv (from the npm
registry, in a folder of its own) checks the bodies by the schema that farehook prints; `jq empty` only
reads. The rounds alternate; medians and peaks are printed, and 1 is the status if farehook is not the
fastest, or its memory grows with the capture.
"""

import http.client
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

FIXTURES = pathlib.Path(__file__).parents[2] / "fixtures" / "life"
BOOKINGS = 10_000

AJV = """
import fs from 'node:fs';
import Ajv from 'ajv/dist/2020.js';
const [schema, capture] = process.argv.slice(2);
const validate = new Ajv.default({validateFormats: false}).compile(JSON.parse(fs.readFileSync(schema)));
let refused = 0;
for (const line of fs.readFileSync(capture, 'utf8').split('\\n'))
  if (line && !validate(JSON.parse(line).body)) ++refused;
process.exitCode = refused ? 1 : 0;
"""


def capture(farehook, path):
    """Lets farehook capture the bookings: each with a uuid and a pk of its own."""
    bodies = [json.loads(file.read_text()) for file in sorted(FIXTURES.glob("*.json"))]
    ready = path.with_suffix(".ready")
    listener = subprocess.Popen(
        [farehook, "listen", "-q", "--port", "0", "--ready-file", ready, "--append", path, "--count", str(BOOKINGS)])
    deadline = time.monotonic() + 30
    while not ready.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    connection = http.client.HTTPConnection(ready.read_text().strip().removeprefix("http://").rstrip("/"))
    for number in range(BOOKINGS):
        payload = bodies[number % len(bodies)]
        old = payload["booking"]["uuid"]
        text = json.dumps(payload, separators=(",", ":"), ensure_ascii=False)
        text = text.replace(old, f"{number:08x}{old[8:]}")
        connection.request("POST", "/", text.encode(), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"the listener answered {answer.status}")
    connection.close()
    listener.wait(60)


def run(command, folder):
    """Seconds, and the peak of resident memory in MB."""
    begin = time.monotonic()
    process = subprocess.Popen([*map(str, command)], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    status, peak = pathlib.Path(f"/proc/{process.pid}/status"), 0
    while process.poll() is None:
        # What it holds now is reset by exec; rusage would count this interpreter, which it was forked from.
        peak = max([peak, *(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM"))])
        time.sleep(0.002)
    seconds = time.monotonic() - begin
    if process.returncode != 0:
        raise SystemExit(f"{command[0]} exited {process.returncode}")
    return seconds, peak / 1024


def main():
    farehook = pathlib.Path(sys.argv[1]).resolve()
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "package.json").write_text('{"type": "module"}')
        (folder / "ajv.js").write_text(AJV)
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent", "ajv@8"], cwd=folder, check=True)
        lines = folder / "capture.jsonl"
        capture(farehook, lines)
        schema = subprocess.run([farehook, "validate", "--schema", "bookings-with-payments"], check=True,
                                capture_output=True).stdout
        (folder / "schema.json").write_bytes(schema)
        tools = {
            "farehook validate": [farehook, "validate", lines],
            "ajv, compiled": ["node", "ajv.js", "schema.json", lines],
            "jq empty": ["jq", "empty", lines],
        }
        results = {tool: [] for tool in tools}
        for _ in range(rounds):
            for tool, command in tools.items():
                results[tool].append(run(command, folder))
        own = statistics.median(seconds for seconds, _ in results["farehook validate"])
        print(f"{BOOKINGS} captured bookings, {lines.stat().st_size / 1e6:.0f} MB, {rounds} rounds")
        for tool, measured in results.items():
            median = statistics.median(seconds for seconds, _ in measured)
            peak = max(megabytes for _, megabytes in measured)
            print(f"{tool:20} {median:6.2f} s  {median / own:5.2f}  {peak:6.1f} MB")
        small, large = folder / "small.jsonl", folder / "large.jsonl"
        text = lines.read_bytes()
        small.write_bytes(text[:text.rindex(b"\n", 0, 10_000_000) + 1])
        with large.open("wb") as file:
            while file.tell() < 1_000_000_000:
                file.write(text)
        peaks = [run([farehook, "validate", file], folder)[1] for file in (small, large)]
        print(f"memory: {peaks[0]:.1f} MB for 10 MB, {peaks[1]:.1f} MB for 1 GB")
        fastest = all(statistics.median(s for s, _ in measured) >= own for measured in results.values())
        raise SystemExit(0 if fastest and peaks[1] < peaks[0] + 2 else 1)


main()
