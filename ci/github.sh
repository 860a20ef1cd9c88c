#!/usr/bin/env bash
# What the action runs. GRADER_SKIP_INSTALL=1 takes the grader that is there; GRADER names another one.
set -euo pipefail
grader="${GRADER:-grader}"
if [ "${GRADER_SKIP_INSTALL:-0}" != 1 ]; then
  python3 -m pip install --quiet "$GITHUB_ACTION_PATH"
fi
out="$(mktemp -d)"
trap 'rm -rf "$out"' EXIT
given=()
if [ -n "${RECEIVED:-}" ]; then
  printf 'file,received\n%s,%s\n' "$(basename "$(realpath "$HAND_IN")")" "$RECEIVED" > "$out/intake.csv"
  given=(--intake "$out/intake.csv")
fi
# Nothing that a submission has the grader print may be taken for a command.
token="$(python3 -c 'import secrets; print(secrets.token_hex(20))')"
echo "::stop-commands::$token"
code=0
"$grader" grade "$HAND_IN" --rubric "$RUBRIC" --out "$out/graded" --quiet "${given[@]}" || code=$?
echo "::$token::"
if [ "$code" -gt 1 ]; then exit "$code"; fi
"$grader" export "$out/graded" --format github
if [ "${CLASSROOM:-false}" = true ]; then "$grader" export "$out/graded" --format classroom; fi
if grep -q '^failed=[1-9]' "${GITHUB_OUTPUT:-/dev/null}"; then exit 1; fi
