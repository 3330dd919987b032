#!/usr/bin/env python3
"""`farehook completion` in the shells themselves: what is typed is completed, and run, in bash, zsh and fish.

    python3 tests/completion.py PATH_TO_FAREHOOK

What should be proposed is taken from --help and from what farehook says of a wrong value. A shell that is not
there is said and skipped; if none is there the status is 77.
"""

import contextlib
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

PATIENCE = 20 * (4 if os.environ.get("FAREHOOK_SLOW") == "1" else 1)  # seconds, for one line
FAREHOOK = str(pathlib.Path(sys.argv[1]).resolve())

# In place of farehook, so that a line can be run: what it was given, with a NUL behind each.
PROGRAM = """#!/bin/sh
printf '%s\\0' "$@" > "$RESULT.new"
mv "$RESULT.new" "$RESULT"
"""


def farehook(*arguments):
    return subprocess.run([FAREHOOK, *arguments], capture_output=True, text=True, timeout=PATIENCE)


# --- what farehook knows ------------------------------------------------------------------------


class Known:
    """The commands, each with its flags, and the words that its flags take."""

    def __init__(self):
        listed = re.search(r"^Commands:\n((?:  .*\n)+)", farehook("--help").stdout, re.M)[1]
        self.commands = re.findall(r"^  ([a-z]+) ", listed, re.M)
        self.flags, self.texts, self.words = {}, {}, {}
        for command in self.commands:
            flags = self.flags[command] = set()
            for row in farehook(command, "--help").stdout.splitlines():
                found = re.fullmatch(r"  (?:(-[a-z]), )?(--[a-z-]+)( '.*'| \S+)?(?:  +(.*))?", row)
                if not found:
                    continue
                flags |= {flag for flag in found.group(1, 2) if flag}
                self.texts[command, found[2]] = found[4] or ""
                if found[3]:
                    self.words[command, found[2]] = self.words_of(command, found[2])

    def words_of(self, command, flag):
        if flag == "--explain":
            rules = farehook("validate", "--rules", "--format", "json").stdout
            return set(re.findall(r'"rule":"([^"]+)"', rules))
        told = farehook(command, flag, "nonesuch", "nonesuch").stderr.splitlines()[0]
        listed = re.search(r'"nonesuch" is not (?:one of )?([a-z][^"]*?)(?:, nor some.*)?$', told)
        if not listed or not re.fullmatch(r"[a-z._=A-Z-]+(, [a-z._=A-Z-]+)*( or [a-z._=A-Z-]+)?", listed[1]):
            return set()
        return {word.replace("=FILE", "=") for word in re.split(r", | or ", listed[1])}


# --- the shells ---------------------------------------------------------------------------------


def environment_of(folder):
    return {"PATH": f"{folder / 'my tools'}:{os.environ['PATH']}", "HOME": str(folder), "LC_ALL": "C.UTF-8",
            "RESULT": str(folder / "result")}


class Terminal:
    """An interactive shell on a terminal of its own. A line is typed, all its completions are put in, and it
    is run: the result is what the program was given, so that it shows quoting too."""

    def __init__(self, folder, command, setup):
        self.result = folder / "result"
        environment = environment_of(folder) | {"TERM": "xterm", "INPUTRC": "/dev/null"}
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.chdir(folder / "files")
            os.execvpe(command[0], command, environment)
        self.seen = b""
        for line in setup:
            self.run(line + "; farehook ready\r")

    def run(self, keys):
        self.result.unlink(missing_ok=True)
        self.seen = b""
        os.write(self.terminal, keys.encode())
        end = time.monotonic() + PATIENCE
        while not self.result.exists():
            if time.monotonic() > end:
                raise TimeoutError(f"{keys!r}: {self.seen!r}")
            if select.select([self.terminal], [], [], 0.01)[0]:
                self.seen += os.read(self.terminal, 65536)
        return self.result.read_text().split("\0")[:-1]

    def complete(self, line):
        """The words that stand where the last one of the line was."""
        given = self.run(line + self.KEY + "\r")
        return given[len(line.split(" ")) - 2 - line.count("\\ "):]

    def close(self):
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        os.close(self.terminal)


class Bash(Terminal):
    NAME, KEY = "bash", "\x1b*"

    def __init__(self, folder, script):
        super().__init__(folder, ["bash", "--norc", "--noprofile", "-i"], [f"source '{script}'"])


class Zsh(Terminal):
    NAME, KEY = "zsh", "\x18a"

    def __init__(self, folder, script):
        loads = "autoload -Uz compinit; compinit -u -D; source '{0}'"
        if script.name == "_farehook":
            loads = "fpath=('{0.parent}' $fpath); autoload -Uz compinit; compinit -u -D"
        super().__init__(folder, ["zsh", "-f", "-i"], [
            "PS1='> '; unsetopt beep zle_bracketed_paste; bindkey -e",
            loads.format(script),
            "zle -C all-matches complete-word _generic; bindkey '^Xa' all-matches; "
            "zstyle ':completion:*' completer _complete; "
            "zstyle ':completion:all-matches:*' completer _all_matches _complete; "
            "zstyle ':completion:all-matches:*' insert yes",
        ])


class Fish:
    NAME = "fish"

    def __init__(self, folder, script):
        self.folder, self.script = folder, script

    def rows(self, line):
        return subprocess.run(
            ["fish", "--no-config", "-c", f"source '{self.script}'; complete -C $argv[1]", line],
            cwd=self.folder / "files",
            env=environment_of(self.folder),
            stdout=subprocess.PIPE,
            text=True,
            timeout=PATIENCE,
        ).stdout.splitlines()

    def complete(self, line):
        return [row.split("\t")[0] for row in self.rows(line)] or [line.split(" ")[-1]]

    def close(self):
        pass


# --- the cases ----------------------------------------------------------------------------------


class Report:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, sentence, actual, expected):
        if actual == expected:
            self.passed += 1
            return
        self.failed += 1
        print(f"FAIL {sentence}\n  expected: {expected}\n  actual:   {actual}")
        if isinstance(actual, set) and isinstance(expected, set):
            print(f"  missing: {expected - actual}\n  too many: {actual - expected}")


def check_shell(shell, known, report, folder):
    def check(line, *expected):
        actual = shell.complete(line)
        report.check(f"{shell.NAME}: {line}", set(actual) - {"."}, set(expected))

    check("farehook ", *known.commands)
    check("farehook lis", "listen")
    check("farehook --", "--help", "--version")
    for command in known.commands:
        check(f"farehook {command} -", *known.flags[command])
    for (command, flag), words in known.words.items():
        # Where nothing is to be proposed, what is typed stays.
        check(f"farehook {command} {flag} " + ("" if words else "zz"), *(words or {"zz"}))
    check("farehook listen --appe", "--append")
    check("farehook listen --color=nev", "--color=never")
    check("farehook listen --demo --onl", "--only")
    check("farehook replay --to http://127.0.0.1:1/x=y --only cre", "created")
    check("farehook listen --only cancelled,cre", "cancelled,created")
    check("farehook listen --only=cancelled,item", "--only=cancelled,item.updated")
    check("farehook completion ", "bash", "zsh", "fish")

    file = "my capture.jsonl"
    for line in ("listen --append ", "listen --append=", "replay ", "replay --print ", "validate -- ",
                 "replay --report junit=", "simulate x --cacert "):
        before = line.split(" ")[-1]
        check(f"farehook {line}my", before + file)
    check("farehook listen my", "my")

    path = str(folder / "my tools" / "farehook").replace(" ", "\\ ")
    check(f"{path} lis", "listen")
    check(f"{path} listen --appe", "--append")
    check("farehook lsiten --appe", "--appe")


def check_texts(shell, known, report):
    """What help says of a flag, its completion says as well."""
    for (command, flag), text in known.texts.items():
        rows = dict(row.partition("\t")[::2] for row in shell.rows(f"farehook {command} {flag}"))
        report.check(f"the text of {command} {flag}", rows.get(flag, "").startswith(text), True)


def main():
    known = Known()
    report = Report()
    report.check("there are commands, flags and words to ask for",
                 (len(known.commands) > 4, sum(map(len, known.flags.values())) > 90,
                  sum(map(bool, known.words.values()))), (True, True, 17))
    shells = [shell for shell in (Bash, Zsh, Fish) if shutil.which(shell.NAME)]
    for shell in (Bash, Zsh, Fish):
        if shell not in shells:
            print(f"skip {shell.NAME} is not there")
    for kind in shells:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name).resolve()
            (folder / "my tools").mkdir()
            (folder / "files").mkdir()
            (folder / "files" / "my capture.jsonl").touch()
            program = folder / "my tools" / "farehook"
            program.write_text(PROGRAM)
            program.chmod(0o755)
            script = folder / ("_farehook" if kind is Zsh else "farehook")
            script.write_text(farehook("completion", kind.NAME).stdout)
            with contextlib.closing(kind(folder, script)) as shell:
                check_shell(shell, known, report, folder)
                if kind is Fish:
                    check_texts(shell, known, report)
            if kind is Zsh:
                with contextlib.closing(kind(folder, script.rename(folder / "sourced"))) as shell:
                    report.check("zsh: sourced", shell.complete("farehook listen --appe"), ["--append"])
    for wrong in ([], ["tcsh"], ["bash", "zsh"]):
        run = farehook("completion", *wrong)
        report.check(f"completion {wrong}", (run.returncode, run.stderr.count("\n"), run.stdout), (2, 2, ""))
    print(f"{report.passed} passed, {report.failed} failed")
    return 1 if report.failed else 0 if shells else 77


if __name__ == "__main__":
    sys.exit(main())
