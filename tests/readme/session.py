"""A person at a terminal: a shell, a home, and a server that runs beside."""
import os
import pathlib
import re
import shlex
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request

from tests.clients import run as clients
from tests.support.server import CRASH_MARKS

PORT_SHOWN = "3000"
SECONDS = 30
END = "-- end of the answer --"


class Served:
    """`koine serve …` as the banner of a page shows it, on a free port. TLS is as good as none: ready is what the banner says."""

    def __init__(self, command, folder, environment):
        self.output_file = folder / "served.log"
        with open(self.output_file, "w", encoding="utf-8") as output:
            self.process = subprocess.Popen([*shlex.split(command), "--port", "0"], stdin=subprocess.DEVNULL, stdout=output,
                                            stderr=subprocess.STDOUT, cwd=folder, env=environment, start_new_session=True)
        deadline = time.monotonic() + SECONDS
        while "Ctrl-C stops it." not in self.output():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.process.kill()
                self.process.wait()
                raise AssertionError(f"did not begin to serve: {self.output()[-1000:]}")
            time.sleep(0.02)
        self.scheme, self.port = re.search(r"address +(https?)://\S+:(\d+)", self.output()).groups()

    def output(self):
        return self.output_file.read_text(encoding="utf-8", errors="replace")

    def stop(self):
        """Returns what was wrong with how it ended."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return ["still running long after SIGTERM"]
        faults = [f"ended with {code}"] if code != 0 else []
        return faults + [f"printed {mark!r}: {self.output()[-1500:]}" for mark in CRASH_MARKS if mark in self.output()]


def files_of(folder):
    """Texts by path, but for hidden files."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    named = {path.relative_to(folder): path for path in paths}
    return {str(name): path.read_text(encoding="utf-8") for name, path in named.items() if not any(part.startswith(".") for part in name.parts)}


class Session:
    """Use as a context manager. What a page says of port 3000 is meant of the port that is free here."""

    def __init__(self, koine, folder):
        self.home = pathlib.Path(folder)
        (self.home / "bin").mkdir()
        (self.home / "bin/koine").symlink_to(koine)
        (self.home / ".curlrc").write_text("silent\nshow-error\n", encoding="utf-8")
        path = f"{self.home / 'bin'}{os.pathsep}{os.environ['PATH']}"
        unwanted = ("KOINE_", "XDG_", "LC_")
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
        self.environment |= {"HOME": str(self.home), "PATH": path, "LC_ALL": "C.UTF-8", "NO_PROXY": "localhost,127.0.0.1", "NO_COLOR": "1"}
        self.served = None
        self.shell = subprocess.Popen(["bash", "--norc", "--noprofile"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                      text=True, cwd=self.home, env=self.environment)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.shell.stdin.close()
        self.shell.wait(SECONDS)
        self.shell.stdout.close()
        if self.served:
            self.served.stop()

    def here(self, text):
        return re.sub(rf"\b(localhost|127\.0\.0\.1):{PORT_SHOWN}\b", rf"\1:{self.served.port}", text) if self.served else text

    def shown(self, text):
        return re.sub(rf"\b(localhost|127\.0\.0\.1):{self.served.port}\b", rf"\1:{PORT_SHOWN}", text) if self.served else text

    def run(self, command):
        """Returns the exit status, and what both streams said."""
        watchdog = threading.Timer(SECONDS, self.shell.kill)
        watchdog.start()
        try:
            self.shell.stdin.write(f"{{ {self.here(command)}\n}} </dev/null\nprintf '\\n%s %d\\n' '{END}' $?\n")
            self.shell.stdin.flush()
            lines = []
            for line in self.shell.stdout:
                if line.startswith(END):
                    if self.served and self.served.scheme == "http":
                        self.wait_for_tokens(command)
                    return int(line.split()[-1]), self.shown("".join(lines).replace("\r", ""))
                lines.append(line)
        finally:
            watchdog.cancel()
        raise AssertionError(f"the shell ended, or did not come back within {SECONDS} s: {''.join(lines)[-1000:]}")

    def write_file(self, path, goes_on, text):
        """A file that a page shows, or more of it: made once, and never outside the home."""
        file = (self.home / path).resolve()
        assert file.is_relative_to(self.home.resolve()), f"{path} is not below the page's folder"
        assert file.exists() == goes_on, f"{path} {'is not there yet' if goes_on else 'is there already'}"
        file.parent.mkdir(parents=True, exist_ok=True)
        with open(file, "a", encoding="utf-8") as out:
            out.write(text)

    def serve(self, command):
        """Replaces the server. Returns its banner; how the one before ended is an assertion."""
        self.leave()
        self.served = Served(command, self.home, self.environment)
        return self.shown(self.served.output())

    def leave(self):
        served, self.served = self.served, None
        faults = served.stop() if served else []
        assert not faults, "; ".join(faults)

    def wait_for_tokens(self, command):
        """Until the server has noticed what a command did, which takes it up to a second: it then refuses a secret that nobody made, and takes
        one that was made later still."""
        changed = re.search(r"koine token (?:create|revoke) (\S+)", command)
        if not changed:
            return
        self.wait_until(401, "nobody")
        token = [self.home / "bin/koine", "token"]
        options = {"cwd": self.home, "env": self.environment, "capture_output": True, "text": True, "timeout": SECONDS, "check": True}
        made = subprocess.run([*token, "create", changed[1], "--name", "later"], **options)
        self.wait_until(200, made.stdout.strip())
        subprocess.run([*token, "revoke", changed[1], "later"], **options)

    def wait_until(self, status, secret):
        deadline = time.monotonic() + SECONDS
        request = urllib.request.Request(f"http://localhost:{self.served.port}/", headers={"Authorization": f"Bearer {secret}"})
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(request, timeout=5) as answer:
                    got = answer.status
            except urllib.error.HTTPError as answer:
                got = answer.code
            if got == status:
                return
            time.sleep(0.05)
        raise AssertionError(f"the server has not noticed within {SECONDS} s what {secret[:6]}… may")

    def run_client(self, kind, text):
        """JavaScript and Python, with the pinned clients. Returns what it prints."""
        suffix, program = {"js": ("mjs", clients.VENV / "bin/node"), "python": ("py", clients.VENV / "bin/python")}[kind]
        script = clients.MODULES / f"shown-{os.getpid()}.{suffix}"  # modules are looked up beside the file that imports them
        script.write_text(self.here(text), encoding="utf-8")
        try:
            done = subprocess.run([program, script], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS,
                                  env={**self.environment, **clients.environment(HOME=str(self.home))}, check=False)
        finally:
            script.unlink()
        assert done.returncode == 0, f"exit {done.returncode}: {done.stderr[-1500:]}"
        return self.shown(done.stdout)
