#!/usr/bin/env bash
# The script of the action. GRADER_SKIP_INSTALL=1 uses the installed grader; GRADER is the path of another one.
set -euo pipefail
grader="${GRADER:-grader}"
if [ "${GRADER_SKIP_INSTALL:-0}" != 1 ]; then
  python3 -m pip install --quiet "$GITHUB_ACTION_PATH"
fi
out="$(mktemp -d)"
trap 'rm -rf "$out"' EXIT
given=()
if [ -n "${RECEIVED:-}" ]; then
  printf 'file,received\n%s,%s\n' "$(basename "$(realpath "$SUBMISSION")")" "$RECEIVED" > "$out/times.csv"
  given=(--submission-times "$out/times.csv")
fi
# Output caused by a submission must not be taken for a command of GitHub.
token="$(python3 -c 'import secrets; print(secrets.token_hex(20))')"
echo "::stop-commands::$token"
code=0
"$grader" grade "$SUBMISSION" --rubric "$RUBRIC" --out "$out/graded" --quiet "${given[@]}" || code=$?
echo "::$token::"
if [ "$code" -gt 1 ]; then exit "$code"; fi
"$grader" export "$out/graded" --format github
if [ "${CLASSROOM:-false}" = true ]; then "$grader" export "$out/graded" --format classroom; fi
if grep -q '^failed=[1-9]' "${GITHUB_OUTPUT:-/dev/null}"; then exit 1; fi
