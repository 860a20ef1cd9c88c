#!/usr/bin/env bash
# Gradescope runs this once, when the image is built. GRADER_SKIP_INSTALL=1 is for an image that has the grader already.
set -euo pipefail
here="${AUTOGRADER:-/autograder}/source"
chmod 600 "$here/rubric.yaml" "$here"/dl_grader-*.whl
find "$here" -name '*.py' -exec chmod 600 {} + # check kinds of the course
if [ "${GRADER_SKIP_INSTALL:-0}" = 1 ]; then exit 0; fi
apt-get update -qq
apt-get install -qq -y --no-install-recommends python3 python3-venv bubblewrap
python3 -m venv "$here/venv"
# TORCH_INDEX is the index with the CPU build of torch that PyTorch's site names; the other build takes gigabytes.
"$here/venv/bin/pip" install --quiet ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} torch
"$here/venv/bin/pip" install --quiet "$here"/dl_grader-*.whl
