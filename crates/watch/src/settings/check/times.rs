//! Maintenance and silences: those that never are.

use goodgate_config::Fault;
use goodgate_evidence::Timestamp;

use super::Found;
use crate::settings::values::Moment;
use crate::settings::{Day, Settings, Window};

pub(super) fn check(settings: &Settings, now: Timestamp, found: &mut Found<'_>) {
    for (index, monitor) in settings.monitor.iter().enumerate() {
        for (at, one) in monitor.maintenance.iter().enumerate() {
            let path = format!("monitor[{index}].maintenance[{at}]");
            let times = Times { from: one.from, until: one.until, days: &one.days };
            window(&path, &times, &one.window(), now, found);
        }
    }
    for (index, one) in settings.silence.iter().enumerate() {
        let times = Times { from: one.from, until: one.until, days: &one.days };
        window(&format!("silence[{index}]"), &times, &one.window(), now, found);
    }
}

struct Times<'a> {
    from: Moment,
    until: Moment,
    days: &'a [Day],
}

fn window(path: &str, times: &Times<'_>, window: &Window, now: Timestamp, found: &mut Found<'_>) {
    match (times.from, times.until) {
        (Moment::Daily(_), Moment::Once(_)) | (Moment::Once(_), Moment::Daily(_)) => {
            let fault = Fault::new("`from` and `until` are not of the same kind")
                .allowed("two times of day, or two times of the calendar");
            found.error(format!("{path}.until"), fault);
        }
        (Moment::Daily(from), Moment::Daily(until)) if from == until => {
            let fault = Fault::new("it ends when it begins")
                .hint("from = \"00:00\" and until = \"24:00\" is the whole day");
            found.error(format!("{path}.until"), fault);
        }
        (Moment::Daily(_), Moment::Daily(_)) => {}
        (Moment::Once(from), Moment::Once(until)) => {
            if until <= from {
                let fault = Fault::new("it ends before it begins, so that it never is");
                found.error(format!("{path}.until"), fault);
            } else if !times.days.is_empty() {
                let fault = Fault::new("`days` means nothing for what is once");
                found.error(format!("{path}.days"), fault);
            } else if window.around(now).is_none() && window.after(now).is_none() {
                let fault = Fault::new("it is over and never comes again").hint("take it out");
                found.warning(format!("{path}.until"), fault);
            }
        }
    }
}
