//! A configuration that sets every key.

/// Tables and keys, each key with a value that is not its default.
const EVERY: &[(&str, &[&str])] = &[
    (
        "[[listen]]",
        &[
            "http2 = false",
            "trusted_proxies = [\"10.0.0.0/8\", \"::1\"]",
            "tls.certificates = [{ certificate = \"a.pem\", key = \"/k.pem\" }]\ntls.min_version = \"1.3\"\ntls.handshake_timeout = \"3s\"",
            "limits.connections = 9",
            "limits.connections_per_address = 9",
            "limits.header_size = \"9KiB\"",
            "limits.header_count = 99",
            "limits.header_timeout = \"9s\"",
            "limits.idle_timeout = \"1.5s\"",
            "limits.body_rate = \"off\"",
            "limits.body_grace = \"9s\"",
            "limits.send_timeout = \"9s\"",
            "limits.requests_per_connection = 9",
            "limits.h2_streams = 9",
            "limits.h2_resets = 9",
        ],
    ),
    (
        "[upstream.app]",
        &[
            "protocol = \"http1\"",
            "balance = \"hash\"\nhash = \"cookie:Session\"",
            "slow_start = \"off\"",
            "resolve = { servers = [\"127.0.0.1:53\"], family = \"ipv4\", min = \"2s\", max = \"9s\", retry = \"2s\" }",
            "tls = { verify = false, ca = \"ca.pem\", server_name = \"a.example\", certificate = \"c\", key = \"k\" }",
            "health = {}",
            "ejection = \"off\"",
            "breaker = \"off\"",
            "limits = { connections = 9, in_flight = 9, queue = 0, queue_time = \"9s\", header_size = \"9KiB\", header_count = 99 }",
            "keepalive = { idle = \"9s\", idle_unlearned = \"1s\", learn = false, max_age = \"off\", max_idle = 9, requests = 9 }",
            "timeouts = { resolve = \"9s\", connect = \"9s\", tls = \"9s\", request = \"9s\", response_head = \"9s\", between_bytes = \"9s\", tunnel_idle = \"off\" }",
            "retry_budget = { share = \"12.5%\", per_second = 0 }",
        ],
    ),
    (
        "[upstream.b]\nendpoints = [{ url = \"https://b.example\", weight = 3, backup = true }, \"unix:/run/b\", \"h2c://[::1]:9\"]",
        &[
            "protocol = \"http2\"",
            "balance = \"least_request\"",
            "health = { path = \"/up\", host = \"a\", status = [200, \"204-299\"], interval = \"9s\", timeout = \"1s\", rise = 9, fall = 9 }",
            "ejection = { share = \"9%\", requests = 9, time = \"9s\", max_time = \"9s\", max_ejected = \"0%\" }",
            "breaker = { failures = 9, share = \"9%\", requests = 9, window = \"9s\", open = \"9s\", max_open = \"9s\", trials = 9 }",
        ],
    ),
    (
        "[[route]]\nupstream = \"app\"\npath = \"/x\"",
        &[
            "name = \"n\\\"x\"",
            "host = [\"Example.org\", \"*.example.org\"]",
            "header = { X-A = \"b\\\\\", X-B = \"c d\" }",
            "rewrite_prefix = \"/\"",
            "send_host = \"a.example:80\"",
            "set_request_headers = { Authorization = \"x\" }",
            "remove_request_headers = \"Cookie\"",
            "set_response_headers = { Server = \"\" }",
            "remove_response_headers = [\"Server\"]",
            "body_size = \"9MiB\"",
            "hold = \"off\"",
            "hedge = \"off\"",
            "commit = \"off\"",
            "proxy_status = \"details\"",
            "errors = { format = \"json\", folder = \"pages\", pages = { 502 = \"502.html\" } }",
            "retry = { retries = 9, methods = [\"GET\", \"PUT\"], idempotency_key = true, statuses = [], backoff = \"0s\", max_backoff = \"9s\" }",
        ],
    ),
    (
        "[[route]]\nupstream = \"b\"\npath = \"/y\"",
        &[
            "retry = \"off\"",
            "hold = { time = \"9s\", requests = 9, memory = \"9MiB\" }",
            "hedge = { percentile = \"99.5%\", min = \"9ms\" }",
            "commit = { bytes = \"9KiB\", time = \"9ms\" }",
            "send_host = \"endpoint\"",
            "proxy_status = \"off\"",
            "errors.format = \"html\"",
        ],
    ),
    (
        "[headers]",
        &[
            "forwarded = \"x_forwarded\"",
            "via = \"edge-1\"",
            "request_id = \"X-Id\"",
            "traceparent = false",
        ],
    ),
    (
        "[admin]",
        &[
            "address = \"unix:/run/a\"\nmode = \"0666\"\nuser = 1\ngroup = \"www-data\"",
            "token = \"env:TOKEN\"",
            "hosts = [\"gate.internal\"]",
        ],
    ),
    ("[log]", &["access = \"log/access.log\"", "format = \"combined\"", "queue = 99"]),
    (
        "[spool]",
        &[
            "memory = \"9KiB\"",
            "total_memory = \"99MiB\"",
            "disk = \"9MiB\"",
            "total_disk = \"0B\"",
            "folder = \"/spool\"",
            "responses = \"9MiB\"",
        ],
    ),
    ("[workers]", &["count = 9"]),
    ("[reload]", &["watch = false"]),
    ("[shutdown]", &["drain = \"9s\"", "delay = \"9s\""]),
    ("[recorder]", &["failures = 9", "memory = \"9MiB\""]),
];

/// Writes the keys for which `takes` is true.
pub(super) fn file(mut takes: impl FnMut() -> bool) -> String {
    let mut out = String::new();
    for (table, keys) in EVERY {
        out.extend([table, "\n"]);
        match *table {
            "[[listen]]" => out.push_str("address = \"127.0.0.1:8080\"\n"),
            "[upstream.app]" => out.push_str("endpoints = [\"http://10.0.0.7:3000\"]\n"),
            _ => {}
        }
        for key in keys.iter().filter(|_| takes()) {
            out.extend([key, "\n"]);
        }
    }
    out
}
