//! Experiments that separate causes, and the choice of the next one.

use crate::verdict::NextStep;

/// Something that can be done to learn which of several causes it is.
#[derive(Debug)]
pub struct Experiment {
    /// A name for the JSON contract.
    pub id: &'static str,
    /// What to do, in one sentence.
    pub what: &'static str,
    /// A command that does it. `{upstream}`, `{host}`, `{port}` and `{url}` are filled in where
    /// they are known.
    pub command: &'static str,
    /// What each result would mean.
    pub outcomes: &'static [Outcome],
}

/// One result of an experiment.
#[derive(Debug)]
pub struct Outcome {
    /// What is seen.
    pub seen: &'static str,
    /// The causes that it speaks for.
    pub causes: &'static [&'static str],
}

/// What is known of the case, to fill in the commands.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// `host:port` or `unix:path` of the upstream.
    pub upstream: Option<String>,
    /// The URL that failed.
    pub url: Option<String>,
    /// Whether `diagnose` already asked that upstream itself, so that to do so again tells nothing.
    pub examined: bool,
}

/// The command that examines the upstream directly.
const EXAMINES: &str = "goodgate diagnose {url} --origin {upstream}";

/// How many experiments a verdict proposes at most; whoever reads it shows fewer.
const PROPOSALS: usize = 8;

/// How much an experiment tells about a pair of which it names a result for one only.
const ONE_SIDED: f64 = 0.1;

/// A pair of candidates counts at least this much, so that a set is split to its end.
const LEAST_PAIR: f64 = 0.000_5;

impl Experiment {
    /// Tells whether the experiment gives different results for two causes: it names a result for
    /// at least one of them, and not the same one for both.
    pub fn separates(&self, a: &str, b: &str) -> bool {
        telling(self.result(a), self.result(b)) > 0.0
    }

    /// Returns for each candidate which result it would have.
    fn results(&self, candidates: &[(&'static str, f64)]) -> Vec<Option<usize>> {
        candidates.iter().map(|(id, _)| self.result(id)).collect()
    }

    fn result(&self, id: &str) -> Option<usize> {
        self.outcomes.iter().position(|outcome| outcome.causes.contains(&id))
    }

    /// Tells whether it would repeat what was done.
    fn is_done(&self, places: &Places) -> bool {
        places.examined && self.command == EXAMINES
    }

    fn step(&self, candidates: &[(&'static str, f64)], places: &Places) -> NextStep {
        let among = |id: &&'static str| candidates.iter().any(|(candidate, _)| candidate == id);
        NextStep {
            experiment: self.id,
            what: self.what,
            command: places.fill(self.command),
            outcomes: self
                .outcomes
                .iter()
                .filter(|outcome| outcome.causes.iter().any(among))
                .map(|outcome| {
                    (outcome.seen, outcome.causes.iter().copied().filter(|id| among(id)).collect())
                })
                .collect(),
            separates: candidates
                .iter()
                .map(|(id, _)| *id)
                .filter(|id| self.outcomes.iter().any(|outcome| outcome.causes.contains(id)))
                .collect(),
        }
    }
}

impl Places {
    fn fill(&self, command: &str) -> String {
        let upstream = self.upstream.as_deref();
        let (host, port) = upstream
            .filter(|upstream| !upstream.starts_with("unix:"))
            .and_then(|upstream| upstream.rsplit_once(':'))
            .map_or((None, None), |(host, port)| (Some(host), Some(port)));
        let mut filled = command.to_owned();
        for (name, value, otherwise) in [
            ("{upstream}", upstream, "UPSTREAM:PORT"),
            ("{host}", host, "UPSTREAM"),
            ("{port}", port, "PORT"),
            ("{url}", self.url.as_deref(), "URL"),
        ] {
            let value = value.map_or_else(|| otherwise.to_owned(), goodgate_evidence::text::shell);
            filled = filled.replace(name, &value);
        }
        filled
    }
}

/// Chooses the experiments that split the candidates best, the most telling first.
///
/// `candidates` are causes with their confidence. Each step takes the experiment that separates the
/// greatest mass of pairs that no earlier step separates.
pub(crate) fn choose(candidates: &[(&'static str, f64)], places: &Places) -> Vec<NextStep> {
    if candidates.len() < 2 {
        return first_looks(candidates, places);
    }
    let mut pairs: Vec<(usize, usize, f64)> = Vec::new();
    for (at, (a, p)) in candidates.iter().enumerate() {
        for (next, (b, q)) in candidates.iter().enumerate().skip(at + 1) {
            let share = if both_true(a, b) { BOTH_TRUE } else { 1.0 };
            pairs.push((at, next, (p * q * share).max(LEAST_PAIR)));
        }
    }
    let open = ALL.iter().filter(|experiment| !experiment.is_done(places));
    let mut open: Vec<(&Experiment, Vec<Option<usize>>)> =
        open.map(|experiment| (experiment, experiment.results(candidates))).collect();
    let mut steps: Vec<NextStep> = Vec::new();
    while steps.len() < PROPOSALS {
        let gain = |results: &[Option<usize>]| -> f64 {
            pairs.iter().map(|(a, b, mass)| mass * telling_of(results, *a, *b)).sum()
        };
        let best = open
            .iter()
            .enumerate()
            .map(|(at, (_, results))| (gain(results), at))
            .max_by(|(a, _), (b, _)| a.total_cmp(b));
        let Some((_, at)) = best.filter(|(gain, _)| *gain > 0.0) else { break };
        let (experiment, results) = open.remove(at);
        steps.push(experiment.step(candidates, places));
        for (a, b, mass) in &mut pairs {
            *mass *= 1.0 - telling_of(&results, *a, *b);
        }
        pairs.retain(|(_, _, mass)| *mass > 0.0);
    }
    steps
}

/// How well the results of an experiment tell two candidates apart, by their places in the list.
fn telling_of(results: &[Option<usize>], a: usize, b: usize) -> f64 {
    let of = |at: usize| results.get(at).copied().flatten();
    telling(of(a), of(b))
}

/// How well two results tell two causes apart: 1 where each has a result of its own, less where one
/// would be confirmed and nothing is said of the other.
fn telling(one: Option<usize>, other: Option<usize>) -> f64 {
    match (one, other) {
        (Some(one), Some(other)) if one != other => 1.0,
        (Some(_), None) | (None, Some(_)) => ONE_SIDED,
        _ => 0.0,
    }
}

/// Where nothing is known yet the gateway's own log tells most, then the origin without the gateway.
const FIRST_LOOKS: &[&str] = &["gateway_log", "strict_reading", "who_made_it"];

fn first_looks(candidates: &[(&'static str, f64)], places: &Places) -> Vec<NextStep> {
    if !candidates.is_empty() {
        return Vec::new();
    }
    FIRST_LOOKS
        .iter()
        .filter_map(|id| ALL.iter().find(|experiment| experiment.id == *id))
        .filter(|experiment| !experiment.is_done(places))
        .map(|experiment| NextStep {
            experiment: experiment.id,
            what: experiment.what,
            command: places.fill(experiment.command),
            outcomes: Vec::new(),
            separates: Vec::new(),
        })
        .collect()
}

/// How much a pair of a root and the mechanism that it shows as counts: both are true at once, and
/// what is left to learn is whether the root is this one.
const BOTH_TRUE: f64 = 0.1;

/// Tells whether one of two causes is a root of the other.
fn both_true(a: &str, b: &str) -> bool {
    let behind = |root: &str, mechanism: &str| {
        crate::catalogue::find(root).is_some_and(|root| root.prior_behind(mechanism).is_some())
    };
    behind(a, b) || behind(b, a)
}

macro_rules! experiments {
    ($($id:literal $what:literal $command:literal { $($seen:literal => [$($cause:literal)*])+ })+) => {
        /// Every experiment.
        pub static ALL: &[Experiment] = &[$(Experiment {
            id: $id,
            what: $what,
            command: $command,
            outcomes: &[$(Outcome { seen: $seen, causes: &[$($cause),*] },)+],
        },)+];
    };
}

experiments! {
    "listeners" "On the application's host, see what listens on the port and how full its queue is."
    "ss -ltnp 'sport = :{port}'" {
        "nothing listens" => ["connect_refused" "app_boot_failure" "app_not_ready" "app_worker_crash" "app_oom_killed" "platform_no_instance"]
        "it listens on 127.0.0.1 or ::1 only" => ["wrong_listen_address" "address_family_mismatch"]
        "Recv-Q has reached Send-Q" => ["accept_queue_full" "app_pool_exhausted"]
        "it listens on the address and its queue is empty" => ["connect_rejected" "dns_stale_address" "origin_blocks_edge" "connect_filtered" "connect_unreachable" "local_policy_denied" "conntrack_full"]
    }
    "app_log" "Read what the application's log and its supervisor say about that very second."
    "journalctl --utc --since '-15 min' -u APP; systemctl status APP" {
        "a worker timeout" => ["app_worker_timeout"]
        "a crash or a signal" => ["app_worker_crash"]
        "killed with signal 9, or out of memory" => ["app_oom_killed"]
        "it was being stopped or replaced" => ["app_shutdown_inflight"]
        "it fails to start, again and again" => ["app_boot_failure"]
        "it started moments ago" => ["app_not_ready"]
        "an unhandled error with its stack" => ["app_generated_error" "php_fatal_error" "php_memory_limit" "php_max_execution_time" "cms_extension_error"]
        "all workers busy, a limit reached" => ["app_pool_exhausted" "accept_queue_full"]
        "an unreadable request" => ["app_protocol_mismatch" "proxy_protocol_mismatch" "plaintext_to_tls_port" "http_version_mismatch"]
        "it served the request and saw nothing wrong" => ["response_header_too_large" "invalid_response_head" "invalid_framing"]
    }
    "kernel_log" "Ask the kernel of the application's host about memory, crashes and full tables."
    "journalctl -k --utc --since '-1 hour' | grep -iE 'out of memory|oom-kill|segfault|conntrack|SYN flooding|avc:.*denied'" {
        "out of memory" => ["app_oom_killed"]
        "segfault" => ["app_worker_crash"]
        "table full" => ["conntrack_full"]
        "SYN flooding" => ["accept_queue_full"]
        "avc: denied" => ["local_policy_denied" "unix_socket_denied"]
    }
    "dns_now" "Compare the address that the gateway dialled with what the name resolves to now, on the gateway's host."
    "getent ahosts NAME" {
        "other addresses" => ["dns_stale_address"]
        "an IPv6 address comes first" => ["address_family_mismatch"]
        "no such name" => ["dns_nxdomain" "dns_startup_failure"]
        "an error of the resolver" => ["dns_server_failure"]
        "no answer" => ["dns_timeout"]
        "the same address" => ["connect_refused" "connect_filtered" "connect_unreachable" "connect_rejected" "wrong_listen_address" "app_boot_failure" "app_not_ready" "no_live_upstream" "no_endpoints" "route_target_missing"]
    }
    "resolver" "Ask the resolver, by UDP and TCP, and another one that has nothing to do with it."
    "dig @RESOLVER NAME; dig +tcp @RESOLVER NAME" {
        "NXDOMAIN" => ["dns_nxdomain"]
        "SERVFAIL or REFUSED" => ["dns_server_failure"]
        "no answer" => ["dns_timeout"]
        "an address" => ["client_dns_failure" "no_live_upstream" "no_endpoints" "route_target_missing" "dns_no_resolver" "connect_refused" "connect_filtered"]
    }
    "firewall_counters" "On the application's host, read the counters of the firewall while a request is made."
    "sudo nft list ruleset; sudo iptables -nvL" {
        "a reject rule counts" => ["connect_rejected"]
        "a drop rule counts" => ["connect_filtered" "origin_blocks_edge"]
        "no rule counts" => ["connect_refused" "connect_unreachable" "accept_queue_full" "dns_stale_address" "mtu_blackhole" "wrong_listen_address"]
    }
    "connect_as_gateway" "Connect from the gateway's host as the gateway's own user."
    "sudo -u www-data curl -sv --max-time 10 http://{upstream}/" {
        "permission denied as that user, and not as root" => ["local_policy_denied" "unix_socket_denied"]
        "refused" => ["connect_refused" "connect_rejected" "wrong_listen_address"]
        "no route" => ["connect_unreachable"]
        "no answer" => ["connect_filtered" "accept_queue_full" "conntrack_full"]
        "no such file" => ["unix_socket_missing"]
        "it connects and answers" => ["no_live_upstream" "no_endpoints" "upstream_concurrency_limit" "http2_stream_failure" "stale_keepalive" "route_target_missing" "source_ports_exhausted" "dns_stale_address" "dns_nxdomain"]
    }
    "unix_path" "Look at the socket and at every folder above it."
    "namei -l PATH.sock; ss -xl | grep sock" {
        "it does not exist" => ["unix_socket_missing"]
        "the gateway's user may not open it" => ["unix_socket_denied"]
        "it exists and its queue is full" => ["accept_queue_full"]
        "it exists and may be opened" => ["local_policy_denied" "connect_unreachable" "source_ports_exhausted"]
    }
    "local_ports" "Count the connections of the gateway's host towards the upstream."
    "ss -tan state time-wait dst {host} | wc -l; sysctl net.ipv4.ip_local_port_range" {
        "near the size of the port range" => ["source_ports_exhausted"]
        "far below it" => ["accept_queue_full" "local_policy_denied" "connect_unreachable"]
    }
    "listen_overflows" "See whether the kernel counts dropped connection attempts on the application's host."
    "nstat -az TcpExtListenOverflows TcpExtListenDrops; ss -ltn" {
        "the counters grow" => ["accept_queue_full" "app_pool_exhausted"]
        "they stand still" => ["connect_filtered" "conntrack_full" "mtu_blackhole" "dns_stale_address" "origin_blocks_edge" "tls_handshake_timeout" "response_timeout"]
    }
    "conntrack" "Compare the connection tracking table with its limit, on the gateway, the node and the NAT."
    "sysctl net.netfilter.nf_conntrack_count net.netfilter.nf_conntrack_max" {
        "at the limit" => ["conntrack_full"]
        "far below it" => ["connect_filtered" "accept_queue_full" "mtu_blackhole"]
    }
    "path_mtu" "Send a full-size packet that must not be fragmented."
    "ping -M do -s 1472 -c 3 {host}; ping -M do -s 1200 -c 3 {host}" {
        "only the small one passes" => ["mtu_blackhole"]
        "both pass" => ["response_timeout" "tls_handshake_timeout" "body_stalled" "connect_filtered" "middlebox_idle_drop"]
    }
    "fresh_or_reused" "Send one request on a fresh connection, and one on a connection that was idle for a while."
    "goodgate diagnose {url} --origin {upstream}" {
        "only the reused connection fails" => ["stale_keepalive" "middlebox_idle_drop"]
        "both fail" => ["closed_before_response" "reset_before_response" "proxy_protocol_mismatch" "app_protocol_mismatch" "app_worker_crash" "plaintext_to_tls_port" "http_version_mismatch" "not_http" "response_header_truncated" "response_timeout"]
        "both work" => ["app_worker_timeout" "app_oom_killed" "app_shutdown_inflight" "app_generated_error" "app_pool_exhausted" "early_response_upload"]
    }
    "duration" "Look at how long the failed requests took."
    "awk '{print $NF}' ACCESS_LOG | sort -n | uniq -c" {
        "always the same number of seconds" => ["app_worker_timeout" "timeout_mismatch" "response_timeout"]
        "zero milliseconds, after a quiet time" => ["stale_keepalive"]
        "about zero, every time" => ["http2_stream_failure" "proxy_protocol_mismatch" "app_protocol_mismatch" "plaintext_to_tls_port" "http_version_mismatch" "not_http"]
        "any" => ["closed_before_response" "reset_before_response" "app_worker_crash" "app_oom_killed" "app_shutdown_inflight" "app_generated_error" "client_aborted"]
    }
    "capture" "On the gateway's host, capture how the connection to the upstream ends."
    "sudo tcpdump -ni any -c 20 'tcp port {port} and tcp[tcpflags] & (tcp-rst|tcp-fin) != 0'" {
        "a reset from the upstream" => ["reset_before_response" "app_worker_crash" "early_response_upload" "proxy_protocol_mismatch" "connect_rejected"]
        "a close from the upstream without a byte" => ["closed_before_response" "app_worker_timeout" "app_generated_error" "app_shutdown_inflight"]
        "a part of a head, then a close" => ["response_header_truncated"]
        "packets without any answer" => ["middlebox_idle_drop" "mtu_blackhole" "connect_filtered"]
        "an ICMP answer" => ["connect_unreachable"]
    }
    "proxy_header" "Send a PROXY protocol header first, from the gateway's host."
    "curl --haproxy-protocol -sv http://{upstream}/" {
        "now it answers" => ["proxy_protocol_mismatch"]
        "the same failure" => ["closed_before_response" "reset_before_response" "stale_keepalive" "app_protocol_mismatch" "app_worker_crash" "app_worker_timeout" "app_oom_killed" "app_shutdown_inflight" "client_request_invalid" "tls_handshake_aborted"]
    }
    "first_bytes" "Read the first bytes that the upstream sends, as they are."
    "printf 'GET / HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n' | nc -w 5 {host} {port} | head -c 64 | xxd" {
        "15 03: a TLS alert" => ["plaintext_to_tls_port"]
        "00 00 .. 04: HTTP/2 settings" => ["http_version_mismatch"]
        "a greeting of another protocol" => ["not_http"]
        "nothing, and the connection ends" => ["closed_before_response" "reset_before_response" "app_protocol_mismatch" "proxy_protocol_mismatch"]
        "a head that ends in the middle" => ["response_header_truncated"]
        "a whole head of HTTP/1" => ["http2_stream_failure" "invalid_response_head" "invalid_framing" "invalid_chunking" "response_header_too_large" "upgrade_failed" "early_response_upload" "app_generated_error" "stale_keepalive"]
    }
    "strict_reading" "Read the origin's answer strictly, byte by byte."
    "goodgate diagnose {url} --origin {upstream}" {
        "a malformed status line or field" => ["invalid_response_head"]
        "a contradictory length" => ["invalid_framing"]
        "broken chunks" => ["invalid_chunking"]
        "a head larger than the gateway's buffer" => ["response_header_too_large"]
        "a head that ends in the middle" => ["response_header_truncated"]
        "an unexpected switch of protocols" => ["upgrade_failed"]
        "bytes that are not HTTP" => ["not_http" "plaintext_to_tls_port" "http_version_mismatch"]
        "a body that ends early" => ["body_truncated"]
        "a body that stops coming" => ["body_stalled"]
        "an error status of the application" => ["app_generated_error" "maintenance_mode"]
        "a good answer" => ["stale_keepalive" "no_live_upstream" "error_page_masking" "rate_limited"]
        "no answer in time" => ["response_timeout"]
        "no answer at all" => ["closed_before_response" "reset_before_response" "app_worker_timeout" "app_worker_crash"]
        "it answers well" => ["http2_stream_failure"]
    }
    "tls_handshake" "Make the handshake yourself from the gateway's host, with the server name and without."
    "openssl s_client -connect {upstream} -servername NAME -verify_return_error </dev/null; openssl s_client -connect {upstream} -noservername </dev/null" {
        "it works with the name only" => ["tls_sni_missing"]
        "the certificate has expired" => ["tls_cert_expired"]
        "the chain does not verify" => ["tls_cert_untrusted"]
        "the certificate is for another name" => ["tls_cert_name_mismatch"]
        "a client certificate is asked for" => ["tls_client_cert_required"]
        "an alert about the protocol version" => ["tls_version_mismatch"]
        "alert 40 with and without the name" => ["tls_no_shared_cipher"]
        "wrong version number: it is not TLS" => ["tls_to_plaintext_port"]
        "no answer" => ["tls_handshake_timeout" "mtu_blackhole"]
        "the connection ends without an alert" => ["tls_handshake_aborted" "proxy_protocol_mismatch"]
        "it works" => ["http_version_mismatch" "connect_refused" "connect_filtered" "stale_keepalive"]
    }
    "slow_direct" "Time the same request directly against the origin."
    "curl -so /dev/null -w '%{time_connect} %{time_starttransfer} %{time_total}\\n' http://{upstream}/PATH" {
        "as slow" => ["response_timeout" "app_pool_exhausted" "app_worker_timeout"]
        "fast" => ["middlebox_idle_drop" "mtu_blackhole" "proxy_loop" "timeout_mismatch" "conntrack_full"]
        "it does not connect" => ["connect_filtered" "accept_queue_full" "connect_refused" "tls_handshake_timeout"]
    }
    "pool_usage" "Look at the application's pool of workers and connections while it is slow."
    "curl -s http://127.0.0.1/fpm-status; ss -ltn; APP's metrics" {
        "all workers active, requests wait" => ["app_pool_exhausted" "accept_queue_full"]
        "workers idle" => ["response_timeout" "connect_filtered" "middlebox_idle_drop" "app_worker_timeout" "reset_before_response" "closed_before_response"]
    }
    "who_made_it" "See in the gateway's log whether the upstream sent the status: nginx $upstream_header_time, HAProxy termination state, Envoy response flags."
    "goodgate explain - < ACCESS_LOG_LINES" {
        "the upstream sent it" => ["app_generated_error" "maintenance_mode" "php_fatal_error"]
        "the gateway made it" => ["no_live_upstream" "connect_refused" "closed_before_response" "reset_before_response" "response_timeout" "rate_limited" "gateway_config_invalid" "error_page_masking" "connect_filtered" "response_header_too_large" "upstream_concurrency_limit" "auth_subrequest_failed"]
    }
    "gateway_log" "Find the gateway's error line for one failed request."
    "goodgate diagnose {url} --log ERROR_LOG --log ACCESS_LOG" {
        "the connection failed" => ["connect_refused" "connect_filtered" "connect_unreachable" "connect_rejected" "unix_socket_missing" "unix_socket_denied" "local_policy_denied" "accept_queue_full" "source_ports_exhausted"]
        "a TLS error" => ["tls_cert_expired" "tls_cert_untrusted" "tls_cert_name_mismatch" "tls_sni_missing" "tls_version_mismatch" "tls_no_shared_cipher" "tls_client_cert_required" "tls_handshake_timeout" "tls_handshake_aborted" "tls_to_plaintext_port"]
        "the connection ended early" => ["app_worker_timeout" "closed_before_response" "reset_before_response" "response_header_truncated" "early_response_upload"]
        "an invalid answer" => ["invalid_response_head" "invalid_framing" "invalid_chunking" "response_header_too_large" "not_http" "plaintext_to_tls_port" "http_version_mismatch" "upgrade_failed" "app_protocol_mismatch"]
        "a timeout" => ["response_timeout"]
        "a name" => ["dns_nxdomain" "dns_server_failure" "dns_timeout" "dns_no_resolver"]
        "no server" => ["no_live_upstream" "no_endpoints" "route_target_missing" "upstream_concurrency_limit"]
        "not enough connections or workers" => ["gateway_connections_exhausted" "proxy_loop"]
        "too many open files" => ["gateway_fd_exhausted"]
        "no space left on a device" => ["gateway_disk_full"]
        "the request for permission failed" => ["auth_subrequest_failed"]
        "a cycle, or a directive that does not fit" => ["gateway_config_invalid"]
        "a limit for the client" => ["rate_limited"]
        "no line at all" => ["app_generated_error" "maintenance_mode" "cached_error" "captive_portal"]
    }
    "first_error" "Find the first upstream error before the pool was marked down, and the limits of the pool."
    "grep -m1 -B20 'no live upstreams' ERROR_LOG; grep -rE 'max_conns|max_fails|down;' /etc/nginx/" {
        "an upstream error" => ["no_live_upstream" "connect_refused" "connect_filtered" "response_timeout" "closed_before_response" "reset_before_response"]
        "max_conns is set and reached" => ["upstream_concurrency_limit"]
        "no server is listed, or all are `down`" => ["no_endpoints"]
    }
    "pool_members" "List the members of the pool and their state."
    "echo 'show servers state' | socat - /run/haproxy/admin.sock; kubectl get endpointslices -A" {
        "members, all down" => ["no_live_upstream" "app_not_ready" "app_boot_failure"]
        "no members" => ["no_endpoints" "platform_no_instance"]
        "no such pool" => ["route_target_missing"]
        "members without an address" => ["dns_nxdomain" "dns_server_failure" "dns_timeout"]
        "a limit reached" => ["upstream_concurrency_limit"]
    }
    "upload_size" "Send the same upload small and large, directly to the origin."
    "head -c 20000000 /dev/zero | curl -sv --data-binary @- http://{upstream}/PATH" {
        "only the large one fails" => ["early_response_upload" "gateway_disk_full"]
        "both fail" => ["reset_before_response" "closed_before_response" "app_worker_crash"]
        "both work" => ["stale_keepalive"]
    }
    "response_size" "Compare the length of the body with what was announced, with and without compression."
    "curl -sv -H 'Accept-Encoding: identity' -o /dev/null {url}; curl -sv --compressed -o /dev/null {url}" {
        "shorter than announced" => ["body_truncated"]
        "it stops in the middle" => ["body_stalled" "mtu_blackhole"]
        "broken only when compressed" => ["bad_content_coding"]
        "broken chunks" => ["invalid_chunking"]
    }
    "deploy_times" "Compare the times of the failures with the times of deployments, restarts and scaling."
    "journalctl --utc --since today | grep -iE 'start|stop|deploy|reload'" {
        "only at those moments" => ["app_shutdown_inflight" "app_not_ready"]
        "since one of them" => ["app_boot_failure" "dns_stale_address" "wrong_listen_address" "unix_socket_missing"]
        "independent of them" => ["connect_refused" "stale_keepalive" "app_worker_timeout" "app_worker_crash" "app_oom_killed" "app_pool_exhausted" "connect_rejected" "closed_before_response" "reset_before_response"]
    }
    "outer_timeout" "Compare the duration of aborted requests with the timeout of the hop outside the gateway."
    "grep ' 499 ' ACCESS_LOG | awk '{print $NF}' | sort -n | uniq -c" {
        "always the outer timeout" => ["timeout_mismatch"]
        "any" => ["client_aborted" "response_timeout"]
    }
    "gateway_limits" "Look at the gateway's own limits and at who its clients are."
    "ls /proc/$(pgrep -o nginx)/fd | wc -l; awk '{print $1}' ACCESS_LOG | sort | uniq -c | sort -rn | head" {
        "the gateway is its own client" => ["proxy_loop"]
        "connections at the limit" => ["gateway_connections_exhausted"]
        "descriptors at the limit" => ["gateway_fd_exhausted"]
        "neither" => ["response_timeout" "app_pool_exhausted" "middlebox_idle_drop" "mtu_blackhole"]
    }
    "other_network" "Look from another network: from another host, or with a phone on mobile data."
    "goodgate diagnose {url} --via OTHER_HOST" {
        "it works there" => ["client_network_down" "client_dns_failure" "captive_portal" "browser_extension_block"]
        "it fails there too" => ["app_generated_error" "maintenance_mode" "connect_refused" "platform_no_instance" "response_timeout" "no_live_upstream" "client_request_invalid" "dns_nxdomain" "dns_server_failure" "connect_filtered" "connect_unreachable"]
    }
    "private_window" "Open the page in a private window."
    "goodgate diagnose {url}" {
        "it works there" => ["browser_extension_block" "cached_error" "response_header_too_large" "client_request_invalid"]
        "it fails there too" => ["client_network_down" "client_dns_failure" "captive_portal" "app_generated_error" "maintenance_mode"]
    }
    "edge_bypass" "Ask the origin directly, with the site's name, from outside the edge."
    "goodgate diagnose {url} --origin {upstream}" {
        "it works there" => ["origin_blocks_edge" "cached_error" "cdn_tunnel_down" "dns_stale_address"]
        "it fails in the same way" => ["connect_refused" "connect_filtered" "app_boot_failure" "app_not_ready" "app_generated_error" "wrong_listen_address"]
    }
    "platform_state" "Ask the platform for the state of the application's instances."
    "heroku ps; kubectl get pods; fly status" {
        "none" => ["platform_no_instance" "no_endpoints"]
        "restarting" => ["app_boot_failure" "app_oom_killed" "app_worker_crash"]
        "starting" => ["app_not_ready"]
        "running" => ["connect_refused" "wrong_listen_address" "connect_rejected" "cdn_tunnel_down" "app_generated_error"]
    }
    "php_log" "Read PHP's own error log for that second."
    "tail -n 50 /var/log/php*-fpm.log" {
        "Allowed memory size exhausted" => ["php_memory_limit"]
        "Maximum execution time exceeded" => ["php_max_execution_time"]
        "a path below wp-content/plugins or themes" => ["cms_extension_error"]
        "another fatal error" => ["php_fatal_error"]
        "nothing" => ["app_generated_error"]
    }
    "grpc_trace" "Watch the HTTP/2 frames of one call to the upstream."
    "nghttp -nv http://{upstream}/" {
        "GOAWAY or RST_STREAM" => ["http2_stream_failure"]
        "an answer in HTTP/1" => ["http_version_mismatch"]
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_are_unique_and_causes_exist() {
        let ids: BTreeSet<_> = ALL.iter().map(|experiment| experiment.id).collect();

        assert_eq!(ids.len(), ALL.len());
        for experiment in ALL {
            let mut seen = BTreeSet::new();
            for id in experiment.outcomes.iter().flat_map(|outcome| outcome.causes) {
                assert!(crate::catalogue::find(id).is_some(), "{}: {id}", experiment.id);
                assert!(seen.insert(id), "{} names {id} twice", experiment.id);
            }
        }
    }

    #[test]
    fn every_pair_of_a_confusable_set_can_be_separated() {
        let mut together = Vec::new();
        for set in crate::sets::ALL {
            for (at, a) in set.members.iter().enumerate() {
                for b in set.members.iter().skip(at + 1) {
                    if !ALL.iter().any(|experiment| experiment.separates(a, b)) {
                        together.push(format!("{}: {a} and {b}", set.name));
                    }
                }
            }
        }
        assert!(together.is_empty(), "{together:#?}");
    }

    #[test]
    fn chosen_experiments_split_a_whole_set() {
        let candidates: Vec<_> = ["connect_refused", "connect_rejected", "wrong_listen_address"]
            .into_iter()
            .map(|id| (id, 0.3))
            .collect();

        let steps = choose(&candidates, &Places::default());

        let split = |a, b| {
            ALL.iter()
                .filter(|experiment| steps.iter().any(|step| step.experiment == experiment.id))
                .any(|experiment| experiment.separates(a, b))
        };
        assert!(split("connect_refused", "connect_rejected"));
        assert!(split("connect_rejected", "wrong_listen_address"));
        assert!(split("connect_refused", "wrong_listen_address"));
    }

    #[test]
    fn what_was_examined_is_not_proposed_again() {
        let proposed = |examined| {
            let places = Places { examined, ..Places::default() };
            choose(&[], &places).into_iter().map(|step| step.experiment).collect::<Vec<_>>()
        };

        assert!(proposed(false).contains(&"strict_reading"));
        assert!(!proposed(true).contains(&"strict_reading"));
    }

    #[test]
    fn commands_are_filled_in_and_quoted() {
        let places = Places {
            upstream: Some("10.0.0.7:80".into()),
            url: Some("http://a/b c".into()),
            examined: false,
        };

        assert_eq!(
            places.fill("x {host} {port} {upstream} {url}"),
            "x 10.0.0.7 80 10.0.0.7:80 'http://a/b c'"
        );
    }
}
