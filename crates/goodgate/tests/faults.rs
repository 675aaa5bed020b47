//! `goodgate faults` as its users run it.

#![expect(clippy::expect_used, reason = "a test may end where it cannot go on")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

/// A running origin, with the line that it wrote.
struct Origin {
    child: Child,
    line: String,
}

impl Origin {
    fn start(arguments: &[&str]) -> Self {
        let mut child = command(arguments).spawn().expect("the binary starts");
        let stdout = child.stdout.take().expect("its output");
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).expect("its line");
        Self { child, line: line.trim_end().to_owned() }
    }

    /// Starts an origin that writes JSON.
    fn json(arguments: &[&str]) -> (Self, Value) {
        let arguments = [arguments, &["--format", "json"]].concat();
        let origin = Self::start(&arguments);
        let line = serde_json::from_str(&origin.line).expect("the line is JSON");
        (origin, line)
    }

    /// Sends a signal and waits for the end; gives back the exit code.
    fn end(&mut self, signal: &str) -> Option<i32> {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &id]).status().expect("kill runs");
        assert!(sent.success());
        self.child.wait().expect("it ends").code()
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        // It may have ended already.
        let _ended = self.child.kill();
        let _waited = self.child.wait();
    }
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_goodgate"));
    command
        .arg("faults")
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn output(arguments: &[&str]) -> Output {
    command(arguments).output().expect("the binary ends")
}

fn talk(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Asks an origin and returns everything that it sends.
fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("it accepts");
    let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("it takes the request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    answer
}

fn listening(line: &Value) -> String {
    line["listening"][0].as_str().expect("an address").to_owned()
}

/// Writes a file that only this test has.
fn file(name: &str, text: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("goodgate-faults-{}-{name}", std::process::id()));
    std::fs::write(&path, text).expect("a file");
    path
}

#[test]
fn the_line_says_where_it_listens() {
    let origin = Origin::start(&[]);

    let address = origin.line.strip_prefix("listening on ").expect("the beginning");
    let address = address.strip_suffix(" (http)").expect("the protocol").to_owned();

    assert!(address.starts_with("127.0.0.1:"), "{address}");
    assert!(get(&address, "/here").contains("GET /here was answered"), "{address}");
}

#[test]
fn the_line_names_the_control_api() {
    let origin = Origin::start(&["--control", "127.0.0.1:0"]);

    assert!(origin.line.contains(" (http), control 127.0.0.1:"), "{}", origin.line);
}

#[test]
fn the_line_in_json_has_its_schema() {
    let (_origin, line) = Origin::json(&["--listen", "127.0.0.1:0", "--listen", "[::1]:0"]);

    assert_eq!(line["schema"], "goodgate.faults/1");
    assert_eq!(line["protocol"], "http");
    assert_eq!(line["control"], Value::Null);
    assert_eq!(line["listening"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_fault_strikes() {
    let (_origin, line) = Origin::json(&["--fault", "status:504", "--path", "/api"]);

    assert!(get(&listening(&line), "/api/x").starts_with("HTTP/1.1 504 "));
    assert!(get(&listening(&line), "/").starts_with("HTTP/1.1 200 "));
}

#[test]
fn a_fault_decides_what_is_spoken() {
    let (_origin, line) = Origin::json(&["--fault", "tls_expired"]);

    assert_eq!(line["protocol"], "https");
}

#[test]
fn it_passes_on_to_a_real_origin() {
    let (_real, real) = Origin::json(&["--fault", "status:404"]);
    let to = format!("http://{}", listening(&real));
    let (_front, front) = Origin::json(&["--to", &to, "--fault", "status:503", "--share", "0%"]);

    assert!(get(&listening(&front), "/").starts_with("HTTP/1.1 404 "));
}

#[test]
fn a_schedule_is_carried_out() {
    let plan = file("plan.toml", "[[step]]\nfault = \"status:503\"\npath = \"/a\"\n");
    let (_origin, line) = Origin::json(&["--schedule", plan.to_str().expect("a path")]);

    let answer = get(&listening(&line), "/a");

    std::fs::remove_file(plan).expect("the file goes");
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
}

#[test]
fn a_wrong_schedule_is_told_with_its_place() {
    let plan = file("wrong.toml", "[[step]]\nfault = \"status\"\nshare = \"5\"\n");

    let output = output(&["--schedule", plan.to_str().expect("a path")]);

    let place = format!("{}:3:9: \"5\" is not a share", plan.display());
    std::fs::remove_file(plan).expect("the file goes");
    assert_eq!(output.status.code(), Some(2));
    assert!(talk(&output).contains(&place), "{}", talk(&output));
}

#[test]
fn a_schedule_that_cannot_be_carried_out_is_told_with_its_place() {
    let step = "[[step]]\nfault = \"status\"\n";
    for (name, text, words) in [
        (
            "share.toml",
            format!("{step}[[step]]\nfault = \"refuse\"\nshare = \"5%\"\n"),
            ":5:9: refuse",
        ),
        ("many.toml", step.repeat(257), ":514:9: 257 faults are too many"),
        (
            "clash.toml",
            format!("{step}[[step]]\nfault = \"dns_refused\"\n"),
            ":4:9: dns_refused and status need different protocols",
        ),
    ] {
        let plan = file(name, &text);

        let output = output(&["--schedule", plan.to_str().expect("a path")]);

        let place = format!("{}{words}", plan.display());
        std::fs::remove_file(plan).expect("the file goes");
        assert_eq!(output.status.code(), Some(2), "{name}");
        assert!(talk(&output).contains(&place), "{}", talk(&output));
    }
}

#[test]
fn passing_on_to_itself_is_a_wrong_argument() {
    let path = std::env::temp_dir().join(format!("goodgate-faults-{}-loop", std::process::id()));
    let unix = format!("unix:{}", path.display());

    let output = output(&["--listen", &unix, "--to", &unix]);

    assert_eq!(output.status.code(), Some(2));
    assert!(talk(&output).contains("in a circle"), "{}", talk(&output));
}

#[test]
fn both_signals_end_it_well() {
    for signal in ["-TERM", "-INT"] {
        let (mut origin, line) = Origin::json(&["--fault", "never_answer"]);
        let mut held = TcpStream::connect(listening(&line)).expect("it accepts");
        held.write_all(b"GET / HTTP/1.1\r\n\r\n").expect("it takes the request");

        assert_eq!(origin.end(signal), Some(0), "{signal}");
    }
}

#[test]
fn addresses_of_other_hosts_need_permission() {
    for arguments in [["--listen", "0.0.0.0:0"], ["--control", "0.0.0.0:0"]] {
        let output = output(&arguments);

        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(talk(&output).contains("--allow-non-loopback"), "{}", talk(&output));
        assert!(output.stdout.is_empty());
    }
    let (_origin, line) = Origin::json(&["--listen", "0.0.0.0:0", "--allow-non-loopback"]);
    assert!(listening(&line).starts_with("0.0.0.0:"));
}

#[test]
fn wrong_arguments_are_told_with_what_is_meant() {
    for (arguments, words) in [
        (&["--fault", "stauts"][..], "did you mean status"),
        (&["--fault", "status:abc"], "CODE is \"abc\", not a number from 400 to 599"),
        (&["--fault", "refuse:now"], "refuse takes no argument"),
        (&["--fault", "status", "--share", "5"], "--share: \"5\" is not a share"),
        (&["--fault", "status", "--after", "5"], "--after: \"5\" is not a duration"),
        (&["--fault", "status", "--for", "0s"], "--for: \"0s\" is not a duration above zero"),
        (&["--fault", "status", "--path", "api"], "--path: \"api\" is not the beginning of a path"),
        (&["--fault", "refuse", "--share", "5%"], "has no share"),
        (&["--fault", "accept_close", "--path", "/"], "before the path is known"),
        (&["--fault", "status", "--protocol", "dns"], "cannot be made on dns"),
        (&["--fault", "tls_expired", "--fault", "dns_refused"], "need different protocols"),
        (&["--share", "5%"], "--fault"),
        (&["--listen", "localhost:80"], "write IP:PORT"),
        (&["--to", "127.0.0.1:80"], "write http://HOST:PORT"),
        (&["--to", "http://127.0.0.1:80", "--protocol", "h2c"], "--to passes on HTTP/1.1"),
        (&["--protocol", "dns", "--listen", "unix:/tmp/dns.sock"], "write IP:PORT"),
        (&["--listen", &format!("unix:/tmp/{}", "a".repeat(103))], "choose a shorter one"),
        (&["--to", &format!("unix:/tmp/{}", "a".repeat(103))], "longer than that of any socket"),
        (&["--schedule", "/no/such/plan.toml"], "/no/such/plan.toml"),
        (&["--schedule", "/dev/zero"], "--schedule /dev/zero: the file is over 1 MiB"),
        (&["--record", "nonsense"], "--record nonsense"),
        (&["--protocol", "https", "--server-name", ""], "--server-name \"\" is no name"),
        (&["--protocol", "https", "--server-name", "a b"], "--server-name \"a b\" is no name"),
    ] {
        let output = output(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(talk(&output).contains(words), "{arguments:?}: {}", talk(&output));
    }
}

#[test]
fn an_address_in_use_is_no_wrong_argument() {
    let (_origin, line) = Origin::json(&[]);

    let output = output(&["--listen", &listening(&line)]);

    assert_eq!(output.status.code(), Some(3));
    assert!(
        talk(&output).contains(&format!("listen on {}", listening(&line))),
        "{}",
        talk(&output)
    );
}

#[test]
fn the_list_has_every_fault_with_its_arguments_and_causes() {
    let output = output(&["list"]);

    let text = String::from_utf8(output.stdout).expect("text");
    assert_eq!(output.status.code(), Some(0));
    for words in
        ["\nrefuse\n", "\nstatus[:CODE]\n", "    makes: connect_refused\n", "(default 503)"]
    {
        assert!(text.contains(words), "{words:?}");
    }
}

#[test]
fn the_list_in_json_has_its_schema() {
    let output = output(&["list", "--format", "json"]);

    let list: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(list["schema"], "goodgate.faults-list/1");
    let faults = list["faults"].as_array().expect("a list");
    let status = faults.iter().find(|fault| fault["name"] == "status").expect("status");
    assert_eq!(status["usage"], "status[:CODE]");
    assert_eq!(status["arguments"][0]["default"], "503");
    assert_eq!(status["causes"][0], "app_generated_error");
    assert_eq!(status["protocols"][0], "http");
}
