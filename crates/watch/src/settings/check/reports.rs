//! Reports and domains.

use goodgate_config::Fault;

use super::Found;
use crate::reporter::limits::REPORTS;
use crate::settings::values::Moment;
use crate::settings::{Every, Settings};
use crate::source::limits::DOMAINS;

pub(super) fn check(settings: &Settings, found: &mut Found<'_>) {
    if settings.report.len() > REPORTS {
        found.error("report", Fault::new(format!("there are more than {REPORTS} of them")));
    }
    for (index, report) in settings.report.iter().enumerate() {
        let path = format!("report[{index}]");
        let is_set = |key: &str| found.is_set(&format!("{path}.{key}"));
        let (unused, every) = match report.every {
            Every::Week => ("day", "every = \"month\""),
            Every::Month => ("weekday", "every = \"week\""),
        };
        let has_unused = is_set(unused);
        let is_no_time = match report.at {
            Moment::Daily(clock) => clock.parts().0 >= 24,
            Moment::Once(_) => true,
        };
        if has_unused {
            let fault = Fault::new(format!("`{unused}` means nothing here"));
            found.error(format!("{path}.{unused}"), fault.hint(format!("it is for {every}")));
        }
        if is_no_time {
            let fault = Fault::new("this is no time of a day");
            found.error(format!("{path}.at"), fault.allowed("from \"00:00\" to \"23:59\""));
        }
        if report.send.is_empty() {
            let fault = Fault::new("it is made, and sent to nobody");
            found.warning(path, fault.hint("send = [\"CHANNEL\"]"));
        }
    }
    if settings.domain.len() > DOMAINS {
        found.error("domain", Fault::new(format!("there are more than {DOMAINS} of them")));
    }
    for (index, domain) in settings.domain.iter().enumerate() {
        let mut before = settings.domain.iter().take(index);
        if before.any(|other| other.name == domain.name) {
            let fault = Fault::new("this domain is looked up already");
            found.error(format!("domain[{index}].name"), fault);
        }
    }
}
