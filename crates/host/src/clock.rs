//! What the host itself knows of its clock. Nobody outside is asked.

use goodgate_evidence::host::Clock;

use crate::root::Root;
use crate::tools::Tools;

/// Asks chrony, else systemd's time service.
pub(crate) fn read(root: &Root, tools: &dyn Tools) -> Result<Clock, String> {
    let chrony = tools.run("chronyc", &["-n", "-c", "tracking"]).and_then(|text| {
        tracking(&text).ok_or_else(|| "chronyc printed something unknown".to_owned())
    });
    let why = match chrony {
        Ok(clock) => return Ok(clock),
        Err(why) => why,
    };
    if root.path("/run/systemd/timesync/synchronized").exists() {
        let said_by = "systemd-timesyncd".to_owned();
        return Ok(Clock { synchronised: Some(true), offset_ms: None, said_by });
    }
    if !root.path("/run/systemd/system").is_dir() {
        return Err(format!("{why}, and systemd does not run here"));
    }
    let shown = tools.run("timedatectl", &["show", "--property=NTPSynchronized", "--value"])?;
    let synchronised = match shown.trim() {
        "yes" => true,
        "no" => false,
        _ => return Err("timedatectl printed something unknown".to_owned()),
    };
    Ok(Clock {
        synchronised: Some(synchronised),
        offset_ms: None,
        said_by: "timedatectl".to_owned(),
    })
}

/// Reads chronyc's line of values: the fifth is how far the clock is off in seconds, the last one
/// the leap status.
fn tracking(line: &str) -> Option<Clock> {
    let fields: Vec<&str> = line.trim().split(',').collect();
    let offset: f64 = fields.get(4)?.parse().ok()?;
    let synchronised = *fields.last()? != "Not synchronised";
    Some(Clock {
        synchronised: Some(synchronised),
        // chrony says how far the time is ahead of the system's clock with the sign reversed.
        offset_ms: synchronised.then_some(offset * 1e3),
        said_by: "chrony".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Answers, Tree};

    const ASK: &str = "chronyc -n -c tracking";

    #[test]
    fn the_offset_that_chrony_knows_is_read() {
        let line = "C0000201,192.0.2.1,3,1763791234.1,-0.250000000,0.0001,0.0002,1.0,0.0,0.1,0.01,0.001,64.0,Normal\n";

        let clock = read(&Tree::new().root(), &Answers::default().with(ASK, line)).unwrap();

        assert_eq!((clock.synchronised, clock.offset_ms), (Some(true), Some(-250.0)));
    }

    #[test]
    fn a_clock_without_a_source_has_no_offset() {
        let line = "7F7F0101,,0,0.0,0.000000000,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,Not synchronised\n";

        let clock = read(&Tree::new().root(), &Answers::default().with(ASK, line)).unwrap();

        assert_eq!((clock.synchronised, clock.offset_ms), (Some(false), None));
    }

    #[test]
    fn systemd_stands_in() {
        let tree = Tree::new().file("/run/systemd/timesync/synchronized", "");

        let clock = read(&tree.root(), &Answers::default()).unwrap();

        assert_eq!((clock.synchronised, clock.said_by.as_str()), (Some(true), "systemd-timesyncd"));
    }

    #[test]
    fn without_anybody_to_ask_the_clock_is_not_seen() {
        let why = read(&Tree::new().root(), &Answers::default()).unwrap_err();

        assert_eq!(why, "chronyc is not installed, and systemd does not run here");
    }
}
