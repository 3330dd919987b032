#!/usr/bin/env python3
"""`farehook listen` with TLS, against curl, openssl s_client and Python's ssl: good, bad and hostile clients and
certificates, and farehook's own senders.

    python3 tests/tls.py PATH_TO_FAREHOOK [WORDS]

WORDS: only the checks whose name holds them. FAREHOOK_SLOW=1 waits four times as long, for builds with sanitizers.
"""

import concurrent.futures
import contextlib
import functools
import hashlib
import http.client
import json
import os
import pathlib
import re
import select
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import sys
import time

sys.dont_write_bytecode = True
from clients import PATIENCE, Listener, Report, expect, listening, new_folder, read_to_the_end, tcp_sockets, wait_until

CHECKS = []


def check(name):
    return lambda action: CHECKS.append((name, action))


# --- certificates, made by the openssl command --------------------------------------------------


def openssl(*arguments, stdin=b""):
    done = subprocess.run(["openssl", *map(str, arguments)], input=stdin, capture_output=True, timeout=PATIENCE)
    expect(done.returncode, 0, f"openssl {arguments[0]}'s exit status ({done.stderr.decode()[-300:]})")
    return done.stdout


class Authority:
    """A root, an authority below it, and what they sign; all in one folder."""

    def __init__(self, folder):
        self.folder = folder
        ca = ("-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign")
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", folder / "root.key", "-out",
                folder / "root.pem", "-subj", "/CN=Invented Root", "-days", "30", *ca)
        self.root = folder / "root.pem"
        self.certificate, self.key = self.signed("server", "root")
        self.below, _ = self.signed("below", "root", "basicConstraints=critical,CA:TRUE")

    def signed(self, name, by, extensions="subjectAltName=IP:127.0.0.1,DNS:localhost", days=("-days", "30")):
        path = lambda suffix: self.folder / f"{name}.{suffix}"
        openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", path("key"), "-out", path("csr"), "-subj",
                f"/CN={name}")
        path("ext").write_text(extensions)
        openssl("x509", "-req", "-in", path("csr"), "-CA", self.folder / f"{by}.pem", "-CAkey",
                self.folder / f"{by}.key", "-CAcreateserial", "-out", path("pem"), "-extfile", path("ext"), *days)
        return path("pem"), path("key")

    def options(self):
        return "--tls-cert", self.certificate, "--tls-key", self.key


# --- clients ------------------------------------------------------------------------------------


def refused_start(folder, *options):
    """Exit status and stderr of a listener that can't begin."""
    done = subprocess.run([Listener.program, "listen", "--port", "0", *map(str, options)], stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=PATIENCE, cwd=folder)
    return done.returncode, done.stderr.decode()


def curl(listener, *options, url=None, body="{}"):
    command = ["curl", "-q", "-s", "--noproxy", "*", "--max-time", str(PATIENCE), "-w", "\n%{http_code}", "-d", body]
    done = subprocess.run([*command, *map(str, options), url or listener.url], capture_output=True, timeout=PATIENCE + 5)
    text, _, status = done.stdout.decode().rpartition("\n")
    return done.returncode, int(status or 0), text


def trusting(root):
    return ssl.create_default_context(cafile=root)


def post(listener, context, body=b"{}", headers=None):
    connection = http.client.HTTPSConnection("127.0.0.1", listener.port, timeout=PATIENCE, context=context)
    with contextlib.closing(connection):
        connection.request("POST", "/hook", body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read()


def connected(listener):
    return socket.create_connection(("127.0.0.1", listener.port), PATIENCE)


def has_unread_bytes(listener, client):
    """Whether bytes of the client's wait at the listener's end."""
    ends = (listener.port, client.getsockname()[1])
    return any((own, peer) == ends and unread > 0 for own, peer, _, _, unread in tcp_sockets())


def client_hello(context):
    """The bytes a client begins with."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    session = context.wrap_bio(incoming, outgoing, server_hostname="127.0.0.1")
    with contextlib.suppress(ssl.SSLWantReadError):
        session.do_handshake()
    return outgoing.read()


# --- the checks ----------------------------------------------------------------------------------


@check("clients that know the authority deliver, and close as TLS has it")
def check_good(folder, authority):
    with listening(folder, *authority.options(), "--path", "/hook") as listener:
        expect(listener.url, f"https://127.0.0.1:{listener.port}/hook", "URL")
        expect(curl(listener, "--cacert", authority.root)[:2], (0, 200), "curl's exit status, and the answer")
        expect(post(listener, trusting(authority.root))[0], 200, "http.client's answer")
        tail = openssl("s_client", "-connect", f"127.0.0.1:{listener.port}", "-quiet", "-verify_return_error", "-CAfile",
                       authority.root, stdin=b"POST /hook HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                       b"Content-Length: 2\r\n\r\n{}")
        expect(tail.split()[1:2], [b"200"], "s_client's answer")
        expect(len(listener.new_lines()), 3, "lines")


@check("the fingerprint in the banner is that of the certificate that is shown")
def check_self_signed(folder, _):
    with listening(folder, "--tls-self-signed") as listener:
        listener.waits_for("^C ends it")
        shown = re.search(r"SHA-256 is ((?:[0-9A-F]{2}:){31}[0-9A-F]{2})", listener.said())[1]
        pem = ssl.get_server_certificate(("127.0.0.1", listener.port), timeout=PATIENCE)
        der = ssl.PEM_cert_to_DER_cert(pem)
        expect(shown.replace(":", "").lower(), hashlib.sha256(der).hexdigest(), "fingerprint")
        (folder / "shown.pem").write_text(pem)
        for host in ("127.0.0.1", "localhost"):
            url = f"https://{host}:{listener.port}/"
            expect(curl(listener, "-4", "--cacert", folder / "shown.pem", url=url)[:2], (0, 200), host)
        openssl("x509", "-in", folder / "shown.pem", "-noout", "-checkend", 89 * 24 * 3600)


@check("an authority in between is sent along")
def check_chain(folder, authority):
    leaf, key = authority.signed("leaf", "below")
    chain = folder / "chain.pem"
    chain.write_bytes(leaf.read_bytes() + authority.below.read_bytes())
    with listening(folder, "--tls-cert", chain, "--tls-key", key) as listener:
        expect(curl(listener, "--cacert", authority.root)[:2], (0, 200), "exit status, and answer")
    chain.write_bytes(authority.below.read_bytes() + leaf.read_bytes())
    status, said = refused_start(folder, "--tls-cert", chain, "--tls-key", key)
    expect((status, "has to be the first in it" in said), (3, True), f"exit status, and words ({said})")


@check("an expired certificate is complained of and served")
def check_expired(folder, authority):
    (folder / "empty").touch()
    config = folder / "ca.cnf"
    config.write_text(f"[ca]\ndefault_ca=a\n[a]\ndatabase={folder}/empty\nnew_certs_dir={folder}\ndefault_md=sha256\n"
                      "rand_serial=yes\npolicy=p\n[p]\ncommonName=supplied\n")
    request = authority.certificate.with_suffix(".csr")
    for name, dates, words in (("past", ("20200101000000Z", "20200201000000Z"), "expired on 2020-02-01"),
                               ("future", ("20900101000000Z", "20900201000000Z"), "is not valid before 2090-01-01")):
        certificate = folder / f"{name}.pem"
        (folder / "empty").write_text("")
        openssl("ca", "-batch", "-config", config, "-in", request, "-out", certificate, "-notext", "-cert", authority.root,
                "-keyfile", authority.folder / "root.key", "-startdate", dates[0], "-enddate", dates[1])
        with listening(folder, "--tls-cert", certificate, "--tls-key", authority.key) as listener:
            listener.waits_for(words)
            expect(curl(listener, "-k")[:2], (0, 200), "exit status, and answer")
            expect(curl(listener, "--cacert", authority.root)[0], 60, "a careful client's exit status")
            listener.waits_for("the client does not accept the certificate")


@check("files that won't do are refused with what to do about it")
def check_files(folder, authority):
    encrypted, garbage = folder / "encrypted.key", folder / "garbage"
    openssl("pkey", "-in", authority.key, "-aes256", "-passout", "pass:x", "-out", encrypted)
    old_style = folder / "old.key"
    openssl("rsa", "-in", authority.key, "-aes256", "-passout", "pass:x", "-traditional", "-out", old_style)
    garbage.write_bytes(bytes(range(256)) * 9)
    broken = folder / "broken.pem"
    broken.write_text(authority.certificate.read_text()[:600] + "!\n-----END CERTIFICATE-----\n")
    weak, weak_key = folder / "weak.pem", folder / "weak.key"
    openssl("req", "-x509", "-newkey", "rsa:1024", "-nodes", "-keyout", weak_key, "-out", weak, "-subj", "/CN=weak")
    good, key = authority.certificate, authority.key
    for certificate, own_key, words in (
            (good, authority.folder / "below.key", "not the key of the certificate in"),
            (good, encrypted, "the key has a password"), (good, old_style, "the key has a password"),
            (good, garbage, "no private key in it"), (garbage, key, "no certificate in it"),
            (key, good, "swapped?"), (good, good, "swapped?"), (broken, key, "can't be read"),
            (folder / "nowhere", key, "No such file or directory; --tls-cert takes a file (PEM)"),
            (good, folder, "Is a directory; --tls-key takes a file (PEM)"), (weak, weak_key, "key too small")):
        status, said = refused_start(folder, "--tls-cert", certificate, "--tls-key", own_key)
        expect((status, words in said, len(said.splitlines())), (3, True, 1), f"status, words and lines ({said})")
    for options in (("--tls-cert", good), ("--tls-key", key), ("--tls-self-signed", "--tls-cert", good, "--tls-key", key),
                    ("--demo", "--tls-self-signed"), ("--path", "/a?"), ("--path", "/a?=S"), ("--path", "a?b=c"),
                    ("--respond-header", "Connection: close")):
        status, said = refused_start(folder, *options)
        expect((status, len(said.splitlines())), (2, 2), f"exit status and lines ({options}: {said})")


@check("who speaks another protocol is told so")
def check_protocols(folder, authority):
    with listening(folder, *authority.options()) as listener:
        plain = f"http://127.0.0.1:{listener.port}/"
        status, answer, text = curl(listener, url=plain, body="x" * 100_000)
        expect((status, answer, "use https://" in text), (0, 400, True), f"exit status, answer and text ({text})")
        old = curl(listener, "-k", "--tlsv1.1", "--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0")
        assert old[0] != 0, "TLS 1.1 is spoken"
        listener.waits_for("the client speaks no TLS 1.2 or newer")
        with connected(listener) as client:
            client.sendall(b"\0\1\2 what is this\r\n\r\n")
            read_to_the_end(client)
        listener.waits_for("  refused", 3)
        expect(curl(listener, "-k")[:2], (0, 200), "exit status, and answer")
        listener.stop()
        assert "; 3 requests refused" in listener.said(), listener.said()
    with listening(folder) as listener:
        assert curl(listener, "-k", "-m", "2", url=listener.url.replace("http:", "https:"))[0] != 0
        listener.waits_for("if it is TLS: this port speaks plain HTTP")


@check("silent, slow and reset clients don't stop a good one")
def check_silent(folder, authority):
    with listening(folder, *authority.options(), "--max-connections", "64", "--request-timeout", "3s") as listener:
        hello = client_hello(trusting(authority.root))
        crowd = [connected(listener) for _ in range(300)]
        for index, client in enumerate(crowd):
            if index % 3:
                client.sendall(hello[: 5 + index % 200])
        began = time.monotonic()
        expect(post(listener, trusting(authority.root))[0], 200, "answer")
        assert time.monotonic() - began < PATIENCE, "a good client waits too long"
        for client in crowd[::2]:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        for client in crowd:
            client.close()
        expect(post(listener, trusting(authority.root))[0], 200, "answer")
        expect(len(listener.new_lines()), 2, "lines")


@check("who is late with a request is told so, and the connection closed as TLS has it")
def check_late(folder, authority):
    with listening(folder, *authority.options(), "--request-timeout", "3s") as listener:
        with connected(listener) as client, trusting(authority.root).wrap_socket(
                client, server_hostname="127.0.0.1", suppress_ragged_eofs=False) as session:
            session.sendall(b"POST / HTTP/1.1\r\nHost: a\r\n")
            answer = read_to_the_end(session)
            assert answer.startswith(b"HTTP/1.1 408 "), answer
        expect(listener.new_lines(), [], "lines")


@check("a handshake cut at any byte is one refusal, and harms nobody")
def check_cuts(folder, authority):
    with listening(folder, *authority.options()) as listener:
        hello = client_hello(trusting(authority.root))
        for length in range(len(hello) + 1):
            with connected(listener) as client:
                client.sendall(hello[:length])
                client.shutdown(socket.SHUT_WR)
                read_to_the_end(client)
        listener.waits_for("in the middle of the TLS handshake", len(hello))
        expect(post(listener, trusting(authority.root))[0], 200, "answer")
        listener.stop()
        # Nothing at all is no request.
        expect(listener.said().count("  refused "), len(hello), "refusals")


@check("a hundred clients at once are all stored")
def check_many(folder, authority):
    with listening(folder, *authority.options()) as listener:
        context = trusting(authority.root)
        send = lambda number: post(listener, context, json.dumps({"number": number, "text": "tide " * 5000}).encode())[0]
        with concurrent.futures.ThreadPoolExecutor(100) as pool:
            expect(set(pool.map(send, range(100))), {200}, "answers")
        numbers = sorted(json.loads(line)["body"]["number"] for line in listener.new_lines())
        expect(numbers, list(range(100)), "numbers stored")


class Late(Exception):
    pass


@contextlib.contextmanager
def in_time():
    """When everything ends a request that is on its way is waited for for 2 s. A machine may stall as long, and what
    fails then is Late."""
    began = time.monotonic()
    try:
        yield
    except Exception as error:
        if time.monotonic() - began > 1.5:
            raise Late(repr(error)) from error
        raise


def once_more_if_late(action):
    @functools.wraps(action)
    def tried(folder, authority):
        with contextlib.suppress(Late):
            return action(folder, authority)
        with new_folder() as again:
            action(again, authority)

    return tried


@check("SIGTERM lets a request that is on its way come in, and no idle client hold the end up")
@once_more_if_late
def check_drain(folder, authority):
    with listening(folder, *authority.options()) as listener:
        shaken = lambda: trusting(authority.root).wrap_socket(connected(listener), server_hostname="127.0.0.1")
        with shaken(), connected(listener), shaken() as busy:
            with in_time():
                busy.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\nExpect: 100-continue\r\n\r\n")
                expect(busy.recv(1000).split()[1:2], [b"100"], "first answer")
                listener.process.send_signal(signal.SIGTERM)
                listener.waits_for("Finishing what is in the air")
                busy.sendall(b'{"a": 1}')
                expect(read_to_the_end(busy).split()[1:2], [b"200"], "answer")
            began = time.monotonic()
            expect(listener.wait(), 0, "exit status")
            assert time.monotonic() - began < PATIENCE / 2, "an idle client holds the end up"
        expect(len(listener.new_lines()), 1, "lines")


@check("SIGTERM lets a request come in of which less than a record has come, on a kept connection")
@once_more_if_late
def check_drain_of_record(folder, authority):
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    session = trusting(authority.root).wrap_bio(incoming, outgoing, server_hostname="127.0.0.1")
    request = b"POST /hook HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\n" + b'{"a": 1}'
    with listening(folder, *authority.options()) as listener, connected(listener) as client:
        trust = trusting(authority.root)
        idle = http.client.HTTPSConnection("127.0.0.1", listener.port, timeout=PATIENCE, context=trust)

        def done(action):
            """What it returns, once enough has come for it."""
            while True:
                try:
                    return action()
                except ssl.SSLWantReadError:
                    client.sendall(outgoing.read())
                    assert (piece := client.recv(4096)), "the connection is closed before enough has come"
                    incoming.write(piece)

        done(session.do_handshake)
        session.write(request)
        expect(done(lambda: session.read(4096)).split()[1:2], [b"200"], "first answer")
        idle.request("POST", "/", b"{}")
        expect(idle.getresponse().status, 200, "the idle client's answer")
        time.sleep(0.5)  # a connection that is quiet for so long may be ended
        session.write(request)
        record = outgoing.read()
        taken = lambda: not has_unread_bytes(listener, client)
        with in_time():
            client.sendall(record[:20])
            wait_until(taken, "the part of the record to be taken off the socket")
            listener.process.send_signal(signal.SIGTERM)
            listener.waits_for("Finishing what is in the air")
            with contextlib.suppress(ssl.SSLError):
                read_to_the_end(idle.sock)  # all connections are looked at together
            expect(select.select([client], [], [], 0.1)[0], [], "what comes of the part")
            client.sendall(record[20:])
            expect(done(lambda: session.read(4096)).split()[1:2], [b"200"], "second answer")
        expect(listener.wait(), 0, "exit status")
        expect(len(listener.new_lines()), 3, "lines")


@check("farehook's own senders deliver, with the password and the query that are asked for")
def check_own(folder, authority):
    auth = folder / "auth"
    auth.write_text("harbor:tide:and ebb\n")
    with listening(folder, *authority.options(), "--auth-file", auth, "--path", "/hook?key=S%2F1") as listener:
        listener.waits_for("^C ends it")
        expect(listener.ready.stat().st_mode & 0o777, 0o600, "ready file's mode")
        bodies = folder / "bodies"
        bodies.mkdir()
        (bodies / "one.json").write_text('{"one": 1}')
        common = ("--to", listener.url, "--cacert", authority.root, "-q")
        for command in (("replay", bodies), ("simulate", bodies)):
            for options, wanted in ((("--auth-file", auth), 0), ((), 1)):
                extra = ("--retries", "0") if command[0] == "simulate" else ()
                done = subprocess.run([Listener.program, *command, *common, *extra, *options], capture_output=True,
                                      timeout=PATIENCE, env={"PATH": os.environ["PATH"]})
                expect(done.returncode, wanted, f"{command[0]}'s exit status ({done.stderr.decode()[-300:]})")
        lines = [json.loads(line) for line in listener.new_lines()]
        expect([line["query"] for line in lines], ["key=[redacted]"] * 2, "queries")
        expect({line["headers"]["authorization"] for line in lines}, {"[redacted]"}, "credentials")
        expect(listener.said().count(" 401  refused"), 2, "refusals")
        assert "S%2F1" not in listener.said() and "S/1" not in listener.said(), listener.said()
        assert "?key=[redacted]" in listener.said(), listener.said()


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(f"usage: {sys.argv[0]} PATH_TO_FAREHOOK [WORDS]")
    for tool in ("openssl", "curl"):
        if not shutil.which(tool):
            print(f"skip {tool} is not there")
            return 77
    Listener.program = str(pathlib.Path(sys.argv[1]).resolve())
    report = Report()
    with new_folder() as of_authority:
        authority = Authority(of_authority)
        for name, action in CHECKS:
            if "".join(sys.argv[2:]) in name:
                with new_folder() as folder:
                    report.case(name, action, folder, authority)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
