use goodgate_evidence::probe::AppProtocol;

use super::*;
use crate::target::{Origin, Scheme};

/// Writes a URL's parts with spaces between.
fn parsed(text: &str) -> String {
    let Ok(url) = Url::parse(text) else { return String::new() };
    let (host, authority) = (url.host.bare(), url.authority());
    format!("{} {host} {} {} {authority}", url.secure, url.port, url.path)
}

#[test]
fn urls_are_taken_apart() {
    let cases = [
        ("http://Example.COM", "false example.com 80 / example.com"),
        ("https://a.example:443/x?y=1#z", "true a.example 443 /x?y=1 a.example"),
        ("HTTPS://a.example:8443?q", "true a.example 8443 /?q a.example:8443"),
        ("http://[::1]:3000/", "false ::1 3000 / [::1]:3000"),
        ("http://127.0.0.1/\u{e4} b", "false 127.0.0.1 80 /%C3%A4%20b 127.0.0.1"),
        ("http://xn--bcher-kva.example/", "false xn--bcher-kva.example 80 / xn--bcher-kva.example"),
    ];

    let read = cases.map(|(text, _)| parsed(text));

    assert_eq!(read, cases.map(|(_, expected)| expected));
}

#[test]
fn what_is_no_url_is_refused() {
    for text in [
        "http://",
        "example.com",
        "ftp://a/",
        "http://user:pw@a/",
        "http://bücher.example/",
        "http://a:0/",
        "http://a:99999/",
        "http://a b/",
        "http://::1/",
        "http://[::1/",
        "http://1.2.3.4.5/",
        "http://a\r\nb/",
        "http://a..b/",
        "http://[::1]x/",
    ] {
        assert!(Url::parse(text).is_err(), "{text}");
    }
}

#[test]
fn a_password_is_not_repeated_in_the_refusal() {
    for text in ["http://me:geheim@a/", "me:geheim@a:80", "fastcgi:me:geheim@a:80"] {
        let Err(misread) = Origin::parse(text) else { panic!("{text} is taken") };

        assert!(misread.is_secret && !format!("{misread:?}").contains("geheim"), "{misread:?}");
    }
}

#[test]
fn query_values_are_masked_when_shown() {
    let Ok(url) = Url::parse("http://a/x?token=abc&page=2") else { panic!("it is a URL") };

    assert_eq!(url.shown(false), "http://a/x?token=***&page=***");
    assert_eq!(url.shown(true), "http://a/x?token=abc&page=2");
}

#[test]
fn origins_are_read_in_every_form() {
    let scheme = |text: &str| Origin::parse(text).ok().map(|origin| origin.scheme);

    assert_eq!(scheme("10.0.0.7:8000"), Some(Scheme::Unknown { secure_first: false }));
    assert_eq!(scheme("app:8443"), Some(Scheme::Unknown { secure_first: true }));
    assert_eq!(scheme("http://app:8000"), Some(Scheme::Plain));
    assert_eq!(scheme("https://[::1]"), Some(Scheme::Tls));
    assert_eq!(scheme("unix:/run/app.sock"), Some(Scheme::Plain));
    let fastcgi = Some(Scheme::App(AppProtocol::Fastcgi));
    assert_eq!(scheme("fastcgi:unix:/run/php.sock"), fastcgi);
    assert_eq!(scheme("fastcgi://10.0.0.7:9000"), fastcgi);
    assert_eq!(scheme("uwsgi:10.0.0.7:3031"), Some(Scheme::App(AppProtocol::Uwsgi)));
    assert_eq!(scheme("fastcgi:https://10.0.0.7"), None);
    for text in ["app", "unix:", "http://app/x", "me@app:1", ":80"] {
        assert_eq!(scheme(text), None, "{text}");
    }
}
