#!/usr/bin/env bash
# Installs what the tests need, builds, runs all tests. Ends with one line: N passed, N failed.
#   tests/run.sh          everything
#   tests/run.sh unit     only what needs no process: the GoogleTest binaries
#   tests/run.sh pytest [ARGUMENT...]   only the Python tests, with these arguments for pytest
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/deploy/prepare.sh"
. "$root/tests/support/results.sh"

what=${1:-all}
case $what in
    all | unit | pytest) shift $(($# > 0)) ;;
    *) die "usage: tests/run.sh [unit | pytest [ARGUMENT...]]" ;;
esac

trap finish EXIT
mkdir -p "$root/build"
need_packages "${build_packages[@]}"
if [ "$what" != unit ]; then
    need_packages "${run_packages[@]}" "${test_packages[@]}"
    need_venv
    need_tools
fi
build release
if [ "$what" != pytest ]; then run_gtests release; fi
if [ "$what" != unit ]; then
    # Most of them wait for processes most of the time.
    if [ $# -eq 0 ]; then set -- -n 3 --dist worksteal tests/drills tests/integration; fi
    run_pytest integration --timeout=300 "$@"
fi
complete
