"""Killed, told to end, suspended, told twice: under load, again and again, with and without --sync."""

import signal

import durability
from durability import Audit, Load, listening, read_from, settle

BATCH = 20  # rounds into one file


def in_batches(folder, row, rounds, action, *arguments):
    """Each batch with a file of its own: a start reads what its file holds."""
    for number, begin in enumerate(range(0, rounds, BATCH)):
        (place := folder / str(number)).mkdir()
        action(place, row, min(BATCH, rounds - begin), *arguments)
        durability.Load.end_all()
        (place / "capture.jsonl").unlink()


def told_twice(folder, row, rounds, *options):
    """The second signal leaves at once: what is in the air may be torn, but nothing that was acknowledged."""
    end, is_torn, at_once = 0, False, 0
    for _ in range(rounds):
        with listening(folder, *options) as listener:
            load = Load(listener)
            load.wait_for_more(1)
            durability.let_it_run(0.05, 0.2)
            listener.send(signal.SIGTERM)
            listener.send(signal.SIGINT)
            status = listener.process.wait(durability.PATIENCE)
            load.stop()
        durability.require(status in (0, 130, 143), f"exit status {status}")
        at_once += status != 0
        audit = Audit(read_from(listener.capture, end)[is_torn:])
        durability.require(len(audit.torn) <= (audit.tail != b""), "a line other than the last is torn")
        end, is_torn = listener.capture.stat().st_size, audit.tail != b""
        row.rounds += 1
        settle(row, audit, load.acknowledged)
    row.remark = f"{at_once} left at once"


def play(table, scale):
    for options in ((), ("--sync",)):
        words = "".join(f", {option}" for option in options)
        rounds = scale.rounds
        case = table.case if scale.is_whole or options else table.leave  # durability.py has them, too
        kill = lambda place, row, count: durability.kill_rounds(place, row, count, *options)
        end = lambda place, row, count, number: durability.stop_rounds(place, row, count, number, *options)
        hold = lambda place, row, count: durability.suspended(place, row, count, *options)
        twice = lambda place, row, count: told_twice(place, row, count, *options)
        case(f"kill -9 under load{words}", in_batches, rounds, kill)
        case(f"SIGTERM under load{words}", in_batches, rounds, end, signal.SIGTERM)
        case(f"^C under load{words}", in_batches, rounds, end, signal.SIGINT)
        case(f"SIGSTOP and SIGCONT under load{words}", in_batches, rounds, hold)
        table.case(f"SIGTERM and ^C at once{words}", in_batches, rounds, twice)
