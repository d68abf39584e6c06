#!/usr/bin/env bash
# Three regional schema registries and the gateway in front of them, on this machine, from a fresh checkout.
#   deploy/quickstart.sh           installs what is missing, builds, starts, shows, stays up until Ctrl-C
#   deploy/quickstart.sh --check   the same on free ports as a demonstration: regions and gateway are killed and
#                                  revived, every answer is checked; ends with 0 or 1
# The regions are gateways themselves, standalone: a gateway without regions is a complete Schema Registry.
# Data stays in build/quickstart from one start to the next (remove it for a fresh start); --check begins empty.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/deploy/prepare.sh"

regions=(us-west eu-west ap-south)
gateway_bin=$root/build/release/gateway/schema-gateway
order_v1='{"type":"record","name":"Order","fields":[{"name":"id","type":"string"}]}'
failed_steps=0
status='' body='' # of the last call
declare -A pid=() port=() admin_port=()

case ${1:-} in
    '') check='' ;;
    --check) check=yes ;;
    *) die "usage: deploy/quickstart.sh [--check]" ;;
esac

# ---- processes -----------------------------------------------------------------------------------------------------

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Below the range of outgoing connections, so that a region's port stays free while the region is down.
free_port() {
    local candidate
    while :; do
        candidate=$((10000 + (RANDOM * 32768 + RANDOM) % 20000))
        case " ${port[*]} ${admin_port[*]} " in *" $candidate "*) continue ;; esac
        if ! listens "$candidate"; then break; fi
    done
    REPLY=$candidate
}

write_config() {
    local name=$1 file=$home/$1.yaml region priority=0
    {
        printf 'gateway: { listen: "127.0.0.1:%s", admin: "127.0.0.1:%s" }\n' "${port[$name]}" "${admin_port[$name]}"
        printf 'data_dir: %s\n' "$home/$name"
        if [ "$name" = gateway ]; then
            printf 'regions:\n'
            for region in "${regions[@]}"; do
                priority=$((priority + 10))
                printf '  - { name: %s, urls: ["http://127.0.0.1:%s"], priority: %s }\n' "$region" "${port[$region]}" "$priority"
            done
        fi
    } >"$file"
}

ready() { curl -sf -m 2 -o "$home/answer" "http://127.0.0.1:${admin_port[$1]}/health/ready"; }

# Starts one of the four processes and waits until it answers.
start() {
    local name=$1 end=$((SECONDS + 20))
    "$gateway_bin" serve --config "$home/$name.yaml" >>"$home/$name.log" 2>&1 &
    pid[$name]=$!
    until ready "$name"; do
        if ! kill -0 "${pid[$name]}" 2>/dev/null || [ "$SECONDS" -ge "$end" ]; then
            tail -n 5 "$home/$name.log" >&2
            die "$name does not start; its log is $home/$name.log"
        fi
        sleep 0.05
    done
}

# stop NAME SIGNAL: waits for its end, too. Only what still runs as a job of ours is signalled; Ctrl-C reaches all of them,
# so that it may have ended by itself in the same moment.
stop() {
    [ -n "${pid[$1]:-}" ] || return 0
    if jobs -pr | grep -qx "${pid[$1]}"; then kill "-$2" "${pid[$1]}" 2>/dev/null || true; fi
    wait "${pid[$1]}" 2>/dev/null || true
    pid[$1]=''
}

leave() {
    local status=$? name
    trap - EXIT INT TERM
    for name in gateway "${regions[@]}"; do stop "$name" TERM; done
    if [ -n "$check" ] && [ -n "${home:-}" ] && [ "$status" -eq 0 ]; then rm -rf "$home"; fi
    exit "$status"
}

# ---- calls ---------------------------------------------------------------------------------------------------------

# call METHOD NAME PATH [BODY]: the answer's body in `body`, its status in `status` (000: none).
call() {
    local arguments=(-s -m 10 -o "$home/answer" -w '%{http_code}' -X "$1")
    if [ $# -gt 3 ]; then arguments+=(-H 'Content-Type: application/vnd.schemaregistry.v1+json' --data-binary "$4"); fi
    : >"$home/answer"
    status=$(curl "${arguments[@]}" "http://127.0.0.1:${port[$2]}$3") || true
    body=$(cat "$home/answer")
}

# The schema text as a JSON string.
quoted() { printf '"%s"' "$(sed 's/\\/\\\\/g; s/"/\\"/g' <<<"$1")"; }

register() { call POST gateway "/subjects/$1/versions" "{\"schema\":$(quoted "$2")}"; }

id_of() { sed -n 's/.*"id":\([0-9]*\).*/\1/p' <<<"$1"; }

start_all() {
    local region
    for region in "${regions[@]}"; do start "$region"; done
    start gateway
}

prepare_home() {
    local name
    mkdir -p "$home"
    for name in "${regions[@]}" gateway; do
        if [ "$name" = gateway ] && [ -z "$check" ]; then
            port[gateway]=8081 admin_port[gateway]=8082
        else
            free_port && port[$name]=$REPLY
            free_port && admin_port[$name]=$REPLY
        fi
    done
    for name in "${regions[@]}" gateway; do write_config "$name"; done
}

# ---- the demonstration ---------------------------------------------------------------------------------------------

# step TEXT COMMAND...: prints what is shown and how it went.
step() {
    local text=$1
    shift
    printf '  %-86s' "$text"
    if "$@"; then
        printf 'ok\n'
    else
        printf 'FAILED\n    last answer: %s %s\n' "$status" "${body:0:300}"
        failed_steps=$((failed_steps + 1))
    fi
}

# Tries for 10 s.
soon() {
    local end=$((SECONDS + 10))
    until "$@"; do
        if [ "$SECONDS" -ge "$end" ]; then return 1; fi
        sleep 0.1
    done
}

declare -A id_by_subject=()

registers() {
    register "$1" "$2"
    [ "$status" = 200 ] || return 1
    id_by_subject[$1]=$(id_of "$body")
    [ -n "${id_by_subject[$1]}" ]
}

registers_again() {
    register "$1" "$order_v1"
    [ "$status" = 200 ] && [ "$(id_of "$body")" = "${id_by_subject[$1]}" ]
}

# Every schema so far: by id, its versions, the latest; and what does not exist stays a 404.
reads_go_on() {
    local subject
    for subject in "${!id_by_subject[@]}"; do
        call GET gateway "/schemas/ids/${id_by_subject[$subject]}/schema"
        [ "$status" = 200 ] && [ "$body" = "$order_v1" ] || return 1
        call GET gateway "/subjects/$subject/versions"
        [ "$status" = 200 ] && [ "$body" = '[1]' ] || return 1
        call GET gateway "/subjects/$subject/versions/latest"
        [ "$status" = 200 ] && [ "$(id_of "$body")" = "${id_by_subject[$subject]}" ] || return 1
        registers_again "$subject" || return 1
    done
    call GET gateway /subjects/unknown/versions
    [ "$status" = 404 ]
}

region_holds_all() {
    local subject
    for subject in "${!id_by_subject[@]}"; do
        call GET "$1" "/subjects/$subject/versions/1"
        [ "$status" = 200 ] && [ "$(id_of "$body")" = "${id_by_subject[$subject]}" ] || return 1
        call GET "$1" "/subjects/$subject/versions/1/schema"
        [ "$status" = 200 ] && [ "$body" = "$order_v1" ] || return 1
    done
}

same_in_all_regions() {
    local region
    for region in "${regions[@]}"; do soon region_holds_all "$region" || return 1; done
}

refuses_incompatible() {
    register orders-value '{"type":"record","name":"Order","fields":[{"name":"other","type":"int"}]}'
    [ "$status" = 409 ]
}

demonstrate() {
    local region
    step 'a registration is accepted' registers orders-value "$order_v1"
    step 'the same id and text in us-west, eu-west and ap-south' same_in_all_regions
    step 'an incompatible schema is refused' refuses_incompatible
    for region in "${regions[@]}"; do
        stop "$region" KILL
        step "$region killed: reads and re-registrations go on" reads_go_on
        step "$region killed: a new registration is accepted" registers "while-$region-is-away" "$order_v1"
        step "$region killed: reads and re-registrations go on" reads_go_on
        start "$region"
        step "$region is back: every region holds everything, with the same ids" same_in_all_regions
    done
    for region in "${regions[@]}"; do stop "$region" KILL; done
    step 'all regions killed: reads and re-registrations go on' reads_go_on
    step 'all regions killed: a new registration is accepted' registers in-total-outage "$order_v1"
    stop gateway KILL
    start gateway
    step 'the gateway killed and started meanwhile: nothing is lost, reads go on' reads_go_on
    step 'the gateway killed and started meanwhile: a new registration is accepted' registers after-restart "$order_v1"
    for region in "${regions[@]}"; do start "$region"; done
    step 'all regions are back: every region holds everything, with the same ids' same_in_all_regions
    step 'reads and re-registrations go on' reads_go_on
}

show() {
    local region id
    soon registers orders-value "$order_v1" || die "the registration was not accepted: $status $body"
    id=${id_by_subject[orders-value]}
    say "registered orders-value at the gateway: id $id"
    for region in "${regions[@]}"; do
        soon region_holds_all "$region" || die "$region does not hold it: $status $body"
        call GET "$region" /subjects/orders-value/versions/1
        printf '      %-9s http://127.0.0.1:%-6s id %s\n' "$region" "${port[$region]}" "$(id_of "$body")"
    done
    cat <<EOF

The gateway is http://127.0.0.1:8081, metrics and regions are on http://127.0.0.1:8082. Worth trying:

  curl -i http://127.0.0.1:8081/subjects/orders-value/versions/latest     # which region answered? see the headers
  kill ${pid[us-west]}; sleep 1; curl -i http://127.0.0.1:8081/subjects/orders-value/versions/latest     # and without us-west?
  curl http://127.0.0.1:8082/admin/regions

Ctrl-C stops all of it.
EOF
}

need_packages "${build_packages[@]}" "${run_packages[@]}"
build release schema-gateway
trap leave EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

if [ -n "$check" ]; then
    home=$(mktemp -d "${TMPDIR:-/tmp}/schema-gateway-check.XXXXXX")
    prepare_home
    start_all
    demonstrate
    if [ "$failed_steps" -gt 0 ]; then
        printf '%d steps FAILED; logs and data are in %s\n' "$failed_steps" "$home"
        exit 1
    fi
    printf 'all steps ok\n'
else
    home=$root/build/quickstart
    for taken in 8081 8082; do
        if listens "$taken"; then die "port $taken on 127.0.0.1 is in use; stop what listens there, then start again"; fi
    done
    prepare_home
    start_all
    show
    wait "${pid[gateway]}" || die "the gateway has ended; its log is $home/gateway.log"
fi
