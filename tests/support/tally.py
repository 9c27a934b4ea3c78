"""Counts what passed and failed; the last line of every runner is `N passed, N failed`."""
import sys
import time


class Tally:
    def __init__(self, verbose=False):
        self.passed = 0
        self.failed = 0
        self.verbose = verbose
        self.started = time.monotonic()

    def check(self, name, faults):
        """Counts one test: it passed if `faults` (a list of texts) is empty."""
        if not faults:
            self.passed += 1
            if self.verbose:
                print(f"ok    {name}", flush=True)
            return True
        self.failed += 1
        print(f"FAIL  {name}", flush=True)
        for fault in faults:
            for line in str(fault).splitlines() or [""]:
                print(f"      {line}", flush=True)
        return False

    def attempt(self, name, function, *arguments):
        """Runs `function`; an exception (an assertion above all) is its failure. Returns what the function returned."""
        try:
            result = function(*arguments)
        except Exception as fault:  # pylint: disable=broad-except
            text = str(fault) if isinstance(fault, AssertionError) and str(fault) else f"{type(fault).__name__}: {fault}"
            trace = fault.__traceback__
            while trace.tb_next:
                trace = trace.tb_next
            self.check(name, [text, f"(line {trace.tb_lineno} of {trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]})"])
            return None
        self.check(name, [])
        return result

    def finish(self):
        """Prints the last line and returns the exit status: no test at all is a failure too."""
        if self.passed + self.failed == 0:
            print("no test ran")
        print(f"{self.passed} passed, {self.failed} failed", flush=True)
        return 1 if self.failed or not self.passed else 0


def fail_early(message):
    """Ends a runner that cannot even begin."""
    print(message, file=sys.stderr)
    print("0 passed, 1 failed", flush=True)
    sys.exit(1)
