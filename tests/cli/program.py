"""The program under test, in a folder with databases to try it on."""
import os
import queue
import re
import subprocess
import threading
import time

from tests.support import databases
from tests.support.server import CRASH_MARKS


def clean_environment(extra=None):
    """Without settings of whoever runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KOINE") and name != "NO_COLOR"}
    return {**kept, **(extra or {})}


class Ended:
    """A call that has ended."""

    def __init__(self, completed):
        self.code = completed.returncode
        self.out = completed.stdout.decode("utf-8")
        self.err = completed.stderr.decode("utf-8")
        for mark in CRASH_MARKS:
            assert mark not in self.err, f"it printed {mark!r}: {self.err[-1500:]}"


class Program:
    def __init__(self, path, folder):
        self.path, self.folder = path, folder
        self.databases = {}

    def database(self, name):
        """One of databases.make, made at its first use and shared, as nothing here writes."""
        if name not in self.databases:
            self.databases[name] = databases.make(name, self.folder)
        return self.databases[name]

    def file(self, name, content=""):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return path

    def app(self, name, text, **functions):
        """A folder with an app; files of Lua by name. Gives where its database will be."""
        folder = self.folder / name
        (folder / "operations").mkdir(parents=True)
        (folder / "app.yaml").write_text(text)
        for file, code in functions.items():
            (folder / "operations" / f"{file}.lua").write_text(code)
        return folder / ".koine" / "app.db"

    def call(self, *words, environment=None, seconds=30, stdout=subprocess.PIPE):
        """Runs it to its end, with the folder as its own. Words that are callables get the program: they name files."""
        words = [str(word(self) if callable(word) else word) for word in words]
        return Ended(_run([str(self.path), *words], self.folder, clean_environment(environment), seconds, stdout))

    def start(self, *words, environment=None):
        return Running([str(self.path), *map(str, words)], self.folder, clean_environment(environment))


def _run(command, folder, environment, seconds, stdout):
    completed = subprocess.run(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.PIPE,
                               timeout=seconds, check=False)
    completed.stdout = completed.stdout or b""
    return completed


class Running:
    """A server that is reached through what it prints. A context manager: whatever still runs at its end is killed."""

    def __init__(self, command, folder, environment):
        self.process = subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, start_new_session=True)
        self.lines, self.errors, self.arrived = [], [], queue.Queue()
        self.readers = [threading.Thread(target=self._read, args=arguments, daemon=True)
                        for arguments in ((self.process.stdout, self.lines), (self.process.stderr, self.errors))]
        for reader in self.readers:
            reader.start()

    def _read(self, stream, into):
        for line in stream:
            into.append(line.decode("utf-8").rstrip("\n"))
            self.arrived.put(None)
        self.arrived.put(None)

    def port(self, seconds=20):
        """Waits for the URL: it comes through a pipe, so a banner that isn't flushed would never be seen."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            match = re.search(r"http://[^/\s]+:(\d+)", "\n".join(self.lines))
            if match:
                return int(match.group(1))
            assert self.process.poll() is None, f"it ended with {self.process.returncode}: {self.lines + self.errors}"
            try:
                self.arrived.get(timeout=0.2)
            except queue.Empty:
                pass
        raise AssertionError(f"no URL in {seconds} s: {self.lines + self.errors}")

    def stop(self, number, seconds=15):
        self.process.send_signal(number)
        return self.ended(seconds)

    def ended(self, seconds=15):
        code = self.process.wait(seconds)
        for reader in self.readers:
            reader.join(5)
        for mark in CRASH_MARKS:
            assert mark not in "\n".join(self.errors), f"it printed {mark!r}: {self.errors}"
        return code

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
