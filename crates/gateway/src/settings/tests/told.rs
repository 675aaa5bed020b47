//! What people read when something is wrong.

use super::{LEAST, checked};

/// Returns what is told of the least configuration with more lines after it.
fn told(more: &str) -> String {
    checked(&format!("{LEAST}{more}")).reading().render()
}

#[test]
fn the_least_configuration_is_fine() {
    assert_eq!(told(""), "");
}

#[test]
fn a_misspelled_key() {
    let expected = "\
goodgate.toml:9:1: error: `host_name` is not known in `route`
  |
9 | host_name = \"example.org\"
  | ^^^^^^^^^
  = allowed: `body_size`, `commit`, `errors`, `header`, `hedge`, `hold`, `host`, `name`, `path`, \
`proxy_status`, `remove_request_headers`, `remove_response_headers`, `retry`, `rewrite_prefix`, \
`send_host`, `set_request_headers`, `set_response_headers`, `upstream`

";
    assert_eq!(told("host_name = \"example.org\"\n"), expected);
}

#[test]
fn a_key_of_another_table() {
    let expected = "\
goodgate.toml:9:1: error: `connect` is not known in `route`
  |
9 | connect = \"1s\"
  | ^^^^^^^
  = hint: `connect` belongs into `[upstream.NAME.timeouts]`

";
    assert_eq!(told("connect = \"1s\"\n"), expected);
}

#[test]
fn a_duration_without_a_unit() {
    let expected = "\
goodgate.toml:9:13: error: 5 has no unit
  |
9 | hold.time = 5
  |             ^
  = allowed: a duration from 10ms to 5m, such as \"5s\" or \"250ms\"
  = hint: write \"5s\" for seconds, \"5ms\" for milliseconds

";
    assert_eq!(told("hold.time = 5\n"), expected);
}

#[test]
fn a_value_out_of_bounds() {
    let expected = "\
goodgate.toml:9:13: error: 10m is more than the most, 5m
  |
9 | hold.time = \"600s\"
  |             ^^^^^^
  = allowed: a duration from 10ms to 5m, such as \"5s\" or \"250ms\"

";
    assert_eq!(told("hold.time = \"600s\"\n"), expected);
}

#[test]
fn an_unknown_upstream() {
    let expected = "\
goodgate.toml:10:12: error: there is no upstream `ap`
   |
10 | upstream = \"ap\"
   |            ^^^^
   = hint: did you mean `app`?

";
    assert_eq!(told("[[route]]\nupstream = \"ap\"\npath = \"/x\"\n"), expected);
}

#[test]
fn a_route_that_never_serves() {
    let expected = "\
goodgate.toml:9:1: error: the route in line 7 serves the same requests before this one
  |
9 | [[route]]
  | ^^^^^^^^^
  = hint: give it another `host`, `path` or `header`

";
    assert_eq!(told("[[route]]\nupstream = \"app\"\n"), expected);
}

#[test]
fn an_endpoint_that_is_the_gateway() {
    let expected = "\
goodgate.toml:10:14: error: the gateway itself listens on 127.0.0.1:8080
   |
10 | endpoints = [\"http://localhost:8080\"]
   |              ^^^^^^^^^^^^^^^^^^^^^^^
   = hint: an endpoint is the address of the application

";
    let text = "[upstream.b]\nendpoints = [\"http://localhost:8080\"]\n[[route]]\npath = \"/b\"\nupstream = \"b\"\n";
    assert_eq!(told(text), expected);
}

#[test]
fn an_open_admin_listener() {
    let expected = "\
goodgate.toml:10:11: error: other hosts can reach 0.0.0.0:9502 and no token protects it
   |
10 | address = \"0.0.0.0:9502\"
   |           ^^^^^^^^^^^^^^
   = hint: set `token`, or listen on 127.0.0.1 or on \"unix:/run/goodgate/admin.sock\"

";
    assert_eq!(told("[admin]\naddress = \"0.0.0.0:9502\"\n"), expected);
}

#[test]
fn a_secret_in_the_file() {
    let expected = "\
goodgate.toml:10:9: error: this does not say where the secret is; a secret never stands in this file
   |
10 | token = …
   | ^^^^^^^^^
   = allowed: where the secret is: \"env:NAME\" (a variable of the environment) or \"file:PATH\"
   = hint: put it into a file that only the gateway can read and write \"file:PATH\"

";
    assert_eq!(told("[admin]\ntoken = \"hunter2\"\n"), expected);
}

#[test]
fn an_empty_file() {
    let expected = "\
goodgate.toml:1:1: error: there is no listener
  = hint: write [[listen]] and below it address = \"0.0.0.0:80\"

goodgate.toml:1:1: error: there is no route, so that no request is served
  = hint: write [[route]] and below it upstream = \"NAME\"

";
    assert_eq!(checked("").reading().render(), expected);
}

#[test]
fn text_without_quotes() {
    let expected = "\
goodgate.toml:9:13: error: text stands without quotes
  |
9 | hold.time = 5s
  |             ^^
  = hint: write \"5s\"

";
    assert_eq!(told("hold.time = 5s\n"), expected);
}

#[test]
fn every_contradiction_between_keys_is_told() {
    let cases = [
        ("[[listen]]\naddress = \"127.0.0.1:8080\"", "another [[listen]] has the address"),
        ("[[listen]]\naddress = \"[::]:443\"\ntls.certificates = []", "TLS needs a certificate"),
        ("[admin]\naddress = \"127.0.0.1:8080\"", "a [[listen]] has the address"),
        ("[upstream.b]\nendpoints = []", "the upstream `b` has no endpoint"),
        (
            "[upstream.b]\nendpoints = [\"http://a\", \"http://a:80\"]",
            "is already an endpoint of `b`",
        ),
        ("[upstream.b]\nprotocol = \"http1\"\nendpoints = \"h2c://a\"", "h2c:// is HTTP/2"),
        (
            "[upstream.b]\nbalance = \"hash\"\nendpoints = \"http://a\"",
            "needs to know what is hashed",
        ),
        ("[upstream.b]\nhash = \"client\"\nendpoints = \"http://a\"", "does nothing without"),
        ("[upstream.b]\ntls.key = \"k\"\nendpoints = \"https://a\"", "`key` needs a `certificate`"),
        (
            "[upstream.b]\nendpoints = \"http://a\"\nresolve.min = \"1m\"",
            "`min` is more than `max`",
        ),
        (
            "[upstream.b]\nendpoints = \"http://a\"\nhealth.timeout = \"9s\"",
            "`timeout` is more than `interval`",
        ),
        (
            "[upstream.b]\nendpoints = \"http://a\"\nejection.time = \"2m\"",
            "`time` is more than `max_time`",
        ),
        (
            "[upstream.b]\nendpoints = \"http://a\"\nbreaker.open = \"2m\"",
            "`open` is more than `max_open`",
        ),
        ("[upstream.b]\nendpoints = \"http://127.0.0.1:9502\"", "has its admin listener on"),
        (
            "[upstream.b]\nendpoints = \"http://[::ffff:127.0.0.1]:8080\"",
            "the gateway itself listens",
        ),
        ("retry.backoff = \"1s\"", "`backoff` is more than `max_backoff`"),
        ("set_request_headers.Connection = \"close\"", "`connection` belongs to each connection"),
        ("set_request_headers.Host = \"a\"", "`host` is no field to set"),
        ("remove_response_headers = [\"Content-Length\"]", "`content-length` belongs"),
        ("set_request_headers = { A = \"1\", a = \"2\" }", "`a` is set twice"),
        (
            "name = \"x\"\n[[route]]\nname = \"x\"\npath = \"/x\"\nupstream = \"app\"",
            "another route has this name",
        ),
        (
            "[spool]\nmemory = \"2MiB\"\ntotal_memory = \"1MiB\"",
            "`memory` is more than `total_memory`",
        ),
    ];
    for (more, expected) in cases {
        let told = told(&format!("{more}\n"));

        assert!(told.contains("error: ") && told.contains(expected), "{more}\n{told}");
    }
}

#[test]
fn what_may_be_a_mistake_is_a_warning() {
    let cases = [
        ("hold = \"off\"", "has one endpoint, and requests are not held"),
        ("hedge.min = \"1m\"", "no request is hedged before"),
        ("commit.time = \"30s\"", "responses are held longer than"),
        ("[upstream.b]\nendpoints = \"http://a\"", "no route uses the upstream `b`"),
        ("[upstream.b]\nendpoints = \"https://a\"\ntls.verify = false", "are not verified"),
        (
            "[upstream.b]\nendpoints = \"http://a\"\ntls.ca = \"c\"",
            "no endpoint begins with https://",
        ),
        ("[upstream.b]\nendpoints = \"http://a:443\"", "port 443 without https://"),
        ("[upstream.b]\nendpoints = \"http://a\"\nkeepalive.learn = false", "are not learned"),
        (
            "[upstream.b]\nendpoints = [{ url = \"http://a\", backup = true }]",
            "every endpoint is a backup",
        ),
        ("[[listen]]\naddress = \"0.0.0.0:443\"", "port 443 without TLS"),
        (
            "[[listen]]\naddress = \"0.0.0.0:81\"\ntrusted_proxies = [\"0.0.0.0/0\"]",
            "every client is trusted",
        ),
        (
            "[[listen]]\naddress = \"0.0.0.0:81\"\ntrusted_proxies = \"10.0.0.0/8\"\nlimits.connections_per_address = 9",
            "are counted for the proxies in front",
        ),
        ("[upstream.app.timeouts]\nresponse_head = \"2m\"", "write drain = \"2m\" in [shutdown]"),
    ];
    for (more, expected) in cases {
        let checked = checked(&format!("{LEAST}{more}\n"));
        let told = checked.reading().render();

        assert!(checked.reading().is_sound() && told.contains(expected), "{more}\n{told}");
    }
}

/// Who writes it has decided how long a restart may take. What an upstream may take by default is a
/// bound and says nothing of its answers.
#[test]
fn a_drain_that_was_written_needs_no_warning() {
    let slow = "[upstream.app.timeouts]\nresponse_head = \"2m\"\n";

    assert_eq!(told("[shutdown]\ndrain = \"1s\"\n"), "");
    assert_eq!(told(&format!("[shutdown]\ndrain = \"30s\"\n{slow}")), "");
}

#[test]
fn only_unix_sockets_have_a_mode_and_an_owner() {
    let cases = [
        ("[[listen]]\naddress = \"0.0.0.0:81\"\nmode = \"0660\"", "`mode` is for addresses that"),
        ("[[listen]]\naddress = \"systemd:web\"\ngroup = 33", "SocketGroup= in the .socket unit"),
        ("[admin]\nuser = \"root\"", "`user` is for addresses that begin with unix:"),
        ("[admin]\naddress = \"unix:/a\"\nmode = 660", "expected a mode in quotes"),
        ("[admin]\naddress = \"unix:/a\"\nmode = \"0440\"", "the right to write"),
        ("[admin]\naddress = \"unix:/a\"\ngroup = \"-1\"", "is no name of an account"),
    ];
    for (more, expected) in cases {
        let checked = checked(&format!("{LEAST}{more}\n"));
        let told = checked.reading().render();

        assert!(!checked.reading().is_sound() && told.contains(expected), "{more}\n{told}");
    }
}

#[test]
fn the_example_of_the_guide_is_fine() {
    let guide = include_str!("../../../../../docs/guides/configuration.md");
    let example = guide.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next());

    assert_eq!(checked(example.unwrap_or_default()).reading().render(), "");
}
