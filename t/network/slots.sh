# Test networks side by side, so that one test file need not wait for another:
# each slot is a network namespace with the servers of t/network/start, and a
# folder of its own.  Sourced by bash, after lib.sh.
#
#   $1/N/network    servers, logs, certificates
#   $1/N/servroot   Test::Nginx's nginx
#   $1/N/pid        the process that t/network/in-slot enters the namespace by
#   $1/N/lock       held by the test file that runs there

slots_pids=()


# slots_start folder number: starts that many, and returns when all are ready.
# They end with the script that started them.

slots_start() {
    local i dir status=0

    rm -rf "$1"

    for i in $(seq "$2"); do
        dir=$1/$i
        mkdir -p "$dir"
        mkfifo "$dir/end"

        own_network_start setpriv --pdeathsig KILL -- \
            t/network/hold "$dir" > "$dir/log" 2>&1
        slots_pids+=("$own_network_pid")
        echo "$own_network_pid" > "$dir/pid"
    done

    for i in $(seq "$2"); do
        if ! wait_for "test network $i" "${slots_pids[i - 1]}" \
            test -e "$1/$i/ready"
        then
            cat "$1/$i/log" >&2
            status=1
        fi
    done

    return $status
}


# slots_stop folder: whether all of them ended well

slots_stop() {
    local i=0 pid status=0

    for pid in "${slots_pids[@]}"; do
        i=$((i + 1))

        if kill -0 "$pid" 2> /dev/null; then
            echo end > "$1/$i/end"
        fi

        if ! wait "$pid"; then
            cat "$1/$i/log" >&2
            status=1
        fi
    done

    slots_pids=()

    return $status
}
