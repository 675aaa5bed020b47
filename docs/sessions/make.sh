#!/usr/bin/env bash
# Makes the sessions of this folder anew, with real gateways on loopback, and the pictures of their
# reports. Needs nginx, HAProxy and Chromium, and root for the third session (nginx has to change its
# user). Ports 18080 to 18082 have to be free.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

cargo build --quiet --release
goodgate=$PWD/target/release/goodgate
out=$PWD/docs/sessions
work=$(mktemp -d /tmp/goodgate-sessions.XXXXXX)
chmod 755 "$work"
pids=()
stop() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap stop EXIT

# Waits until a command succeeds.
until_true() {
    for _ in $(seq 200); do "$@" >/dev/null 2>&1 && return; sleep 0.05; done
    echo "not in time: $*" >&2
    exit 1
}

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# nginx NAME PORT LOCATION
nginx_with() {
    mkdir -p "$work/$1"
    cat >"$work/$1/nginx.conf" <<CONF
user www-data;
worker_processes 1;
daemon off;
pid $work/$1/pid;
error_log $work/$1/error.log;
events { worker_connections 64; }
http {
  access_log $work/$1/access.log;
  client_body_temp_path $work/$1/body; proxy_temp_path $work/$1/proxy;
  fastcgi_temp_path $work/$1/fastcgi; uwsgi_temp_path $work/$1/uwsgi; scgi_temp_path $work/$1/scgi;
  server { listen 127.0.0.1:$2; location / { $3 } }
}
CONF
    nginx -e "$work/$1/error.log" -c "$work/$1/nginx.conf" &
    pids+=($!)
    until_true listens "$2"
}

# session NAME ARGUMENTS: what is typed, and what comes, without what differs from run to run.
session() {
    local name=$1
    shift
    {
        echo "\$ goodgate diagnose $*" | sed "s|$work|/srv/lab|g"
        "$goodgate" diagnose "$@" --report "$work/$name.html" || true
    } | sed "s|$work|/srv/lab|g" >"$out/$name.txt"
    cargo --quiet xtask pictures "$work/$name.html"
}

# 1. nginx in front of an application that is not running.
nginx_with refused 18080 "proxy_pass http://127.0.0.1:18090;"
session nginx-refused http://127.0.0.1:18080/ --origin 127.0.0.1:18090 --log "$work/refused/error.log"

# 2. HAProxy in front of an application whose certificate has expired.
"$goodgate" faults --listen 127.0.0.1:18091 --fault tls_expired --server-name localhost \
    --ca-out "$work/ca.pem" >"$work/faults.txt" &
pids+=($!)
until_true grep -q listening "$work/faults.txt"
cat >"$work/haproxy.cfg" <<CONF
global
  log stderr format raw local0
defaults
  mode http
  option httplog
  log global
  timeout connect 2s
  timeout client 5s
  timeout server 5s
  retries 0
frontend web
  bind 127.0.0.1:18081
  default_backend app
backend app
  server app1 127.0.0.1:18091 ssl verify required ca-file $work/ca.pem sni str(localhost) verifyhost localhost
CONF
haproxy -db -f "$work/haproxy.cfg" 2>"$work/haproxy.log" &
pids+=($!)
until_true listens 18081
session haproxy-expired http://127.0.0.1:18081/ --origin https://localhost:18091 --ca-file "$work/ca.pem"

# 3. nginx in front of a unix socket that its user may not open; only the host tells.
"$goodgate" faults --listen "unix:$work/app.sock" >"$work/socket.txt" &
pids+=($!)
until_true grep -q listening "$work/socket.txt"
chmod 600 "$work/app.sock"
nginx_with denied 18082 "proxy_pass http://unix:$work/app.sock;"
session nginx-socket-denied http://127.0.0.1:18082/ --origin "unix:$work/app.sock" --local
