#!/usr/bin/env python3
"""farehook replay against curl, side by side.

Usage: replay.py FAREHOOK [ROUNDS]

1,000 distinct bodies of about 4 KB go to nginx, which answers 200: by `curl -K` over one connection, by `curl
--parallel` over 16, and by farehook replay over 1 and 16. The rounds alternate; medians are printed, and how
many times farehook is as fast.
"""

import json
import pathlib
import socket
import statistics
import subprocess
import sys
import tempfile
import time

FIXTURE = pathlib.Path(__file__).parents[2] / "fixtures" / "payloads" / "bookings-optimized-with-payments.json"
RECORDS = 1000


def write_inputs(folder, url):
    payload = json.loads(FIXTURE.read_text())
    payload["booking"]["customers"] = payload["booking"]["customers"][:1]
    payload["booking"]["custom_field_values"] = []
    config = []
    with (folder / "records.jsonl").open("w") as records:
        for number in range(RECORDS):
            payload["booking"]["pk"] = 361_000_000 + number
            payload["booking"]["uuid"] = f"{number:08x}{payload['booking']['uuid'][8:]}"
            body = json.dumps(payload, separators=(",", ":"))
            (folder / f"{number}.json").write_text(body)
            records.write('{"id":"%d","received_at":"2027-03-14T16:00:00.000000Z","method":"POST","path":"/","query":"",'
                          '"headers":{"content-type":"application/json"},"event":"booking.created","booking":"%s",'
                          '"body":%s}\n' % (number, payload["booking"]["uuid"], body))
            config.append(f'url = "{url}"\ndata-binary = "@{number}.json"\noutput = "/dev/null"\n'
                          'header = "Content-Type: application/json"\n')
    (folder / "curl.cfg").write_text("next\n".join(config))
    return len(body)


def start_nginx(folder):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1; events {{}}\n"
        f"http {{ access_log off; keepalive_requests 1000000; client_body_temp_path {folder}/body;\n"
        f"server {{ listen 127.0.0.1:{port}; location / {{ return 200; }} }} }}\n")
    nginx = subprocess.Popen(["nginx", "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf"])
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return nginx, f"http://127.0.0.1:{port}/"
        time.sleep(0.02)
    raise SystemExit("nginx does not listen")


def main():
    farehook = str(pathlib.Path(sys.argv[1]).resolve())
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 11
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        nginx, url = start_nginx(folder)
        try:
            size = write_inputs(folder, url)
            replay = [farehook, "replay", "-q", "records.jsonl", "--to", url, "--concurrency"]
            tools = {
                "curl -K": ["curl", "-s", "-K", "curl.cfg"],
                "farehook, 1 connection": [*replay, "1"],
                "curl --parallel, 16": ["curl", "-s", "--parallel", "--parallel-max", "16", "-K", "curl.cfg"],
                "farehook, 16": [*replay, "16"],
            }
            seconds = {tool: [] for tool in tools}
            for _ in range(rounds):
                for tool, command in tools.items():
                    begin = time.monotonic()
                    with (folder / "out").open("wb") as out:
                        subprocess.run(command, cwd=folder, check=True, stdout=out, stderr=subprocess.DEVNULL)
                    seconds[tool].append(time.monotonic() - begin)
        finally:
            nginx.terminate()
            nginx.wait()
    median = {tool: statistics.median(measured) for tool, measured in seconds.items()}
    print(f"{RECORDS} records of {size} bytes to nginx, {rounds} rounds")
    for tool, time_taken in median.items():
        print(f"{tool:24} {time_taken * 1000:6.1f} ms  {RECORDS / time_taken:7.0f}/s")
    print(f"1 connection: {median['curl -K'] / median['farehook, 1 connection']:.2f} times curl, "
          f"16: {median['curl --parallel, 16'] / median['farehook, 16']:.2f} times")


main()
