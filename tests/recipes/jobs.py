"""github-actions.yml and gitlab-ci.yml: their commands run as the runners run them, in a repository with a node
receiver that refuses a cancelled booking. What the runners then read is read as they document it."""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import xml.etree.ElementTree

import clients
from clients import PATIENCE, expect
from receivers import HERE, check, free_port, tool
from recipe import README, recipe

RECEIVER = """
const refused = require('fs').readFileSync('refused', 'utf8').trim();
require('http').createServer((request, response) => {
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece)).on('end', () => {
    if (request.method !== 'POST') return response.writeHead(405).end();
    const booking = JSON.parse(Buffer.concat(pieces)).booking;
    response.writeHead(booking.status === refused ? 422 : 200).end();
  });
}).listen(new URL(process.env.URL).port, '127.0.0.1');
"""
HOSTILE = "100%, a: b.json"  # each of its marks means something in a workflow command
JOBS, INSTALLING = {"GitHub": "github-actions.yml", "GitLab": "gitlab-ci.yml"}, {"Build farehook"}
QUICKLY = {"--retry 30": "--retry 1"}


def parsed(name, changes=None):
    try:
        import yaml
    except ImportError:
        raise clients.Skipped("python3-yaml is not there") from None
    return yaml.safe_load(recipe(name, changes))


def scripts(where, changes=None):
    """The job itself, the scripts that build farehook, and those that come then, with the shell of each."""
    if where == "GitHub":
        # Steps of a job in a container: https "Workflow syntax", jobs.<job_id>.container, "sh -e {0}".
        job = parsed(JOBS[where], changes)["jobs"]["webhooks"]
        steps = [(each.get("name"), each["run"]) for each in job["steps"] if "run" in each]
        building = [text for name, text in steps if name in INSTALLING]
        return job, job["env"]["URL"], building, [("sh", "-e", text) for name, text in steps if name not in INSTALLING]
    job = parsed(JOBS[where], changes)["webhooks"]
    # The runner's shell joins the lines, and reads them on standard input of an eval.
    script = "set -eo pipefail; set +o noclobber; : | eval " + quoted("\n".join(job["script"]))
    return job, job["variables"]["URL"], job["before_script"], [("bash", "", script)]


def quoted(text):
    return "'" + text.replace("'", "'\\''") + "'"


def repository(refused):
    folder = HERE.folder / "repository"
    shutil.copytree(pathlib.Path(README).parent / "fixtures" / "life", folder / "fixtures" / "life")
    shutil.copy(folder / "fixtures" / "life" / "cancelled.json", folder / "fixtures" / HOSTILE)
    (folder / "receiver.js").write_text(RECEIVER)
    (folder / "refused").write_text(refused)
    program = HERE.folder / "bin" / "farehook"
    program.parent.mkdir()
    program.symlink_to(clients.Listener.program)
    return folder


class Job:
    """Runs the scripts one after the other, until one fails; then what they left in the background is ended."""

    def __init__(self, where, refused="cancelled", changes=None):
        tool("node"), tool("curl")
        self.folder = repository(refused)
        self.job, url, _, steps = scripts(where, changes)
        variables = {"URL": url.replace(":3000/", f":{free_port()}/"), "CI": "true"}
        environment = os.environ | variables | {"PATH": f"{HERE.folder / 'bin'}:{os.environ['PATH']}"}
        self.status, self.log = 0, ""
        for number, (shell, option, text) in enumerate(steps):
            script, log = HERE.folder / f"step-{number}", HERE.folder / f"log-{number}"
            script.write_text(text)
            command = [tool(shell), *filter(None, [option]), script]
            with open(log, "wb") as out:
                process = subprocess.Popen(command, cwd=self.folder, env=environment, stdin=subprocess.DEVNULL,
                                           stdout=out, stderr=subprocess.STDOUT, start_new_session=True)
            HERE.ends.callback(end_group, process.pid)
            self.status = process.wait(4 * PATIENCE)
            self.log += log.read_text()
            if self.status != 0:
                break

    def kept(self, names):
        for name in names:
            assert (self.folder / name).exists(), f"{name} is not there to be kept"


def end_group(number):
    """The group of a step's shell, which we started."""
    try:
        os.killpg(number, signal.SIGKILL)
    except ProcessLookupError:
        pass


def workflow_commands(log):
    """As the runner reads them: `::name key=value,key=value::message`, escaped."""
    def plain(text, marks):
        for mark in (*marks, "%"):
            text = text.replace(f"%{ord(mark):02X}", mark)
        return text

    for line in log.splitlines():
        if found := re.match(r"\s*::([a-z-]+)(?: (.*?))?::(.*)$", line):
            pairs = (each.split("=", 1) for each in (found[2] or "").split(",") if each)
            yield found[1], {key: plain(value, "\r\n:,") for key, value in pairs}, plain(found[3], "\r\n")


def gitlab_cases(file):
    """What GitLab parses of a JUnit file, by "Unit test reports": these attributes, and elements' content."""
    assert file.suffix == ".xml", file
    root = xml.etree.ElementTree.parse(file).getroot()
    assert root.tag in ("testsuites", "testsuite"), root.tag
    cases = [(case, case.find("failure")) for case in root.iter("testcase")]
    keys = [(case.get("classname"), case.get("name")) for case, _ in cases]
    expect(len(set(keys)), len(keys), "distinct names (GitLab takes the first of those that are alike)")
    assert all(float(case.get("time", 0)) >= 0 for case, _ in cases), "times"
    return {case.get("name"): (case.get("file"), None if failure is None else failure.text or "")
            for case, failure in cases}


BOTH = {each: (each,) for each in JOBS}
REFUSED = {"fixtures/life/cancelled.json", f"fixtures/{HOSTILE}"}


@check("a job of {} fails with what the receiver refuses", BOTH)
def check_refused(where):
    job = Job(where)
    expect(job.status, 1, f"exit status of {job.log[-600:]}")
    cases = gitlab_cases(job.folder / "replay.xml")
    expect({name for name, (_, failure) in cases.items() if failure is not None}, REFUSED, "the failed cases")
    assert len(cases) == 6 and all((job.folder / file).is_file() for file, _ in cases.values()), cases
    assert all("422" in cases[name][1] for name in REFUSED), f"what GitLab shows of a failure: {cases}"
    if where == "GitHub":
        expect_annotated(job)
        keeping = job.job["steps"][-1]
        expect((keeping["if"], keeping["uses"][:24]), ("always()", "actions/upload-artifact@"), "the last step")
        job.kept(keeping["with"]["path"].split())
    else:
        expect(job.job["artifacts"]["when"], "always", "artifacts:when")
        job.kept(job.job["artifacts"]["paths"] + job.job["artifacts"]["reports"]["junit"])
        assert len(gitlab_cases(job.folder / "validate.xml")) == 6, "the payloads checked"


def expect_annotated(job):
    told = list(workflow_commands(job.log))
    expect({name for name, _, _ in told}, {"error"}, "kinds of annotations")
    expect({properties["file"] for _, properties, _ in told}, REFUSED, "annotated files")
    for _, properties, message in told:
        assert set(properties) <= {"file", "line", "endLine", "col", "endColumn", "title"}, properties
        lines = (job.folder / properties["file"]).read_text().splitlines()
        assert 1 <= int(properties["line"]) <= len(lines) and "422" in message, f"{properties} {message}"


@check("a job of {} passes when all is accepted", BOTH)
def check_accepted(where):
    job = Job(where, refused="nothing")
    expect(job.status, 0, f"exit status of {job.log[-600:]}")
    expect({failure for _, failure in gitlab_cases(job.folder / "replay.xml").values()}, {None}, "failures")
    expect(list(workflow_commands(job.log)), [], "annotations")


@check("a job of {} fails when its receiver does not start", BOTH)
def check_no_receiver(where):
    job = Job(where, changes=QUICKLY | {"node receiver.js": "node nowhere.js"})
    assert job.status != 0 and "curl: (7)" in job.log, f"status {job.status}: {job.log[-600:]}"
    expect((job.folder / "replay.xml").exists(), False, "whether anything was sent")


@check("a job of {} builds farehook as README does", BOTH)
def check_build(where):
    """These scripts are not run: they take from the network. README's are, on a machine that is new."""
    demo = re.search(r"<!-- demo -->\n```sh\n(.*?)```", README.read_text(), re.S)[1]
    building = "\n".join(scripts(where)[2])
    packages = lambda text: set(re.search(r"install -y ((?:[\w+. -]|\\\n)+)", text)[1].replace("\\\n", " ").split())
    more = {"GitHub": {"curl", "nodejs"}, "GitLab": {"curl", "nodejs", "git", "ca-certificates"}}[where]
    expect(packages(building), packages(demo) | more, "packages")
    assert "-DBUILD_TESTING=OFF" in building and "--install" in building, building
