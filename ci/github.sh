#!/usr/bin/env bash
# The script of the action. GRADER_SKIP_INSTALL=1 uses the installed grader; GRADER is the path of another one.
set -euo pipefail
temporary="${RUNNER_TEMP:-$(mktemp -d)}"
grader="${GRADER:-grader}"
if [ "${GRADER_SKIP_INSTALL:-0}" != 1 ]; then
  # An environment of its own: the runner's Python may refuse to install, and the cache keeps this folder.
  venv="$temporary/grader-venv"
  if [ ! -x "$venv/bin/grader" ]; then
    python3 -m venv "$venv"
    pip=("$venv/bin/pip" install --quiet -c "$GITHUB_ACTION_PATH/constraints.txt")
    # Without what torch needs, which its own index does not have in each version.
    "${pip[@]}" --no-deps ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} torch
    "${pip[@]}" "$GITHUB_ACTION_PATH[tests]"
  fi
  grader="$venv/bin/grader"
fi
out="$(mktemp -d "$temporary/graded.XXXXXX")"
trap 'rm -rf "$out"' EXIT
given=()
if [ -n "${RECEIVED:-}" ]; then
  printf 'file,received\n"%s",%s\n' "$(basename "$(realpath "$SUBMISSION")")" "$RECEIVED" > "$out/times.csv"
  given=(--submission-times "$out/times.csv")
fi
# Output caused by a submission must not be taken for a command of GitHub.
token="$(python3 -c 'import secrets; print(secrets.token_hex(20))')"
echo "::stop-commands::$token"
code=0
"$grader" grade "$SUBMISSION" --rubric "$RUBRIC" --out "$out/graded" --quiet "${given[@]}" || code=$?
echo "::$token::"
if [ "$code" -gt 1 ]; then exit "$code"; fi
# Annotations name files from the root of the repository.
inside=""
if [ -d "$SUBMISSION" ]; then inside="$(realpath --relative-to=. "$SUBMISSION")"; fi
"$grader" export "$out/graded" --format github --below "$inside"
if [ "${CLASSROOM:-false}" = true ]; then "$grader" export "$out/graded" --format classroom --below "$inside"; fi
rm -rf "$temporary/grader-report"
cp -r "$out/graded/reports" "$temporary/grader-report"
echo "report=$temporary/grader-report" >> "${GITHUB_OUTPUT:-/dev/null}"
if grep -q '^failed=[1-9]' "${GITHUB_OUTPUT:-/dev/null}"; then exit 1; fi
