//! What a browser or curl says itself.

use super::*;

const SITE: &str = "This site can’t be reached\nexample.com ";

fn browser(words: &str) -> Reading {
    of_text(&format!("{SITE}{words}"))
}

#[test]
fn chromium_codes_give_the_visitor_s_signs() {
    let codes = [
        ("ERR_CONNECTION_REFUSED", Sign::ClientRefused),
        ("ERR_CONNECTION_TIMED_OUT", Sign::ClientConnectTimedOut),
        ("ERR_CONNECTION_RESET", Sign::ClientGotNothing),
        ("ERR_CONNECTION_CLOSED", Sign::ClientGotNothing),
        ("ERR_EMPTY_RESPONSE", Sign::ClientGotNothing),
        ("ERR_NAME_NOT_RESOLVED", Sign::ClientDnsFailed),
        ("DNS_PROBE_FINISHED_NXDOMAIN", Sign::ClientDnsFailed),
        ("DNS_PROBE_FINISHED_NO_INTERNET", Sign::ClientOffline),
        ("ERR_INTERNET_DISCONNECTED", Sign::ClientOffline),
        ("ERR_PROXY_CONNECTION_FAILED", Sign::ClientProxyFailed),
        ("ERR_TUNNEL_CONNECTION_FAILED", Sign::ClientProxyFailed),
        ("NET::ERR_CERT_DATE_INVALID", Sign::ClientTlsFailed),
        ("NET::ERR_CERT_AUTHORITY_INVALID", Sign::ClientTlsFailed),
        ("ERR_SSL_PROTOCOL_ERROR", Sign::ClientTlsFailed),
        ("ERR_SSL_VERSION_OR_CIPHER_MISMATCH", Sign::ClientTlsFailed),
        ("ERR_CONTENT_DECODING_FAILED", Sign::ContentCodingInvalid),
        ("net::ERR_CONTENT_LENGTH_MISMATCH", Sign::BodyTruncated),
        ("net::ERR_INCOMPLETE_CHUNKED_ENCODING", Sign::BodyTruncated),
        ("net::ERR_HTTP2_PROTOCOL_ERROR", Sign::Http2StreamReset),
        ("net::ERR_BLOCKED_BY_CLIENT", Sign::ExtensionBlocked),
        ("ERR_INVALID_RESPONSE", Sign::ResponseInvalid),
        ("ERR_TOO_MANY_REDIRECTS", Sign::RedirectCycle),
    ];
    for (code, sign) in codes {
        let reading = of_text(code);

        assert_eq!(writer(&reading), Some(Product::Browser), "{code}");
        assert!(has(&reading, sign), "{code}: {reading:#?}");
        assert_eq!(mark(&reading, sign).detail, [("hop", "visitor".to_owned())]);
    }
}

#[test]
fn other_browsers_words_give_the_visitor_s_signs() {
    let words = [
        (
            "Unable to connect\nFirefox can’t establish a connection to the server at example.com.",
            Sign::ClientRefused,
        ),
        (
            "Hmm. We’re having trouble finding that site.\nWe can’t connect to the server at example.com.",
            Sign::ClientDnsFailed,
        ),
        ("Secure Connection Failed\nError code: PR_CONNECT_RESET_ERROR", Sign::ClientGotNothing),
        (
            "Secure Connection Failed\nError code: SSL_ERROR_RX_RECORD_TOO_LONG",
            Sign::ClientTlsFailed,
        ),
        (
            "The connection was reset\nThe connection to the server was reset while the page was loading.",
            Sign::ClientGotNothing,
        ),
        (
            "The connection has timed out\nThe server at example.com is taking too long to respond.",
            Sign::ClientConnectTimedOut,
        ),
        (
            "Warning: Potential Security Risk Ahead\nSEC_ERROR_EXPIRED_CERTIFICATE",
            Sign::ClientTlsFailed,
        ),
        (
            "Safari Can’t Open the Page\nSafari can’t open the page “example.com” because Safari can’t connect to the server “example.com”.",
            Sign::ClientRefused,
        ),
        (
            "Safari can’t open the page because the server where this page is located isn’t responding.",
            Sign::ClientConnectTimedOut,
        ),
        (
            "Safari can’t open the page because Safari can’t find the server “example.com”.",
            Sign::ClientDnsFailed,
        ),
        (
            "Safari can’t open the page because the server unexpectedly dropped the connection.",
            Sign::ClientGotNothing,
        ),
        ("You Are Not Connected to the Internet", Sign::ClientOffline),
    ];
    for (text, sign) in words {
        let reading = of_text(text);

        assert_eq!(writer(&reading), Some(Product::Browser), "{text}");
        assert!(has(&reading, sign), "{text}: {reading:#?}");
    }
}

#[test]
fn a_sentence_counts_below_its_heading() {
    assert!(has(&browser("refused to connect."), Sign::ClientRefused));
    assert!(has(&browser("took too long to respond."), Sign::ClientConnectTimedOut));
}

#[test]
fn the_same_sentence_alone_is_nobody_s() {
    assert_eq!(read_text("the app took too long to respond."), None);
}

#[test]
fn an_empty_error_keeps_its_status() {
    let reading = of_text(
        "This page isn’t working\nexample.com is currently unable to handle this request.\nHTTP ERROR 502",
    );

    assert_eq!(writer(&reading), Some(Product::Browser));
    assert_eq!(reading.status, Some(502));
    assert!(!has(&reading, Sign::ErrorPage));
}

#[test]
fn a_browser_says_nothing_about_the_upstream() {
    let reading = of_text("ERR_CONNECTION_REFUSED");

    assert!(!has(&reading, Sign::ConnectRefused));
}

#[test]
fn curl_speaks_of_the_upstream() {
    let errors = [
        ("curl: (5) Could not resolve proxy: proxy", Sign::ClientProxyFailed),
        ("curl: (6) Could not resolve host: app.internal", Sign::DnsFailed),
        (
            "curl: (7) Failed to connect to 10.0.0.1 port 8080: Connection refused",
            Sign::ConnectRefused,
        ),
        (
            "curl: (7) Failed to connect to 10.0.0.1 port 8080: No route to host",
            Sign::ConnectNoRoute,
        ),
        (
            "curl: (7) Failed to connect to app port 80 after 1 ms: Couldn't connect to server",
            Sign::ConnectFailed,
        ),
        ("curl: (18) transfer closed with 900 bytes remaining to read", Sign::BodyTruncated),
        (
            "curl: (28) Failed to connect to app port 80 after 130000 ms: Connection timed out",
            Sign::ConnectTimedOut,
        ),
        (
            "curl: (28) Operation timed out after 5001 milliseconds with 0 bytes received",
            Sign::HeadTimeout,
        ),
        (
            "curl: (28) Operation timed out after 5001 milliseconds with 17 out of 900 bytes received",
            Sign::BodyStalled,
        ),
        ("curl: (28) Resolving timed out after 5000 milliseconds", Sign::DnsTimeout),
        ("curl: (35) error:0A00010B:SSL routines::wrong version number", Sign::TlsNotTls),
        (
            "curl: (35) OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to app:443",
            Sign::TlsPeerClosed,
        ),
        (
            "curl: (35) error:0A000410:SSL routines::sslv3 alert handshake failure",
            Sign::TlsAlertHandshakeFailure,
        ),
        ("curl: (52) Empty reply from server", Sign::ClosedBeforeHead),
        ("curl: (56) Recv failure: Connection reset by peer", Sign::ResetBeforeHead),
        ("curl: (60) SSL certificate problem: certificate has expired", Sign::TlsCertExpired),
        ("curl: (60) SSL certificate problem: self-signed certificate", Sign::TlsCertUntrusted),
        (
            "curl: (60) SSL: no alternative certificate subject name matches target host name 'app'",
            Sign::TlsCertNameMismatch,
        ),
        (
            "curl: (92) HTTP/2 stream 1 was not closed cleanly: INTERNAL_ERROR (err 2)",
            Sign::Http2StreamReset,
        ),
    ];
    for (text, sign) in errors {
        let reading = of_text(text);

        assert_eq!(writer(&reading), Some(Product::Curl), "{text}");
        assert!(has(&reading, sign), "{text}: {reading:#?}");
        assert!(mark(&reading, sign).detail.contains(&("tool", "curl".to_owned())));
    }
}

#[test]
fn each_error_of_curl_is_read_with_its_own_words() {
    let reading = of_text(
        "curl: (52) Empty reply from server\ncurl: (7) Failed to connect to a port 1: Connection refused",
    );

    assert!(has(&reading, Sign::ClosedBeforeHead));
    assert!(has(&reading, Sign::ConnectRefused));
    assert_eq!(mark(&reading, Sign::ClosedBeforeHead).quote, "curl: (52) Empty reply from server");
}

#[test]
fn a_portal_is_in_the_visitor_s_network() {
    let reading = of_text(
        "HTTP/1.1 511 Network Authentication Required\nContent-Type: text/html\n\n<h1>Welcome</h1>",
    );

    assert_eq!(writer(&reading), Some(Product::CaptivePortal));
    assert!(has(&reading, Sign::ClientProxyFailed));
}

#[test]
fn a_company_proxy_is_in_the_visitor_s_network() {
    let reading = of_text(
        "Network Error (tcp_error)\n\nA communication error occurred: \"Operation timed out\"",
    );

    assert!(has(&reading, Sign::ClientProxyFailed));
}
