# Sourced by tests/run.sh and .ci/run: runs test binaries and pytest, and adds up what they say.
# Expects what deploy/prepare.sh gives. `passed`, `failed` and `skipped` are the sums so far.

passed=0
failed=0
skipped=0
completed=0

xml_number() { sed -n "s/.*<$2 [^>]*\\b$3=\"\\([0-9]*\\)\".*/\\1/p" "$1" | head -n 1; }

count_failure() {
    printf 'FAILED: %s\n' "$*"
    failed=$((failed + 1))
}

# count_gtests REPORT STATUS WHAT: adds up what one process has reported. One that ends badly without a failed test counts
# as a failure.
count_gtests() {
    local report=$1 status=$2 what=$3 total bad left_out
    if [ ! -s "$report" ]; then
        count_failure "$what ended with status $status and no report"
        return 0
    fi
    total=$(xml_number "$report" testsuites tests)
    bad=$(($(xml_number "$report" testsuites failures) + $(xml_number "$report" testsuites errors)))
    left_out=$(grep -c 'result="skipped"' "$report" || true)
    left_out=$((left_out + $(xml_number "$report" testsuites disabled)))
    if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then count_failure "$what ended with status $status"; fi
    passed=$((passed + total - bad - left_out))
    failed=$((failed + bad))
    skipped=$((skipped + left_out))
}

# run_gtests PRESET [NAME...]: these test binaries of that build, or all; each as so many processes as there are cores.
run_gtests() {
    local preset=$1 build=$root/build/$1 results binary binaries shard shards pids status
    shift
    results=$build/results
    rm -rf "$results"
    mkdir -p "$results"
    binaries=$(ninja -C "$build" -t targets all | sed -n 's/^\(tests\/.*_test\): CXX_EXECUTABLE_LINKER.*/\1/p' | sort)
    if [ $# -gt 0 ]; then binaries=$(grep -E "/($(IFS='|' && echo "$*"))\$" <<<"$binaries" || true); fi
    if [ -z "$binaries" ] || { [ $# -gt 0 ] && [ "$(wc -l <<<"$binaries")" -ne $# ]; }; then
        count_failure "$preset: has not the test binaries ${*:-that it should}"
    fi
    shards=$(build_jobs)
    for binary in $binaries; do
        say "$preset: $binary"
        pids=()
        for ((shard = 0; shard < shards; ++shard)); do
            local name=$results/${binary##*/}-$shard
            (cd "$results" && GTEST_TOTAL_SHARDS=$shards GTEST_SHARD_INDEX=$shard \
                exec timeout 900 "$build/$binary" --gtest_brief=1 --gtest_output="xml:$name.xml") >"$name.log" 2>&1 &
            pids+=($!)
        done
        for ((shard = 0; shard < shards; ++shard)); do
            status=0
            wait "${pids[shard]}" || status=$?
            cat "$results/${binary##*/}-$shard.log"
            count_gtests "$results/${binary##*/}-$shard.xml" "$status" "$binary"
        done
    done
}

# run_pytest NAME ARGUMENT...: pytest with these arguments; NAME is that of the report.
run_pytest() {
    local report=$root/build/results/$1.xml status=0 total bad left_out
    shift
    mkdir -p "${report%/*}"
    rm -f "$report"
    (cd "$root" && build/venv/bin/python -B -m pytest -rs -p no:cacheprovider --junitxml="$report" "$@") || status=$?
    if [ ! -s "$report" ]; then
        count_failure "pytest ended with status $status and no report"
        return 0
    fi
    total=$(xml_number "$report" testsuite tests)
    bad=$(($(xml_number "$report" testsuite failures) + $(xml_number "$report" testsuite errors)))
    left_out=$(xml_number "$report" testsuite skipped)
    if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then count_failure "pytest ended with status $status"; fi
    passed=$((passed + total - bad - left_out))
    failed=$((failed + bad))
    skipped=$((skipped + left_out))
}

# To be said at the end of a run; without it, finish counts the run as cut short.
complete() { completed=1; }

# finish [STATUS]: the last line of a run, whatever ended it; use as `trap finish EXIT`.
finish() {
    local status=${1:-$?} running
    running=$(jobs -p)
    if [ -n "$running" ]; then kill $running 2>/dev/null || true; fi
    if [ "$completed" -eq 0 ]; then count_failure "the run was cut short, status $status"; fi
    if [ $((passed + failed)) -eq 0 ]; then count_failure "no test has run"; fi
    printf '%d passed, %d failed' "$passed" "$failed"
    if [ "$skipped" -gt 0 ]; then printf ', %d skipped' "$skipped"; fi
    printf '\n'
    if [ "$failed" -gt 0 ]; then exit 1; fi
    exit 0
}
