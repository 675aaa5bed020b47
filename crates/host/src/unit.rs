//! Units of systemd: their state, and which one a port or a socket belongs to.

use std::collections::BTreeMap;

use goodgate_evidence::Timestamp;
use goodgate_evidence::host::Unit;
use goodgate_evidence::text::neutralise;

use crate::process::Boot;
use crate::root::Root;
use crate::tools::Tools;

/// What is asked of every unit.
const PROPERTIES: &str = "--property=Id,ActiveState,SubState,Result,NRestarts,ExecMainCode,\
ExecMainStatus,ExecMainStartTimestampMonotonic,ExecMainExitTimestampMonotonic";

/// What is asked besides to find the unit that names a port: commands and the environment, which
/// may hold secrets and is never shown.
const COMMANDS: &str = "--property=ExecStart,Environment,RuntimeDirectory";

/// Returns why systemd cannot be asked, where it does not run.
pub(crate) fn absent(root: &Root) -> Option<String> {
    // The folder that sd_booted(3) looks for.
    let runs = root.path("/run/systemd/system").is_dir();
    (!runs).then(|| "systemd does not run here".to_owned())
}

/// Asks for one unit.
pub(crate) fn of_name(
    tools: &dyn Tools,
    name: &str,
    boot: Option<Boot>,
) -> Result<Option<Unit>, String> {
    let text = tools.run("systemctl", &["show", PROPERTIES, "--", name])?;
    Ok(blocks(&text).first().map(|fields| unit(fields, boot)))
}

/// Asks for the services whose command or environment names a port or a path.
pub(crate) fn naming(
    tools: &dyn Tools,
    needle: &Needle,
    boot: Option<Boot>,
) -> Result<Vec<Unit>, String> {
    let text = tools.run("systemctl", &["show", PROPERTIES, COMMANDS, "--", "*.service"])?;
    let names_it = |fields: &&BTreeMap<String, String>| {
        let value = |key: &str| fields.get(key).map(String::as_str).unwrap_or_default();
        needle.is_in(value("ExecStart"))
            || needle.is_in(value("Environment"))
            || needle.is_below_run(value("RuntimeDirectory"))
    };
    Ok(blocks(&text).iter().filter(names_it).map(|fields| unit(fields, boot)).collect())
}

/// What a command line names where it serves a port or a socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Needle {
    Port(u16),
    Path(String),
}

impl Needle {
    /// Tells whether a text names it: a port as a number of its own, a path as a whole.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        match self {
            // Ports below are usual numbers of anything: seconds, workers, levels.
            Self::Port(port) if *port < 80 => false,
            Self::Port(port) => numbers(text).any(|number| number == port.to_string()),
            Self::Path(path) => text.match_indices(path.as_str()).any(|(at, _)| {
                let next = text.get(at + path.len()..).and_then(|rest| rest.chars().next());
                next.is_none_or(|c| !(c.is_alphanumeric() || "._-/".contains(c)))
            }),
        }
    }

    /// Tells whether a socket lies in a folder that the unit has below `/run`.
    fn is_below_run(&self, folders: &str) -> bool {
        let Self::Path(path) = self else { return false };
        folders.split_ascii_whitespace().any(|folder| {
            let rest = path.strip_prefix("/run/").or_else(|| path.strip_prefix("/var/run/"));
            rest.and_then(|rest| rest.strip_prefix(folder))
                .is_some_and(|rest| rest.starts_with('/'))
        })
    }
}

/// Returns the numbers that stand alone or after a sign such as `:` and `=`.
fn numbers(text: &str) -> impl Iterator<Item = &str> {
    let part = |c: char| !(c.is_alphanumeric() || c == '.' || c == '_' || c == '-');
    text.split(part).filter(|word| word.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Reads blocks of `KEY=VALUE` that are separated by empty lines.
fn blocks(text: &str) -> Vec<BTreeMap<String, String>> {
    let block = |block: &str| -> BTreeMap<String, String> {
        let lines = block.lines().filter_map(|line| line.split_once('='));
        lines.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
    };
    text.split("\n\n").filter(|text| !text.trim().is_empty()).map(block).collect()
}

fn unit(fields: &BTreeMap<String, String>, boot: Option<Boot>) -> Unit {
    let text = |key: &str| neutralise(fields.get(key).map(String::as_str).unwrap_or_default());
    let number = |key: &str| fields.get(key).and_then(|value| value.parse::<u64>().ok());
    let started = number("ExecMainStartTimestampMonotonic").filter(|time| *time > 0);
    let ended = number("ExecMainExitTimestampMonotonic").filter(|time| *time > 0);
    let lived = started.zip(ended).and_then(|(started, ended)| ended.checked_sub(started));
    Unit {
        name: text("Id"),
        active: text("ActiveState"),
        sub: text("SubState"),
        result: text("Result"),
        restarts: number("NRestarts").unwrap_or(0),
        exit: exit_words(number("ExecMainCode"), number("ExecMainStatus")),
        lived_ms: lived.map(|lived| lived / 1000),
        ended: ended.and_then(|ended| event_time(boot, ended)),
    }
}

fn event_time(boot: Option<Boot>, monotonic: u64) -> Option<Timestamp> {
    Some(boot?.after(i64::try_from(monotonic).ok()?))
}

/// Says how a process ended (`CLD_EXITED` and its like in `waitid(2)`).
fn exit_words(code: Option<u64>, status: Option<u64>) -> String {
    let status = status.unwrap_or(0);
    match code {
        Some(1) => format!("exited {status}"),
        Some(2) => format!("killed {status}"),
        Some(3) => format!("dumped {status}"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Answers, Tree};

    const FAILED: &str = "ExecMainStartTimestampMonotonic=90000000
ExecMainExitTimestampMonotonic=90200000
ExecMainCode=1
ExecMainStatus=3
ExecStart={ path=/usr/bin/gunicorn ; argv[]=/usr/bin/gunicorn -b 127.0.0.1:8000 app ; ignore_errors=no ; start_time=[n/a] ; stop_time=[n/a] ; pid=0 ; code=(null) ; status=0/0 }
Environment=DB_PASSWORD=hunter2
NRestarts=5
Result=start-limit-hit
Id=app.service
ActiveState=failed
SubState=failed

Id=other.service
ActiveState=active
SubState=running
ExecStart={ path=/usr/bin/other ; argv[]=/usr/bin/other --timeout 8000 ; ignore_errors=no }
Environment=

Id=third.service
ActiveState=failed
SubState=failed
ExecStart={ path=/usr/bin/third ; argv[]=/usr/bin/third --port 18000 }
";

    fn listed(needle: &Needle) -> Vec<Unit> {
        let command = format!("systemctl show {PROPERTIES} {COMMANDS} -- *.service");
        naming(&Answers::default().with(&command, FAILED), needle, None).unwrap()
    }

    #[test]
    fn a_unit_is_read_with_its_last_end() {
        let units = listed(&Needle::Path("/usr/bin/gunicorn".to_owned()));

        let unit = &units[0];
        assert_eq!((unit.name.as_str(), unit.active.as_str()), ("app.service", "failed"));
        assert_eq!((unit.result.as_str(), unit.restarts), ("start-limit-hit", 5));
        assert_eq!((unit.exit.as_str(), unit.lived_ms), ("exited 3", Some(200)));
    }

    #[test]
    fn units_that_name_a_port_are_found() {
        let names: Vec<String> =
            listed(&Needle::Port(8000)).into_iter().map(|unit| unit.name).collect();

        assert_eq!(names, ["app.service", "other.service"], "18000 is another port");
    }

    #[test]
    fn a_path_is_named_only_as_a_whole() {
        let needle = Needle::Path("/run/app.sock".to_owned());

        assert!(needle.is_in("gunicorn -b unix:/run/app.sock app"));
        assert!(!needle.is_in("gunicorn -b unix:/run/app.sock2 app"));
        assert!(Needle::Path("/run/app/x.sock".to_owned()).is_below_run("app other"));
        assert!(!Needle::Path("/run/app2/x.sock".to_owned()).is_below_run("app"));
    }

    #[test]
    fn small_ports_are_no_needles() {
        assert!(!Needle::Port(30).is_in("app --timeout 30"));
    }

    #[test]
    fn no_secret_of_the_environment_is_kept() {
        let units = listed(&Needle::Port(8000));

        assert!(!format!("{units:?}").contains("hunter2"));
    }

    #[test]
    fn a_host_without_systemd_is_told() {
        assert_eq!(absent(&Tree::new().root()).as_deref(), Some("systemd does not run here"));
        let tree = Tree::new().file("/run/systemd/system/x", "");
        assert_eq!(absent(&tree.root()), None);
    }
}
