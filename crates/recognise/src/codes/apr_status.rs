//! Numbers that Apache prints in parentheses in front of a message.
//!
//! Small numbers are those of the system (see the errno family), 20000 and 70000 upwards are APR's,
//! 120000 upwards belong to the module that prints them (here: `mod_proxy_ajp`) and 670000 upwards
//! are errors of name resolution.

use super::table::table;

table! {
    AprStatus, "apr_strerror of libapr 1; apr_errno.h";

    "20014" ["(20014)"] "internal error (APR_EGENERAL)", -, ConnectionTerminated,
    "No more is known. In front of AH01102 it means: the upstream closed without a status line.",
    [EndedBeforeHead] => [closed_before_response, stale_keepalive, invalid_chunking], verified;

    "20016" ["(20016)"] "invalid IP address (APR_EBADIP)", -, ProxyConfigurationError,
    "An address is not valid.",
    [ConfigInvalid] => [gateway_config_invalid], verified;

    "70007" ["(70007)"] "timeout (APR_TIMEUP)", -, ConnectionTimeout,
    "The time that is allowed has passed. With AH00957 while connecting (503), with AH01102 while waiting for the answer (502), with AH01075 likewise (504), with AH01110 in the body.",
    [TimeoutSomewhere] => [response_timeout, connect_filtered, body_stalled, proxy_loop], verified;

    "70008" ["(70008)"] "partial result (APR_INCOMPLETE)", -, HttpResponseIncomplete,
    "The upstream stopped in the middle of the response's body.",
    [BodyTruncated] => [body_truncated], verified;

    "70014" ["(70014)"] "end of file (APR_EOF)", -, ConnectionTerminated,
    "The upstream closed the connection: before the status line with AH01102, within the head with AH10404.",
    [ClosedBeforeHead] => [closed_before_response, stale_keepalive, response_header_truncated, plaintext_to_tls_port, http_version_mismatch], verified;

    "70023" ["(70023)"] "not implemented (APR_ENOTIMPL)", -, ProxyInternalError,
    "The platform lacks the function.",
    [ConfigInvalid] => [gateway_config_invalid], verified;

    "120001" ["(120001)"] "AJP buffer overflow", -, HttpRequestError,
    "The message does not fit one AJP packet, most often because the request's headers are too large (ProxyIOBufferSize, packetSize).",
    [ClientRequestInvalid] => [client_request_invalid], verified "httpd source, ajp.h";

    "120002" ["(120002)"] "AJP buffer too small", -, ProxyInternalError,
    "The destination buffer is too small for an AJP message.",
    [GatewayMadeError] => [response_header_too_large, client_request_invalid], verified "httpd source, ajp.h";

    "120003" ["(120003)"] "AJP invalid input", -, ProxyInternalError,
    "A parameter of the AJP module is invalid.",
    [ConfigInvalid] => [gateway_config_invalid], verified "httpd source, ajp.h";

    "120004" ["(120004)"] "AJP bad signature", -, HttpProtocolError,
    "What answered does not speak AJP.",
    [FastcgiVersionWrong] => [app_protocol_mismatch], verified "httpd source, ajp.h";

    "120005" ["(120005)"] "AJP message too big", -, HttpProtocolError,
    "The AJP message is larger than the packet size.",
    [HeadTooLarge] => [response_header_too_large, app_protocol_mismatch], verified "httpd source, ajp.h";

    "120006" ["(120006)"] "AJP header missing", -, HttpProtocolError,
    "An AJP message has no header.",
    [ResponseInvalid] => [app_protocol_mismatch, closed_before_response], verified "httpd source, ajp.h";

    "120007" ["(120007)"] "AJP bad header", -, HttpProtocolError,
    "The header of an AJP message is malformed.",
    [ResponseInvalid] => [app_protocol_mismatch], verified "httpd source, ajp.h";

    "120008" ["(120008)"] "AJP bad message", -, HttpProtocolError,
    "An AJP message is malformed.",
    [ResponseInvalid] => [app_protocol_mismatch], verified "httpd source, ajp.h";

    "120010" ["(120010)"] "AJP bad method", -, HttpRequestError,
    "The request's method has no number in AJP.",
    [ClientRequestInvalid] => [client_request_invalid], verified "httpd source, ajp.h";

    "670002" ["(670002)"] "name or service not known", "500", DnsError,
    "The upstream's name does not exist (Apache 2.4.59 and later answer 500, earlier 502).",
    [DnsNxdomain] => [dns_nxdomain], verified;

    "670003" ["(670003)"] "temporary failure in name resolution", "500", DnsTimeout,
    "The resolver is broken or does not answer.",
    [DnsTemporaryFailure] => [dns_server_failure, dns_timeout], verified;

    "670004" ["(670004)"] "non-recoverable failure in name resolution", "500", DnsError,
    "The resolver refuses to answer.",
    [DnsServfail] => [dns_server_failure], verified;

    "670005" ["(670005)"] "no address associated with the name", "500", DnsError,
    "The name exists and has no address.",
    [DnsNxdomain] => [dns_nxdomain, address_family_mismatch], verified;
}
