//! ngrok's error codes, as in `ngrok-error-code` and on its page.

use super::table::table;

table! {
    Ngrok, "ngrok documentation, errors reference";

    "ERR_NGROK_3200" [] "endpoint offline", "404", DestinationUnavailable,
    "No agent serves the address at the moment.",
    [TunnelDown] => [cdn_tunnel_down], verified;
    "ERR_NGROK_8012" [] "agent cannot reach the local service", "502", ConnectionRefused,
    "The tunnel is up and the agent's connection to the local address failed.",
    [TunnelOriginFailed, ConnectRefused] => [connect_refused, wrong_listen_address, app_boot_failure], verified;
    "ERR_NGROK_3004" [] "invalid or incomplete answer", -, HttpProtocolError,
    "The local service's answer is not valid HTTP, most often because it expects https.",
    [TunnelOriginFailed, ResponseInvalid] => [plaintext_to_tls_port, invalid_response_head, closed_before_response], verified;
    "ERR_NGROK_3005" [] "gateway timeout", -, ConnectionTimeout,
    "A connection to the server could not be established in time.",
    [ConnectTimedOut] => [connect_filtered], verified;
    "ERR_NGROK_3006" [] "server refused the connection", -, ConnectionRefused,
    "The server refused the connection.",
    [ConnectRefused] => [connect_refused], verified;
    "ERR_NGROK_3007" [] "gateway error", -, ProxyInternalError,
    "An error at ngrok's gateway that is not described.",
    [GatewayMadeError] => [cdn_tunnel_down], verified;
    "ERR_NGROK_3008" [] "no backend answered in time", -, HttpResponseTimeout,
    "None of the configured backends answered in time.",
    [HeadTimeout] => [response_timeout, no_live_upstream], verified;
    "ERR_NGROK_3009" [] "network error from a backend", -, ConnectionTerminated,
    "A backend gave a network error instead of an answer.",
    [EndedBeforeHead] => [closed_before_response, reset_before_response], verified;
    "ERR_NGROK_3010" [] "unknown status from a backend", -, HttpProtocolError,
    "A backend answered with a status that is not known.",
    [StatusLineInvalid] => [invalid_response_head], verified;
    "ERR_NGROK_3210" [] "forwarding to the agent failed", -, DestinationUnavailable,
    "The connection could not be forwarded to the agent.",
    [TunnelDown] => [cdn_tunnel_down], verified;
    "ERR_NGROK_810" [] "network error towards the agent", -, ConnectionTerminated,
    "An operation could not be sent to the agent, as a rule because it was shutting down or reconnecting.",
    [TunnelDown] => [cdn_tunnel_down], verified;
    "ERR_NGROK_8007" [] "no tunnel server reachable", -, ConnectionTimeout,
    "The agent reached none of ngrok's servers over TCP.",
    [TunnelDown] => [cdn_tunnel_down, connect_filtered], verified;
    "ERR_NGROK_20004" [] "upstream could not reach the target", -, ConnectionRefused,
    "No connection between the upstream and the target service could be made.",
    [ConnectFailed] => [connect_refused], verified;
    "ERR_NGROK_108" [] "too many agent sessions", -, ConnectionLimitReached,
    "The account's limit of simultaneous agent sessions is reached.",
    [TunnelDown] => [cdn_tunnel_down], verified;
    "ERR_NGROK_120" [] "agent too old", -, ProxyConfigurationError,
    "The agent's version is no longer supported.",
    [TunnelDown] => [cdn_tunnel_down], verified;
    "ERR_NGROK_9040" [] "address not allowed", -, DestinationIpProhibited,
    "ngrok accepts no agents from this address.",
    [TunnelDown] => [cdn_tunnel_down], verified;
    "ERR_NGROK_6024" [] "interstitial page", -, -,
    "ngrok shows a warning page before the site; it is no failure of the site.",
    [] => [], harmless;
}
