"""Servers that append each body to a file, a line each, before they answer 200."""

import dataclasses
import json

NODE = """
import fs from 'node:fs';
import http from 'node:http';
const [file, port, synced] = process.argv.slice(2);
const descriptor = synced && fs.openSync(file, 'a');
const append = (line, done) => {
  if (!synced) return fs.appendFile(file, line, done);
  fs.writeSync(descriptor, line);
  fs.fdatasyncSync(descriptor);
  done();
};
http.createServer((request, response) => {
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => append(Buffer.concat([...pieces, Buffer.from('\\n')]), (error) => {
    response.statusCode = error ? 503 : 200;
    response.end();
  }));
}).listen(Number(port), '127.0.0.1', 1024);
"""

NGINX = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.error; worker_processes auto;
load_module modules/ngx_http_echo_module.so;
events {{ worker_connections 2048; }}
http {{
  log_format body escape=json '{{"body":"$request_body"}}';
  client_body_buffer_size 64k; keepalive_requests 1000000;
  client_body_temp_path {folder}/nginx.temp; proxy_temp_path {folder}/nginx.temp;
  fastcgi_temp_path {folder}/nginx.temp; uwsgi_temp_path {folder}/nginx.temp; scgi_temp_path {folder}/nginx.temp;
  server {{ listen 127.0.0.1:{port} backlog=1024; access_log {file} body;
    location / {{ echo_read_request_body; echo_status 200; echo ok; }} }}
}}
"""


@dataclasses.dataclass
class Receiver:
    name: str
    command: list
    port: int
    file: object  # the path that is appended to
    path: str = "/"
    environment: dict | None = None


def farehook(bench, port, *flags, environment=None):
    file = bench.folder / "farehook.out"
    command = [bench.farehook, "listen", "-q", "--port", port, "--append", file, *flags]
    return Receiver("farehook", command, port, file, environment=environment)


def node(bench, port, *synced, environment=None):
    file, program = bench.folder / "node.out", bench.folder / "receiver.mjs"
    program.write_text(NODE)
    return Receiver("node", ["node", program, file, port, *synced], port, file, environment=environment)


def nginx(bench, port):
    file, config = bench.folder / "nginx.out", bench.folder / "receiver.conf"
    config.write_text(NGINX.format(folder=bench.folder, port=port, file=file))
    return Receiver("nginx", ["nginx", "-e", bench.folder / "nginx.error", "-c", config], port, file)


def webhook(bench, port):
    file, script, hooks = (bench.folder / name for name in ("webhook.out", "append.sh", "hooks.json"))
    script.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$1\" >> '{file}'\n")
    script.chmod(0o700)
    hooks.write_text(json.dumps([{
        "id": "append", "execute-command": str(script), "include-command-output-in-response": True,
        "pass-arguments-to-command": [{"source": "entire-payload"}]}]))
    command = ["webhook", "-hooks", hooks, "-ip", "127.0.0.1", "-port", port]
    return Receiver("webhook", command, port, file, path="/hooks/append")
