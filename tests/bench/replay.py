"""replay to nginx, which answers 200, against curl."""

import bookings
from bench import median
from serving import free_port, serving
from stopwatch import timed
from table import against

NEEDS = ("nginx", "curl")
AIM = 2
CONCURRENCY = 16
ROUNDS_EACH = 4  # a run takes less than a second

NGINX = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.error; worker_processes 1;
events {{ worker_connections 1024; }}
http {{
  log_format taken '$status $request_method'; access_log {folder}/taken taken buffer=64k;
  keepalive_requests 1000000;
  client_body_temp_path {folder}/nginx.temp; proxy_temp_path {folder}/nginx.temp;
  fastcgi_temp_path {folder}/nginx.temp; uwsgi_temp_path {folder}/nginx.temp; scgi_temp_path {folder}/nginx.temp;
  server {{ listen 127.0.0.1:{port}; location / {{ return 200; }} }}
}}
"""
RECORD = ('{"id":"%d","received_at":"2027-03-14T16:00:00.000000Z","method":"POST","path":"/","query":"",'
          '"headers":{"content-type":"application/json"},"event":"booking.created","booking":"%s","body":%s}\n')
CURL = 'url = "%s"\ndata-binary = "@%s"\noutput = "/dev/null"\nheader = "Content-Type: application/json"\n'


def write_inputs(folder, url):
    config = []
    with (folder / "records.jsonl").open("w") as records:
        for number, (uuid, body) in enumerate(bookings.bookings()):
            file = folder / f"{number}.json"
            file.write_text(body)
            records.write(RECORD % (number, uuid, body))
            config.append(CURL % (url, file))
    (folder / "curl.cfg").write_text("next\n".join(config))


def tools(bench, folder, url):
    own = [bench.farehook, "replay", "-q", folder / "records.jsonl", "--to", url, "--concurrency"]
    curl = ["curl", "-s", "-K", folder / "curl.cfg"]
    return {"farehook, 1": [*own, 1], "curl -K": curl, f"farehook, {CONCURRENCY}": [*own, CONCURRENCY],
            "curl --parallel": [*curl, "--parallel", "--parallel-max", CONCURRENCY]}


def cell(runs):
    seconds = median(runs, "seconds")
    return f"{seconds * 1000:.0f} ms, {bookings.COUNT / seconds:,.0f}/s"


def rows(bench):
    folder, port = bench.folder / "replay", free_port()
    folder.mkdir()
    url = f"http://127.0.0.1:{port}/"
    write_inputs(folder, url)
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port))
    rounds = ROUNDS_EACH * bench.rounds
    with serving(["nginx", "-e", folder / "nginx.error", "-c", folder / "nginx.conf"], port):
        commands = tools(bench, folder, url)
        results = bench.take_turns("replay", {
            name: lambda command=command: timed(command, folder / "out") for name, command in commands.items()}, rounds)
    taken = (folder / "taken").read_text().count("200 POST\n")
    if taken != len(commands) * rounds * bookings.COUNT:
        raise RuntimeError(f"nginx took {taken} of {len(commands) * rounds * bookings.COUNT}")
    bench.keep("replay", **{name: [vars(run) for run in runs] for name, runs in results.items()})
    bench.complete("replay")
    table = []
    for connections, peer in (1, "curl -K"), (CONCURRENCY, "curl --parallel"):
        own, theirs = results[f"farehook, {connections}"], results[peer]
        table.append(against(f"replay, 1,000 records, {connections} connection{'s' if connections > 1 else ''}",
                             cell(own), f"{peer} {cell(theirs)}",
                             median(theirs, "seconds") / median(own, "seconds"), AIM))
    return table
