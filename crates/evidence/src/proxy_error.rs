//! The proxy error types of RFC 9209 section 2.3, in its spelling.

crate::slug::slugs! {
    /// A proxy error type as it stands in a `Proxy-Status` header field (RFC 9209 section 2.3).
    ProxyError {
        DnsTimeout "dns_timeout" "the name servers did not answer in time",
        DnsError "dns_error" "a name server answered with an error",
        DestinationNotFound "destination_not_found" "no route says where the request has to go",
        DestinationUnavailable "destination_unavailable" "the next hop is considered unavailable",
        DestinationIpProhibited "destination_ip_prohibited" "connecting to that address is not allowed",
        DestinationIpUnroutable "destination_ip_unroutable" "there is no route to that address",
        ConnectionRefused "connection_refused" "the connection to the next hop was refused",
        ConnectionTerminated "connection_terminated" "the connection was closed before the response was complete",
        ConnectionTimeout "connection_timeout" "opening the connection took too long",
        ConnectionReadTimeout "connection_read_timeout" "no data came on the open connection for too long",
        ConnectionWriteTimeout "connection_write_timeout" "no data could be written to the open connection for too long",
        ConnectionLimitReached "connection_limit_reached" "the limit of connections to the next hop is reached",
        TlsProtocolError "tls_protocol_error" "the TLS handshake failed",
        TlsCertificateError "tls_certificate_error" "the next hop's certificate was not acceptable",
        TlsAlertReceived "tls_alert_received" "the next hop sent a TLS alert",
        HttpRequestError "http_request_error" "the request itself is at fault (4xx)",
        HttpRequestDenied "http_request_denied" "the gateway refuses the request by policy",
        HttpResponseIncomplete "http_response_incomplete" "the response ended before it was complete",
        HttpResponseHeaderSectionSize "http_response_header_section_size" "the response's header section is too large",
        HttpResponseHeaderSize "http_response_header_size" "one header line of the response is too large",
        HttpResponseBodySize "http_response_body_size" "the response's body is too large",
        HttpResponseTrailerSectionSize "http_response_trailer_section_size" "the response's trailer section is too large",
        HttpResponseTrailerSize "http_response_trailer_size" "one trailer line of the response is too large",
        HttpResponseTransferCoding "http_response_transfer_coding" "the response's transfer coding cannot be decoded",
        HttpResponseContentCoding "http_response_content_coding" "the response's content coding cannot be decoded",
        HttpResponseTimeout "http_response_timeout" "the response took too long",
        HttpUpgradeFailed "http_upgrade_failed" "the upgrade of the connection failed",
        HttpProtocolError "http_protocol_error" "the response violates HTTP",
        ProxyInternalResponse "proxy_internal_response" "the gateway made the response itself",
        ProxyInternalError "proxy_internal_error" "the gateway failed for a reason of its own",
        ProxyConfigurationError "proxy_configuration_error" "the gateway's configuration is at fault",
        ProxyLoopDetected "proxy_loop_detected" "the request came back to the gateway that had sent it",
    }
}

impl ProxyError {
    /// Returns the status code that RFC 9209 section 2.3 recommends for the type, where it names
    /// one.
    pub const fn recommended_status(self) -> Option<u16> {
        match self {
            Self::DnsTimeout
            | Self::ConnectionTimeout
            | Self::ConnectionReadTimeout
            | Self::ConnectionWriteTimeout
            | Self::HttpResponseTimeout => Some(504),
            Self::DestinationUnavailable | Self::ConnectionLimitReached => Some(503),
            Self::DestinationNotFound
            | Self::ProxyInternalError
            | Self::ProxyConfigurationError => Some(500),
            Self::HttpRequestDenied => Some(403),
            Self::HttpRequestError | Self::ProxyInternalResponse => None,
            _ => Some(502),
        }
    }
}
