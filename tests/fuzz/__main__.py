"""`python -m tests.fuzz [KIND...] --cases N --seed S`: each failure is printed with what makes it again (`--only NUMBER`)."""

from __future__ import annotations

import argparse
import resource
import sys
import time
import warnings

from tests.fuzz.readers import READERS
from tests.fuzz.run import case, failures

MAX_ADDRESSES = 4 << 30  # bytes


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("kinds", nargs="*", choices=[*READERS, []], help="all by default")
    parser.add_argument("--cases", type=int, default=1000, help="of each kind")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", type=int, help="run one case, and write its bytes to standard output")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    most = MAX_ADDRESSES if hard == resource.RLIM_INFINITY else min(hard, MAX_ADDRESSES)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))  # a case may not take the machine
    bad = 0
    for kind in given.kinds or READERS:
        if given.only is not None:
            sys.stdout.buffer.write(case(kind, given.seed, given.only))
            continue
        begin = time.monotonic()
        for failure in failures(kind, given.seed, range(given.cases)):
            bad += 1
            print(failure, flush=True)
        print(f"{kind}: {given.cases} cases with seed {given.seed}, {time.monotonic() - begin:.0f} s", flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
