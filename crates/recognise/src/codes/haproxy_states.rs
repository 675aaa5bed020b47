//! HAProxy's termination states: two letters in TCP mode, four in HTTP mode (`sH--`).
//!
//! Upper and lower case differ: `SH` is a server that closed, `sH` one that did not answer in time.

use super::table::table;

table! {
    HaproxyState, "HAProxy configuration manual, section 8.5";

    "--" ["----"] "normal end", -, -,
    "The session ended normally. A 5xx with this state was sent by the server itself.",
    [] => [app_generated_error], harmless;

    "CC" [] "client left while HAProxy was connecting", "-1", -,
    "The client aborted before the connection to the server was made (2.4 and older log 503).",
    [ClientAborted] => [client_aborted, timeout_mismatch, connect_filtered], verified;

    "CD" [] "client left during the transfer", -, -,
    "The client aborted during data transfer.",
    [ClientAborted] => [client_aborted], verified;

    "cD" [] "client idle during the transfer", -, -,
    "The client neither sent nor acknowledged data for timeout client.",
    [ClientTimedOut] => [client_aborted, mtu_blackhole], verified;

    "CH" [] "client left while waiting for the response", "-1", -,
    "The client aborted while HAProxy waited for the server's response.",
    [ClientAborted] => [client_aborted, timeout_mismatch, response_timeout], verified;

    "cH" [] "client timeout while waiting for the response", -, -,
    "timeout client struck while the client was sending a body, or it is shorter than timeout server.",
    [ClientTimedOut] => [client_aborted, timeout_mismatch, mtu_blackhole], verified;

    "CQ" [] "client left in the queue", "503", -,
    "The client aborted while its request waited for a free server.",
    [ClientAborted, ConcurrencyLimit] => [upstream_concurrency_limit, client_aborted, app_pool_exhausted], verified;

    "CR" [] "client left before its request was complete", "400", -,
    "The client aborted before sending a full request.",
    [ClientAborted] => [client_aborted], verified;

    "cR" [] "client too slow with its request", "408", -,
    "timeout http-request struck before the request was complete. Browsers that connect in advance cause it too.",
    [ClientTimedOut] => [client_aborted, mtu_blackhole], verified;

    "CT" [] "client left the tarpit", -, -,
    "The client aborted while it was held in a tarpit.",
    [ClientAborted, RateLimited] => [rate_limited, client_aborted], verified;

    "CL" [] "client left at the last data", -, -,
    "The client aborted while HAProxy sent the last data of a server that had finished.",
    [ClientAborted] => [client_aborted], verified;

    "LR" [] "answered by HAProxy itself", -, -,
    "HAProxy answered the request itself: a redirect, the statistics page, a deny with return.",
    [] => [], harmless;

    "LH" [] "answered by HAProxy itself", -, -,
    "HAProxy answered in place of the server, for example with http-response return.",
    [] => [], harmless;

    "SC" [] "connection refused or failed", "503", ConnectionRefused,
    "The connection to the server was refused or failed at once. HAProxy 2.6 says the same for refused, unreachable, denied, missing sockets, no local ports and every TLS handshake failure; with <NOSRV> there was no server to try. bc_err tells more.",
    [ConnectFailed] => [connect_refused, connect_unreachable, connect_rejected, local_policy_denied, unix_socket_missing, unix_socket_denied, source_ports_exhausted, tls_handshake_aborted, tls_cert_untrusted, no_live_upstream, no_endpoints, dns_nxdomain, http_version_mismatch], verified;

    "sC" [] "connection timed out", "503", ConnectionTimeout,
    "timeout connect struck before the connection, including its TLS handshake, was complete.",
    [ConnectTimedOut] => [connect_filtered, accept_queue_full, conntrack_full, tls_handshake_timeout], verified;

    "SD" [] "server broke off during the transfer", -, HttpResponseIncomplete,
    "The connection to the server died during data transfer. The status, often 200, was already sent: the client got a cut response.",
    [BodyTruncated] => [body_truncated, app_worker_crash, app_shutdown_inflight], verified;

    "sD" [] "server silent during the transfer", -, ConnectionReadTimeout,
    "The server neither sent nor acknowledged data for timeout server. The status was already sent: the client got a cut response.",
    [BodyStalled] => [body_stalled, middlebox_idle_drop], verified;

    "SH" [] "server closed before the response", "502", ConnectionTerminated,
    "The server closed or reset the connection before its response headers were complete.",
    [EndedBeforeHead] => [closed_before_response, reset_before_response, stale_keepalive, app_worker_timeout, app_worker_crash, app_oom_killed, app_shutdown_inflight, proxy_protocol_mismatch, response_header_truncated, tls_client_cert_required], verified;

    "sH" [] "server did not answer in time", "504", HttpResponseTimeout,
    "timeout server struck before the response headers came.",
    [HeadTimeout] => [response_timeout, app_pool_exhausted, proxy_loop], verified;

    "sQ" [] "queue timeout", "503", ConnectionLimitReached,
    "The request waited longer than timeout queue for a free server.",
    [ConcurrencyLimit] => [upstream_concurrency_limit, app_pool_exhausted, response_timeout], verified;

    "SQ" [] "removed from the queue", "503", ConnectionLimitReached,
    "The request was removed from the queue by the server side.",
    [ConcurrencyLimit] => [upstream_concurrency_limit, no_live_upstream], verified;

    "PC" [] "process limit while connecting", "503", ConnectionLimitReached,
    "HAProxy refused to connect because the process has reached its socket limit.",
    [GatewayConnectionsExhausted] => [gateway_connections_exhausted, gateway_fd_exhausted], verified;

    "PD" [] "broken chunking stopped", -, HttpResponseTransferCoding,
    "HAProxy stopped a wrongly chunked message after the headers were sent.",
    [ChunkingInvalid] => [invalid_chunking], verified;

    "PH" [] "response refused by HAProxy", "502", HttpProtocolError,
    "HAProxy refused the server's response: invalid, incomplete, larger than the buffer, or denied by a rule. \"show errors\" on the stats socket shows the byte.",
    [ResponseInvalid] => [invalid_response_head, response_header_too_large, invalid_framing, invalid_chunking, not_http, plaintext_to_tls_port, http_version_mismatch, upgrade_failed], verified;

    "PR" [] "request refused by HAProxy", -, HttpRequestDenied,
    "HAProxy refused the request: invalid (400), denied (403), limited (429) or internal trouble (500).",
    [ClientRequestInvalid] => [client_request_invalid, rate_limited], verified;

    "PT" [] "tarpitted", "500", HttpRequestDenied,
    "The request was held in a tarpit and then refused.",
    [RateLimited] => [rate_limited], verified;

    "RC" [] "resource exhausted while connecting", "503", ProxyInternalError,
    "HAProxy lacked memory, descriptors or source ports for the connection; the system log has the precise error.",
    [LocalSocketError] => [source_ports_exhausted, gateway_fd_exhausted, gateway_connections_exhausted], verified;
}

/// The place of a letter in the four characters of a termination state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// First: the event that ended the session.
    Event,
    /// Second: what the session was doing.
    Phase,
    /// Third: the persistence cookie of the request.
    RequestCookie,
    /// Fourth: what was done with the persistence cookie of the response.
    ResponseCookie,
}

/// What one character of a termination state says at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The place.
    pub place: Place,
    /// The character; upper and lower case differ.
    pub letter: char,
    /// What it says.
    pub meaning: &'static str,
}

const fn at(place: Place, letter: char, meaning: &'static str) -> Letter {
    Letter { place, letter, meaning }
}

/// Every character at every place (section 8.5).
const LETTERS: &[Letter] = &[
    at(Place::Event, 'C', "the client aborted the session"),
    at(Place::Event, 'S', "the server aborted or refused the session"),
    at(Place::Event, 'P', "HAProxy ended it: a limit, a rule or a security check"),
    at(Place::Event, 'L', "HAProxy answered it itself"),
    at(Place::Event, 'R', "a resource of HAProxy ran out: memory, sockets, source ports"),
    at(Place::Event, 'I', "HAProxy found an internal error; report it"),
    at(Place::Event, 'D', "HAProxy killed it because the server was found down"),
    at(Place::Event, 'U', "HAProxy killed it on a backup server because an active one came up"),
    at(Place::Event, 'K', "an administrator killed it"),
    at(Place::Event, 'c', "the client-side timeout expired"),
    at(Place::Event, 's', "the server-side timeout expired"),
    at(Place::Event, '-', "normal end"),
    at(Place::Phase, 'R', "waiting for a complete request; nothing was sent to a server"),
    at(Place::Phase, 'Q', "waiting in the queue for a free server"),
    at(Place::Phase, 'C', "waiting for the connection to the server"),
    at(Place::Phase, 'H', "waiting for complete response headers"),
    at(Place::Phase, 'D', "transferring data"),
    at(Place::Phase, 'L', "sending the last data to the client; the server had finished"),
    at(Place::Phase, 'T', "held in the tarpit"),
    at(Place::Phase, '-', "normal end after the transfer"),
    at(Place::RequestCookie, 'N', "the client sent no persistence cookie"),
    at(Place::RequestCookie, 'I', "the client's cookie matches no known server"),
    at(Place::RequestCookie, 'D', "the client's cookie names a server that is down"),
    at(Place::RequestCookie, 'V', "the client's cookie is valid and was followed"),
    at(Place::RequestCookie, 'E', "the client's cookie is expired (maxidle)"),
    at(Place::RequestCookie, 'O', "the client's cookie is too old (maxlife)"),
    at(
        Place::RequestCookie,
        'U',
        "the client's cookie was not used; another rule chose the server",
    ),
    at(Place::RequestCookie, '-', "no cookie is configured"),
    at(Place::ResponseCookie, 'N', "no cookie was sent by the server and none inserted"),
    at(Place::ResponseCookie, 'I', "HAProxy inserted the cookie"),
    at(Place::ResponseCookie, 'U', "HAProxy updated the date in the cookie"),
    at(Place::ResponseCookie, 'P', "the server's cookie was passed on as it is"),
    at(Place::ResponseCookie, 'R', "HAProxy rewrote the server's cookie"),
    at(Place::ResponseCookie, 'D', "HAProxy deleted the server's cookie"),
    at(Place::ResponseCookie, '-', "no cookie is configured"),
];

const PLACES: [Place; 4] =
    [Place::Event, Place::Phase, Place::RequestCookie, Place::ResponseCookie];

/// Returns what each character of a termination state says, or nothing if `state` is not one.
pub fn letters(state: &str) -> Vec<&'static Letter> {
    let long_enough = matches!(state.chars().count(), 2 | 4);
    let found: Vec<_> =
        PLACES.iter().zip(state.chars()).filter_map(|(place, c)| letter(*place, c)).collect();
    if long_enough && found.len() == state.chars().count() { found } else { Vec::new() }
}

fn letter(place: Place, c: char) -> Option<&'static Letter> {
    LETTERS.iter().find(|letter| letter.place == place && letter.letter == c)
}
