"""``python -m tools.faultproxy --to PORT``: a line with faults, until Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import sys

from tools.faultproxy.faults import ROUGH, parse_weights
from tools.faultproxy.proxy import HOST, FaultProxy


def main() -> int:
    """Run the proxy and say at the end what it did."""
    parser = argparse.ArgumentParser(prog="python -m tools.faultproxy", description=__doc__)
    parser.add_argument("--to", type=int, required=True, metavar="PORT", help="the server's port")
    parser.add_argument("--faults", metavar="NAME=N,…", help="weights (default: a rough line)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed, the same faults")
    options = parser.parse_args()
    try:
        weights = parse_weights(options.faults) if options.faults else ROUGH
        proxy = FaultProxy(options.to, weights, options.seed).start()
    except ValueError as error:
        print(f"faultproxy: {error}", file=sys.stderr)
        return 2
    print(f"http://{HOST}:{proxy.port}", flush=True)
    signal.sigwait({signal.SIGINT, signal.SIGTERM})
    proxy.stop()
    print({fault.value: count for fault, count in proxy.counts.items()})
    return 0


if __name__ == "__main__":
    sys.exit(main())
