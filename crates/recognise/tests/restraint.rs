//! Texts that look like a fault and are none, or not the one that they seem to be: no verdict on
//! them may be confident.
//!
//! Each row names what the text is, the text, and the causes that no confident verdict may name.

use goodgate_causes::{CONFIDENT, catalogue, rank};
use goodgate_recognise::recognise;

/// No cause may be named with confidence.
const ANYTHING: &[&str] = &[];

/// A name, a text, and the causes that are forbidden.
type Row = (&'static str, &'static str, &'static [&'static str]);

#[test]
fn no_confident_verdict_names_a_forbidden_cause() {
    let failures: Vec<String> = ROWS.iter().filter_map(wrongly_named).collect();

    assert!(failures.is_empty(), "{} of {}:\n{}", failures.len(), ROWS.len(), failures.join("\n"));
}

#[test]
fn forbidden_causes_exist() {
    for (name, _, forbidden) in ROWS {
        for cause in *forbidden {
            assert!(catalogue::find(cause).is_some(), "{name}: {cause}");
        }
    }
}

/// Returns which forbidden causes are named with confidence.
fn wrongly_named((name, text, forbidden): &Row) -> Option<String> {
    let seen = recognise(text.as_bytes(), None);
    let assessment = rank(&seen.case());
    let verdicts = std::iter::once(&assessment.verdict).chain(&assessment.also);
    let named: Vec<String> = verdicts
        .flat_map(|verdict| &verdict.causes)
        .filter(|cause| cause.confidence >= CONFIDENT)
        .filter(|cause| forbidden.is_empty() || forbidden.contains(&cause.id))
        .map(|cause| format!("{} {:.2}", cause.id, cause.confidence))
        .collect();
    (!named.is_empty()).then(|| format!("{name}: {}", named.join(", ")))
}

const ROWS: &[Row] = &[
    (
        "an error's name in the address of a page that was served",
        "192.0.2.4 - - [12/Mar/2026:10:03:11 +0000] \"GET /blog/ECONNREFUSED-in-docker \
         HTTP/1.1\" 200 8123 \"-\" \"Mozilla/5.0\"",
        ANYTHING,
    ),
    (
        "an error's name in a search",
        "192.0.2.4 - - [12/Mar/2026:10:03:11 +0000] \"GET /search?q=connect+ECONNREFUSED \
         HTTP/1.1\" 200 5123 \"-\" \"Mozilla/5.0\"",
        ANYTHING,
    ),
    (
        "errors in referrer and user agent",
        "192.0.2.4 - - [12/Mar/2026:10:03:11 +0000] \"GET / HTTP/1.1\" 200 5123 \
         \"https://forum.example/Connection refused\" \"bot (OOMKilled; CrashLoopBackOff)\"",
        ANYTHING,
    ),
    (
        "an error in the address of a failed request",
        "192.0.2.4 - - [12/Mar/2026:10:03:11 +0000] \"GET /?e=certificate has expired \
         HTTP/1.1\" 502 157 \"-\" \"curl/8.9.1\"",
        ANYTHING,
    ),
    (
        "an error in the address that nginx logs beside its own words",
        "2026/03/12 10:03:11 [error] 5#5: *1 upstream prematurely closed connection while \
         reading response header from upstream, client: 192.0.2.4, server: app.example, \
         request: \"GET /?q=connect() failed (111: Connection refused) HTTP/1.1\", upstream: \
         \"http://192.0.2.9:80/\", host: \"app.example\", referrer: \
         \"https://x.example/ENOTFOUND\"",
        &["connect_refused", "dns_nxdomain"],
    ),
    (
        "an error in the referrer that Apache logs",
        "[Thu Mar 12 10:03:11.1 2026] [proxy:error] [pid 1:tid 2] [client 192.0.2.4:1] \
         AH00898: Error reading from remote server returned by /a, referer: \
         https://x.example/ECONNREFUSED/certificate has expired",
        &["connect_refused", "tls_cert_expired"],
    ),
    (
        "an error in the address of a line of Caddy",
        "{\"level\":\"info\", \"ts\":1772000000.1,\"logger\":\"http.log.access.log0\", \
         \"msg\":\"handled request\", \
         \"request\":{\"method\":\"GET\",\"host\":\"app.example\", \
         \"uri\":\"/search?e=ECONNREFUSED\", \
         \"headers\":{\"Referer\":[\"https://x.example/?q=ENOTFOUND\"]}}, \
         \"duration\":0.002,\"size\":512,\"status\":200, \
         \"resp_headers\":{\"Server\":[\"nginx\"]}}",
        ANYTHING,
    ),
    (
        "an error in the address of a line of HAProxy",
        "Mar 12 10:03:11 lb haproxy[8]: 192.0.2.4:49312 [12/Mar/2026:10:03:11.401] https~ \
         app/s1 0/0/1/3/4 200 194 - - ---- 2/2/9/4/0 0/0 \"GET /kb?e=ECONNREFUSED HTTP/1.1\"",
        ANYTHING,
    ),
    (
        "a reason's name in the user agent of a load balancer's line",
        "https 2026-03-12T10:03:11.401234Z app/prod/aabb 192.0.2.4:4444 192.0.2.9:3000 0.001 \
         0.002 0.000 200 200 45 337 \"GET https://api.example:443/kb HTTP/2.0\" \
         \"LambdaTimeout/1\" - - arn \"Root=1\" \"api.example\" \"arn\" 0 \
         2026-03-12T10:03:11.400000Z \"forward\" \"-\" \"-\" \"192.0.2.9:3000\" \"200\" \"-\" \
         \"-\"",
        ANYTHING,
    ),
    (
        "a scan of the SSH port",
        "Mar 12 10:03:11 web sshd[813]: error: kex_exchange_identification: read: Connection \
         reset by peer",
        ANYTHING,
    ),
    (
        "mail that cannot be delivered",
        "Mar 12 10:03:11 web postfix/smtp[812]: connect to mx.example[192.0.2.25]:25: \
         Connection refused\nMar 12 10:03:11 web postfix/smtp[812]: connect to \
         mx2.example[192.0.2.26]:25: Connection timed out",
        ANYTHING,
    ),
    (
        "the nightly timers",
        "Mar 12 10:03:11 web systemd[1]: logrotate.service: Deactivated successfully.\nMar 12 \
         10:03:11 web systemd[1]: apt-daily.service: Deactivated successfully.",
        ANYTHING,
    ),
    (
        "a session that ends",
        "Mar 12 10:03:11 web systemd[1]: Stopping User Manager for UID 1000...\nMar 12 \
         10:03:11 web systemd[1]: session-12.scope: Deactivated successfully.",
        ANYTHING,
    ),
    (
        "a gateway that is restarted",
        "Mar 12 10:03:11 web systemd[1]: Stopping A high performance web server and a reverse \
         proxy server...\nMar 12 10:03:11 web systemd[1]: nginx.service: Deactivated \
         successfully.\nMar 12 10:03:11 web systemd[1]: Started A high performance web server \
         and a reverse proxy server.",
        ANYTHING,
    ),
    (
        "other units that do not start",
        "Mar 12 10:03:11 web systemd[1]: Failed to start Daily apt download activities.\nMar \
         12 10:03:11 web systemd[1]: Failed to start Certbot.",
        ANYTHING,
    ),
    (
        "a gateway that does not start is no application",
        "Mar 12 10:03:11 web systemd[1]: nginx.service: Main process exited, code=exited, \
         status=1/FAILURE\nMar 12 10:03:11 web systemd[1]: Failed to start A high performance \
         web server and a reverse proxy server.",
        &["app_boot_failure"],
    ),
    (
        "a browser that ran out of memory",
        "[123.1] node invoked oom-killer: gfp_mask=0xcc0, order=0, oom_score_adj=0\n[123.3] \
         Out of memory: Killed process 912 (chrome) total-vm:8112312kB",
        &["app_oom_killed"],
    ),
    (
        "a scanner of files that ran out of memory beside a refusal",
        "Mar 12 10:03:11 web kernel: [123.1] Out of memory: Killed process 912 (clamd) \
         total-vm:1912312kB\n2026/03/12 10:03:11 [error] 5#5: *2 connect() failed (111: \
         Connection refused) while connecting to upstream, client: 192.0.2.4, server: \
         app.example, request: \"GET / HTTP/1.1\", upstream: \"http://192.0.2.9:80/\"",
        &["app_oom_killed"],
    ),
    (
        "a database that ran out of memory",
        "Mar 12 10:03:11 web kernel: Out of memory: Killed process 912 (mysqld) \
         total-vm:1912312kB",
        &["app_oom_killed"],
    ),
    (
        "a crash of the desktop",
        "Mar 12 10:03:11 web kernel: chrome[812]: segfault at 0 ip 00007f sp 00007ffd error 4 \
         in libc.so.6",
        ANYTHING,
    ),
    (
        "a crash of the gateway is none of the application",
        "Mar 12 10:03:11 web kernel: nginx[812]: segfault at 0 ip 00007f sp 00007ffd error 4 \
         in ngx_http_x_module.so",
        &["app_worker_crash"],
    ),
    (
        "a package that npm cannot fetch",
        "npm ERR! code E502\nnpm ERR! 502 Bad Gateway - GET https://registry.example/lodash",
        ANYTHING,
    ),
    (
        "a connection of npm that broke",
        "npm ERR! code ECONNRESET\nnpm ERR! network request to https://registry.example/react \
         failed, reason: socket hang up",
        ANYTHING,
    ),
    (
        "a package list that apt cannot fetch",
        "W: Failed to fetch http://mirror.example/InRelease  Could not connect to \
         mirror.example:80 (192.0.2.80). - connect (111: Connection refused)",
        ANYTHING,
    ),
    (
        "a package that pip cannot fetch",
        "WARNING: Retrying (Retry(total=4, connect=None)) after connection broken by \
         'ReadTimeoutError(\"HTTPSConnectionPool(host='pypi.example', port=443): Read timed \
         out.\")': /simple/flask/",
        ANYTHING,
    ),
    (
        "an image that Docker cannot pull",
        "Error response from daemon: Get \"https://registry.example/v2/\": net/http: TLS \
         handshake timeout",
        ANYTHING,
    ),
    (
        "a repository that git cannot reach",
        "ssh: connect to host git.example port 22: Connection timed out\nfatal: unable to \
         access 'https://git.example/app.git/': The requested URL returned error: 502",
        ANYTHING,
    ),
    (
        "Docker's own socket",
        "permission denied while trying to connect to the Docker daemon socket at \
         unix:///var/run/docker.sock: dial unix /var/run/docker.sock: connect: permission \
         denied",
        ANYTHING,
    ),
    (
        "a disk that is full elsewhere",
        "rsync: [receiver] write failed on \"/backup/a.tar\": No space left on device (28)",
        ANYTHING,
    ),
    (
        "a disk of which nothing is known",
        "write /data/queue/7: No space left on device",
        &["gateway_disk_full"],
    ),
    (
        "the authority that cannot reach the site",
        "Detail: 192.0.2.4: Fetching http://app.example/.well-known/acme-challenge/x: \
         Connection refused",
        ANYTHING,
    ),
    (
        "a gateway that cannot reach the authority",
        "time=\"2026-03-12T10:03:12Z\" level=error msg=\"Unable to obtain ACME certificate: \
         Get \\\"https://acme-v02.api.letsencrypt.org/directory\\\": dial tcp: lookup \
         acme-v02.api.letsencrypt.org on 127.0.0.11:53: no such host\"",
        ANYTHING,
    ),
    (
        "the control plane of a mesh",
        "[2026-03-12 10:03:11.401][1][warning][config] StreamAggregatedResources gRPC config \
         stream to xds-grpc closed since 312s ago: 14, upstream connect error or \
         disconnect/reset before headers. reset reason: connection failure, transport failure \
         reason: delayed connect error: 111",
        ANYTHING,
    ),
    (
        "the cluster's own interface",
        "E0312 10:03:11.401234       1 leaderelection.go:332] error retrieving resource lock: \
         Get \"https://192.0.2.1:443/apis/coordination.k8s.io/v1/leases/x\": dial tcp \
         192.0.2.1:443: connect: connection refused",
        ANYTHING,
    ),
    (
        "telemetry that is not delivered",
        "Exporting failed. Dropping data. {\"error\": \"rpc error: dial tcp 192.0.2.7:4317: \
         connect: connection refused\"}",
        &["connect_refused"],
    ),
    (
        "clients that break the handshake with a Go server off",
        "2026/03/12 10:03:11 http: TLS handshake error from 192.0.2.66:4411: EOF\n2026/03/12 \
         10:03:12 http: TLS handshake error from 192.0.2.66:4412: remote error: tls: bad \
         certificate",
        ANYTHING,
    ),
    (
        "a client of HAProxy without a common cipher",
        "192.0.2.66:4411 [12/Mar/2026:10:03:11.401] https/1: SSL handshake failure \
         (error:0A0000C1:SSL routines::no shared cipher)",
        &["tls_no_shared_cipher"],
    ),
    (
        "a scan of nginx's TLS port beside a refusal",
        "2026/03/12 10:03:10 [crit] 5#5: *1 SSL_do_handshake() failed (SSL: \
         error:0A00006C:SSL routines::bad key share) while SSL handshaking, client: \
         192.0.2.66, server: 0.0.0.0:443\n2026/03/12 10:03:11 [error] 5#5: *2 connect() \
         failed (111: Connection refused) while connecting to upstream, client: 192.0.2.4, \
         server: app.example, request: \"GET / HTTP/1.1\", upstream: \"http://192.0.2.9:80/\"",
        &["client_request_invalid"],
    ),
    (
        "a visitor who left beside a timeout",
        "192.0.2.4 - - [12/Mar/2026:10:03:11 +0000] \"GET /slow HTTP/1.1\" 499 0 \"-\" \
         \"Mozilla/5.0\"\n2026/03/12 10:04:11 [error] 5#5: *2 upstream timed out (110: \
         Connection timed out) while reading response header from upstream, client: \
         192.0.2.4, server: app.example, request: \"GET /slow HTTP/1.1\", upstream: \
         \"http://192.0.2.9:80/slow\"",
        &["client_aborted"],
    ),
    (
        "a database that refuses, in a stack of Java",
        "org.postgresql.util.PSQLException: Connection to db:5432 refused.\n\tat \
         org.postgresql.jdbc.PgConnection.<init>(PgConnection.java:273)\nCaused by: \
         java.net.ConnectException: Connection refused\n\tat \
         java.base/sun.nio.ch.Net.pollConnect(Native Method)",
        &["connect_refused"],
    ),
    (
        "a broker that refuses, named on the line before",
        "[Producer clientId=p-1] Connection to node -1 (kafka/192.0.2.4:9092) could not be \
         established.\njava.net.ConnectException: Connection refused",
        &["connect_refused"],
    ),
    (
        "a session store that refuses a Go program",
        "2026/03/12 10:03:11 failed to get session: dial tcp 192.0.2.4:6379: connect: \
         connection refused",
        &["connect_refused"],
    ),
    (
        "mail that the application cannot hand over",
        "Error: connect ECONNREFUSED 192.0.2.25:587\n    at TCPConnectWrap.afterConnect [as \
         oncomplete] (node:net:1595:16)",
        &["connect_refused"],
    ),
    (
        "a directory that refuses",
        "javax.naming.CommunicationException: ldap.example:389 [Root exception is \
         java.net.ConnectException: Connection refused (Connection refused)]",
        &["connect_refused"],
    ),
    (
        "a partner's interface that refuses an application which answers 500",
        "Internal Server Error: /checkout\nrequests.exceptions.ConnectionError: \
         HTTPSConnectionPool(host='pay.example', port=443): Max retries exceeded (Caused by \
         NewConnectionError('Failed to establish a new connection: [Errno 111] Connection \
         refused'))",
        &["connect_refused"],
    ),
    (
        "an inner gateway's failure that an outer one passes on",
        "haproxy[812]: 192.0.2.4:49312 [12/Mar/2026:10:03:11.401] fe be/nginx1 0/0/1/2/3 502 \
         194 - - ---- 2/2/9/4/0 0/0 \"GET / HTTP/1.1\"\n2026/03/12 10:03:11 [error] 5#5: *2 \
         connect() failed (111: Connection refused) while connecting to upstream, client: \
         192.0.2.2, server: app.example, request: \"GET / HTTP/1.0\", upstream: \
         \"http://127.0.0.1:3000/\", host: \"app.example\"",
        &["app_generated_error"],
    ),
    (
        "a script that waits for the database",
        "web-1  | nc: connect to db (192.0.2.2) port 5432 (tcp) failed: Connection refused\n\
         web-1  | db is up, starting server",
        &["connect_refused"],
    ),
    (
        "a retry that succeeded",
        "2026-03-12T10:03:11Z level=info msg=\"retrying after connection reset by peer, \
         attempt 2 succeeded\"",
        ANYTHING,
    ),
    (
        "curl's second address",
        "* connect to ::1 port 3000 from ::1 port 44112 failed: Connection refused\n*   \
         Trying 127.0.0.1:3000...\n* Connected to localhost (127.0.0.1) port 3000\n< HTTP/1.1 \
         200 OK",
        ANYTHING,
    ),
    (
        "an error that is denied",
        "There is no \"connection refused\" in the logs, nothing at all, only 502 in the \
         browser.",
        ANYTHING,
    ),
    (
        "an error that is denied in another way",
        "The certificate is valid, the container is not OOMKilled and there are no restarts. \
         Still 502.",
        ANYTHING,
    ),
    (
        "an error that was supposed",
        "I thought it was OOMKilled but dmesg is clean. 502 every night at 3.",
        ANYTHING,
    ),
    (
        "an error that is past",
        "We had \"no live upstreams\" and fixed it with max_fails=0. Today the page is slow, \
         no 502 at all.",
        ANYTHING,
    ),
    (
        "an explanation of two errors",
        "If you see \"connect() failed (111: Connection refused)\" the app is down, and if \
         you see \"upstream sent too big header\" raise proxy_buffer_size.",
        ANYTHING,
    ),
    (
        "a list of many errors",
        "- connect() failed (111: Connection refused) while connecting to upstream\n- \
         upstream timed out (110: Connection timed out) while reading response header from \
         upstream\n- upstream prematurely closed connection while reading response header \
         from upstream\n- no live upstreams while connecting to upstream\n- upstream sent too \
         big header while reading response header from upstream",
        ANYTHING,
    ),
    (
        "a table of errors",
        "| Error | Meaning |\n|---|---|\n| ECONNREFUSED | nothing listens |\n| ENOTFOUND | no \
         such name |",
        ANYTHING,
    ),
    (
        "a runbook",
        "1. `grep \"connect() failed\" /var/log/nginx/error.log`\n2. If the grep shows \"111: \
         Connection refused\", restart it.\n3. Otherwise check `dmesg | grep -i \"out of \
         memory\"`",
        ANYTHING,
    ),
    (
        "a search without a hit",
        "$ grep -c \"upstream timed out\" /var/log/nginx/error.log\n0\n$ grep -c \"Connection \
         refused\" /var/log/nginx/error.log\n0",
        ANYTHING,
    ),
    (
        "source code",
        "if (err.code === 'ECONNREFUSED') {\n  return res.status(502).send('Bad gateway');\n}",
        ANYTHING,
    ),
    (
        "a list of changes",
        "- fix: retry on ECONNRESET\n- fix: log \"socket hang up\" as a warning",
        ANYTHING,
    ),
    (
        "a configuration",
        "upstream backend {\n    server 192.0.2.9:8080 max_fails=3 fail_timeout=30s;\n}\n\
         location / {\n    proxy_pass http://backend;\n    proxy_next_upstream error timeout \
         http_502;\n    error_page 502 503 504 /50x.html;\n}",
        ANYTHING,
    ),
    (
        "a bare question",
        "Why do I get 502 Bad Gateway on my website? It worked yesterday.",
        ANYTHING,
    ),
    (
        "a bare page of nginx",
        "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad \
         Gateway</h1></center><hr><center>nginx</center></body></html>",
        ANYTHING,
    ),
    (
        "nginx starts and reloads",
        "2026/03/12 10:03:11 [notice] 1#1: start worker processes\n2026/03/12 10:03:11 \
         [notice] 1#1: signal 1 (SIGHUP) received from 77, reconfiguring\n2026/03/12 10:03:11 \
         [notice] 29#29: gracefully shutting down\n2026/03/12 10:03:11 [notice] 1#1: worker \
         process 29 exited with code 0",
        ANYTHING,
    ),
    (
        "gunicorn starts on a loopback address",
        "[2026-03-12 10:03:11 +0000] [1] [INFO] Listening at: http://127.0.0.1:8000 (1)\n\
         [2026-03-12 10:03:11 +0000] [7] [INFO] Booting worker with pid: 7",
        ANYTHING,
    ),
    (
        "Flask starts on a loopback address",
        " * Serving Flask app 'app'\n * Running on http://127.0.0.1:5000\nPress CTRL+C to quit",
        ANYTHING,
    ),
    (
        "a database that starts",
        "db-1  | 2026-03-12 10:03:11.501 UTC [29] FATAL:  the database system is starting up\n\
         db-1  | 2026-03-12 10:03:12.001 UTC [1] LOG:  database system is ready to accept \
         connections",
        ANYTHING,
    ),
    (
        "warnings of PHP in a plugin",
        "2026/03/12 10:03:11 [error] 5#5: *4 FastCGI sent in stderr: \"PHP message: PHP \
         Warning:  Undefined array key in /srv/www/wp-content/plugins/foo/foo.php on line 9\" \
         while reading response header from upstream, client: 192.0.2.4, server: app.example",
        ANYTHING,
    ),
    (
        "a file that does not exist",
        "2026/03/12 10:03:11 [error] 5#5: *1 open() \"/srv/www/favicon.ico\" failed (2: No \
         such file or directory), client: 192.0.2.4, server: app.example, request: \"GET \
         /favicon.ico HTTP/1.1\", host: \"app.example\"",
        ANYTHING,
    ),
    (
        "health checks that pass",
        "192.0.2.4 - - [12/Mar/2026:10:03:11 +0000] \"GET /healthz HTTP/1.1\" 200 2 \"-\" \
         \"kube-probe/1.29\"",
        ANYTHING,
    ),
    (
        "a name that the visitor's browser cannot look up",
        "This site can't be reached\napp.example's server IP address could not be found.\n\
         DNS_PROBE_FINISHED_NXDOMAIN",
        &["dns_nxdomain"],
    ),
];
