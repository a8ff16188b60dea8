# The network of script/demo; sourced.  Every function starts one of its parts.

# code, region as a CA's engineer would say it, RIR, location, address
perspectives="
us-east-1|ARIN|38.95,-77.45|203.0.113.10
us-west-2|ARIN|45.84,-119.70|203.0.113.20
eu-west-1|RIPE NCC|53.34,-6.27|203.0.113.30
ap-southeast-1|APNIC|1.29,103.85|203.0.113.40
sa-east-1|LACNIC|-23.55,-46.63|203.0.113.50
af-south-1|AFRINIC|-33.92,18.42|203.0.113.60
"

site_dns=192.0.2.53
site_web=192.0.2.80
attacker_dns=198.51.100.53
attacker_web=198.51.100.80


# each_perspective function [arg …]: calls it with code, RIR, location, address
# after its arguments

each_perspective() {
    local code rir location address

    while IFS='|' read -r code rir location address <&3; do
        if [ "$code" ]; then
            "$@" "$code" "$rir" "$location" "$address" || return 1
        fi
    done 3<<< "$perspectives"
}


# the same at once for all of them

all_perspectives() {
    local pids=() pid

    each_perspective in_background "$@"

    for pid in "${pids[@]}"; do
        wait "$pid" || return 1
    done
}


in_background() {
    "$@" &
    pids+=($!)
}


network_addresses() {
    local address

    for address in $site_dns $site_web $attacker_dns $attacker_web \
                   $(cut -s -d '|' -f 4 <<< "$perspectives")
    do
        ip address add "$address/32" dev lo || return 1
    done
}


network_certificates() {
    local certs=$1

    certificates_ca "$certs" "Throw-away CA of the demo" || return 1
    certificate "$certs" mpic serverAuth IP:127.0.0.1 || return 1
    certificate "$certs" coordinator clientAuth DNS:coordinator.ca.example \
        || return 1
    certificate "$certs" issuance clientAuth DNS:issuance.ca.example \
        || return 1

    all_perspectives perspective_certificate "$certs"
}


perspective_certificate() {
    certificate "$1" "$2" serverAuth "IP:$5"
}


perspective_resolver() {
    local dir=$1 code=$2 address=$5

    resolver_start "$dir/$code/resolver" "$address" $site_dns \
        "$dir/dns/trust-anchor"
}


# web_server dir address: what lies under dir/www, and nothing else

web_server() {
    local dir=$1 address=$2

    mkdir -p "$dir/www/.well-known/acme-challenge"

    {
        nginx_conf_head
        echo "events { }"
        echo "http {"
        nginx_conf_http
        cat <<EOF
    server {
        listen $address:80;
        root www;
    }
}
EOF
    } > "$dir/nginx.conf"

    nginx_start "$dir" "$address" 80
}


perspective_server() {
    local dir=$1 code=$2 rir=$3 address=$5

    mkdir -p "$dir/$code"

    {
        nginx_conf_head
        cat <<EOF
load_module $modules/ngx_http_mpic_perspective_module.so;

events { }

http {
EOF
        nginx_conf_http
        cat <<EOF

    server {
        $(nginx_listen "$address:443")

        ssl_certificate         $dir/certs/$code.pem;
        ssl_certificate_key     $dir/certs/$code.key;
        ssl_client_certificate  $dir/certs/ca.pem;
        ssl_verify_client       on;

        mpic_perspective_code   $code;
        mpic_perspective_rir    "$rir";
        mpic_resolver           $address:53;
        mpic_caa_domains        ca.example;

        # the Internet of this demo is made of documentation addresses
        mpic_allow_address      192.0.2.0/24 198.51.100.0/24;

        location = /dcv { mpic_check dcv; }
        location = /caa { mpic_check caa; }
    }
}
EOF
    } > "$dir/$code/nginx.conf"

    nginx_start "$dir/$code" "$address" 443
}


coordinator_server() {
    local dir=$1

    mkdir -p "$dir/coordinator"
    openssl rand -hex 32 > "$dir/coordinator/cohort.secret"
    chmod 600 "$dir/coordinator/cohort.secret"

    {
        nginx_conf_head
        cat <<EOF
load_module $modules/ngx_http_mpic_module.so;

events { }

http {
EOF
        nginx_conf_http
        cat <<EOF

    mpic_perspectives worldwide {
        secret_file  $dir/coordinator/cohort.secret;

$(each_perspective perspective_line)

        ssl_certificate          $dir/certs/coordinator.pem;
        ssl_certificate_key      $dir/certs/coordinator.key;
        ssl_trusted_certificate  $dir/certs/ca.pem;
    }

    server {
        $(nginx_listen 127.0.0.1:443)

        ssl_certificate         $dir/certs/mpic.pem;
        ssl_certificate_key     $dir/certs/mpic.key;
        ssl_client_certificate  $dir/certs/ca.pem;
        ssl_verify_client       on;

        location = /mpic {
            mpic_validate           worldwide;
            mpic_timeout            9s;
            mpic_grace              9s;     # to see all of them
        }
    }
}
EOF
    } > "$dir/coordinator/nginx.conf"

    nginx_start "$dir/coordinator" 127.0.0.1 443
}


perspective_line() {
    printf '        perspective  %-14s  https://%s  rir="%s"  location=%s;\n' \
        "$1" "$4" "$2" "$3"
}


network_start() {
    local dir=$1

    network_addresses || return 1
    network_certificates "$dir/certs" || return 1

    authoritative_start "$dir/dns" $site_dns "$here/demo.d/zones" \
        "example. ." "bank.example." || return 1
    authoritative_start "$dir/attacker-dns" $attacker_dns \
        "$here/demo.d/attacker-zones" "" "bank.example." || return 1
    all_perspectives perspective_resolver "$dir" || return 1

    web_server "$dir/site" $site_web || return 1
    web_server "$dir/attacker-site" $attacker_web || return 1
    all_perspectives perspective_server "$dir" || return 1
    coordinator_server "$dir"
}


# hijack dir code …: the resolvers of these perspectives get their answers for
# bank.example. from the attacker from now on, as when the route to the real
# name server is hijacked near them

hijack() {
    local dir=$1 code
    shift

    for code in "$@"; do
        unbound-control -q -c "$dir/$code/resolver/unbound.conf" \
            stub_add bank.example. $attacker_dns || return 1
        unbound-control -q -c "$dir/$code/resolver/unbound.conf" \
            flush_zone bank.example. || return 1
    done
}
