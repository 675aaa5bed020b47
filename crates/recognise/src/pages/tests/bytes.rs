//! Answers that are not HTTP.

use super::*;

#[test]
fn other_protocols_are_named() {
    let greetings = [
        ("SSH-2.0-OpenSSH_9.2p1 Debian-2", "ssh"),
        ("-ERR wrong number of arguments for 'get' command", "redis"),
        ("-DENIED Redis is running in protected mode", "redis"),
        ("220 mail.example.com ESMTP Postfix", "smtp"),
        ("220 ProFTPD Server ready.", "ftp"),
        ("J\0\0\0\n8.0.36\0", "mysql"),
    ];
    for (greeting, protocol) in greetings {
        let reading = of_text(greeting);

        let found = mark(&reading, Sign::ForeignBanner);
        assert_eq!(found.detail, [("protocol", protocol.to_owned())], "{greeting:?}");
    }
}

#[test]
fn a_tls_alert_is_seen() {
    assert!(has(&of_text("\u{15}\u{3}\u{1}\0\u{2}\u{2}P"), Sign::TlsBytesInsteadOfHttp));
}

#[test]
fn http2_settings_are_seen() {
    let frame = "\0\0\u{12}\u{4}\0\0\0\0\0\0\u{3}\0\0\0d";

    assert!(has(&of_text(frame), Sign::Http2Frames));
}

#[test]
fn a_banner_inside_a_200_is_seen() {
    assert!(has(&of_head(200, &[], "SSH-2.0-OpenSSH_9.2"), Sign::ForeignBanner));
}

#[test]
fn a_go_server_on_a_tls_port_is_seen() {
    let reading = of_head(400, &[], "Client sent an HTTP request to an HTTPS server.\n");

    assert!(has(&reading, Sign::PlainHttpToTlsPort));
}
