//! The facts that break naive tools: one section per fact, the tests named after the claim.
//!
//! Most were measured behind nine gateways. Where a fact is about something that no text shows,
//! the test holds the page or the status sheet to it.

use goodgate_causes::{Assessment, CONFIDENT, catalogue, rank, status};
use goodgate_evidence::Sign;
use goodgate_recognise::{Recognition, recognise};

fn read(text: &str) -> Recognition {
    recognise(text.as_bytes(), None)
}

fn judge(text: &str) -> Assessment {
    rank(&read(text).case())
}

fn best(text: &str) -> &'static str {
    judge(text).verdict.top().map_or("nothing", |top| top.id)
}

fn mechanism(text: &str) -> &'static str {
    judge(text).verdict.mechanism.map_or("nothing", |mechanism| mechanism.id)
}

fn confidence(text: &str) -> f64 {
    judge(text).verdict.top().map_or(0.0, |top| top.confidence)
}

fn candidates(text: &str) -> Vec<&'static str> {
    judge(text).verdict.causes.iter().map(|cause| cause.id).collect()
}

fn shows(text: &str, sign: Sign) -> bool {
    read(text).observations.iter().any(|seen| seen.sign == sign)
}

/// Asserts that every one of `causes` is among the candidates.
#[track_caller]
fn names(text: &str, causes: &[&str]) {
    let named = candidates(text);
    let missing: Vec<_> = causes.iter().filter(|cause| !named.contains(cause)).collect();
    assert!(missing.is_empty(), "{missing:?} not in {named:?}");
}

/// The end of every nginx error line of these tests.
const REQUEST: &str = "client: 198.51.100.7, server: trap.example, request: \"GET /t HTTP/1.1\", \
                       upstream: \"http://10.70.0.3:8080/t\", host: \"trap.example\"";

fn nginx(message: &str) -> String {
    format!("2026/08/30 12:00:00 [error] 70#70: *7 {message}, {REQUEST}")
}

fn haproxy(fields: &str) -> String {
    format!(
        "Aug 30 12:00:00 edge haproxy[70]: 198.51.100.7:40001 [30/Aug/2026:12:00:00.100] www~ \
         {fields}"
    )
}

const AH00957: &str = "[Sun Aug 30 12:00:00.100200 2026] [proxy:error] [pid 70:tid 71] \
                       (111)Connection refused: AH00957: http: attempt to connect to \
                       10.70.0.3:8080 (10.70.0.3:8080) failed";

// 1. The status code is not the cause, and it differs per gateway.

#[test]
fn a_refused_connection_is_the_same_cause_as_502_and_as_503() {
    let nginx_502 =
        nginx("connect() failed (111: Connection refused) while connecting to upstream")
            + "\n198.51.100.7 - - [30/Aug/2026:12:00:00 +0000] \"GET /t HTTP/1.1\" 502 157";
    let apache_503 = format!(
        "{AH00957}\n198.51.100.7 - - [30/Aug/2026:12:00:00 +0000] \"GET /t HTTP/1.1\" 503 299"
    );
    let haproxy_503 = haproxy(
        "app/s1 0/0/-1/-1/3002 503 217 - - SC-- 1/1/0/0/3 0/0 \"GET /t HTTP/1.1\" bc_err=-:-",
    );

    for text in [nginx_502, apache_503, haproxy_503] {
        assert_eq!(best(&text), "connect_refused", "{text}");
    }
}

#[test]
fn an_nginx_dns_timeout_is_502_and_still_a_timeout() {
    let text = "2026/08/30 12:00:30 [error] 70#70: *7 app.trap.example could not be resolved \
                (110: Operation timed out), client: 198.51.100.7, server: trap.example\n\
                198.51.100.7 - - [30/Aug/2026:12:00:30 +0000] \"GET /t HTTP/1.1\" 502 157";

    assert_eq!(best(text), "dns_timeout");
}

#[test]
fn an_apache_read_timeout_is_502_and_still_a_timeout() {
    let text = "[Sun Aug 30 12:01:00.100200 2026] [proxy_http:error] [pid 70:tid 71] (70007)The \
                timeout specified has expired: [client 198.51.100.7:40001] AH01102: error reading \
                status line from remote server 10.70.0.3:8080\n\
                198.51.100.7 - - [30/Aug/2026:12:00:00 +0000] \"GET /t HTTP/1.1\" 502 341";

    assert_eq!(best(text), "response_timeout");
}

#[test]
fn an_apache_dns_failure_is_500_and_still_dns() {
    let text = "[Sun Aug 30 12:01:00.100200 2026] [proxy:error] [pid 70:tid 71] (EAI 2)Name or \
                service not known: [client 198.51.100.7:40001] AH00898: DNS lookup failure for: \
                app.trap.example returned by /t\n\
                198.51.100.7 - - [30/Aug/2026:12:01:00 +0000] \"GET /t HTTP/1.1\" 500 528";

    assert_eq!(best(text), "dns_nxdomain");
}

#[test]
fn a_dropped_syn_is_503_at_haproxy_and_not_a_slow_application() {
    let text = haproxy("app/s1 0/0/-1/-1/15010 503 217 - - sC-- 1/1/0/0/3 0/0 \"GET /t HTTP/1.1\"");

    assert_eq!(mechanism(&text), "connect_filtered");
}

#[test]
fn the_status_sheet_points_from_502_and_from_503_to_a_refused_connection() {
    for code in [502, 503] {
        let causes = status::lookup(code).map_or(&[][..], |status| status.causes);

        assert!(causes.contains(&"connect_refused"), "{code}: {causes:?}");
    }
}

#[test]
fn a_bare_502_is_unknown() {
    assert!(confidence("502 Bad Gateway") < CONFIDENT);
}

// 2. nginx writes its own status as the upstream's.

#[test]
fn an_upstream_status_without_a_header_time_is_nginxs_own() {
    let text = "198.51.100.7 - - [30/Aug/2026:12:00:00 +0000] \"GET /t HTTP/1.1\" 502 157 rt=0.001 \
                uct=\"-\" uht=\"-\" urt=\"0.001\" us=\"502\" ua=\"10.70.0.3:8080\"";

    assert!(shows(text, Sign::GatewayMadeError) && !shows(text, Sign::UpstreamAnsweredError));
}

#[test]
fn a_header_time_means_that_the_upstream_sent_the_status() {
    let text = "198.51.100.7 - - [30/Aug/2026:12:00:00 +0000] \"GET /t HTTP/1.1\" 502 157 rt=0.021 \
                uct=\"0.001\" uht=\"0.021\" urt=\"0.021\" us=\"502\" ua=\"10.70.0.3:8080\"";

    assert_eq!(best(text), "app_generated_error");
}

#[test]
fn a_pool_name_instead_of_an_address_means_that_no_server_was_live() {
    let text = "198.51.100.7 - - [30/Aug/2026:12:00:00 +0000] \"GET /t HTTP/1.1\" 502 157 rt=0.000 \
                uct=\"-\" uht=\"-\" urt=\"0.000\" us=\"502\" ua=\"trap_pool\"";

    assert_eq!(best(text), "no_live_upstream");
}

// 3. "no live upstreams" is printed for max_conns as well.

#[test]
fn no_live_upstreams_also_names_the_limit_of_connections() {
    names(
        &nginx("no live upstreams while connecting to upstream"),
        &["no_live_upstream", "upstream_concurrency_limit"],
    );
}

// 4. nginx passes on bytes that are not HTTP.

#[test]
fn the_status_009_is_an_answer_that_is_not_http() {
    let text = "198.51.100.7 - - [30/Aug/2026:12:00:00 +0000] \"GET /t HTTP/1.1\" 009 44 rt=0.002 \
                uct=\"0.000\" uht=\"0.002\" urt=\"0.002\" us=\"200\" ua=\"10.70.0.3:22\"";

    assert_eq!(best(text), "not_http");
}

#[test]
fn the_status_sheet_knows_009() {
    let causes = status::lookup(9).map_or(&[][..], |status| status.causes);

    assert!(causes.contains(&"not_http") && causes.contains(&"plaintext_to_tls_port"));
}

#[test]
fn a_200_with_a_broken_chunk_header_is_a_failure() {
    let text = nginx("upstream sent invalid chunked response while reading upstream")
        + "\n198.51.100.7 - - [30/Aug/2026:12:00:00 +0000] \"GET /t HTTP/1.1\" 200 0";

    assert_eq!(best(&text), "invalid_chunking");
}

// 5. Truncated and stalled bodies are logged as 200.

#[test]
fn a_truncated_body_is_a_failure_although_the_status_is_200() {
    let of_nginx = nginx("upstream prematurely closed connection while reading upstream")
        + "\n198.51.100.7 - - [30/Aug/2026:12:00:00 +0000] \"GET /t HTTP/1.1\" 200 5120";
    let of_haproxy =
        haproxy("app/s1 0/0/0/3/90 200 5301 - - SD-- 1/1/0/0/0 0/0 \"GET /t HTTP/1.1\"");

    for text in [of_nginx, of_haproxy] {
        assert_eq!(best(&text), "body_truncated", "{text}");
    }
}

#[test]
fn a_stalled_body_is_a_failure_although_the_status_is_200() {
    let text = haproxy("app/s1 0/0/0/3/50003 200 5301 - - sD-- 1/1/0/0/0 0/0 \"GET /t HTTP/1.1\"");

    assert_eq!(best(&text), "body_stalled");
}

// 6. The same kill looks different.

#[test]
fn a_killed_worker_is_a_candidate_behind_a_reset_and_behind_a_clean_end() {
    for message in [
        "recv() failed (104: Connection reset by peer) while reading response header from upstream",
        "upstream prematurely closed connection while reading response header from upstream",
    ] {
        names(&nginx(message), &["app_worker_crash", "app_oom_killed", "app_worker_timeout"]);
    }
}

// 7. uWSGI answers nothing when the application raises an error.

#[test]
fn a_premature_end_with_a_traceback_of_the_application_is_the_applications_error() {
    let text = nginx(
        "upstream prematurely closed connection while reading response header from upstream",
    ) + "\nTraceback (most recent call last):\n  File \"/srv/trap/app.py\", line 9, in application\n\
         ZeroDivisionError: division by zero\n\
         [pid: 71|app: 0|req: 3/3] 198.51.100.7 () {30 vars in 402 bytes} [Sun Aug 30 12:00:00 \
         2026] GET /t => generated 0 bytes in 2 msecs (HTTP/1.1 500) 0 headers in 0 bytes (0 \
         switches on core 0)";

    assert_eq!(best(&text), "app_generated_error");
}

// 8. gunicorn guesses at memory; some signals stop at once.

#[test]
fn gunicorns_sigkill_after_a_worker_timeout_is_not_out_of_memory() {
    let text = "[2026-08-30 12:00:30 +0000] [70] [CRITICAL] WORKER TIMEOUT (pid:71)\n\
                [2026-08-30 12:00:31 +0000] [70] [ERROR] Worker (pid:71) was sent SIGKILL! Perhaps \
                out of memory?";

    assert_eq!(best(text), "app_worker_timeout");
    assert!(
        judge(text)
            .verdict
            .causes
            .iter()
            .all(|it| { it.id != "app_oom_killed" || it.confidence < 0.2 })
    );
}

#[test]
fn the_immediate_stops_of_gunicorn_and_php_fpm_explain_a_premature_end() {
    let ended =
        nginx("upstream prematurely closed connection while reading response header from upstream");
    for stop in [
        "[2026-08-30 12:00:00 +0000] [70] [INFO] Handling signal: quit",
        "[30-Aug-2026 12:00:00] NOTICE: Terminating ...",
    ] {
        assert_eq!(best(&format!("{ended}\n{stop}")), "app_shutdown_inflight", "{stop}");
    }
}

// 9. HAProxy logs `503 SC--` for nearly everything before the request.

#[test]
fn haproxys_sc_without_a_connection_error_is_not_certain() {
    let text = haproxy("app/s1 0/0/-1/-1/3002 503 217 - - SC-- 1/1/0/0/3 0/0 \"GET /t HTTP/1.1\"");

    names(&text, &["connect_refused", "connect_unreachable", "connect_filtered"]);
    assert!(confidence(&text) < CONFIDENT);
}

#[test]
fn haproxys_nosrv_is_no_server_and_not_a_refused_connection() {
    let text = haproxy(
        "app/<NOSRV> 0/-1/-1/-1/0 503 217 - - SC-- 1/1/0/0/0 0/0 \"GET /t HTTP/1.1\" bc_err=-:-",
    );

    names(&text, &["no_live_upstream", "no_endpoints", "dns_nxdomain"]);
    assert_ne!(best(&text), "connect_refused");
}

#[test]
fn haproxys_connection_error_34_is_tls() {
    let text = haproxy(
        "app/s1 0/0/-1/-1/1009 503 217 - - SC-- 1/1/0/0/1 0/0 \"GET /t HTTP/1.1\" bc_err=34:SSL \
         handshake failure",
    );

    assert!(mechanism(&text).starts_with("tls_"), "{}", mechanism(&text));
    names(&text, &["tls_cert_expired", "tls_cert_untrusted", "tls_version_mismatch"]);
}

// 10. "Out of local source ports" is also what a full unix backlog prints.

#[test]
fn haproxys_emergency_line_tells_a_full_queue_from_exhausted_ports() {
    let line = haproxy(
        "app/s1 0/0/-1/-1/3 503 217 - - SC-- 1/1/0/0/3 0/0 \"GET /t HTTP/1.1\" bc_err=9:Out of \
         local source ports on the system",
    );
    let emergency = "Connect() failed for backend app: can't connect to destination unix socket, \
                     check backlog size on the server.";

    names(&line, &["source_ports_exhausted", "accept_queue_full"]);
    assert_eq!(best(&format!("{line}\n{emergency}")), "accept_queue_full");
}

// 11. Apache on a full unix backlog hangs, without an answer and without a line.

#[test]
fn the_page_on_full_queues_says_that_apache_hangs_without_a_line() {
    let page = catalogue::find("accept_queue_full").map(goodgate_causes::Cause::page);

    let how = page.as_ref().and_then(|page| page.section("How we know")).map(|part| part.body);
    let row = how.and_then(|how| how.lines().find(|line| line.contains("Apache, unix socket")));
    assert!(row.is_some_and(|row| row.contains("hangs") && row.contains("no log line")), "{row:?}");
}

// 12. Apache's "sending 502" is followed by a 500.

const AH01997: &str = "[Sun Aug 30 12:00:00.100200 2026] [ssl:info] [pid 70:tid 71] [remote \
                       10.70.0.3:8443] AH01997: SSL handshake failed: sending 502\n\
                       [Sun Aug 30 12:00:00.100300 2026] [proxy:error] [pid 70:tid 71] [client \
                       198.51.100.7:40001] AH00898: Error during SSL Handshake with remote server \
                       returned by /t";

#[test]
fn apaches_500_after_a_failed_handshake_is_not_the_applications() {
    let text = format!(
        "{AH01997}\n198.51.100.7 - - [30/Aug/2026:12:00:00 +0000] \"GET /t HTTP/1.1\" 500 528"
    );

    assert!(mechanism(&text).starts_with("tls_"), "{}", mechanism(&text));
    assert_ne!(best(&text), "app_generated_error");
}

#[test]
fn apaches_handshake_failure_at_the_default_level_leaves_the_reason_open() {
    names(AH01997, &["tls_cert_expired", "tls_cert_name_mismatch", "tls_to_plaintext_port"]);
    assert!(confidence(AH01997) < CONFIDENT);
}

#[test]
fn apaches_pass_request_body_failed_on_a_get_is_no_upload() {
    let text = "[Sun Aug 30 12:00:00.100200 2026] [proxy:error] [pid 70:tid 71] (20014)Internal \
                error (specific information not available): [client 198.51.100.7:40001] AH01084: \
                pass request body failed to 10.70.0.3:8443 (10.70.0.3)\n\
                [Sun Aug 30 12:00:00.100250 2026] [proxy_http:error] [pid 70:tid 71] [client \
                198.51.100.7:40001] AH01097: pass request body failed to 10.70.0.3:8443 (10.70.0.3) \
                from 198.51.100.7 ()\n\
                198.51.100.7 - - [30/Aug/2026:12:00:00 +0000] \"GET /t HTTP/1.1\" 500 528";

    assert_ne!(best(text), "early_response_upload");
}

// 13. TLS 1.3 reports a missing client certificate after the handshake.

#[test]
fn a_break_right_after_the_handshake_is_a_missing_client_certificate() {
    let text = haproxy(
        "app/s1 0/0/4/-1/6 502 209 - - SH-- 1/1/0/0/0 0/0 \"GET /t HTTP/1.1\" bc_err=43:SSL fatal \
         error",
    );

    assert_eq!(best(&text), "tls_client_cert_required");
}

#[test]
fn a_reset_while_sending_to_a_tls_upstream_names_the_client_certificate() {
    names(
        "2026/08/30 12:00:00 http: proxy error: write tcp 10.70.0.9:40001->10.70.0.3:8443: write: \
         connection reset by peer",
        &["tls_client_cert_required", "reset_before_response"],
    );
}

#[test]
fn alert_40_names_client_certificate_cipher_and_server_name() {
    names(
        &nginx(
            "SSL_do_handshake() failed (SSL: error:0A000410:SSL routines::sslv3 alert handshake \
             failure:SSL alert number 40) while SSL handshaking to upstream",
        ),
        &["tls_client_cert_required", "tls_no_shared_cipher", "tls_sni_missing"],
    );
}

// 14. nginx sends no server name and verifies nothing unless told to.

#[test]
fn nginx_towards_https_without_a_server_name_is_shown() {
    let bare = "proxy_pass https://10.70.0.3;";
    let told = "proxy_ssl_server_name on;\nproxy_pass https://10.70.0.3;";

    assert!(shows(bare, Sign::TlsNoSniSent));
    assert!(!shows(told, Sign::TlsNoSniSent));
}

#[test]
fn nginx_towards_https_without_a_server_name_does_not_blame_the_certificate() {
    let text = "proxy_pass https://10.70.0.3;";

    assert!(!candidates(text).contains(&"tls_cert_expired"));
}

// 15. A stale connection is recovered by some gateways and a 502 at others.

#[test]
fn a_first_try_that_failed_at_once_before_a_200_is_a_stale_connection() {
    let text = "198.51.100.7 - - [30/Aug/2026:12:00:00 +0000] \"GET /t HTTP/1.1\" 200 640 rt=0.009 \
                uct=\"0.000, 0.001\" uht=\"-, 0.008\" urt=\"0.000, 0.008\" us=\"502, 200\" \
                ua=\"10.70.0.3:8080, 10.70.0.3:8080\"";

    assert_eq!(best(text), "stale_keepalive");
}

#[test]
fn an_end_before_the_head_names_a_stale_connection_at_gateways_that_do_not_retry() {
    let haproxy = haproxy(
        "app/s1 0/0/0/-1/0 502 209 - - SH-- 1/1/0/0/0 0/0 \"GET /t HTTP/1.1\" bc_err=0:Success",
    );
    let apache = "[Sun Aug 30 12:00:00.100200 2026] [proxy_http:error] [pid 70:tid 71] \
                  (20014)Internal error (specific information not available): [client \
                  198.51.100.7:40001] AH01102: error reading status line from remote server \
                  10.70.0.3:8080";

    for text in [haproxy.as_str(), apache, "Error: socket hang up\n  code: 'ECONNRESET'"] {
        names(text, &["stale_keepalive"]);
    }
}

// 16. Exhausted descriptors and connections are a 500, exhausted ports a 502.

#[test]
fn exhausted_descriptors_behind_a_500_are_the_gateways() {
    let text = nginx("socket() failed (24: Too many open files) while connecting to upstream")
        + "\n198.51.100.7 - - [30/Aug/2026:12:00:00 +0000] \"GET /t HTTP/1.1\" 500 177";

    assert_eq!(best(&text), "gateway_fd_exhausted");
}

#[test]
fn exhausted_connections_behind_a_500_are_the_gateways() {
    let text = nginx("512 worker_connections are not enough while connecting to upstream")
        + "\n198.51.100.7 - - [30/Aug/2026:12:00:00 +0000] \"GET /t HTTP/1.1\" 500 177";

    assert_eq!(best(&text), "gateway_connections_exhausted");
}

#[test]
fn exhausted_ports_behind_a_502_are_the_gateways() {
    let text = nginx(
        "connect() to 10.70.0.3:8080 failed (99: Cannot assign requested address) while connecting \
         to upstream",
    ) + "\n198.51.100.7 - - [30/Aug/2026:12:00:00 +0000] \"GET /t HTTP/1.1\" 502 157";

    assert_eq!(best(&text), "source_ports_exhausted");
}

// 17. A missing error page turns the 502 into a 404.

#[test]
fn a_404_with_an_upstream_status_of_502_is_a_masked_failure() {
    let text = "198.51.100.7 - - [30/Aug/2026:12:00:00 +0000] \"GET /t HTTP/1.1\" 404 153 rt=0.003 \
                uct=\"0.001\" uht=\"0.003\" urt=\"0.003\" us=\"502\" ua=\"10.70.0.3:8080\"";

    assert_eq!(best(text), "error_page_masking");
}

#[test]
fn a_cycle_at_the_error_page_is_the_error_page() {
    let text = nginx(
        "rewrite or internal redirection cycle while internally redirecting to \"/errors/50x.html\"",
    );

    assert_eq!(best(&text), "error_page_masking");
}

// 18. A proxy loop looks different at each gateway.

#[test]
fn a_loop_is_recognised_in_the_words_of_each_gateway() {
    let nginx = "2026/08/30 12:00:00 [alert] 70#70: *700 1024 worker_connections are not enough \
                 while connecting to upstream, client: 127.0.0.1, server: trap.example, request: \
                 \"GET /t HTTP/1.1\", upstream: \"http://127.0.0.1:8088/t\", host: \"trap.example\"\n\
                 listen 8088;\nproxy_pass http://127.0.0.1:8088;";
    let haproxy = haproxy(
        "app/self 0/0/0/-1/10002 504 198 - - sH-- 900/900/897/897/0 0/0 \"GET /t HTTP/1.1\"",
    );
    let squid = "2026/08/30 12:00:00| WARNING: Forwarding loop detected for:";
    let varnish = "-   Error          out of workspace (bo)";

    for text in [nginx, haproxy.as_str(), squid, varnish] {
        assert_eq!(best(text), "proxy_loop", "{text}");
    }
}

// 19. Squid skips a peer that failed and says only ERR_READ_ERROR with HIER_NONE.

#[test]
fn squids_hier_none_is_a_failed_connection_of_any_kind() {
    let text = "1788091200.100      2 198.51.100.7 TCP_MISS/502 3410 GET http://trap.example/t - \
                HIER_NONE/- text/html";

    names(text, &["connect_refused", "connect_filtered"]);
    assert!(confidence(text) < CONFIDENT);
}

// 20. Varnish says "HTC eof" for every kind of end.

#[test]
fn varnishs_htc_eof_leaves_the_kind_of_end_open() {
    let text = "-   FetchError     HTC eof (-1)\n-   BerespReason   Backend fetch failed";

    names(text, &["closed_before_response", "reset_before_response", "stale_keepalive"]);
    assert!(confidence(text) < CONFIDENT);
}

// 21. JSON escapes quotes and backslashes.

#[test]
fn escaped_bytes_in_json_are_read_as_the_bytes() {
    let caddy = r#"{"level":"error","logger":"http.log.error","msg":"net/http: HTTP/1.x transport connection broken: malformed HTTP response \"\\x15\\x03\\x03\\x00\\x02\\x02P\"","status":502}"#;
    let traefik = r#"{"level":"debug","error":"net/http: HTTP/1.x transport connection broken: malformed HTTP response \"\\x00\\x00\\x1e\\x04\"","message":"502 Bad Gateway"}"#;

    assert_eq!(best(caddy), "plaintext_to_tls_port");
    assert_eq!(best(traefik), "http_version_mismatch");
}

// 22. OpenSSL's words change with the version.

#[test]
fn both_generations_of_openssl_give_the_same_cause() {
    for (old, new) in [
        (
            "error:1408F10B:SSL routines:ssl3_get_record:wrong version number",
            "error:0A00010B:SSL routines::wrong version number",
        ),
        (
            "error:14094410:SSL routines:ssl3_read_bytes:sslv3 alert handshake failure:SSL alert \
             number 40",
            "error:0A000410:SSL routines::sslv3 alert handshake failure:SSL alert number 40",
        ),
    ] {
        let line = |words: &str| {
            nginx(&format!(
                "SSL_do_handshake() failed (SSL: {words}) while SSL handshaking to upstream"
            ))
        };
        assert_eq!(best(&line(old)), best(&line(new)), "{new}");
    }
}

#[test]
fn self_signed_is_untrusted_with_and_without_the_hyphen() {
    for words in ["(18:self signed certificate)", "(18:self-signed certificate)"] {
        let text = nginx(&format!(
            "upstream SSL certificate verify error: {words} while SSL handshaking to upstream"
        ));

        assert_eq!(best(&text), "tls_cert_untrusted", "{words}");
    }
}

// 23. Apache's words change, its AH number stays.

#[test]
fn apaches_number_counts_and_not_its_words() {
    for words in ["error reading response", "Network error reading response"] {
        let text = format!(
            "[Sun Aug 30 12:00:00.100200 2026] [proxy_http:error] [pid 70:tid 71] (70008)Partial \
             results are valid but processing is incomplete: [client 198.51.100.7:40001] AH01110: \
             {words}"
        );

        assert_eq!(best(&text), "body_truncated", "{words}");
    }
}

// 24. Two Apache workers behind `|http://localhost/` are one worker.

#[test]
fn the_page_on_missing_sockets_says_that_two_paths_with_one_url_share_a_socket() {
    let page = catalogue::find("unix_socket_missing").map(goodgate_causes::Cause::page);

    let fix = page.as_ref().and_then(|page| page.section("How to fix it"));
    let apache = fix.and_then(|fix| fix.part("Apache"));
    assert!(apache.is_some_and(|text| text.contains("one worker")), "{apache:?}");
}

#[test]
fn how_an_answer_ends_that_is_no_http_is_no_second_fault() {
    let text = "2026/11/23 06:27:05 [error] 7#7: *5 upstream sent no valid HTTP/1.0 header while \
                reading response header from upstream, client: 127.0.0.1, server: , request: \"GET \
                /x HTTP/1.1\", upstream: \"http://127.0.0.1:22/x\", host: \"a\"\n\
                2026/11/23 06:27:06 [error] 7#7: *5 readv() failed (104: Connection reset by peer) \
                while reading upstream, client: 127.0.0.1, server: , request: \"GET /x HTTP/1.1\", \
                upstream: \"http://127.0.0.1:22/x\", host: \"a\"\n";

    let seen = recognise(text.as_bytes(), None).observations;

    assert!(!seen.iter().any(|seen| seen.sign == Sign::BodyTruncated));
}
