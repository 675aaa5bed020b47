//! What is a page in pasted text and what is not: log lines, configurations and prose are none,
//! and the pages of proxies in the visitor's network say nothing about the site.

use goodgate_evidence::{Product, Sign};
use goodgate_recognise::pages::{self, Page, Reading};
use proptest::prelude::*;

/// One test for each text: the product wrote it.
macro_rules! written_by {
    ($($name:ident: $product:ident, $text:expr;)*) => {
        $(
            #[test]
            fn $name() {
                assert_eq!(writer($text), Some(Product::$product), "{:#?}", read($text));
            }
        )*
    };
}

/// One test for each text: it gives the sign.
macro_rules! shows {
    ($($name:ident: $sign:ident, $text:expr;)*) => {
        $(
            #[test]
            fn $name() {
                assert!(signs($text).contains(&Sign::$sign), "{:#?}", read($text));
            }
        )*
    };
}

/// One test for each text: it is no page at all.
macro_rules! no_page {
    ($($name:ident: $text:expr;)*) => {
        $(
            #[test]
            fn $name() {
                assert_eq!(pages::read_text($text), None);
            }
        )*
    };
}

fn read(text: &str) -> Reading {
    pages::read_text(text).unwrap_or_default()
}

fn writer(text: &str) -> Option<Product> {
    read(text).written_by.map(|maker| maker.product)
}

fn signs(text: &str) -> Vec<Sign> {
    read(text).signs.iter().map(|mark| mark.sign).collect()
}

no_page! {
    number_alone_is_no_page: "502";
    access_line_of_nginx_is_no_page:
        "10.0.0.9 - - [23/Nov/2026:03:00:00 +0000] \"GET / HTTP/1.1\" 502 157 \"-\" \"curl/7.88.1\"";
    access_line_with_a_path_of_502_is_no_page:
        "10.0.0.9 - - [23/Nov/2026:03:00:00 +0000] \"GET /error/502 HTTP/2.0\" 502 157";
    access_line_with_a_file_of_502_is_no_page:
        "10.0.0.9 - - [23/Nov/2026:03:00:00 +0000] \"GET /a/error-502.html HTTP/2.0\" 404 157";
    access_line_in_json_is_no_page:
        "{\"time\":\"2026-11-23T03:00:00Z\",\"status\":502,\"request\":\"GET / HTTP/1.1\"}";
    access_line_in_json_that_looks_like_spring_is_no_page:
        "{\"timestamp\":\"2026-11-23T03:00:00Z\",\"status\":502,\"method\":\"GET\",\"path\":\"/api\"}";
    access_line_of_haproxy_is_no_page:
        "Nov 23 03:00:00 lb haproxy[12]: 10.0.0.9:5000 [23/Nov/2026:03:00:00.000] web app/s1 \
         0/0/-1/-1/0 503 217 - - SC-- 1/1/0/0/3 0/0 \"GET / HTTP/1.1\"";
    access_line_of_envoy_is_no_page:
        "[2026-11-23T03:00:00.000Z] \"GET / HTTP/1.1\" 503 UF \
         upstream_reset_before_response_started{remote_connection_failure} - \"-\" 0 145 0 - \"-\" \
         \"curl\" \"id\" \"lab\" \"127.0.0.1:80\"";
    access_line_of_the_proxy_manager_is_no_page:
        "[23/Nov/2026:03:00:00 +0000] - 502 502 - GET https lab.test \"/\" [Client 10.0.0.9] \
         [Length 157] [Gzip -] [Sent-to app] \"curl/7.88.1\" \"-\"";
    access_line_of_express_is_no_page: "GET /api 502 12.345 ms - 21";
    router_line_of_heroku_is_no_page:
        "at=error code=H12 desc=\"Request timeout\" method=GET path=\"/\" service=30000ms status=503";
    error_line_of_nginx_is_no_page:
        "2026/11/23 03:00:00 [error] 502#502: *1 connect() failed (111: Connection refused) while \
         connecting to upstream, client: 10.0.0.9, server: lab.test, request: \"GET / HTTP/1.1\", \
         upstream: \"http://127.0.0.1:8000/\", host: \"lab.test\"";
    wrapped_error_line_of_nginx_is_no_head:
        "2026/11/23 03:00:00 [error] 12#12: *1 connect() failed (111: Connection refused) while\n\
         connecting to upstream, client: 10.0.0.9,\n\
         server: nginx.test, request: \"GET / HTTP/1.1\", upstream: \"http://127.0.0.1:8000/\"";
    error_line_of_apache_is_no_page:
        "[Mon Nov 23 03:00:00.1 2026] [proxy:error] [pid 502:tid 1234] (111)Connection refused: \
         AH00957: http: attempt to connect to 127.0.0.1:8000 (localhost:8000) failed";
    line_of_php_with_a_line_number_is_no_page:
        "PHP Fatal error:  Allowed memory size of 134217728 bytes exhausted in /srv/x.php on line 502";
    compose_file_is_no_head:
        "services:\n  app:\n    image: example\n    ports:\n      - \"8000:8000\"\n";
    error_page_directive_is_no_page:
        "server {\n    listen 80;\n    error_page 500 502 503 504 /50x.html;\n}";
    words_with_a_colon_are_no_head: "connection: refused\nvia: the office\ndate: tomorrow\nage: 30";
    names_of_filters_in_prose_are_no_page:
        "We sit behind a captive portal, and our company uses Forcepoint and FortiGuard.";
    text_of_a_script_is_not_shown_to_the_reader:
        "<html><script>var x = 'no healthy upstream';</script><p>Hello</p></html>";
}

written_by! {
    body_beats_the_server_field: Haproxy,
        "HTTP/1.1 503 Service Unavailable\r\nServer: nginx\r\nContent-Type: text/html\r\n\r\n\
         <html><body><h1>503 Service Unavailable</h1>\nNo server is available to handle this \
         request.\n</body></html>";
    bare_error_of_next_is_by_node: Node,
        "HTTP/1.1 500 Internal Server Error\r\nX-Powered-By: Next.js\r\nContent-Length: 21\r\n\r\n\
         Internal Server Error";
    debug_page_is_by_django: Python,
        "<p>You're seeing this error because you have <code>DEBUG = True</code> in your Django \
         settings file.</p>";
    whoops_page_is_by_php: Php, "<h1>Whoops, looks like something went wrong.</h1>";
    empty_502_with_its_id_is_by_fly: Fly,
        "HTTP/1.1 502 Bad Gateway\r\nserver: Fly/abc (2026-11-01)\r\nvia: 1.1 fly.io\r\n\
         fly-request-id: 01ABC-fra\r\ncontent-length: 0\r\n\r\n";
    shouted_page_is_read_without_case: Nginx, "502 BAD GATEWAY\nNGINX/1.18.0";
    page_with_references_in_hexadecimal_is_decoded: Envoy, "&#110;o he&#x61;lthy upstream";
    hotspot_is_by_a_portal: CaptivePortal, "<title>Hotspot Login</title><form></form>";
    zscaler_is_by_a_portal: CaptivePortal,
        "HTTP/1.1 403 Forbidden\r\nServer: Zscaler/6.2\r\nContent-Type: text/html\r\n\r\nDenied";
    fortiguard_is_by_a_portal: CaptivePortal,
        "<h1>FortiGuard Intrusion Prevention - Access Blocked</h1><h3>Web Page Blocked</h3>";
    umbrella_is_by_a_portal: CaptivePortal, "This site is blocked. Blocked by Cisco Umbrella.";
}

shows! {
    blocked_web_page_is_the_visitors_proxy: ClientProxyFailed, "Web Page Blocked!";
    squid_that_asks_for_a_password_is_the_visitors_proxy: ClientProxyFailed,
        "HTTP/1.1 407 Proxy Authentication Required\r\nServer: squid/5.7\r\n\
         X-Squid-Error: ERR_CACHE_ACCESS_DENIED 0\r\n\r\n";
    changed_network_is_offline: ClientOffline, "ERR_NETWORK_CHANGED";
    unreachable_address_is_offline: ClientOffline, "ERR_ADDRESS_UNREACHABLE";
    bad_dns_config_is_the_visitors: ClientDnsFailed, "DNS_PROBE_FINISHED_BAD_CONFIG";
    client_certificate_that_is_refused_is_the_visitors: ClientTlsFailed,
        "ERR_BAD_SSL_CLIENT_AUTH_CERT";
    name_that_does_not_match_is_the_visitors: ClientTlsFailed, "NET::ERR_CERT_COMMON_NAME_INVALID";
    big_head_is_told: HeadTooLarge, "ERR_RESPONSE_HEADERS_TOO_BIG";
    curl_61_is_a_coding: ContentCodingInvalid,
        "curl: (61) Error while processing content unencoding: incorrect header check";
    german_wording_is_502: Status502, "502 Fehlerhaftes Gateway";
    italian_wording_is_502: Status502, "Gateway non valido";
    dutch_wording_is_502: Status502, "Ongeldige gateway";
    polish_wording_is_502: Status502, "Nieprawidłowa brama";
    json_body_of_an_error_has_a_status: Status502, "{\"status\":502,\"message\":\"no answer\"}";
}

#[test]
fn fields_alone_make_forwarders() {
    let text = "server: cloudflare\ncf-ray: 8c0a1b2c3d4e5f60-FRA\nx-amz-cf-id: abc==\n";

    assert_eq!(read(text).forwarded_by, [Product::Cloudflare, Product::Cloudfront]);
}

#[test]
fn maker_is_no_forwarder() {
    let text = "HTTP/1.1 502 Bad Gateway\nServer: nginx\n\n502 Bad Gateway\nnginx/1.22.1";

    assert_eq!(read(text).forwarded_by, []);
}

#[test]
fn answer_of_a_proxy_to_connect_is_skipped() {
    let text = "HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 502 Bad Gateway\r\n\
                Server: nginx\r\n\r\n";

    assert_eq!(read(text).status, Some(502));
}

#[test]
fn bare_status_text_leaves_a_doubt() {
    let text = "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 11\r\nContent-Type: text/plain\r\n\r\n\
                Bad Gateway";

    assert!(read(text).written_by.expect("a maker").confidence < 0.9);
}

#[test]
fn endless_heads_are_read_to_the_bound() {
    let text = "HTTP/1.1 502 Bad Gateway\r\nServer: nginx\r\n\r\n".repeat(1 << 14);

    assert_eq!(read(&text).status, Some(502));
}

#[test]
fn endless_numbers_in_one_word_are_read_to_the_bound() {
    assert_eq!(pages::read_text(&"502-".repeat(1 << 18)), None);
}

proptest! {
    #[test]
    fn no_response_panics(
        status in proptest::option::of(0_u16..1000),
        fields in proptest::collection::vec(("[a-zA-Z-]{0,20}", "\\PC{0,40}"), 0..10),
        body in "\\PC{0,200}",
    ) {
        let page = Page { status, reason: Some(&body), fields: &fields, body: &body };

        let _ = pages::read(&page);
    }
}
