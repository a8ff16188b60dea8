# The network of script/bench; sourced.  Who is where:
#
#   127.0.0.2:53        DNS, a signed root, example. and bench.example.
#   127.0.0.53:53       the one unbound that all perspectives ask
#   127.0.2.1 … .16:80  target web server
#   127.0.1.1 … .24     perspectives p1 … p24: six nginx of one worker each,
#                       four servers in each; 443 for coordinators (HTTP/2,
#                       client certificate), of p1 8443 for wrk, which has none
#   127.0.0.1:443       the coordinator
#   127.0.3.1:443       the floor: an nginx without our modules
#
# 8080 of p1, of the coordinator and of the floor is nginx's stub_status: how
# many requests there were, at any time.

bench_names=64
bench_addresses=16
bench_perspectives=24
bench_processes=6
bench_fanouts="2 6 12 24"

bench_token=evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr-oA
bench_key=$bench_token.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI
bench_digest=lCM7cZyQXcVHK2nnW3jjAhNT3Fvm18UN-kWZZknKoYM

bench_rirs=(ARIN '"RIPE NCC"' APNIC LACNIC AFRINIC)


bench_network() {
    local dir=$1 i

    # without an address that is no loopback one dnsperf finds no server at all
    ip address add 192.0.2.1/32 dev lo || return 1

    bench_zones "$dir/zones"
    bench_requests "$dir/requests"

    authoritative_start "$dir/dns" 127.0.0.2 "$dir/zones" \
        "bench.example. example. ." "" || return 1
    resolver_start "$dir/resolver" 127.0.0.53 127.0.0.2 \
        "$dir/dns/trust-anchor" || return 1

    bench_certificates "$dir/certs" || return 1

    bench_idle "$dir/idle" || return 1
    bench_measure_idle "$dir" || return 1
    stop_pid_files "$dir/idle/nginx.pid" || return 1

    for i in $(seq $bench_processes); do
        bench_perspective "$dir/perspective-$i" "$i" || return 1
    done

    bench_coordinator "$dir/coordinator" || return 1

    for i in $bench_fanouts; do
        bench_size "mpic-$i" "https://127.0.0.1/mpic-$i" || return 1
    done

    bench_floor "$dir/floor" || return 1
}


bench_zones() {
    local zones=$1 i

    mkdir -p "$zones"

    cat > "$zones/root.zone" <<END
\$ORIGIN .
\$TTL 86400
.                         SOA  ns.example. hostmaster.example. 1 3600 600 86400 60
.                         NS   ns.root-servers.example.
ns.root-servers.example.  A    127.0.0.2
example.                  NS   ns.example.
ns.example.               A    127.0.0.2
END

    cat > "$zones/example.zone" <<END
\$ORIGIN example.
\$TTL 86400
@                SOA  ns hostmaster 1 3600 600 86400 86400
@                NS   ns
ns               A    127.0.0.2
ns.root-servers  A    127.0.0.2
bench            NS   ns
END

    {
        cat <<END
\$ORIGIN bench.example.
\$TTL 86400
@  SOA  ns.example. hostmaster.example. 1 3600 600 86400 86400
@  NS   ns.example.
@  CAA  0 issue "ca.example"
@  CAA  0 iodef "mailto:security@bench.example"
END

        for i in $(seq $bench_names); do
            echo "n$i A 127.0.2.$(( i % bench_addresses + 1 ))"
            echo "_acme-challenge.n$i TXT \"$bench_digest\""
        done
    } > "$zones/bench.example.zone"
}


# a request a line, and for each kind the questions that it takes, for dnsperf

bench_requests() {
    local out=$1 i n count

    mkdir -p "$out"

    for i in $(seq $bench_names); do
        n="\"domain_or_ip_target\":\"n$i.bench.example\",\"trace_identifier\":\"order-$i\""

        echo "{\"check_type\":\"caa\",$n,\"caa_check_parameters\":{\"certificate_type\":\"tls-server\",\"caa_domains\":[\"ca.example\"]}}" \
            >> "$out/caa"
        echo "{\"check_type\":\"dcv\",$n,\"dcv_check_parameters\":{\"validation_method\":\"acme-dns-01\",\"key_authorization_hash\":\"$bench_digest\"}}" \
            >> "$out/dns-01"
        echo "{\"check_type\":\"dcv\",$n,\"dcv_check_parameters\":{\"validation_method\":\"acme-http-01\",\"token\":\"$bench_token\",\"key_authorization\":\"$bench_key\"}}" \
            >> "$out/http-01"

        printf '%s CAA\n' "n$i.bench.example" bench.example example \
            >> "$out/caa.questions"
        echo "_acme-challenge.n$i.bench.example TXT" >> "$out/dns-01.questions"
        printf '%s\n' "n$i.bench.example AAAA" "n$i.bench.example A" \
            >> "$out/http-01.questions"
    done

    for count in $bench_fanouts; do
        cp "$out/dns-01" "$out/mpic-$count"
    done
}


bench_certificates() {
    local certs=$1 i san=

    certificates_ca "$certs" || return 1

    for i in $(seq $bench_perspectives); do
        san=$san${san:+,}IP:127.0.1.$i
    done

    certificate "$certs" perspective serverAuth \
        "$san,DNS:perspective.example" \
        && certificate "$certs" coordinator clientAuth DNS:coordinator.example \
        && certificate "$certs" server serverAuth IP:127.0.0.1,IP:127.0.3.1
}


# As far as they matter the directives have their defaults; what is written to
# logs is the operator's to choose, and not measured here.

bench_head() {
    nginx_conf_head | sed 's/notice;/error;/'
}


bench_http() {
    echo "events { worker_connections 2048; }"
    echo "http {"
    nginx_conf_http | sed 's/access_log .*/access_log off;/'
}


bench_status() {
    cat <<END
    server {
        listen $1:8080;
        location = /status { stub_status; }
    }
END
}


bench_tls() {
    echo "ssl_certificate $dir/certs/$1.pem;"
    echo "ssl_certificate_key $dir/certs/$1.key;"
}


bench_idle() {
    mkdir -p "$1"

    {
        bench_head
        echo "load_module $modules/ngx_http_mpic_perspective_module.so;"
        bench_http
        bench_perspective_server 1 "listen 127.0.1.1:8443 ssl;"
        echo "}"
    } > "$1/nginx.conf"

    nginx_start "$1" 127.0.1.1 8443
}


# its memory, before any other nginx shares its pages, and after it has
# answered; then what the target is there for

bench_measure_idle() {
    local dir=$1 url=https://127.0.1.1:8443

    perl bench/memory.pl "$dir/idle/nginx.pid" > "$dir/memory.idle" \
        && bench_size caa $url/caa \
        && bench_size dns-01 $url/dcv \
        && perl bench/memory.pl "$dir/idle/nginx.pid" > "$dir/memory.used" \
        && bench_target "$dir/target" \
        && bench_size http-01 $url/dcv
}


# bench_size name url: how large a true answer is

bench_size() {
    local answer

    answer=$(head -n 1 "$dir/requests/$1" \
        | curl --silent --show-error --insecure --max-time 15 --noproxy '*' \
            --header "Content-Type: application/json" --data-binary @- "$2") \
        || { say "no answer from $2"; return 1; }

    echo "$answer" > "$dir/requests/$1.answer"

    case "$answer" in
    *'"is_valid":true'*|*'"check_passed":true'*) ;;
    *) say "$2 does not answer as it should: $answer"; return 1 ;;
    esac

    printf %s "$answer" | wc -c > "$dir/requests/$1.size"
}


bench_perspective() {
    local here=$1 process=$2 i verify

    mkdir -p "$here"
    verify="ssl_verify_client on; ssl_client_certificate $dir/certs/ca.pem;"

    {
        bench_head
        echo "load_module $modules/ngx_http_mpic_perspective_module.so;"
        bench_http

        for i in $(seq "$process" $bench_processes $bench_perspectives); do
            bench_perspective_server "$i" \
                "$(nginx_listen "127.0.1.$i:443") $verify"
        done

        if [ "$process" = 1 ]; then
            bench_perspective_server 1 "listen 127.0.1.1:8443 ssl;"
            bench_status 127.0.1.1
        fi

        echo "}"
    } > "$here/nginx.conf"

    nginx_start "$here" "127.0.1.$process" 443
}


bench_perspective_server() {
    local i=$1 listen=$2

    cat <<END
    server {
        $listen
        $(bench_tls perspective)

        mpic_perspective_code  p$i;
        mpic_perspective_rir   ${bench_rirs[i % 5]};
        mpic_resolver          127.0.0.53:53;
        mpic_caa_domains       ca.example;
        mpic_allow_address     127.0.2.0/24;

        location = /dcv   { mpic_check dcv; }
        location = /caa   { mpic_check caa; }

        location = /floor { $(bench_return dns-01) }
    }
END
}


# a body as large as the answer of that name; one parameter of a directive may
# not have so many octets

bench_return() {
    local size=0 part

    test ! -e "$dir/requests/$1.size" || size=$(cat "$dir/requests/$1.size")
    part=$(printf '%100s' '' | tr ' ' x)

    echo "set \$x $part; default_type application/json;"
    echo "return 200 \"$(printf "%$(( size % 100 ))s" '' | tr ' ' x)$(
        printf '%.0s$x' $(seq $(( size / 100 ))))\";"
}


bench_coordinator() {
    local here=$1 count i

    mkdir -p "$here"
    openssl rand -hex 32 > "$here/secret"

    {
        bench_head
        echo "load_module $modules/ngx_http_mpic_module.so;"
        bench_http

        for count in $bench_fanouts; do
            echo "mpic_perspectives fan-$count {"
            echo "secret_file $here/secret;"

            for i in $(seq "$count"); do
                echo "perspective p$i https://127.0.1.$i" \
                    "rir=${bench_rirs[i % 5]};"
            done

            bench_tls coordinator
            echo "ssl_trusted_certificate $dir/certs/ca.pem; }"
        done

        echo "server { listen 127.0.0.1:443 ssl;"
        bench_tls server
        echo "client_body_buffer_size 64k;"

        for count in $bench_fanouts; do
            echo "location = /mpic-$count { mpic_validate fan-$count;" \
                "mpic_perspective_count $count; mpic_policy private; mpic_grace 100s; }"
        done

        echo "}"
        bench_status 127.0.0.1
        echo "}"
    } > "$here/nginx.conf"

    nginx_start "$here" 127.0.0.1 443
}


bench_target() {
    local here=$1

    mkdir -p "$here"

    {
        bench_head
        bench_http
        cat <<END
    server {
        listen 80;
        location = /.well-known/acme-challenge/$bench_token {
            return 200 "$bench_key";
        }
    }
}
END
    } > "$here/nginx.conf"

    nginx_start "$here" 127.0.2.1 80
}


# return-…: a body as large as a real answer; proxy: to one perspective's nginx,
# proxy-6: to six at once, put together by SSI, over TLS with a client certificate,
# connections kept; fresh: to the target by a connection of its own, as http-01
# has to

bench_floor() {
    local here=$1 i

    mkdir -p "$here"

    {
        bench_head
        bench_http
        echo "proxy_http_version 1.1; proxy_set_header Connection '';"
        echo "proxy_ssl_certificate $dir/certs/coordinator.pem;"
        echo "proxy_ssl_certificate_key $dir/certs/coordinator.key;"
        echo "proxy_ssl_trusted_certificate $dir/certs/ca.pem;"
        echo "proxy_ssl_verify on;"

        for i in 1 2 3 4 5 6; do
            echo "upstream u$i { server 127.0.1.$i:443; keepalive 256; }"
        done

        echo "server { listen 127.0.3.1:443 ssl;"
        bench_tls server

        for i in caa dns-01 http-01 mpic-6; do
            echo "location = /return-$i { $(bench_return $i) }"
        done

        echo "location = /proxy { $(bench_proxy 1) }"
        echo "location = /proxy-6 { ssi on; default_type text/html;"
        echo "return 200 '"

        for i in 1 2 3 4 5 6; do
            echo "<!--# include virtual=\"/leg-$i\" -->"
        done

        echo "'; }"

        for i in 1 2 3 4 5 6; do
            echo "location = /leg-$i { internal; $(bench_proxy $i) }"
        done

        cat <<END
        location = /fresh {
            proxy_method GET;
            proxy_pass_request_body off;
            proxy_set_header Content-Length "";
            proxy_pass http://127.0.2.1/.well-known/acme-challenge/$bench_token;
        }
        }
END
        bench_status 127.0.3.1
        echo "}"
    } > "$here/nginx.conf"

    nginx_start "$here" 127.0.3.1 443
}


bench_proxy() {
    echo "proxy_pass https://u$1/floor; proxy_ssl_name perspective.example;"
}
