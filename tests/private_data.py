#!/usr/bin/env python3
"""What `farehook listen --redact` and `replay --print --redact` keep of private data: nothing that can be searched for.

    python3 tests/private_data.py PATH_TO_FAREHOOK [WORDS]

WORDS: only the checks whose name holds them. FAREHOOK_SLOW=1 waits four times as long, for builds with sanitizers.
"""

import hashlib
import json
import re
import stat
import subprocess
import sys

sys.dont_write_bytecode = True
import clients
import receivers
from clients import expect
from events import Listen
from receivers import HERE, check

receivers.CHECKS.clear()  # ours are others
PERSON = {"name": "Quillon Brackwater-Öst", "email": "Quillon.B@brackwater.example", "phone": "+44 7700 900461"}
NOTE = "Allergic to walnuts; celebrates with Marisol"
ANSWER = "left knee, 1987"


def bodies():
    """Bodies of invented lives, each with our person, note and answer in it."""
    command = [clients.Listener.program, "simulate", "-q", "--print", "--scenario", "lifecycle", "--bookings", "8"]
    records = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    for number, record in enumerate(records):
        body = json.loads(record)["body"]
        booking = body["booking"]
        booking["contact"] |= PERSON | {"normalized_phone": "+447700900461"}
        booking["note"], booking["note_safe_html"] = f"{NOTE} {number}", f"<p>{NOTE} {number}</p>"
        booking["voucher_number"] = "VOUCHER-8846-QB"
        booking["agent"] = {"pk": 7, "name": "Oleander Finch"}
        for value in booking["custom_field_values"] + [v for c in booking["customers"] for v in c["custom_field_values"]]:
            if value["custom_field"]["type"] in ("short", "long"):
                value["value"] = value["display_value"] = ANSWER
        booking["lodging"] = {"name": "Hotel Brackwater Quay", "guests": [PERSON["name"]]}
        booking["extra"] = {PERSON["name"]: number}
        yield json.dumps(body, ensure_ascii=len(booking["uuid"]) % 2 == 0)


SECRETS = [*PERSON.values(), "Quillon", "Brackwater", "brackwater", "900461", "walnuts", "Marisol", ANSWER, "VOUCHER-8846",
           "Oleander", "Finch", "Hotel", "hunter2", "c2VjcmV0"]
HEADERS = [("X-Customer", PERSON["name"].encode("latin-1")), ("Referer", f"https://crm.example/{PERSON['email']}"),
           ("X-Api-Key", "hunter2"), ("Authorization", "Basic c2VjcmV0OmM="), ("Content-Type", "application/json")]


def expect_nothing_of(text, what):
    for secret in SECRETS:
        for form in (secret, json.dumps(secret)[1:-1]):
            assert form.lower() not in text.lower(), f"{what} holds {form!r}"


def uuids_of(text):
    return set(re.findall(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", text))


def validate(path):
    command = [clients.Listener.program, "validate", "-q", "--strict", "--format", "json", str(path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode in (0, 1), f"exit status {done.returncode}: {done.stderr}"
    return {json.loads(line)["rule"] for line in done.stdout.splitlines()} - {"undocumented-key"}


def post_all(listener, sent):
    for body in sent:
        status, _ = listener.post(body.encode(), *HEADERS, target=f"/hooks/{PERSON['email']}?guest=hunter2")
        expect(status, 200, "status")


@check("a redacted capture holds nothing private, in any key, and its log neither")
def redacted_capture():
    sent = list(bodies())
    listener = Listen("--redact", "--check")
    post_all(listener, sent)
    post_all(listener, ["{not json: Quillon", '{"crew": {"name": "Quillon", "Brackwater": 5}}', '"Quillon"'])
    listener.end()
    text = listener.file.read_text()
    expect_nothing_of(text, "the capture")
    expect_nothing_of(listener.said(), "standard error")
    for uuid in set().union(*map(uuids_of, sent)):
        assert uuid not in text, f"a uuid of the original is there: {uuid}"
    records = [json.loads(line) for line in text.splitlines()]
    expect(len(records), len(sent) + 3, "records")
    for record, line in zip(records, text.splitlines()):
        expect(record["redacted"], True, "redacted")
        raw = re.search(r'"body":(.*),"body_bytes":', line)
        if raw and "body_text" not in record:
            expect(hashlib.sha256(raw[1].encode()).hexdigest(), record["body_sha256"], "the redacted body's hash")
    contact = records[0]["body"]["booking"]["contact"]
    assert re.fullmatch(r"[^@ ]+@[^@ ]+\.invalid", contact["email"]), contact
    assert contact["phone"].startswith("+999"), contact
    expect(len({record["body"]["booking"]["contact"]["email"] for record in records[: len(sent)]}), 1, "pseudonyms")
    expect(validate(listener.file) <= {"not-a-payload", "syntax", "unknown-key"}, True, "it validates still")


@check("events and changes are those of the original")
def same_events():
    sent, told = list(bodies()), []
    for options in ((), ("--redact",)):
        listener = Listen(*options, append=f"capture{len(told)}.jsonl")
        post_all(listener, sent)
        listener.end()
        records = [json.loads(line) for line in listener.file.read_text().splitlines()]
        told.append([(each["event"], each.get("changed"), each["attempt"]) for each in records])
    redacted = [[event, changed and [re.sub("/extra/.*", "/extra/NAME", each) for each in changed], attempt]
                for event, changed, attempt in told[1]]
    original = [[event, changed and [re.sub("/extra/.*", "/extra/NAME", each) for each in changed], attempt]
                for event, changed, attempt in told[0]]
    expect(redacted, original, "what is told of redacted bodies")


@check("the key lies beside the capture for its owner only, and keeps pseudonyms over a restart")
def key_beside():
    sent = list(bodies())
    first = Listen("--redact")
    post_all(first, sent[:1])
    first.end()
    key = HERE.folder / "capture.jsonl.key"
    expect(stat.S_IMODE(key.stat().st_mode), 0o600, "mode of the key")
    second = Listen("--redact")
    post_all(second, sent[:1])
    second.end()
    one, other = (json.loads(line) for line in second.file.read_text().splitlines())
    expect(other["body"], one["body"], "the body after a restart")
    expect(other["attempt"], 2, "attempt")
    key.unlink()
    third = Listen("--redact")
    post_all(third, sent[:1])
    third.end()
    assert json.loads(third.file.read_text().splitlines()[2])["body"] != one["body"], "another key, the same pseudonyms"


@check("a capture that was not redacted is, by replay --print --redact")
def existing_capture():
    sent = list(bodies())
    listener = Listen("--check")
    post_all(listener, sent)
    listener.end()
    assert "Quillon" in listener.file.read_text()
    command = [clients.Listener.program, "replay", str(listener.file), "--print", "--redact"]
    done = subprocess.run([*command, "--redact-key", HERE.folder / "key"], check=True, capture_output=True, text=True)
    expect_nothing_of(done.stdout, "what is printed")
    records = [json.loads(line) for line in done.stdout.splitlines()]
    originals = [json.loads(line) for line in listener.file.read_text().splitlines()]
    assert any("/booking" in each.get("changed", ()) for each in records), "changes are told no more"
    for key in ("id", "received_at", "event", "attempt"):
        expect([each[key] for each in records], [each[key] for each in originals], key)
    (HERE.folder / "safe.jsonl").write_text(done.stdout)
    again = subprocess.run([clients.Listener.program, "replay", HERE.folder / "safe.jsonl", "--print", "--redact",
                            "--redact-key", HERE.folder / "key"], check=True, capture_output=True, text=True)
    expect(again.stdout, done.stdout, "what is redacted already")


@check("listening on goes on where a capture was not redacted")
def switched_on():
    sent = list(bodies())
    plain = Listen()
    post_all(plain, sent[:2])
    plain.end()
    redacted = Listen("--redact")
    post_all(redacted, [sent[1], sent[2]])
    redacted.end()
    records = [json.loads(line) for line in redacted.file.read_text().splitlines()]
    expect(records[2]["event"], "booking.repeated", "the event of what was there before")
    expect(records[2]["attempt"], 2, "its attempt")


if __name__ == "__main__":
    sys.exit(receivers.main())
