"""The bodies that are sent: distinct bookings of about 4 KB."""

import json
import pathlib

FIXTURES = pathlib.Path(__file__).parents[2] / "fixtures"
COUNT = 1000


def compact(payload):
    return json.dumps(payload, separators=(",", ":"))


def bookings():
    """(uuid, body) of 1,000 bookings."""
    payload = json.loads((FIXTURES / "payloads" / "bookings-optimized-with-payments.json").read_text())
    booking = payload["booking"]
    booking["customers"] = booking["customers"][:1]
    booking["custom_field_values"] = []
    ending = booking["uuid"][8:]
    for number in range(COUNT):
        booking["pk"] = 361_000_000 + number
        booking["uuid"] = f"{number:08x}{ending}"
        yield booking["uuid"], compact(payload)


def lives(count):
    """Bodies of `count` bookings at all points of their lives: created, updated, rebooked, cancelled."""
    texts = []
    for file in sorted((FIXTURES / "life").glob("*.json")):
        payload = json.loads(file.read_text())
        texts.append((payload["booking"]["uuid"], json.dumps(payload, separators=(",", ":"), ensure_ascii=False)))
    for number in range(count):
        uuid, text = texts[number % len(texts)]
        yield text.replace(uuid, f"{number:08x}{uuid[8:]}").encode()
