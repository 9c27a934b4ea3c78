"""Starts a Koine on a free port, waits until it is ready, and stops it, saying what was wrong on the way."""
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

from . import wire

ROOT = pathlib.Path(__file__).resolve().parents[2]
# What a sanitizer or a dying C++ program prints; a tidy server prints none of it.
CRASH_MARKS = ("AddressSanitizer", "LeakSanitizer", "ThreadSanitizer", "runtime error:", "terminate called", "Assertion `")

signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that who is stopped stops its servers


def program(path=None):
    """The program under test: the argument, else $KOINE, else the release build."""
    found = pathlib.Path(path or os.environ.get("KOINE") or ROOT / "build/release/koine")
    if not os.access(found, os.X_OK):
        raise FileNotFoundError(f"{found} is no program: build it (./dev build) or name it with --koine PATH")
    return found.resolve()


def create_token(koine, database, name, *flags):
    """A new token for a database, made by the program itself, which shows it once: on a line of its own."""
    done = subprocess.run([str(koine), "token", "create", str(database), "--name", name, *flags], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=20, check=False)
    if done.returncode != 0:
        raise StartFailed(f"`koine token create` ended with {done.returncode}: {done.stderr.strip()[-500:]}")
    return done.stdout.split()[-1]


class StartFailed(Exception):
    """The server ended, or did not become ready, before its first request."""


class Server:
    """One server over one database. Use as a context manager, or call stop() and look at the faults it returns."""

    def __init__(self, koine, database, flags=(), environment=None, seconds=20):
        self.output_file = tempfile.NamedTemporaryFile(prefix="koine-output-", delete=False)
        command = [str(koine), "serve", str(database), "--port", "0", *flags]
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=self.output_file, stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})}, start_new_session=True)
        self.host, self.port = "127.0.0.1", None
        try:
            self._wait_until_ready(time.monotonic() + seconds)
        except BaseException:
            self.process.kill()
            self.process.wait()
            raise

    def _wait_until_ready(self, deadline):
        while time.monotonic() < deadline:
            if self.port is None:
                match = re.search(r"http://(?:127\.0\.0\.1|0\.0\.0\.0):(\d+)", self.output())
                self.port = int(match.group(1)) if match else None
            if self.port is not None:
                try:
                    if wire.get(self.port, "/-/health", seconds=2).status == 200:
                        return
                except (OSError, wire.BadAnswer):
                    pass
            if self.process.poll() is not None:
                raise StartFailed(f"ended with {self.process.returncode}: {self.output().strip()[-500:]}")
            time.sleep(0.02)
        raise StartFailed(f"was not ready in time: {self.output().strip()[-500:]}")

    def output(self):
        """What the server has printed so far, both streams."""
        return pathlib.Path(self.output_file.name).read_text(encoding="utf-8", errors="replace")

    @property
    def base(self):
        return f"http://{self.host}:{self.port}"

    def request(self, method, target, headers=(), body=b"", seconds=15):
        return wire.request(self.port, method, target, headers, body, seconds)

    def stop(self, seconds=10):
        """Asks the server to end (SIGTERM). Returns the faults found: dead before, unhealthy, slow or untidy end."""
        faults = []
        if self.process.poll() is not None:
            faults.append(f"the server had died (exit {self.process.returncode}): {self.output().strip()[-800:]}")
        else:
            try:
                health = wire.get(self.port, "/-/health", seconds=5).status
                if health != 200:
                    faults.append(f"/-/health answers {health} afterwards")
            except (OSError, wire.BadAnswer) as fault:
                faults.append(f"/-/health fails afterwards: {fault}")
            self.process.send_signal(signal.SIGTERM)
            try:
                code = self.process.wait(seconds)
                if code != 0:
                    faults.append(f"SIGTERM ended it with {code}, not 0: {self.output().strip()[-800:]}")
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                faults.append(f"still running {seconds} s after SIGTERM")
        faults += [f"the server printed {mark!r}: {self.output().strip()[-1500:]}" for mark in CRASH_MARKS if mark in self.output()]
        self.output_file.close()
        os.unlink(self.output_file.name) if os.path.exists(self.output_file.name) else None
        return faults

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        faults = self.stop()
        if faults and exc[0] is None:
            raise AssertionError("; ".join(faults))
