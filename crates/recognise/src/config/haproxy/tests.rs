//! Each check of HAProxy's configuration with what just misses it.

use goodgate_evidence::{Product, Sign};

use super::super::whole::{File, Known, configuration};

const HEAD: &str = "global\n  user haproxy\ndefaults\n  mode http\n";

fn shown(text: &str, dialled: Option<&str>, seen: &[Sign]) -> Vec<(Sign, usize)> {
    let is_well = seen.contains(&Sign::OriginAnswersWell);
    let well_origin = Some("app.test").filter(|_| is_well);
    let known = Known { dialled, seen, well_origin, origin_speaks_http1: is_well };
    let file = File { path: "/etc/haproxy/haproxy.cfg", text };
    let found = configuration(Product::Haproxy, &[file], &known);
    found.into_iter().map(|one| (one.sign, one.line)).collect()
}

/// What the line of a server shows whose connection failed while the origin is well.
fn of_server(line: &str) -> Vec<Sign> {
    let text = format!("{HEAD}backend app\n  {line}\n");
    let seen = [Sign::ConnectOrTlsFailed, Sign::OriginAnswersWell];
    shown(&text, Some("app/app1"), &seen).into_iter().map(|(sign, _)| sign).collect()
}

const NONE_CHOSEN: &[Sign] = &[Sign::NoServerSelected];

#[test]
fn the_logged_backend_without_servers_is_shown() {
    let text =
        format!("{HEAD}backend other\n  server a 10.0.0.1:80\nbackend app\n  balance source\n");

    assert_eq!(shown(&text, Some("app/<NOSRV>"), NONE_CHOSEN), [(Sign::NoEndpoints, 7)]);
}

#[test]
fn a_backend_with_servers_has_endpoints() {
    for line in ["server a 10.0.0.1:80", "server-template a 3 app.test:80", "dispatch 10.0.0.1:80"]
    {
        let text = format!("{HEAD}backend app\n  {line}\n");

        assert_eq!(shown(&text, Some("app/<NOSRV>"), NONE_CHOSEN), [], "{line}");
    }
}

#[test]
fn another_backend_without_servers_does_not_matter() {
    let text = format!("{HEAD}backend app\n  server a 10.0.0.1:80\nbackend empty\n");

    assert_eq!(shown(&text, Some("app/<NOSRV>"), NONE_CHOSEN), []);
}

#[test]
fn a_rule_that_answers_needs_no_servers() {
    let text = format!("{HEAD}backend app\n  http-request return status 503\n");

    assert_eq!(shown(&text, Some("app/<NOSRV>"), &[Sign::AnsweredByRule]), []);
    assert_eq!(shown(&text, None, &[Sign::NoServerAvailable]), []);
}

#[test]
fn without_a_log_the_only_backend_is_meant() {
    let one = format!("{HEAD}frontend web\n  bind :80\n  default_backend app\nbackend app\n");
    let two = format!("{one}backend more\n  server a 10.0.0.1:80\n");

    assert_eq!(shown(&one, None, &[Sign::NoServerAvailable]), [(Sign::NoEndpoints, 8)]);
    assert_eq!(shown(&two, None, &[Sign::NoServerAvailable]), []);
}

#[test]
fn what_holds_under_conditions_only_is_no_proof() {
    let text = format!("{HEAD}backend app\n.if defined(X)\n  server a 10.0.0.1:80\n.endif\n");
    let other = format!("{HEAD}backend app\nbackend b\n.if defined(X)\n.endif\n");

    assert_eq!(shown(&text, Some("app/<NOSRV>"), NONE_CHOSEN), []);
    assert_eq!(shown(&other, Some("app/<NOSRV>"), NONE_CHOSEN), []);
}

const ROUTES: &str = "frontend web\n  bind :80\n  use_backend be_%[path,field(2,/)]\n";

#[test]
fn a_computed_name_that_fits_no_backend_is_shown() {
    let text = format!("{HEAD}backend be_shop\n  server a 10.0.0.1:80\n{ROUTES}");

    assert_eq!(shown(&text, Some("web/<NOSRV>"), NONE_CHOSEN), [(Sign::RouteMissing, 9)]);
}

#[test]
fn a_default_backend_takes_what_fits_no_other() {
    let default = "  default_backend be_shop\n";
    let own = format!("{HEAD}backend be_shop\n  server a 10.0.0.1:80\n{ROUTES}{default}");
    let general = format!("{HEAD}{default}backend be_shop\n  server a 10.0.0.1:80\n{ROUTES}");

    assert_eq!(shown(&own, Some("web/<NOSRV>"), NONE_CHOSEN), []);
    assert_eq!(shown(&general, Some("web/<NOSRV>"), NONE_CHOSEN), []);
}

#[test]
fn a_backend_that_was_found_has_a_route() {
    let text = format!("{HEAD}backend be_shop\n  server a 10.0.0.1:80\n{ROUTES}");

    assert_eq!(shown(&text, Some("be_shop/<NOSRV>"), NONE_CHOSEN), []);
    assert_eq!(shown(&text, None, NONE_CHOSEN), []);
}

#[test]
fn http2_towards_a_server_of_http1_is_shown() {
    assert_eq!(of_server("server app1 10.0.0.1:80 proto h2"), [Sign::ConfigSpeaksHttp2]);
    assert_eq!(of_server("server app1 10.0.0.1:80"), []);
    assert_eq!(of_server("server app1 10.0.0.1:80 proto h1"), []);
    assert_eq!(of_server("server other 10.0.0.1:80 proto h2"), []);
}

#[test]
fn http2_is_no_finding_where_the_origin_was_not_seen_to_speak_http1() {
    let text = format!("{HEAD}backend app\n  server app1 10.0.0.1:80 proto h2\n");

    assert_eq!(shown(&text, Some("app/app1"), &[Sign::ConnectOrTlsFailed]), []);
}

#[test]
fn http2_is_no_finding_where_a_request_was_sent() {
    let text = format!("{HEAD}backend app\n  server app1 10.0.0.1:80 proto h2\n");

    let seen = [Sign::EndedBeforeHead, Sign::OriginAnswersWell];
    assert_eq!(shown(&text, Some("app/app1"), &seen), []);
}

#[test]
fn few_ciphers_are_shown() {
    let few = "server app1 10.0.0.1:443 ssl verify none ciphers AES128-SHA no-tlsv13";
    let whole = "server app1 10.77.0.30:8080 ssl verify required ca-file /x/origin-ca.pem sni \
                 str(origin.test) verifyhost origin.test ciphers AES128-SHA no-tlsv13";
    let many = "server app1 10.0.0.1:443 ssl verify none ciphers HIGH:!aNULL";
    let plain = "server app1 10.0.0.1:443 ciphers AES128-SHA";

    assert_eq!(of_server(few), [Sign::ConfigLimitsCiphers]);
    assert_eq!(of_server(whole), [Sign::ConfigLimitsCiphers]);
    assert_eq!((of_server(many), of_server(plain)), (vec![], vec![]));
}

#[test]
fn fewer_versions_than_usual_are_shown() {
    for limit in ["ssl-max-ver TLSv1.2", "ssl-min-ver TLSv1.3", "force-tlsv12", "no-tlsv13"] {
        let line = format!("server app1 10.0.0.1:443 ssl {limit}");
        assert_eq!(of_server(&line), [Sign::ConfigLimitsTlsVersions], "{limit}");
    }
    for usual in ["ssl-min-ver TLSv1.2", "ssl-max-ver TLSv1.3", "no-sslv3"] {
        assert_eq!(of_server(&format!("server app1 10.0.0.1:443 ssl {usual}")), [], "{usual}");
    }
}

#[test]
fn limits_of_tls_do_not_matter_where_the_connection_was_refused() {
    let text = format!("{HEAD}backend app\n  server app1 10.0.0.1:443 ssl no-tlsv13\n");

    let seen = [Sign::ConnectRefused, Sign::NoServerAvailable];
    assert_eq!(shown(&text, Some("app/app1"), &seen), []);
}

#[test]
fn a_name_without_a_name_for_tls_is_shown() {
    let resolved = "resolvers dns";

    let without = of_server(&format!("server app1 app.test:443 ssl {resolved}"));
    let with = of_server(&format!("server app1 app.test:443 ssl sni str(a) {resolved}"));
    let address = of_server("server app1 10.0.0.1:443 ssl");

    assert_eq!(without, [Sign::TlsNoSniSent]);
    assert_eq!((with, address), (vec![], vec![]));
}

#[test]
fn a_name_that_is_resolved_once_is_shown() {
    assert_eq!(of_server("server app1 app.test:80"), [Sign::StaticNameOriginWell]);
    for other in [
        "server app1 app.test:80 resolvers dns",
        "server app1 app.test:80 init-addr none",
        "server app1 localhost:80",
        "server app1 10.0.0.1:80",
        "server app1 unix@/run/app.sock",
        "server app1 ${APP}:80",
    ] {
        assert_eq!(of_server(other), [], "{other}");
    }
}

#[test]
fn another_name_than_the_origins_says_less() {
    assert_eq!(of_server("server app1 other.test:80"), [Sign::StaticUpstreamName]);
}

#[test]
fn behind_tls_the_handshake_may_have_failed_instead() {
    let shown = of_server("server app1 app.test:443 ssl sni str(app.test)");

    assert_eq!(shown, [Sign::StaticUpstreamName]);
}

#[test]
fn a_static_name_alone_says_less_where_the_origin_was_not_asked() {
    let text = format!("{HEAD}backend app\n  server app1 app.test:80\n");

    let shown = shown(&text, Some("app/app1"), &[Sign::ConnectOrTlsFailed]);

    assert_eq!(shown, [(Sign::StaticUpstreamName, 6)]);
}

#[test]
fn what_default_server_says_holds_for_servers() {
    let general =
        format!("{HEAD}  default-server resolvers dns\nbackend app\n  server app1 a.test:80\n");
    let own =
        format!("{HEAD}backend app\n  default-server ssl no-tlsv13\n  server app1 10.0.0.1:443\n");
    let seen = [Sign::ConnectOrTlsFailed];

    assert_eq!(shown(&general, Some("app/app1"), &seen), []);
    assert_eq!(shown(&own, Some("app/app1"), &seen), [(Sign::ConfigLimitsTlsVersions, 7)]);
}

#[test]
fn comments_and_quotes_are_read_as_haproxy_reads_them() {
    let words = super::words("server a\\ b \"x # y\" 'z' # server c");

    assert_eq!(words, ["server", "a b", "x # y", "z"]);
}
