//! Units, read by systemd's own tool.

use goodgate_lab::Workdir;
use goodgate_lab::program::SYSTEMD_ANALYZE;

use crate::{BINARY, program, repository, said};

const SERVICES: [&str; 4] = [
    "goodgate.service",
    "goodgate-gateway.service",
    "goodgate-watch.service",
    "goodgate-dashboard.service",
];

const SOCKETS: [&str; 2] = ["goodgate.socket", "goodgate-tls.socket"];

/// The most exposure that a unit may have, in tenths: 0 is none, 100 is all. It is that of the
/// gateway's, which binds low ports.
const EXPOSURE: u32 = 20;

/// Copies the units into a folder, with the binary under test.
fn units() -> Workdir {
    let folder = Workdir::new().expect("a folder");
    for name in SERVICES.iter().chain(&SOCKETS) {
        let path = repository("contrib/systemd").join(name);
        let text = std::fs::read_to_string(path).expect("a unit");
        let text = text.replace("=goodgate ", &format!("={BINARY} "));
        folder.write(name, &text).expect("a file");
    }
    folder
}

#[test]
fn systemd_finds_nothing_wrong_in_the_units() {
    let folder = units();
    for name in SERVICES.iter().chain(&SOCKETS) {
        let Some(mut analyze) = program(SYSTEMD_ANALYZE) else { return };
        analyze.args(["verify", "--man=no", "--recursive-errors=no"]).arg(folder.join(name));

        let output = analyze.output().expect("systemd-analyze runs");

        assert!(output.status.success() && said(&output).is_empty(), "{name}: {}", said(&output));
    }
}

#[test]
fn a_wrong_line_in_a_unit_would_be_found() {
    let Some(mut analyze) = program(SYSTEMD_ANALYZE) else { return };
    let folder = units();
    let text = std::fs::read_to_string(folder.join(SERVICES[0])).expect("a unit");
    folder.write(SERVICES[0], &format!("{text}\n[Service]\nProtectSystems=yes\n")).expect("a file");

    let output = analyze.args(["verify", "--man=no"]).arg(folder.join(SERVICES[0])).output();

    assert!(said(&output.expect("systemd-analyze runs")).contains("ProtectSystems"));
}

#[test]
fn no_unit_is_exposed_more_than_its_work_needs() {
    let folder = units();
    for name in SERVICES {
        let Some(mut analyze) = program(SYSTEMD_ANALYZE) else { return };
        analyze.args(["security", "--no-pager", "--offline=true"]);
        analyze.arg(format!("--threshold={EXPOSURE}")).arg(folder.join(name));

        let output = analyze.output().expect("systemd-analyze runs");

        assert!(output.status.success(), "{name}: {}", said(&output));
        assert!(said(&output).contains("Overall exposure level"), "{name}: {}", said(&output));
    }
}

#[test]
fn every_unit_reads_the_configuration_again_only_if_it_has_no_error() {
    for name in SERVICES {
        let path = repository("contrib/systemd").join(name);
        let text = std::fs::read_to_string(path).expect("a unit");
        let reloads = text.lines().filter_map(|line| line.strip_prefix("ExecReload="));
        let reloads: Vec<&str> = reloads.collect();

        let check = "goodgate check --config /etc/goodgate/goodgate.toml";
        assert_eq!(reloads, [check, "kill -HUP $MAINPID"], "{name}");
        assert!(text.contains("Type=notify") && text.contains("WatchdogSec="), "{name}");
    }
}
