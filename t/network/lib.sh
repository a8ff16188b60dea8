# Shell functions that script/test, script/demo and t/network share: a network
# namespace of one's own, an authoritative DNS server with signed zones, a
# validating resolver, certificates.  Sourced by bash.
#
# Everything is started in a namespace that dies with the script that made it,
# so nothing has to be stopped by name.

# where Debian keeps servers, and what a user's PATH may lack
PATH=$PATH:/usr/sbin:/sbin


say() {
    echo "$*" >&2
}


die() {
    say "${0##*/}: $*"
    exit 1
}


# own_network script [arg …]: runs the script again in network and process
# namespaces of its own and returns its status.  All of it ends when the script
# ends, is interrupted, or when this process is killed.
#
# In there the script finds MPIC_NETWORK=1, and lo up with ::1 and fd00:6d70::1.

own_network() {
    local child status=0

    own_network_start setpriv --pdeathsig KILL -- "$@"
    child=$own_network_pid

    trap 'kill -KILL $child 2> /dev/null; trap - EXIT; exit 130' INT
    trap 'kill -KILL $child 2> /dev/null; trap - EXIT; exit 143' TERM HUP

    wait $child || status=$?
    trap - INT TERM HUP

    return $status
}


# own_network_start launcher [arg …] -- script [arg …]: the same in the
# background.  To kill the process own_network_pid ends it; the process is in
# the network namespace itself, for nsenter.

own_network_start() {
    local launcher=() user=()

    while [ "$1" != -- ]; do
        launcher+=("$1")
        shift
    done

    shift

    if [ "$(id -u)" != 0 ]; then
        user=(--map-root-user)
    fi

    if ! unshare "${user[@]}" --net true 2> /dev/null; then
        die "no right to make a network namespace: run it as root (a" \
            "container needs CAP_SYS_ADMIN), or allow user namespaces"
    fi

    # A mount of /proc where that is not allowed (some containers) only costs
    # a nicer "ps".  "unchanged", because a chroot's root cannot be changed;
    # no mount made in there may get out, so /proc is private first.

    MPIC_NETWORK=1 "${launcher[@]}" \
        unshare "${user[@]}" --net --pid --fork --kill-child \
            --mount --propagation unchanged \
        bash -c '
            { mount --make-private /proc && mount -t proc proc /proc; } \
                2> /dev/null
            ip link set lo up || exit 1
            ip address add fd00:6d70::1/64 dev lo nodad 2> /dev/null
            exec bash "$@"' own_network "$@" <&0 &
    own_network_pid=$!
}


# wait_for text pid command [arg …]: tries the command until it succeeds, for
# about twenty seconds at most, and no longer than the process pid lives ("-":
# no matter).

wait_for() {
    local text=$1 pid=$2 _
    shift 2

    for _ in $(seq 400); do
        if "$@" > /dev/null 2>&1; then
            return 0
        fi

        if [ "$pid" != - ] && ! kill -0 "$pid" 2> /dev/null; then
            break
        fi

        sleep 0.05
    done

    say "gave up waiting: $text"
    return 1
}


# stop_pid_files file …: asks the processes to end and waits until they have

stop_pid_files() {
    local file pid

    for file in "$@"; do
        if [ -s "$file" ] && pid=$(cat "$file"); then
            kill "$pid" 2> /dev/null || true
            wait_for "the end of $file" - bash -c "! kill -0 $pid" || return 1
        fi

        rm -f "$file"
    done
}


# dns_ask server[@port] name type [kdig option …]

dns_ask() {
    local server=$1 name=$2 type=$3
    shift 3

    kdig +timeout=2 +retry=0 "@$server" "$name" "$type" "$@"
}


# dns_answers server name type: whether it answers NOERROR

dns_answers() {
    dns_ask "$@" | grep -q 'status: NOERROR'
}


# authoritative_start dir address zones-dir "signed …" "unsigned …" \
#     ["nsec3 …" ["opt-out …"]]
#
# A knotd of its own that serves the zones of zones-dir (files NAME.zone, the
# root's is root.zone).  "signed" lists zone names from the leaves up: each is
# signed with a fresh key, and its DS is added to the zone above, if that is
# served here too.  Those listed in "nsec3" or "opt-out" as well are signed with
# NSEC3, with opt-out.  Leaves the root's DS in dir/trust-anchor.

authoritative_start() {
    local dir=$1 address=$2 zones=$3 signed=$4 unsigned=$5
    local nsec3=${6:-} optout=${7:-} zone

    mkdir -p "$dir/zones" "$dir/db"

    {
        authoritative_conf "$dir" "$address"
        echo "zone:"

        for zone in $signed; do
            case " $nsec3 , $optout " in
            *" $zone "*,*) authoritative_zone "$zone" nsec3 ;;
            *" $zone "*)   authoritative_zone "$zone" opt-out ;;
            *)             authoritative_zone "$zone" signed ;;
            esac
        done

        for zone in $unsigned; do
            authoritative_zone "$zone" default
        done
    } > "$dir/knot.conf"

    for zone in $signed $unsigned; do
        cp "$zones/$(zone_file "$zone")" "$dir/zones/" || return 1
    done

    for zone in $signed; do
        zone_key "$dir" "$zone" || return 1
    done

    # in the foreground, so that it logs and dies as told
    knotd -c "$dir/knot.conf" < /dev/null > "$dir/knotd.out" 2>&1 &
    echo $! > "$dir/knotd.pid"

    # kdig does not notice a port that nobody listens at, and waits
    wait_for "a server at $address:53" $! connects "$address" 53 \
        || { cat "$dir/knotd.out" >&2; return 1; }

    for zone in $signed $unsigned; do
        wait_for "zone $zone at $address" "$(cat "$dir/knotd.pid")" \
            zone_ready "$dir" "$address" "$zone" \
            && dns_answers "$address" "$zone" SOA \
            || { grep -v info: "$dir"/knot.log >&2; return 1; }
    done
}


# whether it is served, or never will be

zone_ready() {
    grep -qF "[$3] zone event 'load' failed" "$1/knot.log" \
        || dns_answers "$2" "$3" SOA
}


authoritative_conf() {
    local policy common storage

    common="    algorithm: ecdsap256sha256
    single-type-signing: on
    ksk-lifetime: 0
    nsec3-iterations: 0
    nsec3-salt-length: 0
"
    storage="storage: \"$1/zones\"
    journal-content: none
    zonefile-load: whole
    zonefile-sync: -1"

    cat <<EOF
server:
    rundir: "$1"
    pidfile: "$1/knot.pid"
    listen: $2@53
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
log:
  - target: "$1/knot.log"
    any: info
database:
    storage: "$1/db"
    journal-db-max-size: 16M
    kasp-db-max-size: 16M
    timer-db-max-size: 1M
policy:
  - id: signed
    nsec3: off
$common  - id: nsec3
    nsec3: on
$common  - id: opt-out
    nsec3: on
    nsec3-opt-out: on
${common}template:
  - id: default
    $storage
EOF

    for policy in signed nsec3 opt-out; do
        printf '  - id: %s\n    dnssec-signing: on\n    dnssec-policy: %s\n' \
            $policy $policy
        echo "    $storage"
    done
}


# authoritative_zone zone template

authoritative_zone() {
    printf '  - domain: %s\n    template: %s\n    file: %s\n' \
        "$1" "$2" "$(zone_file "$1")"
}


zone_file() {
    if [ "$1" = . ]; then
        echo root.zone

    else
        echo "${1%.}.zone"
    fi
}


# one key that signs all of the zone; its DS goes into the zone above

zone_key() {
    local dir=$1 zone=$2 above ds

    keymgr -c "$dir/knot.conf" "$zone" generate ksk=yes zsk=yes \
        algorithm=ecdsap256sha256 > "$dir/keymgr.out" 2>&1 \
        || { cat "$dir/keymgr.out" >&2; return 1; }

    # "zone DS tag algorithm digest-type digest": 2 is SHA-256
    ds=$(keymgr -c "$dir/knot.conf" "$zone" ds | awk '$5 == 2') || return 1
    test -n "$ds" || return 1

    if [ "$zone" = . ]; then
        echo "$ds" > "$dir/trust-anchor"
        return
    fi

    # where the zone file already says what DS there is, it knows better
    # (bogus.example. has one of a key that nobody holds)

    above=$dir/zones/$(zone_file "${zone#*.}")
    [ "${zone#*.}" ] || above=$dir/zones/root.zone

    if [ -f "$above" ] && ! grep -qiE "^${zone//./\\.}[[:space:]].*[[:space:]]DS[[:space:]]" "$above"; then
        echo "$ds" >> "$above"
    fi
}


# resolver_start dir address root-server trust-anchor-file [zone server]
#
# A validating unbound of its own.  It asks the server for the zone, wherever
# that is delegated to.  It is run from a copy: Debian's AppArmor
# profile for /usr/sbin/unbound forbids it to read configurations elsewhere.
# "unbound-control -c dir/unbound.conf …" talks to it.

resolver_start() {
    local dir=$1 address=$2 root=$3 anchor=$4

    mkdir -p "$dir"
    cp "$(command -v unbound)" "$dir/resolver"
    cp "$anchor" "$dir/trust-anchor"

    cat > "$dir/root.hints" <<EOF
.                   3600000  NS  ns.root-servers.example.
ns.root-servers.example.  3600000  A   $root
EOF

    {
        resolver_conf "$dir" "$address"

        if [ $# = 6 ]; then
            printf 'stub-zone:\n    name: %s\n    stub-addr: %s\n' "$5" "$6"
        fi
    } > "$dir/unbound.conf"

    "$dir/resolver" -d -c "$dir/unbound.conf" < /dev/null \
        > "$dir/unbound.out" 2>&1 &

    wait_for "resolver at $address" $! connects "$address" 53 \
        && wait_for "resolver at $address" $! dns_answers "$address" . SOA \
        || { tail -n 20 "$dir"/unbound.{log,out} >&2; return 1; }
}


# no file of the machine's takes part: neither its root hints, nor its trust
# anchor, nor /etc/hosts

resolver_conf() {
    cat <<EOF
server:
    interface: $2
    port: 53
    outgoing-interface: $2
    do-ip6: no
    access-control: 0.0.0.0/0 allow
    do-daemonize: no
    username: ""
    chroot: ""
    directory: "$1"
    pidfile: "$1/unbound.pid"
    use-syslog: no
    logfile: "$1/unbound.log"
    log-time-ascii: yes
    log-servfail: yes
    verbosity: 1

    module-config: "validator iterator"
    root-hints: "$1/root.hints"
    trust-anchor-file: "$1/trust-anchor"
    trust-anchor-signaling: no
    val-log-level: 2
    ede: yes

    do-not-query-localhost: no
    unblock-lan-zones: yes
    insecure-lan-zones: yes
    local-zone: "127.in-addr.arpa." nodefault
    domain-insecure: "127.in-addr.arpa."
    qname-minimisation: yes
    harden-glue: yes
    harden-dnssec-stripped: yes
    harden-below-nxdomain: yes
    aggressive-nsec: no
    prefetch: no
    serve-expired: no
    max-query-restarts: 20

    num-threads: 1
    msg-cache-size: 1m
    rrset-cache-size: 1m
    key-cache-size: 1m
    neg-cache-size: 1m
    so-rcvbuf: 0
remote-control:
    control-enable: yes
    control-interface: $2
    control-port: 8953
    control-use-cert: no
EOF
}


connects() {
    bash -c "exec 3<> /dev/tcp/$1/$2"
}


# nginx_start dir address port: an nginx in the foreground of its own, with the
# prefix dir and its nginx.conf, which nginx_conf_head began

nginx_start() {
    local dir=$1 address=$2 port=$3

    nginx -p "$dir/" -e error.log -c nginx.conf < /dev/null \
        > "$dir/nginx.out" 2>&1 &

    wait_for "nginx at $address:$port" $! connects "$address" "$port" \
        || { tail -n 20 "$dir"/{nginx.out,error.log} >&2; return 1; }
}


# nothing outside the prefix is written; as root, or as what looks like root in
# a user namespace, there may be nobody to change to

nginx_conf_head() {
    cat <<EOF
daemon off;
user root;
worker_processes 1;
error_log error.log notice;
pid nginx.pid;
EOF
}


nginx_conf_http() {
    cat <<EOF
    access_log access.log;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
EOF
}


# nginx_listen address: TLS with HTTP/2, in the words of the nginx at hand

nginx_listen() {
    local version

    version=$(nginx -v 2>&1 | sed 's,.*/,,; s, .*,,')

    if printf '%s\n' 1.25.1 "$version" | sort -VC; then
        printf 'listen %s ssl; http2 on;' "$1"

    else
        printf 'listen %s ssl http2;' "$1"
    fi
}


# certificates_ca dir: a throw-away CA, dir/ca.pem and dir/ca.key

certificates_ca() {
    mkdir -p "$1"

    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
        -subj "/CN=${2:-Throw-away CA}" -days 3650 \
        -addext basicConstraints=critical,CA:TRUE \
        -addext keyUsage=critical,keyCertSign,cRLSign \
        -keyout "$1/ca.key" -out "$1/ca.pem" 2> "$1/ca.out" \
        || { cat "$1/ca.out" >&2; return 1; }
}


# certificate dir name usage SAN [ca]: dir/name.pem and dir/name.key, signed by
# dir/ca; usage is clientAuth or serverAuth, SAN as openssl writes it

certificate() {
    local dir=$1 name=$2 usage=$3 san=$4 ca=${5:-ca}

    {
        openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
            -subj "/CN=$name" -keyout "$dir/$name.key" -out "$dir/$name.csr" \
        && openssl x509 -req -in "$dir/$name.csr" -days 3650 -sha256 \
            -CA "$dir/$ca.pem" -CAkey "$dir/$ca.key" \
            -set_serial "0x$(openssl rand -hex 8)" -out "$dir/$name.pem" \
            -extfile <(printf '%s\n' "basicConstraints=CA:FALSE" \
                "keyUsage=critical,digitalSignature" \
                "extendedKeyUsage=$usage" "subjectAltName=$san")
    } 2> "$dir/$name.out" || { cat "$dir/$name.out" >&2; return 1; }

    rm -f "$dir/$name.csr" "$dir/$name.out"
}
