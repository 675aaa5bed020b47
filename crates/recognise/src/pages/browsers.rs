//! What browsers say when no page came. It is about the connection between visitor and site.

use goodgate_evidence::{Product, Sign};

use super::fingerprint::When::{self, All, Any, Text, Whole};
use super::fingerprint::{CERTAIN, Clue, Fingerprint, LIKELY, Rule, STRONG, rule, wrote};

const BROWSER: Product = Product::Browser;

/// Particulars of every sign here: the hop that failed is the visitor's.
const VISITOR: &[(&str, &str)] = &[("hop", "visitor")];

/// Chromium (Chrome, Edge), Firefox and Safari.
pub(super) static ITEM: Fingerprint = Fingerprint { clues: CLUES, rules: RULES, more: None };

const CLUES: &[Clue] = &[
    wrote(BROWSER, CERTAIN, Text("net::err_")),
    wrote(
        BROWSER,
        CERTAIN,
        Any(&[
            REFUSED, TIMED_OUT, NOTHING, NO_NAME, OFFLINE, PROXY, TLS, REDIRECTS, CODING, CUT,
            EXTENSION, INVALID, STREAM, CHUNKS, LENGTHS, HEAD_SIZE,
        ]),
    ),
    // Chromium draws this for an error status with an empty body.
    wrote(
        BROWSER,
        STRONG,
        All(&[
            Any(&[
                Text("this page isn't working"),
                Text("is currently unable to handle this request"),
            ]),
            Text("http error 5"),
        ]),
    ),
    wrote(BROWSER, LIKELY, Text("is currently unable to handle this request")),
    wrote(BROWSER, LIKELY, Text("can't reach this page")),
    wrote(BROWSER, STRONG, Text("safari can't open the page")),
    wrote(BROWSER, LIKELY, Text("this site can't be reached")),
];

const RULES: &[Rule] = &[
    says(REFUSED, &[Sign::ClientRefused]),
    says(TIMED_OUT, &[Sign::ClientConnectTimedOut]),
    says(NOTHING, &[Sign::ClientGotNothing]),
    says(NO_NAME, &[Sign::ClientDnsFailed]),
    says(OFFLINE, &[Sign::ClientOffline]),
    says(PROXY, &[Sign::ClientProxyFailed]),
    says(EXTENSION, &[Sign::ExtensionBlocked]),
    says(TLS, &[Sign::ClientTlsFailed]),
    says(REDIRECTS, &[Sign::RedirectCycle]),
    says(CODING, &[Sign::ContentCodingInvalid]),
    says(CUT, &[Sign::BodyTruncated]),
    says(CHUNKS, &[Sign::ChunkingInvalid]),
    says(INVALID, &[Sign::ResponseInvalid]),
    says(STREAM, &[Sign::Http2StreamReset, Sign::ResponseInvalid]),
    says(LENGTHS, &[Sign::FramingConflict]),
    says(HEAD_SIZE, &[Sign::HeadTooLarge]),
];

const fn says(when: When, signs: &'static [Sign]) -> Rule {
    rule(when, signs).noting(VISITOR)
}

/// The heading above Chromium's sentences, which alone could be anybody's.
const UNREACHED: When = Any(&[
    Text("this site can't be reached"),
    Text("this page isn't working"),
    Text("can't reach this page"),
    Text("this site can't provide"),
]);

/// What Firefox advises below its headings.
const FIREFOX: When = Any(&[
    Text("the connection to the server was reset while"),
    Text("is taking too long to respond"),
    Text("the site could be temporarily unavailable or too busy"),
    Text("check that firefox"),
    Text("firefox"),
]);

const REFUSED: When = Any(&[
    Text("err_connection_refused"),
    Text("ns_error_connection_refused"),
    All(&[UNREACHED, Text("refused to connect.")]),
    Text("firefox can't establish a connection to the server at"),
    Text("because safari can't connect to the server"),
    Text("safari can't connect to the server"),
]);

const TIMED_OUT: When = Any(&[
    Text("err_connection_timed_out"),
    Text("err_timed_out"),
    Text("ns_error_net_timeout"),
    All(&[UNREACHED, Text("took too long to respond.")]),
    Text("is taking too long to respond."),
    All(&[FIREFOX, Text("the connection has timed out")]),
    Whole("the connection has timed out"),
    Text("the server where this page is located isn't responding"),
]);

const NOTHING: When = Any(&[
    Text("err_connection_reset"),
    Text("err_connection_closed"),
    Text("err_connection_aborted"),
    Text("err_empty_response"),
    Text("err_socket_not_connected"),
    Text("err_quic_protocol_error"),
    Text("ns_error_net_reset"),
    Text("ns_error_net_interrupt"),
    Text("ns_error_net_empty_response"),
    Text("pr_connect_reset_error"),
    Text("pr_end_of_file_error"),
    All(&[UNREACHED, Text("didn't send any data.")]),
    All(&[UNREACHED, Text("unexpectedly closed the connection")]),
    All(&[Any(&[UNREACHED, FIREFOX]), Text("the connection was reset")]),
    All(&[FIREFOX, Text("the connection was interrupted")]),
    Text("the connection to the server was reset while the page was loading"),
    Text("because the server unexpectedly dropped the connection"),
    All(&[Text("safari can't open"), Text("the network connection was lost")]),
]);

const NO_NAME: When = Any(&[
    Text("err_name_not_resolved"),
    Text("err_name_resolution_failed"),
    Text("err_dns_timed_out"),
    Text("err_dns_server_failed"),
    Text("dns_probe_finished_nxdomain"),
    Text("dns_probe_finished_bad_config"),
    Text("dns_probe_finished_bad_secure_config"),
    Text("dns_probe_possible"),
    Text("dns_probe_started"),
    Text("ns_error_unknown_host"),
    Text("we're having trouble finding that site"),
    Text("we can't connect to the server at"),
    Text("firefox can't find the server at"),
    Text("server ip address could not be found"),
    Text("dns address could not be found"),
    Text("because safari can't find the server"),
    Text("safari can't find the server"),
    Text("a server with the specified hostname could not be found"),
]);

const OFFLINE: When = Any(&[
    Text("err_internet_disconnected"),
    Text("err_network_changed"),
    Text("err_network_io_suspended"),
    Text("err_address_unreachable"),
    Text("dns_probe_finished_no_internet"),
    Text("ns_error_offline"),
    Text("your computer isn't connected to the internet"),
    Text("you are not connected to the internet"),
    Text("the internet connection appears to be offline"),
    Text("firefox is currently in offline mode"),
]);

const PROXY: When = Any(&[
    Text("err_proxy_connection_failed"),
    Text("err_proxy_certificate_invalid"),
    Text("err_proxy_auth_"),
    Text("err_tunnel_connection_failed"),
    Text("err_socks_connection_failed"),
    Text("err_mandatory_proxy_configuration_failed"),
    Text("err_pac_script_failed"),
    Text("ns_error_proxy_connection_refused"),
    Text("ns_error_unknown_proxy_host"),
    Text("ns_error_proxy_bad_gateway"),
    Text("ns_error_proxy_gateway_timeout"),
    Text("the proxy server is refusing connections"),
    Text("unable to find the proxy server"),
    Text("there is something wrong with the proxy server"),
    Text("because the proxy server isn't responding"),
]);

const EXTENSION: When = Any(&[Text("err_blocked_by_client"), Text("was blocked by an extension")]);

/// Which certificate it is, only the browser saw: that of the site that the visitor named.
const TLS: When = Any(&[
    Text("err_cert_"),
    // Node.js names errors of OpenSSL `ERR_SSL_…` as well, so these are listed one by one.
    Text("err_ssl_protocol_error"),
    Text("err_ssl_version_or_cipher_mismatch"),
    Text("err_ssl_unrecognized_name_alert"),
    Text("err_ssl_bad_record_mac_alert"),
    Text("err_ssl_server_cert_bad_format"),
    Text("err_ssl_key_usage_incompatible"),
    Text("err_ssl_obsolete_version"),
    Text("err_bad_ssl_client_auth_cert"),
    Text("err_certificate_transparency_required"),
    Text("ssl_error_rx_record_too_long"),
    Text("ssl_error_no_cypher_overlap"),
    Text("ssl_error_unsupported_version"),
    Text("ssl_error_bad_cert_domain"),
    Text("ssl_error_handshake_failure_alert"),
    Text("ssl_error_internal_error_alert"),
    Text("ssl_error_unrecognized_name_alert"),
    Text("ssl_error_protocol_version_alert"),
    Text("ssl_error_rx_"),
    Text("sec_error_expired_"),
    Text("sec_error_unknown_issuer"),
    Text("sec_error_"),
    Text("mozilla_pkix_error_"),
    Text("secure connection failed"),
    Text("warning: potential security risk ahead"),
    Text("your connection is not private"),
    Text("your connection isn't private"),
    Text("this connection is not private"),
    Text("can't provide a secure connection"),
    Text("can't establish a secure connection to the server"),
]);

const REDIRECTS: When = Any(&[
    Text("err_too_many_redirects"),
    Text("ns_error_redirect_loop"),
    Text("redirected you too many times"),
    Text("the page isn't redirecting properly"),
    Text("too many redirects occurred trying to open"),
]);

const CODING: When = Any(&[Text("err_content_decoding_failed"), Text("content encoding error")]);

const CUT: When = Any(&[
    Text("err_content_length_mismatch"),
    Text("err_incomplete_chunked_encoding"),
    Text("ns_error_net_partial_transfer"),
]);

const CHUNKS: When = Text("err_invalid_chunked_encoding");

const INVALID: When = Any(&[
    Text("err_invalid_response"),
    Text("err_invalid_http_response"),
    Text("corrupted content error"),
    Text("ns_error_corrupted_content"),
]);

const STREAM: When = Any(&[Text("err_http2_protocol_error"), Text("err_spdy_protocol_error")]);

const LENGTHS: When = Any(&[
    Text("err_response_headers_multiple_content_length"),
    Text("err_response_headers_multiple_location"),
]);

const HEAD_SIZE: When = Text("err_response_headers_too_big");
