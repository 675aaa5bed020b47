//! Prometheus, its `blackbox_exporter` and Alertmanager, which together do what the watch does.

use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

use goodgate_lab::program::Program;
use goodgate_lab::{Workdir, port};

use crate::process::Process;
use crate::template;

const PROMETHEUS: Program = Program { command: "prometheus", package: "prometheus" };
const EXPORTER: Program =
    Program { command: "prometheus-blackbox-exporter", package: "prometheus-blackbox-exporter" };
const ALERTMANAGER: Program =
    Program { command: "prometheus-alertmanager", package: "prometheus-alertmanager" };

/// The three processes; killed when this is dropped.
pub(super) struct Blackbox {
    processes: [Process; 3],
    _folder: Workdir,
}

/// How they are set.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting {
    /// Between two checks of a target, and between two looks at the rules, in seconds.
    pub(super) interval: u32,
    /// How long Alertmanager waits for more alerts, in seconds.
    pub(super) group_wait: u32,
}

/// Says whether all three are installed.
pub(super) fn is_there() -> bool {
    [PROMETHEUS, EXPORTER, ALERTMANAGER].iter().all(|program| program.find().is_some())
}

impl Blackbox {
    /// Starts them for targets, with a webhook to be told.
    pub(super) fn start(
        targets: &[String],
        hook: SocketAddr,
        setting: Setting,
    ) -> anyhow::Result<Self> {
        let folder = Workdir::new()?;
        let [prometheus, exporter, alertmanager] =
            [port::reserve()?, port::reserve()?, port::reserve()?];
        let values = [
            ("INTERVAL", format!("{}s", setting.interval)),
            ("TIMEOUT", format!("{}s", setting.interval.min(10))),
            ("WAIT", format!("{}s", setting.group_wait)),
            ("ALERTMANAGER", alertmanager.to_string()),
            ("BLACKBOX", exporter.to_string()),
            ("HOOK", hook.to_string()),
        ];
        for (name, text) in [
            ("prometheus.yml", include_str!("../../config/monitors/prometheus.yml")),
            ("rules.yml", include_str!("../../config/monitors/rules.yml")),
            ("blackbox.yml", include_str!("../../config/monitors/blackbox.yml")),
            ("alertmanager.yml", include_str!("../../config/monitors/alertmanager.yml")),
        ] {
            folder.write(name, &template::fill(text, &values)?)?;
        }
        let all = serde_json::json!([{ "targets": targets }]);
        folder.write("targets.json", &all.to_string())?;
        let start = |program: Program, arguments: &[String], at| {
            let mut command = Command::new(program.path()?);
            command.args(arguments);
            let mut process = Process::start(program.command, &command, folder.path())?;
            process.wait_listening(at)?;
            anyhow::Ok(process)
        };
        let processes = [
            start(
                ALERTMANAGER,
                &[
                    "--config.file=alertmanager.yml".to_owned(),
                    "--storage.path=alerts".to_owned(),
                    "--cluster.listen-address=".to_owned(),
                    format!("--web.listen-address={alertmanager}"),
                ],
                alertmanager,
            )?,
            start(
                EXPORTER,
                &[
                    "--config.file=blackbox.yml".to_owned(),
                    format!("--web.listen-address={exporter}"),
                ],
                exporter,
            )?,
            start(
                PROMETHEUS,
                &[
                    "--config.file=prometheus.yml".to_owned(),
                    "--storage.tsdb.path=tsdb".to_owned(),
                    format!("--web.listen-address={prometheus}"),
                ],
                prometheus,
            )?,
        ];
        Ok(Self { processes, _folder: folder })
    }

    /// Returns the resident memory of all three, in bytes.
    pub(super) fn memory(&self) -> anyhow::Result<u64> {
        self.processes.iter().map(Process::memory).sum()
    }

    /// Returns the CPU time that all three have used so far.
    pub(super) fn cpu(&self) -> anyhow::Result<Duration> {
        self.processes.iter().map(Process::cpu).sum()
    }
}
