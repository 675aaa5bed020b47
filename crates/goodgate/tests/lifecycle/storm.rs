//! Many reloads and hand-overs under load: nobody notices.

use std::fmt::Write as _;

use goodgate_lab::Workdir;

use super::load::Load;
use super::origin::Origin;
use super::reload::{certificate, shows};
use super::support::{Gateway, LISTEN, Signal, app, base, command, unwatched};

/// Reloads under load.
const RELOADS: usize = 100;

/// The workers of each process that takes over: as many, fewer, more.
const WORKERS: [usize; 5] = [4, 2, 4, 1, 4];

#[test]
fn nobody_notices_a_hundred_reloads() {
    let origins = [Origin::start(), Origin::start()];
    let folder = Workdir::new().expect("a folder");
    certificate(folder.path(), "a.example");
    let config = |round: usize| {
        let mut text = unwatched(4, "10s") + LISTEN;
        text += LISTEN;
        text +=
            "[listen.tls]\ncertificates = [{ certificate = \"cert.pem\", key = \"key.pem\" }]\n";
        if round % 8 > 3 {
            // Another address comes and goes.
            text += LISTEN;
        }
        let more = match round % 3 {
            1 => format!(", \"http://{}\"", origins[1].address),
            _ => String::new(),
        };
        let to = if round % 4 < 2 { "app" } else { "other" };
        write!(
            text,
            "[upstream.app]\nendpoints = [\"http://{0}\"]\ntimeouts.connect = \"{1}s\"\n\
             [upstream.other]\nendpoints = [\"http://{0}\"{more}]\nbreaker.requests = {2}\n\
             [[route]]\nupstream = \"app\"\n[[route]]\npath = \"/x\"\nupstream = \"{to}\"\n",
            origins[0].address,
            2 + round % 2,
            20 + round % 5,
        )
        .expect("text");
        text
    };
    let gateway = Gateway::within(folder, command(), &config(0));
    let [plain, tls] = gateway.addresses()[..] else { panic!("two addresses") };
    let load = Load::start(plain, true);

    let mut last = Vec::new();
    for round in 1..=RELOADS {
        if round % 4 == 0 {
            last = certificate(gateway.folder.path(), "a.example");
        }
        gateway.write(&config(round));
        gateway.reload();
        if round % 10 == 0 {
            load.wait_for_more(true);
        }
    }
    load.wait_for_more(true);

    let (answered, failures) = load.end();
    eprintln!("{RELOADS} reloads; answers {answered:?}");
    assert_eq!(failures, Vec::<String>::new(), "{}", gateway.said());
    assert!(shows(tls, &last));
    assert_eq!(gateway.times("error: "), 0, "{}", gateway.said());
    assert!(gateway.end().success());
}

#[test]
fn nobody_notices_five_hand_overs() {
    let origin = Origin::start();
    let config = |workers| base(workers, "10s") + LISTEN + &app(origin.address);
    let mut gateway = Gateway::with(&config(4));
    let address = gateway.address();
    let load = Load::start(address, false);

    for (round, workers) in WORKERS.into_iter().enumerate() {
        gateway.write(&config(workers));
        let before = gateway.last_process();
        gateway.signal(Signal::USR2);
        gateway.wait_for_times("listening on ", round + 2);
        gateway.wait_for_times(&format!("[{before}] ended"), 1);
        assert_eq!(gateway.address(), address);
        load.wait_for_more(false);
    }

    let (answered, failures) = load.end();
    eprintln!("{} hand-overs; answers {answered:?}", WORKERS.len());
    assert_eq!(failures, Vec::<String>::new(), "{}", gateway.said());
    assert!(gateway.ended().success());
    gateway.signal(Signal::TERM);
    gateway.wait_for(&format!("[{}] ended", gateway.last_process()));
}
