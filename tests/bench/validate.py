"""validate of a capture, against ajv with a compiled schema and jq, which only reads; and its memory."""

import http.client
import subprocess

import bookings
import peers
from bench import median
from serving import free_port, serving
from stopwatch import timed
from table import Row, against

NEEDS = ()
PEERS = ("node", "npm", "jq")
BOOKINGS = 10_000
SMALL_BYTES, LARGE_BYTES = 10_000_000, 1_000_000_000
CONSTANT_MB = 2

AJV = """
import fs from 'node:fs';
import Ajv from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
const [schema, capture, withFormats] = process.argv.slice(2);
const ajv = new Ajv.default({validateFormats: Boolean(withFormats)});
if (withFormats) formats.default(ajv);
const validate = ajv.compile(JSON.parse(fs.readFileSync(schema)));
let checked = 0, refused = 0;
for (const line of fs.readFileSync(capture, 'utf8').split('\\n'))
  if (line) ++checked, validate(JSON.parse(line).body) || ++refused;
process.exitCode = refused || checked !== %d ? 1 : 0;
"""


def capture(bench, path):
    """Lets farehook capture the bookings over HTTP."""
    port = free_port()
    with serving([bench.farehook, "listen", "-q", "--port", port, "--append", path], port):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for body in bookings.lives(BOOKINGS):
            connection.request("POST", "/", body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise RuntimeError(f"the listener answered {answer.status}")
        connection.close()


def tools(bench, folder, lines):
    """Name: command, of those that can be had."""
    found = {"farehook": [bench.farehook, "validate", lines]}
    if peers.is_there("jq"):
        found["jq empty"] = ["jq", "empty", lines]
    else:
        bench.notes.append("validate is not compared with jq: it is missing")
    absent = peers.missing(("node", "npm"))
    if absent or not bench.may_install:
        why = f"missing: {', '.join(absent)}" if absent else "--no-install leaves it out"
        bench.notes.append(f"validate is not compared with ajv: {why}")
        return found
    bench.versions.update(peers.from_npm(folder, ("ajv@8", "ajv-formats@3")))
    schema = subprocess.run([bench.farehook, "validate", "--schema", "bookings-with-payments"], check=True,
                            capture_output=True, timeout=30).stdout
    (folder / "schema.json").write_bytes(schema)
    (folder / "ajv.mjs").write_text(AJV % BOOKINGS)
    ajv = ["node", folder / "ajv.mjs", folder / "schema.json", lines]
    return {**found, "ajv": ajv, "ajv with formats": [*ajv, "formats"]}


def memory(bench, folder, lines):
    """Peaks over 10 MB and 1 GB of records."""
    small, large = folder / "small.jsonl", folder / "large.jsonl"
    text = lines.read_bytes()
    small.write_bytes(text[:text.rindex(b"\n", 0, SMALL_BYTES) + 1])
    with large.open("wb") as file:
        while file.tell() < LARGE_BYTES:
            file.write(text)
    runs = [timed([bench.farehook, "validate", file]) for file in (small, large)]
    large.unlink()
    bench.keep("validate", memory=[vars(run) for run in runs])
    peaks = [run.peak_mb for run in runs]
    return Row("validate, 10 MB and 1 GB", f"{peaks[0]:.1f} MB, {peaks[1]:.1f} MB", aim="constant memory",
               reached=peaks[1] < peaks[0] + CONSTANT_MB)


def cell(runs):
    return f"{median(runs, 'seconds'):.2f} s, {median(runs, 'peak_mb'):.1f} MB"


def rows(bench):
    folder = bench.folder / "validate"
    folder.mkdir()
    lines = folder / "capture.jsonl"
    capture(bench, lines)
    results = bench.take_turns("validate", {
        name: lambda command=command: timed(command) for name, command in tools(bench, folder, lines).items()})
    bench.keep("validate", **{name: [vars(run) for run in runs] for name, runs in results.items()})
    own = results.pop("farehook")
    table = [against("validate, 10,000 bookings", cell(own), f"{name} {cell(theirs)}",
                     median(theirs, "seconds") / median(own, "seconds"), 1) for name, theirs in results.items()]
    table.append(memory(bench, folder, lines))
    bench.complete("validate")
    return table
