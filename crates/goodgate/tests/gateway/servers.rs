//! Real servers behind the gateway: nginx, Apache and HAProxy, over every wire that they speak.

use std::fmt::Write as _;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use goodgate_lab::program::{APACHE, HAPROXY, NGINX, Program};
use goodgate_lab::wait::{DEADLINE, wait_until};
use goodgate_lab::{Held, Workdir};

use super::certificates::Authority;
use super::client::Client;
use super::h2stand::{connect, get, run};
use super::message::Asked;
use super::support::{BARE_ROUTE, Gateway, LISTEN, bare_upstream, workdir};

goodgate_lab::scenarios! {
    nginx_serves_over_kept_connections: [NGINX],
    nginx_serves_over_http_2_and_tls: [NGINX],
    nginx_refuses_an_upload_early: [NGINX],
    apache_serves_over_kept_connections: [APACHE],
    haproxy_serves_over_kept_connections_and_http_2: [HAPROXY],
}

/// A server that is killed when this is dropped.
struct Server {
    child: Child,
    folder: Workdir,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
        if std::thread::panicking() {
            for name in ["error.log", "said.log"] {
                let said = std::fs::read_to_string(self.folder.join(name)).unwrap_or_default();
                eprintln!("{name}: {said}");
            }
        }
    }
}

/// Starts a server, and waits until it listens everywhere.
fn start(
    program: Program,
    arguments: &[&str],
    folder: Workdir,
    config: &str,
    listens: &[SocketAddr],
) -> anyhow::Result<Server> {
    let path = folder.write("server.conf", config)?;
    let said = std::fs::File::create(folder.join("said.log"))?;
    let child = Command::new(program.path()?)
        .args(arguments)
        .arg(path)
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(said.try_clone()?)
        .stderr(said)
        .spawn()?;
    let mut server = Server { child, folder };
    wait_until(program.command, DEADLINE, || {
        if let Some(status) = server.child.try_wait()? {
            let said = std::fs::read_to_string(server.folder.join("said.log"))?;
            anyhow::bail!("{} ended with {status}: {said}", program.command);
        }
        let all = listens.iter().all(|address| TcpStream::connect(address).is_ok());
        Ok(all.then_some(()))
    })?;
    Ok(server)
}

/// What nginx listens on, and how it speaks there.
fn nginx(listens: &[(SocketAddr, &str)], more: &str, folder: Workdir) -> anyhow::Result<Server> {
    let at = folder.path().display().to_string();
    let temporary = goodgate_lab::gateway::nginx::temporary_folders(&at, "");
    let mut lines = String::new();
    for (address, how) in listens {
        writeln!(lines, "    listen {address} {how};")?;
    }
    folder.write("page.txt", &"0123456789abcdef".repeat(64 << 10))?;
    // The workers of root's nginx are another user's.
    let user = if rustix::process::geteuid().is_root() { "user root;" } else { "" };
    let config = format!(
        "{user} daemon off;\nmaster_process off;\npid {at}/nginx.pid;\nerror_log {at}/error.log;\n\
         events {{}}\nhttp {{\n{temporary}  access_log off;\n  keepalive_requests 5;\n  server {{\n\
         {lines}    root {at};\n    {more}\n\
         location /told {{ return 200 \"$server_protocol $connection_requests $request_method\"; }}\n\
         location /small {{ client_max_body_size 10k; proxy_pass http://127.0.0.1:1; }}\n  }}\n}}\n"
    );
    let addresses: Vec<SocketAddr> = listens.iter().map(|(address, _)| *address).collect();
    start(NGINX, &["-e", "error.log", "-p", ".", "-c"], folder, &config, &addresses)
}

fn reserve() -> SocketAddr {
    goodgate_lab::port::reserve().expect("a port")
}

/// Asks for a file, its head, and whether it has changed; a MiB in all its bytes.
fn fetch_file(client: &mut Client<TcpStream>) {
    let page = client.get("/page.txt", "");
    assert_eq!((page.status(), page.body.len()), (200, 1 << 20));
    assert!(page.body.chunks(16).all(|line| line == b"0123456789abcdef"));
    let etag = page.field("etag").to_owned();
    let same = client.get("/page.txt", &format!("If-None-Match: {etag}\r\n"));
    assert_eq!((same.status(), same.body.len()), (304, 0));
    client.send("HEAD /page.txt HTTP/1.1\r\nHost: a\r\n\r\n");
    let head = client.reader.response(Asked::Head).expect("an answer").expect("an answer");
    assert_eq!((head.status(), head.field("content-length")), (200, "1048576"));
    let part = client.get("/page.txt", "Range: bytes=16-31\r\n");
    assert_eq!((part.status(), part.text()), (206, "0123456789abcdef"));
    assert_eq!(client.get("/none", "").status(), 404);
}

fn nginx_serves_over_kept_connections() -> Held {
    let (tcp, folder) = (reserve(), workdir());
    let socket = folder.join("nginx.sock");
    let unix = format!("listen unix:{};", socket.display());
    let _nginx = nginx(&[(tcp, "")], &unix, folder)?;
    for url in [format!("http://{tcp}"), format!("unix:{}", socket.display())] {
        let gateway = Gateway::with(&format!("{LISTEN}{}{BARE_ROUTE}", bare_upstream(&url)));
        let mut client = gateway.connect();
        fetch_file(&mut client);

        // nginx ends a connection after five requests, and says so; nothing is tried again here.
        let mut most = 0;
        for number in 0..60 {
            let (method, body) = if number % 3 == 0 { ("POST", "abc") } else { ("GET", "") };
            let length = body.len();
            let answer = client.ask(format!(
                "{method} /told HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n{body}"
            ));
            let told: Vec<&str> = answer.text().split(' ').collect();
            assert_eq!((answer.status(), told[0], told[2]), (200, "HTTP/1.1", method), "{url}");
            most = most.max(told[1].parse()?);
        }
        assert_eq!(most, 5, "connections were kept");
    }
    Ok(())
}

fn nginx_serves_over_http_2_and_tls() -> Held {
    let (plain, tls, http1, folder) = (reserve(), reserve(), reserve(), workdir());
    let authority = Authority::new();
    authority.issue(&["localhost"]).write(&folder, "own");
    let at = folder.path().display().to_string();
    let certificate = format!("ssl_certificate {at}/own.pem; ssl_certificate_key {at}/own.key;");
    let listens = [(plain, "http2"), (tls, "ssl http2"), (http1, "ssl")];
    let _nginx = nginx(&listens, &certificate, folder)?;
    let cases = [
        (format!("h2c://{plain}"), "auto", "HTTP/2.0"),
        (format!("https://localhost:{}", tls.port()), "auto", "HTTP/2.0"),
        (format!("https://localhost:{}", tls.port()), "http2", "HTTP/2.0"),
        (format!("https://localhost:{}", tls.port()), "http1", "HTTP/1.1"),
    ];
    for (url, protocol, told) in cases {
        let folder = workdir();
        authority.write(&folder);
        let gateway = Gateway::within(
            folder,
            &format!(
                "{LISTEN}[upstream.app]\nendpoints = [\"{url}\"]\nprotocol = \"{protocol}\"\n\
                 [upstream.app.resolve]\nfamily = \"ipv4\"\n[upstream.app.tls]\nca = \"ca.pem\"\n\
                 [[route]]\nupstream = \"app\"\n"
            ),
        );
        let mut client = gateway.connect();
        fetch_file(&mut client);
        for _ in 0..30 {
            let answer = client.get("/told", "");
            assert!(answer.text().starts_with(told), "{url}: {}", answer.text());
        }
        run(async {
            let mut client = connect(gateway.address()).await;
            for _ in 0..10 {
                assert!(get(&mut client, "/told").await.text().starts_with(told));
            }
            assert_eq!(get(&mut client, "/page.txt").await.body.len(), 1 << 20);
        });
    }
    Ok(())
}

fn nginx_refuses_an_upload_early() -> Held {
    let (tcp, http2) = (reserve(), reserve());
    let _nginx = nginx(&[(tcp, ""), (http2, "http2")], "", workdir())?;
    for url in [format!("http://{tcp}"), format!("h2c://{http2}")] {
        let gateway = Gateway::with(&format!("{LISTEN}{}{BARE_ROUTE}", bare_upstream(&url)));
        let mut client = gateway.connect();

        client.send("POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 50000000\r\n\r\n");
        let piece = vec![b'x'; 1 << 16];
        let sent = (0..700).take_while(|_| client.try_send(&piece)).count();
        let answer = client.answer();

        assert_eq!((answer.status(), answer.field("connection")), (413, "close"), "after {sent}");
        assert_eq!(gateway.connect().get("/told", "").status(), 200);
    }
    Ok(())
}

fn apache_serves_over_kept_connections() -> Held {
    let (address, folder) = (reserve(), workdir());
    let at = folder.path().display().to_string();
    folder.write("page.txt", &"0123456789abcdef".repeat(64 << 10))?;
    let needed = ["mpm_event", "authz_core", "unixd", "log_config", "dir", "mime"];
    let modules = goodgate_lab::gateway::apache::load_modules(needed.into_iter());
    let config = format!(
        "ServerRoot {at}\nDefaultRuntimeDir {at}\nPidFile {at}/apache.pid\nServerName localhost\n\
         Listen {address}\n{modules}User www-data\nGroup www-data\nErrorLog {at}/error.log\n\
         TypesConfig /dev/null\nKeepAlive On\nMaxKeepAliveRequests 7\nKeepAliveTimeout 1\n\
         DocumentRoot {at}\n<Directory {at}>\nRequire all granted\n</Directory>\n"
    );
    readable(folder.path())?;
    let _apache = start(APACHE, &["-X", "-f"], folder, &config, &[address])?;
    let upstream = bare_upstream(&format!("http://{address}"));
    let gateway = Gateway::with(&format!("{LISTEN}{upstream}{BARE_ROUTE}"));
    let mut client = gateway.connect();

    fetch_file(&mut client);
    for _ in 0..50 {
        assert_eq!(client.get("/page.txt", "Range: bytes=0-3\r\n").text(), "0123");
    }

    let reused =
        gateway.log(50).iter().filter(|line| line["attempts"][0]["idle_ms"].is_number()).count();
    assert!(reused > 35, "{reused} of the requests went over a kept connection");
    Ok(())
}

/// Lets every user read a folder.
fn readable(folder: &Path) -> Held {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755))?;
    Ok(())
}

fn haproxy_serves_over_kept_connections_and_http_2() -> Held {
    let (http1, http2) = (reserve(), reserve());
    let config = format!(
        "global\n  log stdout format raw local0\n\
         defaults\n  mode http\n  timeout connect 2s\n  timeout client 10s\n  timeout server 10s\n\
         frontend web\n  bind {http1}\n  bind {http2} proto h2\n  \
         http-request return status 200 content-type text/plain lf-string \"%HV %HM\"\n"
    );
    let _haproxy = start(HAPROXY, &["-db", "-f"], workdir(), &config, &[http1, http2])?;
    for (url, told) in
        [(format!("http://{http1}"), "HTTP/1.1"), (format!("h2c://{http2}"), "HTTP/2.0")]
    {
        let gateway = Gateway::with(&format!("{LISTEN}{}{BARE_ROUTE}", bare_upstream(&url)));
        let mut client = gateway.connect();
        for _ in 0..30 {
            assert_eq!(client.get("/", "").text(), format!("{told} GET"));
            let post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
            assert_eq!(client.ask(post).text(), format!("{told} POST"));
        }
    }
    Ok(())
}

/// What curl gets, over each version that it speaks.
#[test]
fn curl_is_served_over_every_version() {
    const CURL: Program = Program { command: "curl", package: "curl" };
    let Some(curl) = CURL.find() else {
        eprintln!("left out: curl is not installed");
        return;
    };
    let origin = super::origin::Origin::telling();
    let authority = Authority::new();
    let folder = workdir();
    authority.write(&folder);
    authority.issue(&["localhost"]).write(&folder, "own");
    let trusted = folder.join("ca.pem").display().to_string();
    let gateway = Gateway::within(
        folder,
        &format!(
            "{LISTEN}[[listen]]\naddress = \"127.0.0.1:0\"\n[listen.tls]\n\
             certificates = [{{ certificate = \"own.pem\", key = \"own.key\" }}]\n\
             [upstream.app]\nendpoints = [\"http://{}\"]\n[[route]]\nupstream = \"app\"\n",
            origin.address
        ),
    );
    let plain = format!("http://{}/a?b", gateway.address());
    let secure = format!("https://localhost:{}/a?b", gateway.address_of(1).port());
    let cases: [(&[&str], &str, &str); 6] = [
        (&["--http1.0"], &plain, "1.1"),
        (&["--http1.1"], &plain, "1.1"),
        (&["--http2-prior-knowledge"], &plain, "2"),
        // An upgrade to h2c is left out; the answer comes over HTTP/1.1.
        (&["--http2"], &plain, "1.1"),
        (&["--http2"], &secure, "2"),
        (&["--http1.1"], &secure, "1.1"),
    ];
    for (arguments, url, version) in cases {
        for data in [None, Some("x".repeat(2 << 20))] {
            let mut command = Command::new(&curl);
            command.args(["-sS", "--noproxy", "*", "--max-time", "30", "--cacert", &trusted]);
            command.args(arguments).args(["-w", " %{http_code} %{http_version}", url]);
            let file = gateway.folder.join("upload");
            if let Some(data) = &data {
                std::fs::write(&file, data).expect("a file");
                command.args(["--data-binary", &format!("@{}", file.display())]);
            }

            let output = command.output().expect("curl runs");

            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            let error = String::from_utf8_lossy(&output.stderr).into_owned();
            let method = if data.is_some() { "POST" } else { "GET" };
            let body = data.clone().unwrap_or_default();
            let wanted = format!("{method} /a?b {body} 200 {version}");
            assert!(
                said == wanted,
                "{arguments:?} {url}: {} {error}",
                said.escape_debug().to_string().replace('x', "")
            );
        }
    }
}
