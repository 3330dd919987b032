"""The man page and the files: what it shows of one stands in it, it names each, and each is installed."""

from clients import expect
from receivers import check
from recipe import HERE, README, commands_of, section

SHOWN = {"Continuous integration": ("github-actions.yml", "gitlab-ci.yml"), "Behind nginx": ("nginx.conf",),
         "As a service": ("farehook.logrotate",)}
NAMING = (*SHOWN, "Through RabbitMQ")


def lines(text):
    return [line.strip().removeprefix("- ") for line in text.splitlines() if not line.strip().startswith("#")]


@check("what the man page shows under {} stands in the file", {title: (title, names) for title, names in SHOWN.items()})
def check_shown(title, names):
    shown = [text for _, text in commands_of(title)]
    expect(len(shown), 1, "what is shown")
    for name in names:
        # GitLab has no annotations.
        wanted = shown[0] if name != "gitlab-ci.yml" else shown[0].replace("--report github ", "")
        there = "\n".join(lines((HERE / name).read_text()))
        assert "\n".join(lines(wanted)) in there, f"{name} has not: {wanted}"


@check("the man page names each recipe, and each is installed")
def check_named():
    there = {each.name for each in HERE.iterdir() if each.suffix not in ("", ".py") or "-" in each.name}
    told = "\n".join("\n".join(section(title)) for title in NAMING)
    expect({name for name in there if name in told}, there, "what the man page names")
    installed = (README.parent / "CMakeLists.txt").read_text()
    expect({name for name in there if f"tests/recipes/{name}" in installed}, there, "what is installed")
