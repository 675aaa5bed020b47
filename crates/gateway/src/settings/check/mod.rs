//! What single values cannot show: whether the sections fit together.
//!
//! Everything here is decided without a socket or a file.

mod listen;
mod loops;
mod route;
mod upstream;
mod warn;

use goodgate_config::{Fault, Reading, Severity};

use super::Settings;

/// Adds to a reading what is wrong between the sections of the gateway in it.
pub(super) fn check<S>(reading: &mut Reading<S>, part: impl Fn(&S) -> &Settings) {
    let mut found = Found::default();
    let settings = part(&reading.value);
    listen::check(settings, &mut found);
    upstream::check(settings, &mut found);
    route::check(settings, &reading.origins, &mut found);
    loops::check(settings, &mut found);
    warn::check(settings, &reading.origins, &mut found);
    for (severity, path, fault) in found.0 {
        // Where a value could not be read its default stands, of which there is nothing to say.
        if !is_known(reading, &path) {
            reading.complain(severity, &path, fault);
        }
    }
}

/// Whether something is wrong already with a value, with a part of it or with the table around it.
fn is_known<S>(reading: &Reading<S>, path: &str) -> bool {
    let holds = |outer: &str, inner: &str| {
        let rest = inner.strip_prefix(outer);
        !outer.is_empty()
            && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    reading.problems.iter().any(|problem| holds(&problem.path, path) || holds(path, &problem.path))
}

/// What was found so far.
#[derive(Debug, Default)]
struct Found(Vec<(Severity, String, Fault)>);

impl Found {
    fn error(&mut self, path: impl Into<String>, fault: Fault) {
        self.0.push((Severity::Error, path.into(), fault));
    }

    fn warning(&mut self, path: impl Into<String>, fault: Fault) {
        self.0.push((Severity::Warning, path.into(), fault));
    }

    /// The larger of two values must not be the smaller.
    fn ordered<T: PartialOrd>(&mut self, path: &str, [small, large]: [(&str, T); 2]) {
        if small.1 > large.1 {
            let what = format!("`{}` is more than `{}`", small.0, large.0);
            self.error(format!("{path}.{}", small.0), Fault::new(what));
        }
    }
}
