"""Measure `ungreen scan` and `ungreen plan` beside ruff and ty, and on generated trees of growing size.

    cargo build --release --locked -p ungreen
    python python/tools/bench.py                       # a real program, then generated trees
    python python/tools/bench.py --tree ../nova --lines # a program of your own, no generated trees

The commands take turns, so that a busy machine is slow for all of them; what is printed are medians. `scan` is compared with
`ruff check --select ASYNC --no-cache` and `plan` with `ty check`. Limits are on wall time and memory; ratios of processor time are
printed beside them, since other work on the machine changes them less. Tools, the program and the generated trees are kept in
`.cache/bench`. The exit code is 1 if a ratio is above its limit, 2 if nothing could be measured. Needs Linux or macOS, and
Python 3.11.4 or later.
"""

import argparse
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import tarfile
import time
import venv

ROOT = pathlib.Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache" / "bench"
TOOLS = ("ruff==0.17.6", "ty==0.0.105")
PROGRAM = "nova==34.0.0"
SIZES = (100_000, 1_000_000, 5_000_000)

# At most so much of the other tool's figure; growth: of the time per line in the smallest tree.
SCAN_WALL = 2.0
PLAN_WALL = 1.0
PLAN_MEMORY = 1.0
GROWTH = 1.3


class Failure(Exception):
    """Nothing could be measured."""


def measure(command, folder):
    """Wall seconds, seconds of processor time and MiB at the peak of one run."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    # Ruff and ty exit with 1 for findings; anything else means that the run was not what is to be measured.
    if process.returncode not in (0, 1):
        raise Failure(f"{' '.join(map(str, command))} in {folder} exited with {process.returncode}")
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit


def medians(commands, folder, runs):
    """The commands take turns; one round before them fills the system's file cache."""
    found = {name: [] for name in commands}
    for turn in range(runs + 1):
        for name, command in commands.items():
            figures = measure(command, folder)
            if turn:
                found[name].append(figures)
    return {
        name: tuple(statistics.median(column) for column in zip(*rows, strict=True))
        for name, rows in found.items()
    }


def install_tools():
    folder = CACHE / "venv"
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "-q", *TOOLS], check=True)
    return folder / "bin"


def fetch_program(bin_folder):
    folder = CACHE / PROGRAM.replace("==", "-")
    if folder.exists():
        return folder
    archives = CACHE / "archives"
    command = [bin_folder / "python", "-m", "pip", "download", "-q", "--no-deps"]
    subprocess.run([*command, "--no-binary", ":all:", "-d", archives, PROGRAM], check=True)
    with tarfile.open(archives / f"{folder.name}.tar.gz") as archive:
        archive.extractall(CACHE, filter="data")
    return folder


def count_lines(folder):
    return sum(path.read_bytes().count(b"\n") for path in folder.rglob("*.py"))


def module_text(number, generator):
    """One module of a generated tree. It calls only modules of its own package, as modules of a program mostly do."""
    before = number // 20 * 20
    green = number % 10 == 0
    lines = ['"""A generated module."""', "", "import logging"]
    if green:
        lines += ["import eventlet", "from eventlet import queue"]
    other = generator.randrange(before, number) if number > before else None
    if other is not None:
        lines.append(f"from . import module{other}")
    lines += ["", "LOG = logging.getLogger(__name__)", "", ""]
    for index in range(8):
        lines += [
            f"class Worker{index}:",
            "    def __init__(self, backlog=10):",
            "        self.backlog = backlog",
            "        self.items = " + ("queue.Queue(backlog)" if green else "[]"),
            "        self.names = {}",
            "",
            "    def step(self, item):",
            "        value = self.prepare(item)",
        ]
        if green:
            lines += ["        eventlet.sleep(0.1)", "        self.items.put(value)"]
        else:
            lines.append("        self.items.append(value)")
        if other is not None:
            lines.append(f"        module{other}.Worker{generator.randrange(8)}().step(value)")
        lines += ["        return value", "", "    def prepare(self, item):"]
        for _ in range(generator.randrange(4, 10)):
            key = generator.randrange(1000)
            lines += [f"        if item == {key}:", f"            self.names[{key}] = str(item)"]
        lines += [
            '        LOG.debug("prepared %s", item)',
            "        return self.names.get(item, item)",
            "",
            "",
        ]
    lines += ["def main():", "    for item in range(3):", "        Worker0().step(item)", ""]
    return "\n".join(lines)


def generate(lines):
    """A tree of at least so many lines; the same text each time."""
    folder = CACHE / f"generated-{lines}"
    complete = folder / "complete"
    if complete.exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    generator = random.Random(0)
    written = number = 0
    while written < lines:
        package = folder / f"package{number // 20}"
        if number % 20 == 0:
            package.mkdir(parents=True)
            (package / "__init__.py").touch()
        text = module_text(number, generator)
        (package / f"module{number}.py").write_text(text)
        written += text.count("\n")
        number += 1
    complete.touch()
    return folder


def show(name, figures):
    wall, processor, memory = figures
    print(f"  {name:6} {wall:8.2f} s wall {processor:8.2f} s CPU {memory:8.0f} MiB")


def judge(what, ratio, limit):
    met = ratio <= limit
    print(f"  {what}: {ratio:.2f} (limit {limit}){'' if met else '  ABOVE'}", flush=True)
    return met


def compare_processor(what, ratio):
    print(f"  {what}: {ratio:.2f}", flush=True)


def compare(ungreen, bin_folder, tree, runs):
    commands = {
        "ruff": [bin_folder / "ruff", "check", "--select", "ASYNC", "--no-cache"],
        "scan": [ungreen, "scan", "--exit-zero"],
        "ty": [bin_folder / "ty", "check"],
        "plan": [ungreen, "plan", "--exit-zero", "--output-format", "json"],
    }
    print(f"{tree.name}: {count_lines(tree)} lines, medians of {runs}")
    found = medians(commands, tree, runs)
    for name, figures in found.items():
        show(name, figures)
    for name, other in (("scan", "ruff"), ("plan", "ty")):
        compare_processor(f"{name} / {other}, processor time", found[name][1] / found[other][1])
    return [
        judge("scan / ruff, wall", found["scan"][0] / found["ruff"][0], SCAN_WALL),
        judge("plan / ty, wall", found["plan"][0] / found["ty"][0], PLAN_WALL),
        judge("plan / ty, memory", found["plan"][2] / found["ty"][2], PLAN_MEMORY),
    ]


def grow(ungreen, sizes, runs):
    commands = {
        "scan": [ungreen, "scan", "--exit-zero"],
        "plan": [ungreen, "plan", "--exit-zero", "--output-format", "json"],
    }
    smallest = {}
    met = []
    for size in sorted(sizes):
        tree = generate(size)
        lines = count_lines(tree)
        print(f"generated: {lines} lines, medians of {runs}")
        for name, figures in medians(commands, tree, runs).items():
            show(name, figures)
            wall, processor = figures[0] / lines, figures[1] / lines
            if name not in smallest:
                smallest[name] = wall, processor
                continue
            first_wall, first_processor = smallest[name]
            what = f"{name}, per line / smallest, "
            compare_processor(what + "processor time", processor / first_processor)
            met.append(judge(what + "wall", wall / first_wall, GROWTH))
    return met


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ungreen", type=pathlib.Path, default=ROOT / "target/release/ungreen")
    parser.add_argument("--tree", type=pathlib.Path, help=f"a program; without it, {PROGRAM}")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument(
        "--lines", type=int, nargs="*", default=SIZES, help="sizes of the generated trees"
    )
    arguments = parser.parse_args()
    ungreen = arguments.ungreen.resolve()
    try:
        if not ungreen.is_file():
            raise Failure(f"there is no {ungreen}: cargo build --release --locked -p ungreen")
        if arguments.runs < 1:
            raise Failure("--runs must be at least 1")
        CACHE.mkdir(parents=True, exist_ok=True)
        bin_folder = install_tools()
        tree = arguments.tree.resolve() if arguments.tree else fetch_program(bin_folder)
        met = compare(ungreen, bin_folder, tree, arguments.runs)
        met += grow(ungreen, arguments.lines, arguments.runs)
    except (Failure, OSError, subprocess.CalledProcessError, tarfile.TarError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
