//! OpenSSL's reason words, in the spellings of 1.1.1, 3.0 and 3.2, and its verification results.
//!
//! The number in front changes with the version (`1408F10B` in 1.1.1, `0A00010B` in 3.x): match the
//! words.

use super::table::table;

table! {
    Openssl, "openssl errstr of OpenSSL 3.0.19; signatures measured with nginx and Apache";

    "wrong version number" ["0A00010B", "1408F10B", "WRONG_VERSION_NUMBER"] "wrong version number", -, TlsProtocolError,
    "What came back is not TLS, most often plain HTTP.",
    [TlsNotTls] => [tls_to_plaintext_port, tls_version_mismatch], verified;
    "packet length too long" ["0A0000C6", "PACKET_LENGTH_TOO_LONG"] "packet length too long", -, TlsProtocolError,
    "What came back is not TLS.",
    [TlsNotTls] => [tls_to_plaintext_port], remembered;
    "http request" ["0A00009C", "HTTP_REQUEST"] "plain HTTP request on a TLS port", -, HttpProtocolError,
    "A plain HTTP request came to a TLS port.",
    [PlainHttpToTlsPort] => [plaintext_to_tls_port, client_request_invalid], verified;
    "unknown protocol" ["140770FC"] "unknown protocol", -, TlsProtocolError,
    "OpenSSL 1.0: what came back is not TLS, or of an unknown version.",
    [TlsNotTls] => [tls_to_plaintext_port, tls_version_mismatch], remembered;
    "unsupported protocol" ["0A000102", "UNSUPPORTED_PROTOCOL"] "unsupported protocol", -, TlsProtocolError,
    "The other side offers only TLS versions that this side has switched off.",
    [TlsAlertProtocolVersion] => [tls_version_mismatch], verified;
    "tlsv1 alert protocol version" ["0A00042E", "TLSV1_ALERT_PROTOCOL_VERSION"] "alert 70: protocol version", -, TlsAlertReceived,
    "The upstream shares no TLS version with the gateway.",
    [TlsAlertProtocolVersion] => [tls_version_mismatch], verified;
    "sslv3 alert handshake failure" ["ssl/tls alert handshake failure", "0A000410", "14094410", "SSLV3_ALERT_HANDSHAKE_FAILURE"] "alert 40: handshake failure", -, TlsAlertReceived,
    "The upstream broke the handshake off: no common cipher, no server name, or with TLS 1.2 no client certificate. From 3.2 on the words begin with ssl/tls.",
    [TlsAlertHandshakeFailure] => [tls_sni_missing, tls_no_shared_cipher, tls_client_cert_required], verified;
    "tlsv1 unrecognized name" ["0A000458", "TLSV1_UNRECOGNIZED_NAME"] "alert 112: unrecognized name", -, TlsAlertReceived,
    "The upstream does not serve the server name that was sent, or got none.",
    [TlsAlertUnrecognizedName] => [tls_sni_missing], verified;
    "tlsv13 alert certificate required" ["0A00045C", "TLSV1_ALERT_CERTIFICATE_REQUIRED", "TLSV13_ALERT_CERTIFICATE_REQUIRED"] "alert 116: certificate required", -, TlsAlertReceived,
    "The upstream demands a client certificate.",
    [TlsAlertCertRequired] => [tls_client_cert_required], verified;
    "tlsv13 alert missing extension" ["0A000455"] "alert 109: missing extension", -, TlsAlertReceived,
    "The handshake lacks an extension that the upstream requires.",
    [TlsHandshakeFailed] => [tls_sni_missing, tls_no_shared_cipher], verified;
    "sslv3 alert bad certificate" ["ssl/tls alert bad certificate", "0A000412"] "alert 42: bad certificate", -, TlsAlertReceived,
    "The other side refuses the certificate that was sent to it.",
    [TlsCertInvalid] => [tls_client_cert_required], verified;
    "sslv3 alert unsupported certificate" ["ssl/tls alert unsupported certificate", "0A000413"] "alert 43: unsupported certificate", -, TlsAlertReceived,
    "The other side does not support the certificate that was sent to it.",
    [TlsCertInvalid] => [tls_client_cert_required], verified;
    "sslv3 alert certificate revoked" ["ssl/tls alert certificate revoked", "0A000414"] "alert 44: certificate revoked", -, TlsAlertReceived,
    "The certificate that was sent has been revoked.",
    [TlsCertInvalid] => [tls_client_cert_required], verified;
    "sslv3 alert certificate expired" ["ssl/tls alert certificate expired", "0A000415"] "alert 45: certificate expired", -, TlsAlertReceived,
    "The certificate that was sent has expired: the client certificate, when the upstream says it.",
    [TlsCertExpired] => [tls_client_cert_required], verified;
    "sslv3 alert certificate unknown" ["ssl/tls alert certificate unknown", "0A000416"] "alert 46: certificate unknown", -, TlsAlertReceived,
    "The other side does not accept the certificate that was sent to it.",
    [TlsCertInvalid] => [tls_client_cert_required, tls_cert_untrusted], verified;
    "tlsv1 alert unknown ca" ["0A000418"] "alert 48: unknown CA", -, TlsAlertReceived,
    "The other side does not trust the authority of the certificate that was sent to it.",
    [TlsCertUntrusted] => [tls_client_cert_required, tls_cert_untrusted], verified;
    "tlsv1 alert access denied" ["0A000419"] "alert 49: access denied", -, TlsAlertReceived,
    "The other side refuses access.",
    [TlsHandshakeFailed] => [tls_client_cert_required, origin_blocks_edge], verified;
    "tlsv1 alert decode error" ["0A00041A"] "alert 50: decode error", -, TlsAlertReceived,
    "A message could not be decoded.",
    [TlsHandshakeFailed] => [tls_handshake_aborted], verified;
    "tlsv1 alert decrypt error" ["0A00041B"] "alert 51: decrypt error", -, TlsAlertReceived,
    "A cryptographic check failed.",
    [TlsHandshakeFailed] => [tls_handshake_aborted, tls_client_cert_required], verified;
    "tlsv1 alert insufficient security" ["0A00042F"] "alert 71: insufficient security", -, TlsAlertReceived,
    "The upstream demands stronger parameters than the gateway offers.",
    [TlsNoSharedCipher] => [tls_no_shared_cipher], verified;
    "tlsv1 alert internal error" ["0A000438"] "alert 80: internal error", -, TlsAlertReceived,
    "The upstream met an error of its own; some servers send it for an unknown server name.",
    [TlsHandshakeFailed] => [tls_sni_missing, tls_handshake_aborted], verified;
    "tlsv1 alert inappropriate fallback" ["0A00043E"] "alert 86: inappropriate fallback", -, TlsAlertReceived,
    "A lower version was offered than both sides know.",
    [TlsAlertProtocolVersion] => [tls_version_mismatch], verified;
    "tlsv1 alert no application protocol" ["0A000460", "no application protocol", "0A0000EB"] "alert 120: no application protocol", -, TlsAlertReceived,
    "The two sides share no protocol in ALPN.",
    [TlsHandshakeFailed] => [http_version_mismatch], verified;
    "no shared cipher" ["0A0000C1", "NO_SHARED_CIPHER"] "no shared cipher", -, TlsProtocolError,
    "The two sides share no cipher.",
    [TlsNoSharedCipher] => [tls_no_shared_cipher], verified;
    "no suitable signature algorithm" ["0A000076"] "no suitable signature algorithm", -, TlsProtocolError,
    "The two sides share no signature algorithm.",
    [TlsNoSharedCipher] => [tls_no_shared_cipher], verified;
    "legacy sigalg disallowed or unsupported" [] "old signature algorithm", -, TlsProtocolError,
    "The peer signs with an algorithm that the security level forbids, for example SHA-1.",
    [TlsNoSharedCipher] => [tls_no_shared_cipher], verified;
    "dh key too small" ["0A00018A"] "DH key too small", -, TlsProtocolError,
    "The peer's Diffie-Hellman key is smaller than the security level allows.",
    [TlsNoSharedCipher] => [tls_no_shared_cipher], verified;
    "ca md too weak" ["0A00018E"] "weak signature in the chain", -, TlsCertificateError,
    "A certificate of the chain is signed with a digest that is too weak.",
    [TlsCertInvalid] => [tls_cert_untrusted, tls_no_shared_cipher], verified;
    "unsafe legacy renegotiation disabled" ["0A000152"] "old renegotiation", -, TlsProtocolError,
    "The peer knows only the unsafe renegotiation, which OpenSSL 3 refuses.",
    [TlsHandshakeFailed] => [tls_version_mismatch, tls_handshake_aborted], verified;
    "unexpected eof while reading" ["0A000126", "UNEXPECTED_EOF_WHILE_READING"] "closed without close_notify", -, TlsProtocolError,
    "The other side closed the connection without ending TLS. OpenSSL 1.1.1 took it for a normal end.",
    [TlsPeerClosed] => [tls_handshake_aborted, closed_before_response, body_truncated], verified;
    "certificate verify failed" ["0A000086", "CERTIFICATE_VERIFY_FAILED"] "certificate verify failed", -, TlsCertificateError,
    "The peer's certificate did not verify; the verification result says why.",
    [TlsCertInvalid] => [tls_cert_untrusted, tls_cert_expired, tls_cert_name_mismatch], verified;

    "certificate has expired" ["verify error 10", "(10:certificate has expired)"] "verification 10: expired", -, TlsCertificateError,
    "The certificate has expired, or the clock of this host is wrong.",
    [TlsCertExpired] => [tls_cert_expired], verified;
    "certificate is not yet valid" ["verify error 9", "(9:certificate is not yet valid)"] "verification 9: not yet valid", -, TlsCertificateError,
    "The certificate is not yet valid, or the clock of this host is wrong.",
    [TlsCertExpired] => [tls_cert_expired], verified;
    "self-signed certificate" ["self signed certificate", "verify error 18", "(18:self-signed certificate)", "(18:self signed certificate)"] "verification 18: self-signed", -, TlsCertificateError,
    "The certificate is signed by itself. Before 3.0 the words have no hyphen.",
    [TlsCertUntrusted] => [tls_cert_untrusted], verified;
    "self-signed certificate in certificate chain" ["self signed certificate in certificate chain", "verify error 19", "(19:self-signed certificate in certificate chain)"] "verification 19: private authority", -, TlsCertificateError,
    "The chain ends in an authority that is not trusted here.",
    [TlsCertUntrusted] => [tls_cert_untrusted], verified;
    "unable to get local issuer certificate" ["verify error 20", "(20:unable to get local issuer certificate)"] "verification 20: issuer not found", -, TlsCertificateError,
    "The issuer is not trusted here, or an intermediate certificate is missing.",
    [TlsCertUntrusted] => [tls_cert_untrusted], verified;
    "unable to verify the first certificate" ["verify error 21", "(21:unable to verify the first certificate)"] "verification 21: only one certificate", -, TlsCertificateError,
    "The server sent one certificate without its chain.",
    [TlsCertUntrusted] => [tls_cert_untrusted], verified;
    "certificate revoked" ["verify error 23", "(23:certificate revoked)"] "verification 23: revoked", -, TlsCertificateError,
    "The certificate has been revoked.",
    [TlsCertInvalid] => [tls_cert_untrusted], verified;
    "hostname mismatch" ["verify error 62", "(62:hostname mismatch)"] "verification 62: other name", -, TlsCertificateError,
    "The certificate is for another name.",
    [TlsCertNameMismatch] => [tls_cert_name_mismatch], verified;
    "IP address mismatch" ["verify error 64", "(64:IP address mismatch)"] "verification 64: other address", -, TlsCertificateError,
    "The certificate does not carry the address.",
    [TlsCertNameMismatch] => [tls_cert_name_mismatch], verified;
}
