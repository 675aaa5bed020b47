//! Routes, and what the gateway adds to heads and takes out of them.

use std::net::{Ipv6Addr, SocketAddr, TcpListener};
use std::thread;

use super::message::Message;
use super::origin::{Origin, ok};
use super::support::{BARE_ROUTE, Gateway, LISTEN, bare_upstream, connect_unix, workdir};

/// An origin that tells its name.
fn named(name: &'static str) -> Origin {
    Origin::answering(move |request| ok(&format!("{name} {}", request.asked())))
}

fn upstream(name: &str, origin: &Origin) -> String {
    format!("[upstream.{name}]\nendpoints = [\"http://{}\"]\n", origin.address)
}

#[test]
fn the_most_specific_route_serves() {
    let (root, api, beta, host, below) =
        (named("root"), named("api"), named("beta"), named("host"), named("below"));
    let gateway = Gateway::with(&format!(
        "{LISTEN}{}{}{}{}{}\
         [[route]]\nupstream = \"root\"\n\
         [[route]]\npath = \"/api\"\nupstream = \"api\"\n\
         [[route]]\npath = \"/api\"\nheader = {{ X-Version = \"beta\" }}\nupstream = \"beta\"\n\
         [[route]]\nhost = [\"shop.example\"]\nupstream = \"host\"\n\
         [[route]]\nhost = [\"*.shop.example\"]\nupstream = \"below\"\n",
        upstream("root", &root),
        upstream("api", &api),
        upstream("beta", &beta),
        upstream("host", &host),
        upstream("below", &below),
    ));
    let mut client = gateway.connect();
    let mut ask = |host: &str, path: &str, fields: &str| {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{fields}\r\n");
        client.ask(request).text().split(' ').next().unwrap_or_default().to_owned()
    };

    assert_eq!(ask("a.example", "/", ""), "root");
    assert_eq!(ask("a.example", "/apix", ""), "root");
    assert_eq!(ask("a.example", "/api", ""), "api");
    assert_eq!(ask("a.example", "/api?x", ""), "api");
    assert_eq!(ask("a.example", "/api/x", ""), "api");
    assert_eq!(ask("a.example", "/api/x", "X-Version: beta\r\n"), "beta");
    assert_eq!(ask("a.example", "/api/x", "x-version: beta\r\n"), "beta");
    assert_eq!(ask("a.example", "/api/x", "X-Version: alpha\r\n"), "api");
    assert_eq!(ask("shop.example", "/api/x", ""), "host");
    assert_eq!(ask("Shop.EXAMPLE:8443", "/", ""), "host");
    assert_eq!(ask("[::1]:8080", "/", ""), "root");
    assert_eq!(ask("eu.shop.example", "/", ""), "below");
    assert_eq!(ask("a.EU.Shop.Example", "/", ""), "below");
    assert_eq!(ask("xshop.example", "/", ""), "root");
}

#[test]
fn what_no_route_serves_is_not_found() {
    let origin = named("a");
    let gateway = Gateway::with(&format!(
        "{LISTEN}{}[[route]]\nhost = [\"a.example\"]\npath = \"/a\"\nupstream = \"app\"\n",
        upstream("app", &origin)
    ));
    let mut client = gateway.connect();

    let answer = client.get("/b", "Accept: application/json\r\n");

    assert_eq!(answer.status(), 404);
    assert_eq!(answer.field("content-type"), "application/problem+json");
    let problem: serde_json::Value = serde_json::from_slice(&answer.body).expect("JSON");
    assert_eq!(problem["status"], 404);
    assert_eq!(problem["id"], answer.field("x-request-id"));
    assert_eq!(answer.field("proxy-status"), "goodgate; error=destination_not_found");
    // The connection lives on.
    assert_eq!(client.get("/a", "").text(), "a GET /a");
}

#[test]
fn prefixes_are_rewritten_and_the_query_kept() {
    let origin = named("a");
    let cases = [
        ("/api", "/v2/app", "/api", "/v2/app/"),
        ("/api", "/v2/app", "/api/x?y=1", "/v2/app/x?y=1"),
        ("/api", "/v2/app", "/api?y", "/v2/app/?y"),
        ("/api", "/", "/api/x", "/x"),
        ("/", "/sub", "/x", "/sub/x"),
        ("/", "/sub", "/", "/sub/"),
    ];
    for (path, rewrite, asked, got) in cases {
        let gateway = Gateway::with(&format!(
            "{LISTEN}{}[[route]]\npath = \"{path}\"\nrewrite_prefix = \"{rewrite}\"\n\
             upstream = \"app\"\n",
            upstream("app", &origin)
        ));

        let answer = gateway.connect().get(asked, "");

        assert_eq!(answer.text(), format!("a GET {got}"), "{path} to {rewrite}");
    }
}

#[test]
fn fields_are_set_and_removed() {
    let origin = Origin::answering(|_| {
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nServer: secret\r\nX-Powered-By: old\r\n\
          X-Frame-Options: a\r\n\r\n"
            .to_vec()
    });
    let gateway = Gateway::with(&format!(
        "{LISTEN}{}[[route]]\nupstream = \"app\"\n\
         set_request_headers = {{ X-Tenant = \"blue\" }}\n\
         remove_request_headers = [\"Cookie\", \"X-Debug\"]\n\
         set_response_headers = {{ X-Frame-Options = \"DENY\" }}\n\
         remove_response_headers = [\"Server\", \"x-powered-by\"]\n",
        upstream("app", &origin)
    ));

    let fields = "X-Tenant: red\r\nx-tenant: green\r\nCookie: a=b\r\nX-Debug: 1\r\nX-Kept: 1\r\n";
    let answer = gateway.connect().get("/", fields);

    let seen = origin.only();
    assert_eq!((seen.field("x-tenant"), seen.field("x-kept")), ("blue", "1"));
    assert_eq!(seen.all("cookie").len() + seen.all("x-debug").len(), 0);
    assert_eq!(answer.field("x-frame-options"), "DENY");
    assert_eq!(answer.all("server").len() + answer.all("x-powered-by").len(), 0);
}

/// Asks through a gateway that trusts its clients, or does not, and returns what the origin gets.
fn forwarded(trusted: bool, more: &str, fields: &str) -> (Message, Message) {
    let origin = Origin::answering(|_| ok(""));
    let trust = if trusted { "trusted_proxies = [\"127.0.0.0/8\"]\n" } else { "" };
    let gateway = Gateway::with(&format!(
        "{LISTEN}{trust}{more}{}[[route]]\nupstream = \"app\"\n",
        upstream("app", &origin)
    ));
    let answer = gateway.connect().get("/", fields);
    (origin.only(), answer)
}

const CLAIMS: &str = "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: https\r\n\
    X-Forwarded-Host: shop.example\r\nX-Forwarded-Port: 443\r\nX-Real-IP: 192.0.2.7\r\n\
    X-Forwarded-Prefix: /a\r\nForwarded: for=192.0.2.7\r\nX_Forwarded_For: 192.0.2.8\r\n\
    X-Request-Id: given-1\r\nVia: 1.1 cdn\r\n\
    traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n";

#[test]
fn what_strangers_say_of_clients_is_replaced() {
    let (seen, answer) = forwarded(false, "", CLAIMS);

    assert_eq!(seen.field("x-forwarded-for"), "127.0.0.1");
    assert_eq!(seen.field("x-forwarded-proto"), "http");
    assert_eq!(seen.field("x-forwarded-host"), "a.example");
    assert_eq!(seen.field("forwarded"), "for=127.0.0.1;host=\"a.example\";proto=http");
    for gone in ["x-forwarded-port", "x-real-ip", "x-forwarded-prefix", "x_forwarded_for"] {
        assert_eq!(seen.all(gone), Vec::<&str>::new(), "{gone}");
    }
    let id = seen.field("x-request-id");
    assert!(id.len() == 32 && id.bytes().all(|it| it.is_ascii_hexdigit()), "{id}");
    assert_eq!(answer.field("x-request-id"), id);
    // These prove nothing and harm nobody.
    assert_eq!(seen.field("via"), "1.1 cdn, 1.1 goodgate");
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    assert_eq!(seen.field("traceparent"), trace);
    assert_eq!(answer.field("via"), "1.1 goodgate");
}

#[test]
fn what_trusted_proxies_say_of_clients_is_continued() {
    let (seen, answer) = forwarded(true, "", CLAIMS);

    assert_eq!(seen.field("x-forwarded-for"), "192.0.2.7, 127.0.0.1");
    assert_eq!(seen.field("x-forwarded-proto"), "https");
    assert_eq!(seen.field("x-forwarded-host"), "shop.example");
    assert_eq!(seen.field("x-forwarded-port"), "443");
    assert_eq!(seen.field("x-real-ip"), "192.0.2.7");
    let own = "for=127.0.0.1;host=\"a.example\";proto=http";
    assert_eq!(seen.field("forwarded"), format!("for=192.0.2.7, {own}"));
    assert_eq!(seen.all("x_forwarded_for"), Vec::<&str>::new());
    assert_eq!((seen.field("x-request-id"), answer.field("x-request-id")), ("given-1", "given-1"));
}

/// Asks through a gateway that trusts its clients, once with each of the fields,
/// and returns what the origin gets.
fn continued<'a>(cases: impl IntoIterator<Item = &'a str>) -> Vec<Message> {
    let origin = Origin::answering(|_| ok(""));
    let gateway = Gateway::with(&format!(
        "{LISTEN}trusted_proxies = [\"127.0.0.0/8\"]\n{}[[route]]\nupstream = \"app\"\n",
        upstream("app", &origin)
    ));
    let mut client = gateway.connect();
    let ask = |fields| {
        assert_eq!(client.get("/", fields).status(), 200, "{fields}");
        origin.only()
    };
    cases.into_iter().map(ask).collect()
}

#[test]
fn lists_are_continued_without_members_that_are_empty() {
    const OWN: &str = "for=127.0.0.1;host=\"a.example\";proto=http";
    let lists: [(&[&str], &str); 9] = [
        (&[""], ""),
        (&[","], ""),
        (&[" , ,\t, "], ""),
        (&["a", ""], "a, "),
        (&["", "a"], "a, "),
        (&["a,"], "a, "),
        (&[",a ,, "], "a, "),
        (&["a,", ",", "b, c"], "a, b, c, "),
        (&["a, b"], "a, b, "),
    ];
    for (name, own) in
        [("X-Forwarded-For", "127.0.0.1"), ("Forwarded", OWN), ("Via", "1.1 goodgate")]
    {
        let line = |value: &&str| format!("{name}: {value}\r\n");
        let given = lists.map(|(values, _)| values.iter().map(line).collect::<Vec<_>>().concat());
        let seen = continued(given.iter().map(String::as_str));

        for (seen, (values, wanted)) in seen.iter().zip(lists) {
            assert_eq!(seen.field(name), format!("{wanted}{own}"), "{name} {values:?}");
        }
    }
}

#[test]
fn an_element_whose_quotes_are_open_swallows_nothing() {
    const OWN: &str = "for=127.0.0.1;host=\"a.example\";proto=http";
    let cases = [
        (r#"for="1.1.1.1"#, ""),
        (r#"for=1.1.1.1""#, ""),
        (r#"for="1.1.1.1\""#, ""),
        (r#"for="a", for="b"#, ""),
        (r#"for=a\","#, ""),
        (r#"for="1.1.1.1""#, r#"for="1.1.1.1", "#),
        (r#"for="a\"b""#, r#"for="a\"b", "#),
        (r#"for="a\\""#, r#"for="a\\", "#),
        (r#"for="a,""#, r#"for="a,", "#),
        (r#"for="[::1]:80";by="_a", for=b,"#, r#"for="[::1]:80";by="_a", for=b, "#),
    ];
    let given = cases.map(|(value, _)| format!("Forwarded: {value}\r\n"));

    let seen = continued(given.iter().map(String::as_str));

    for (seen, (value, wanted)) in seen.iter().zip(cases) {
        assert_eq!(seen.field("forwarded"), format!("{wanted}{OWN}"), "{value}");
    }
    // A quote that two fields share is open in both; what is whole stays.
    let pieces = "Forwarded: for=\"a\r\nForwarded: for=b\r\nForwarded: c\"\r\n";
    assert_eq!(continued([pieces])[0].field("forwarded"), format!("for=b, {OWN}"));
}

#[test]
fn what_trusted_proxies_leave_empty_counts_as_absent() {
    let names = ["X-Forwarded-Proto", "X-Forwarded-Host", "traceparent"];
    for values in [&[""][..], &[","], &["", " "]] {
        let given: String = values
            .iter()
            .flat_map(|value| names.map(|name| format!("{name}: {value}\r\n")))
            .collect();

        let seen = continued([given.as_str()]).remove(0);

        assert_eq!(seen.field("x-forwarded-proto"), "http", "{values:?}");
        assert_eq!(seen.field("x-forwarded-host"), "a.example", "{values:?}");
        assert_eq!(seen.field("traceparent").len(), 55, "{values:?}");
    }
    // What is said beside it stays.
    let seen = continued(["X-Forwarded-Proto:\r\nX-Forwarded-Proto: https\r\n"]).remove(0);
    assert_eq!(seen.field("x-forwarded-proto"), "https");
}

#[test]
fn an_id_that_could_break_a_log_is_not_continued() {
    for id in ["a b", "<script>", "\"", &"a".repeat(129)] {
        let (seen, _) = forwarded(true, "", &format!("X-Request-Id: {id}\r\n"));

        assert_eq!(seen.field("x-request-id").len(), 32, "{id}");
    }
}

#[test]
fn the_fields_that_are_added_can_be_chosen() {
    let more = "[headers]\nforwarded = \"forwarded\"\nvia = \"edge-1\"\n\
                request_id = \"X-Correlation-Id\"\ntraceparent = false\n";

    let (seen, answer) = forwarded(false, more, "X-Forwarded-For: 192.0.2.7\r\n");

    assert_eq!(seen.all("x-forwarded-for"), Vec::<&str>::new());
    assert!(seen.field("forwarded").starts_with("for=127.0.0.1"));
    assert_eq!(seen.field("via"), "1.1 edge-1");
    assert_eq!(seen.field("x-correlation-id"), answer.field("x-correlation-id"));
    assert_eq!(seen.all("x-request-id").len() + seen.all("traceparent").len(), 0);

    let (seen, _) =
        forwarded(false, "[headers]\nforwarded = \"x_forwarded\"\n", "Forwarded: for=1\r\n");

    assert_eq!(seen.all("forwarded"), Vec::<&str>::new());
    assert_eq!(seen.field("x-forwarded-for"), "127.0.0.1");
}

#[test]
fn a_trace_begins_where_there_is_none() {
    let (seen, _) = forwarded(false, "", "");

    let parts: Vec<&str> = seen.field("traceparent").split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    assert_eq!(lengths, [2, 32, 16, 2]);
    assert_eq!((parts[0], parts[3]), ("00", "00"));
    assert!(parts[1].bytes().any(|it| it != b'0') && parts[2].bytes().any(|it| it != b'0'));
}

#[test]
fn the_host_that_the_upstream_gets_can_be_chosen() {
    let origin = Origin::answering(|_| ok(""));
    for (choice, host) in [
        ("client", "a.example".to_owned()),
        ("endpoint", origin.address.to_string()),
        ("app.internal:81", "app.internal:81".to_owned()),
    ] {
        let gateway = Gateway::with(&format!(
            "{LISTEN}{}[[route]]\nupstream = \"app\"\nsend_host = \"{choice}\"\n",
            upstream("app", &origin)
        ));

        gateway.connect().get("/", "");

        let seen = origin.only();
        assert_eq!(seen.field("host"), host);
        assert_eq!(seen.field("x-forwarded-host"), "a.example");
    }
}

#[test]
fn an_upstream_on_ipv6_and_a_client_on_it_are_told_apart_from_ports() {
    let Ok(listener) = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)) else {
        eprintln!("left out: no IPv6 on loopback");
        return;
    };
    drop(listener);
    let origin = Origin::answering(|_| ok(""));
    let gateway = Gateway::with(&format!(
        "[[listen]]\naddress = \"[::1]:0\"\n{}[[route]]\nupstream = \"app\"\n",
        upstream("app", &origin)
    ));

    gateway.connect().ask("GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n");

    let seen = origin.only();
    assert_eq!(seen.field("forwarded"), "for=\"[::1]\";host=\"[::1]:8080\";proto=http");
    assert_eq!(seen.field("x-forwarded-for"), "::1");
    assert_eq!(seen.field("host"), "[::1]:8080");
}

/// Returns an address where nobody listens.
fn dead() -> SocketAddr {
    goodgate_lab::port::reserve().expect("a port")
}

#[test]
fn pages_of_a_route_stand_in_for_those_of_the_gateway() {
    let folder = workdir();
    folder.write("502.html", "<h1>Ours</h1><p>{id}</p>").expect("a file");
    folder.write("away.html", "<h1>Away</h1>").expect("a file");
    let upstream = bare_upstream(&format!("http://{}", dead()));
    let gateway = Gateway::within(
        folder,
        &format!(
            "{LISTEN}{upstream}{BARE_ROUTE}\
             [route.errors]\nfolder = \".\"\npages = {{ 503 = \"away.html\" }}\n"
        ),
    );

    let html = gateway.connect().get("/", "Accept: text/html\r\n");
    let json = gateway.connect().get("/", "Accept: application/json\r\n");

    assert_eq!(html.status(), 502);
    assert_eq!(html.text(), format!("<h1>Ours</h1><p>{}</p>", html.field("x-request-id")));
    assert_eq!(html.field("proxy-status"), "goodgate; error=connection_refused");
    assert_eq!(json.field("content-type"), "application/problem+json");
}

#[test]
fn proxy_status_tells_as_much_as_is_configured_and_keeps_what_others_told() {
    let origin = Origin::answering(|request| {
        match request.asked() {
        "GET /503" => b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\
            Proxy-Status: inner; error=connection_refused\r\n\r\n"
            .to_vec(),
        _ => b"HTTP/1.1 404 No\r\nContent-Length: 0\r\nProxy-Status: inner; received-status=404\r\n\r\n"
            .to_vec(),
    }
    });
    let cases = [
        ("off", vec![], vec!["inner; error=connection_refused"]),
        (
            "error",
            vec!["goodgate; error=connection_refused".to_owned()],
            vec!["inner; error=connection_refused", "goodgate; received-status=503"],
        ),
        (
            "details",
            vec![format!("connect_refused at connect of ADDRESS")],
            vec!["inner; error=connection_refused", "goodgate; received-status=503"],
        ),
    ];
    for (setting, of_failure, of_answer) in cases {
        let dead = dead();
        let dead_upstream = bare_upstream(&format!("http://{dead}")).replace("app", "dead");
        let live = bare_upstream(&format!("http://{}", origin.address));
        let dead_route = BARE_ROUTE.replace("\"app\"", "\"dead\"");
        let gateway = Gateway::with(&format!(
            "{LISTEN}{live}{dead_upstream}{BARE_ROUTE}proxy_status = \"{setting}\"\n\
             {dead_route}path = \"/dead\"\nproxy_status = \"{setting}\"\n"
        ));
        let mut client = gateway.connect();

        let failed = client.get("/dead", "");
        let answered = client.get("/503", "");
        let fine = client.get("/404", "");

        assert_eq!(failed.status(), 502);
        if setting == "details" {
            let shown = failed.field("proxy-status");
            let wanted = of_failure[0].replace("ADDRESS", &dead.to_string());
            assert!(
                shown.contains("error=connection_refused") && shown.contains(&wanted),
                "{shown}"
            );
        } else {
            assert_eq!(failed.all("proxy-status"), of_failure, "{setting}");
        }
        assert_eq!(answered.all("proxy-status"), of_answer, "{setting}");
        assert_eq!(fine.all("proxy-status"), ["inner; received-status=404"]);
    }
}

#[test]
fn one_connection_to_the_origin_serves_many_clients() {
    let origin = named("a");
    let gateway = Gateway::to(origin.address);

    for _ in 0..20 {
        let mut client = gateway.connect();
        assert_eq!(client.get("/", "Connection: close\r\n").status(), 200);
        client.ended();
    }

    let seen = origin.take();
    assert_eq!(seen.len(), 20);
    assert!(seen.iter().all(|it| it.connection == 1), "one connection");
}

#[test]
fn unix_sockets_on_both_sides() {
    let folder = workdir();
    let path = folder.join("app.sock");
    let listener = std::os::unix::net::UnixListener::bind(&path).expect("a socket");
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut writing = stream.try_clone().expect("a socket");
            let mut reader = super::message::Reader::new(stream);
            while let Ok(Some(request)) = reader.request() {
                let told = format!(
                    "{} {} {}",
                    request.field("host"),
                    request.all("x-forwarded-for").join(","),
                    request.field("forwarded")
                );
                std::io::Write::write_all(&mut writing, &ok(&told)).ok();
            }
        }
    });
    let down = folder.join("down.sock");
    let down = down.to_str().expect("text").to_owned();
    let _gateway = Gateway::within(
        folder,
        &format!(
            "[[listen]]\naddress = \"unix:{down}\"\n[upstream.app]\nendpoints = [\"unix:{}\"]\n\
             [[route]]\nupstream = \"app\"\n",
            path.display()
        ),
    );
    let mut client = connect_unix(&down);

    let answer = client.get("/", "");

    assert_eq!(answer.text(), "a.example  for=unknown;host=\"a.example\";proto=http");
    assert_eq!(client.get("/", "").status(), 200);
}
