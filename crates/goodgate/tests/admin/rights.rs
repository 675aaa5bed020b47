//! Whom the listener refuses, and where it listens.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use goodgate_lab::Workdir;

use super::support::{Gateway, Origin, ask, ask_unix, until};

#[test]
fn other_hosts_are_refused() {
    let origin = Origin::fine();
    let gateway = Gateway::to(origin.address);
    let admin = gateway.admin.expect("an admin listener");
    let get = |host: &str| ask(admin, &format!("GET /health HTTP/1.1\r\nHost: {host}\r\n\r\n"));

    for host in ["localhost", "127.0.0.1", "gate.example", &admin.to_string()] {
        assert_eq!(get(host).status, 200, "{host}");
    }
    for host in ["evil.example", "10.0.0.1", "localhost.evil.example"] {
        let refused = get(host);
        assert_eq!((refused.status, &refused.json()["error"]), (421, &"host".into()), "{host}");
    }
    assert_eq!(ask(admin, "GET /health HTTP/1.0\r\n\r\n").status, 400);
}

#[test]
fn changes_need_the_token() {
    let origin = Origin::fine();
    let gateway = Gateway::to(origin.address);
    let drain = format!("/upstreams/app/endpoints/{}/drain", origin.address);

    for path in ["/reload", &drain] {
        let none = gateway.admin("POST", path, "");
        let wrong = gateway.admin("POST", path, "Authorization: Bearer correct-horsf\r\n");
        assert_eq!((none.status, wrong.status), (401, 401), "{path}");
        assert_eq!(none.field("www-authenticate"), Some("Bearer"));
    }

    let shown = gateway.json("/upstreams/app", "goodgate.upstream/1");
    assert_eq!(shown["upstream"]["endpoints"][0]["drained_by_hand"], false);
    assert_eq!(gateway.ask("/").status, 200);
}

#[test]
fn without_a_token_nothing_changes_over_tcp() {
    let origin = Origin::fine();
    let gateway = Gateway::starting(&format!(
        "[admin]\naddress = \"127.0.0.1:0\"\n[upstream.app]\nendpoints = [\"http://{}\"]\n\
         [[route]]\nupstream = \"app\"\n",
        origin.address
    ));

    let refused = gateway.post("/reload");

    assert_eq!(refused.status, 403);
    assert!(refused.body.contains("unix socket"), "{}", refused.body);
    assert_eq!(gateway.get("/health").status, 200);
}

#[test]
fn a_unix_socket_is_for_the_user_of_the_gateway_and_goes_with_it() {
    let origin = Origin::fine();
    let folder = Workdir::new().expect("a folder");
    let path = folder.join("admin.sock");
    let mut gateway = Gateway::starting(&format!(
        "[admin]\naddress = \"unix:{}\"\n[upstream.app]\nendpoints = [\"http://{}\"]\n\
         [[route]]\nupstream = \"app\"\n",
        path.display(),
        origin.address
    ));
    let mode = std::fs::metadata(&path).expect("a socket").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    let health = ask_unix(&path, "GET /health HTTP/1.1\r\nHost: whatever\r\n\r\n");
    let reload = ask_unix(&path, "POST /reload HTTP/1.1\r\nHost: whatever\r\n\r\n");

    assert_eq!((health.status, reload.status), (200, 200));
    gateway.terminate();
    assert!(gateway.wait().success());
    assert!(!path.exists());
}

#[test]
fn an_address_in_use_is_an_error_that_names_it() {
    let origin = Origin::fine();
    let gateway = Gateway::to(origin.address);
    let taken = gateway.admin.expect("an admin listener");
    let folder = Workdir::new().expect("a folder");
    let text = format!(
        "[[listen]]\naddress = \"127.0.0.1:0\"\n[admin]\naddress = \"{taken}\"\n\
         [upstream.app]\nendpoints = [\"http://{}\"]\n[[route]]\nupstream = \"app\"\n",
        origin.address
    );
    let config = folder.write("goodgate.toml", &text).expect("a file");

    let mut command = Command::new(env!("CARGO_BIN_EXE_goodgate"));
    let output = command.arg("run").arg("--config").arg(config).output().expect("it runs");

    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(said.contains(&format!("cannot listen on {taken}")), "{said}");
    assert!(said.contains("in use"), "{said}");
}

#[test]
fn a_default_address_in_use_is_a_warning() {
    let origin = Origin::fine();
    let run = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_goodgate"));
        command.args(["run", "--listen", "127.0.0.1:0", "--log", "off", "--to"]);
        command.arg(format!("http://{}", origin.address));
        Gateway::spawn(command, Workdir::new().expect("a folder"))
    };

    // Whoever has the port: this gateway or another program of this host.
    let (one, other) = (run(), run());

    assert!(other.said().contains("warning: no admin listener"), "{}", other.said());
    assert_eq!(other.ask("/").status, 200);
    assert_eq!(one.ask("/").status, 200);
}

#[test]
fn there_is_a_bound_on_connections() {
    let origin = Origin::fine();
    let gateway = Gateway::to(origin.address);
    let admin = gateway.admin.expect("an admin listener");

    let idle: Vec<_> = (0..64).map(|_| std::net::TcpStream::connect(admin)).collect();
    until("it takes no more", || {
        let stream = std::net::TcpStream::connect(admin).ok()?;
        let end = std::io::Read::read(&mut &stream, &mut [0; 1]);
        matches!(end, Ok(0) | Err(_)).then_some(())
    });

    drop(idle);
    until("there is room again", || {
        let mut stream = std::net::TcpStream::connect(admin).ok()?;
        let request = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";
        std::io::Write::write_all(&mut stream, request).ok()?;
        let read = std::io::Read::read(&mut stream, &mut [0; 9]).ok()?;
        (read > 0).then_some(())
    });
    assert_eq!(gateway.ask("/").status, 200);
}
