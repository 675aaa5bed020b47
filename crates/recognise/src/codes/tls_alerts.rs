//! TLS alerts by number and name (RFC 8446 section 6 and the IANA registry).
//!
//! Meant for alerts that the upstream sent to the gateway.

use super::table::table;

table! {
    TlsAlert, "RFC 8446 section 6; IANA TLS Alerts registry";

    "close_notify" ["alert 0"] "close notify", -, -,
    "The other side closes the connection in an orderly way.", [] => [], harmless;
    "unexpected_message" ["alert 10"] "unexpected message", -, TlsAlertReceived,
    "A message came that does not fit; often what was sent is not TLS.",
    [TlsHandshakeFailed] => [tls_handshake_aborted, plaintext_to_tls_port], verified;
    "bad_record_mac" ["alert 20"] "bad record MAC", -, TlsAlertReceived,
    "A record did not verify: corrupted on the way, or a faulty implementation.",
    [TlsFailedAfterHandshake] => [tls_handshake_aborted], verified;
    "decryption_failed" ["alert 21"] "decryption failed", -, TlsAlertReceived,
    "Reserved; used by old versions.",
    [TlsFailedAfterHandshake] => [tls_handshake_aborted], verified;
    "record_overflow" ["alert 22"] "record overflow", -, TlsAlertReceived,
    "A record is too long; often what came is not TLS.",
    [TlsNotTls] => [tls_to_plaintext_port, tls_handshake_aborted], verified;
    "decompression_failure" ["alert 30"] "decompression failure", -, TlsAlertReceived,
    "Reserved; used by old versions.",
    [TlsHandshakeFailed] => [tls_handshake_aborted], verified;
    "handshake_failure" ["alert 40", "SSL alert number 40"] "handshake failure", -, TlsAlertReceived,
    "The two sides could not agree: no common cipher, curve or signature; a missing server name; with TLS 1.2 also a missing client certificate.",
    [TlsAlertHandshakeFailure] => [tls_sni_missing, tls_no_shared_cipher, tls_client_cert_required], verified;
    "no_certificate" ["alert 41", "SSL alert number 41"] "no certificate", -, TlsAlertReceived,
    "Reserved; SSL 3.0: the peer has no certificate.",
    [TlsAlertCertRequired] => [tls_client_cert_required], verified;
    "bad_certificate" ["alert 42", "SSL alert number 42"] "bad certificate", -, TlsAlertReceived,
    "The certificate that was sent is broken or does not verify.",
    [TlsCertInvalid] => [tls_client_cert_required, tls_cert_untrusted], verified;
    "unsupported_certificate" ["alert 43", "SSL alert number 43"] "unsupported certificate", -, TlsAlertReceived,
    "The certificate that was sent is of a type that is not supported.",
    [TlsCertInvalid] => [tls_client_cert_required, tls_cert_untrusted], verified;
    "certificate_revoked" ["alert 44", "SSL alert number 44"] "certificate revoked", -, TlsAlertReceived,
    "The certificate that was sent has been revoked.",
    [TlsCertInvalid] => [tls_client_cert_required, tls_cert_untrusted], verified;
    "certificate_expired" ["alert 45", "SSL alert number 45"] "certificate expired", -, TlsAlertReceived,
    "The certificate that was sent has expired; from the upstream it speaks of the client certificate.",
    [TlsCertExpired] => [tls_client_cert_required, tls_cert_expired], verified;
    "certificate_unknown" ["alert 46", "SSL alert number 46"] "certificate unknown", -, TlsAlertReceived,
    "The certificate that was sent is not acceptable for another reason.",
    [TlsCertInvalid] => [tls_client_cert_required, tls_cert_untrusted], verified;
    "illegal_parameter" ["alert 47", "SSL alert number 47"] "illegal parameter", -, TlsAlertReceived,
    "A field of the handshake has a value that is not allowed.",
    [TlsHandshakeFailed] => [tls_handshake_aborted, tls_no_shared_cipher], verified;
    "unknown_ca" ["alert 48", "SSL alert number 48"] "unknown CA", -, TlsAlertReceived,
    "The authority of the certificate that was sent is not trusted; from the upstream it speaks of the client certificate.",
    [TlsCertUntrusted] => [tls_client_cert_required, tls_cert_untrusted], verified;
    "access_denied" ["alert 49", "SSL alert number 49"] "access denied", -, TlsAlertReceived,
    "The certificate is valid and access is refused.",
    [TlsHandshakeFailed] => [tls_client_cert_required, origin_blocks_edge], verified;
    "decode_error" ["alert 50", "SSL alert number 50"] "decode error", -, TlsAlertReceived,
    "A message could not be decoded.",
    [TlsHandshakeFailed] => [tls_handshake_aborted], verified;
    "decrypt_error" ["alert 51", "SSL alert number 51"] "decrypt error", -, TlsAlertReceived,
    "A cryptographic check of the handshake failed, for example a signature.",
    [TlsHandshakeFailed] => [tls_handshake_aborted, tls_client_cert_required], verified;
    "export_restriction" ["alert 60"] "export restriction", -, TlsAlertReceived,
    "Reserved; used by old versions.",
    [TlsHandshakeFailed] => [tls_no_shared_cipher], verified;
    "protocol_version" ["alert 70", "SSL alert number 70"] "protocol version", -, TlsAlertReceived,
    "The two sides share no TLS version.",
    [TlsAlertProtocolVersion] => [tls_version_mismatch], verified;
    "insufficient_security" ["alert 71", "SSL alert number 71"] "insufficient security", -, TlsAlertReceived,
    "The server demands stronger parameters than the gateway offers.",
    [TlsNoSharedCipher] => [tls_no_shared_cipher], verified;
    "internal_error" ["alert 80", "SSL alert number 80"] "internal error", -, TlsAlertReceived,
    "The other side met an error of its own; some servers send it for an unknown server name.",
    [TlsHandshakeFailed] => [tls_sni_missing, tls_handshake_aborted], verified;
    "inappropriate_fallback" ["alert 86", "SSL alert number 86"] "inappropriate fallback", -, TlsAlertReceived,
    "A lower version was offered than both sides know.",
    [TlsAlertProtocolVersion] => [tls_version_mismatch], verified;
    "user_canceled" ["alert 90", "SSL alert number 90"] "cancelled", -, TlsAlertReceived,
    "The handshake was cancelled for a reason outside the protocol.",
    [TlsPeerClosed] => [tls_handshake_aborted], verified;
    "no_renegotiation" ["alert 100", "SSL alert number 100"] "no renegotiation", -, TlsAlertReceived,
    "A renegotiation was refused.",
    [TlsFailedAfterHandshake] => [tls_client_cert_required, tls_handshake_aborted], verified;
    "missing_extension" ["alert 109", "SSL alert number 109"] "missing extension", -, TlsAlertReceived,
    "The handshake lacks an extension that is required, for example the server name.",
    [TlsHandshakeFailed] => [tls_sni_missing, tls_no_shared_cipher], verified;
    "unsupported_extension" ["alert 110", "SSL alert number 110"] "unsupported extension", -, TlsAlertReceived,
    "An extension came that was not asked for.",
    [TlsHandshakeFailed] => [tls_handshake_aborted], verified;
    "certificate_unobtainable" ["alert 111", "SSL alert number 111"] "certificate unobtainable", -, TlsAlertReceived,
    "Reserved; a certificate could not be fetched from its URL.",
    [TlsHandshakeFailed] => [tls_client_cert_required], verified;
    "unrecognized_name" ["alert 112", "SSL alert number 112"] "unrecognized name", -, TlsAlertReceived,
    "The server does not serve the name that was sent, or wants one and got none.",
    [TlsAlertUnrecognizedName] => [tls_sni_missing], verified;
    "bad_certificate_status_response" ["alert 113", "SSL alert number 113"] "bad OCSP response", -, TlsAlertReceived,
    "The stapled OCSP response is not acceptable.",
    [TlsCertInvalid] => [tls_cert_untrusted], verified;
    "bad_certificate_hash_value" ["alert 114", "SSL alert number 114"] "bad certificate hash", -, TlsAlertReceived,
    "Reserved; the hash of a fetched certificate is wrong.",
    [TlsCertInvalid] => [tls_cert_untrusted], verified;
    "unknown_psk_identity" ["alert 115", "SSL alert number 115"] "unknown pre-shared key", -, TlsAlertReceived,
    "The server does not know the pre-shared key's identity.",
    [TlsHandshakeFailed] => [tls_handshake_aborted], verified;
    "certificate_required" ["alert 116", "SSL alert number 116"] "certificate required", -, TlsAlertReceived,
    "The server demands a client certificate. TLS 1.3 says so after the handshake.",
    [TlsAlertCertRequired] => [tls_client_cert_required], verified;
    "no_application_protocol" ["alert 120", "SSL alert number 120"] "no application protocol", -, TlsAlertReceived,
    "The two sides share no protocol in ALPN, for example h2 only against http/1.1 only.",
    [TlsHandshakeFailed] => [http_version_mismatch], verified;
}
