#!/usr/bin/env bash
# Makes .venv with the locked dependencies, and installs the Debian packages that they need,
# where it may. Where it may not, it says in one line what to install, and stops.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(
  python3-venv python3-dev gcc libc6-dev linux-libc-dev  # evdev is compiled against the kernel's headers
  libzbar0                                               # pyzbar's library
  libgl1 libgl1-mesa-dri libegl1 libmtdev1 xvfb          # a window with software GL, also without a display
  libfribidi0                                            # Pillow's reference shaping of Persian
  postgresql mosquitto                                   # the tests start their own, unprivileged
  libfaketime                                            # clocks that are set while a test runs
  chromium                                               # the back office in a browser: tests/server/browser
  strace                                                 # what is synced before it is sent: tests/payment
)

python=$(command -v python3.11 || command -v python3 || true)
missing=()
if command -v dpkg-query >/dev/null; then
  for package in "${packages[@]}"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed' || missing+=("$package")
  done
else
  echo "set-up: not a Debian machine; these packages' like are needed: ${packages[*]}" >&2
fi

if [ ${#missing[@]} -gt 0 ]; then
  if [ "$(id -u)" = 0 ]; then as_root=(); elif sudo -n true 2>/dev/null; then as_root=(sudo -n); else
    echo "set-up: please install first: sudo apt-get install ${missing[*]}" >&2
    exit 2
  fi
  echo "set-up: installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  "${as_root[@]}" apt-get -qq update
  "${as_root[@]}" apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null
  python=$(command -v python3.11 || command -v python3)
fi

"$python" - <<'PY' || exit 2
import sys
if sys.version_info < (3, 11):
    sys.exit(f"set-up: expected Python 3.11 or later, got {sys.version.split()[0]}")
PY

echo "set-up: making .venv"
"$python" -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
