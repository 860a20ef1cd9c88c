#!/usr/bin/env bash
# Gradescope runs this once, when the image is built. GRADER_SKIP_INSTALL=1 is for an image that has the grader already.
set -euo pipefail
here="${AUTOGRADER:-/autograder}/source"
# Students' code must read neither the rubric nor the files beside it, such as a reference solution.
find "$here" -path "$here/venv" -prune -o -type f ! -name setup.sh ! -name run_autograder -exec chmod 600 {} +
if [ "${GRADER_SKIP_INSTALL:-0}" = 1 ]; then exit 0; fi
apt-get update -qq
apt-get install -qq -y --no-install-recommends python3 python3-venv
python3 -m venv "$here/venv"
pip=("$here/venv/bin/pip" install --quiet -c "$here/versions.txt")
# The CPU build of torch, as the other one takes gigabytes; what it needs comes with the wheel. TORCH_INDEX names another index.
"${pip[@]}" --no-deps --index-url "${TORCH_INDEX:-https://download.pytorch.org/whl/cpu}" torch
wheels=("$here"/dl_grader-*.whl)
"${pip[@]}" "${wheels[0]}[tests]"
