//! Reports: in every form, onto standard output and into files, and what is refused.

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::thread;

use crate::stand::{Stand, now};
use crate::{ask, command, run};

#[test]
fn a_report_is_written_in_every_form_by_the_ending_of_its_file() {
    let stand = Stand::with("[watch]\n");
    let folder = stand.socket.parent().expect("a folder").to_owned();

    for (ending, begins) in
        [("html", "<!doctype html>"), ("md", "# Incident 3"), ("json", "{\n"), ("pdf", "%PDF-")]
    {
        let file = folder.join(format!("report.{ending}"));
        fs::write(&file, "an older one").expect("written");
        let path = file.display().to_string();

        let ran = ask(&stand.socket, &["report", "3", "--post-incident", "--output", &path]);

        assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{ending}: {ran:?}");
        let bytes = fs::read(&file).expect("the report");
        assert!(bytes.starts_with(begins.as_bytes()), "{ending}");
    }
    let names = fs::read_dir(&folder).expect("the folder").flatten();
    let parts = names.filter(|it| it.file_name().to_string_lossy().ends_with(".part")).count();
    assert_eq!(parts, 0, "nothing half written stays");
}

#[test]
fn a_report_tells_what_the_watch_knows_and_steers_no_screen() {
    let stand = Stand::with("[watch]\n");

    let ran = ask(&stand.socket, &["report", "3"]);

    for part in
        ["connect_refused", "10.0.0.7:8080", "## Evidence", "## Texts to send", "## Timeline"]
    {
        assert!(ran.out.contains(part), "{part}: {}", ran.out);
    }
    assert!(!ran.out.contains('\u{1b}'), "{}", ran.out);
    assert_eq!(ran.code, 1, "it is open");
    assert_eq!(ask(&stand.socket, &["report", "1"]).code, 0, "it is over");
    let json = ask(&stand.socket, &["report", "3", "--format", "json"]).json();
    assert_eq!(json["schema"], "goodgate.report/1");
    assert_eq!(json["incident"]["id"], "3");
}

#[test]
fn the_gateway_of_the_configuration_is_asked_for_its_failures() {
    let stand = Stand::with("[watch]\n");
    stand.views.lock().expect("no panic")[0].kind = "traffic";
    let folder = stand.folder.path();
    let config = folder.join("goodgate.toml");
    let text = format!(
        "[watch]\nstore = \"{0}/watch.db\"\n[[monitor]]\nname = \"shop\"\nhttp = \"http://a.example/\"\n\
         [admin]\naddress = \"unix:{0}/admin.sock\"\n[[listen]]\naddress = \"127.0.0.1:0\"\n\
         [upstream.app]\nendpoints = [\"http://127.0.0.1:1\"]\n[[route]]\nupstream = \"app\"\n",
        folder.display()
    );
    fs::write(&config, text).expect("written");
    let report = || {
        let mut command = command(&["report", "3", "--format", "json", "--config"]);
        command.arg(&config);
        run(command).json()["request_ids"].to_string()
    };

    let without = report();
    let gateway = gateway(&folder.join("admin.sock"));
    let with = report();

    assert!(!without.contains("f540dd11") && with.contains("f540dd11"), "{without}\n{with}");
    assert!(gateway.join().expect("no panic").starts_with("GET /failures?limit=50 HTTP/1.1\r\n"));
}

/// Answers one question as a gateway does that has failed a request just now; returns the question.
fn gateway(socket: &Path) -> thread::JoinHandle<String> {
    let listener = UnixListener::bind(socket).expect("a socket");
    let body = format!(
        "{{\"schema\":\"goodgate.failures/1\",\"failures\":[{{\"id\":\"f540dd11\",\"at\":\"{}\",\
         \"status\":502,\"cause\":\"connect_refused\",\"method\":\"GET\",\"host\":\"a\",\"path\":\"/\"}}]}}",
        now()
    );
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a question");
        let mut asked = vec![0; 4096];
        let length = stream.read(&mut asked).expect("a question");
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
        stream.write_all((head + &body).as_bytes()).expect("answered");
        String::from_utf8_lossy(&asked[..length]).into_owned()
    })
}

#[test]
fn the_text_for_one_addressee_stands_alone() {
    let stand = Stand::with("[watch]\n");

    for to in ["host", "cdn", "developer", "customers"] {
        let ran = ask(&stand.socket, &["report", "3", "--for", to]);

        assert!(ran.out.starts_with("Subject: "), "{to}: {ran:?}");
        assert_eq!(ran.out.contains("10.0.0.7"), to != "customers", "{to}: {}", ran.out);
    }
}

#[test]
fn all_incidents_of_a_time_are_in_one_report() {
    let stand = Stand::with("[watch]\n");

    let two = ask(&stand.socket, &["report", "--since", "90m", "--format", "json"]).json();
    let all = ask(&stand.socket, &["report", "--since", "7d", "--format", "json"]).json();

    let count = |json: &serde_json::Value| json["reports"].as_array().map(Vec::len);
    assert_eq!((count(&two), count(&all)), (Some(2), Some(3)), "{two:#}");
    assert_eq!(all["schema"], "goodgate.reports/1");
}

#[test]
fn what_cannot_be_done_is_said_with_what_to_do() {
    let stand = Stand::with("[watch]\n");
    let folder = stand.socket.parent().expect("a folder").display().to_string();

    for (arguments, code, says) in [
        (vec!["report", "99"], 2, "no incident 99"),
        (vec!["report"], 2, "a report of what?"),
        (vec!["report", "3", "--output", "/no/such/folder/x.html"], 2, "there is no folder"),
        (vec!["report", "3", "--output", &folder], 2, "is a folder"),
        (vec!["report", "3", "--output", "/tmp/report-of-what"], 2, "--format"),
        (vec!["report", "3", "--for", "everybody"], 2, "customers"),
        (vec!["report", "--since", "soon"], 2, "is no moment"),
        (vec!["report", "--since", "1h", "--until", "2h"], 2, "not after"),
        (vec!["report", "3", "--format", "html", "--output", "/dev/full"], 3, "disk is full"),
    ] {
        let ran = ask(&stand.socket, &arguments);

        assert_eq!(ran.code, code, "{arguments:?}: {ran:?}");
        assert!(ran.err.contains(says) && ran.out.is_empty(), "{arguments:?}: {ran:?}");
    }
    let nobody = Path::new("/tmp/no-watch-is-here.sock");
    let ran = ask(nobody, &["report", "3"]);
    assert_eq!(ran.code, 3);
    assert!(ran.err.contains("goodgate run"), "{ran:?}");
}
