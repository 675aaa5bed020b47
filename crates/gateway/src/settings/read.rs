//! From the text of `goodgate.toml` to settings that can be carried out.
//!
//! One reading serves three purposes. `goodgate check` tells every problem. A reload takes a file
//! without errors or keeps the old settings. A start, which has no old settings, takes what can be
//! carried out: an upstream, a route or one of several certificates with an error is left out and
//! says why; any other error ends the start.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use goodgate_config::{Problem, Reading, Severity};

use super::values::UpstreamName;
use super::{Settings, check, files};

/// A file that was read and checked.
#[derive(Clone, Debug)]
pub struct Checked {
    reading: Reading<Settings>,
}

/// What of a file can be carried out.
#[derive(Clone, Debug, PartialEq)]
pub struct Usable {
    /// The settings, without upstreams and certificates that have an error.
    pub settings: Settings,
    /// The routes that cannot serve, by their place in `settings.route`, and why. They still match:
    /// their requests must not fall to another route.
    pub disabled: BTreeMap<usize, String>,
}

/// Reads the bytes of the file `name` and checks them. Relative paths in it begin at `base`. Looks at
/// no other file.
pub fn read(name: &str, bytes: &[u8], base: &Path) -> Checked {
    let mut reading = goodgate_config::read(name, bytes, base);
    if reading.is_toml {
        check::check(&mut reading, |settings| settings);
    }
    Checked { reading }
}

/// Adds to the reading of a file that holds more than the gateway's sections what is wrong between
/// those, and with the files that they name.
pub fn complain<S>(reading: &mut Reading<S>, part: impl Fn(&S) -> &Settings) {
    if reading.is_toml {
        check::check(reading, &part);
    }
    files::look(reading, part);
}

impl Checked {
    /// Takes the gateway's part of a file that holds more, to which [`complain`] has added what is wrong.
    /// An error anywhere in it counts, also in what is not the gateway's.
    pub fn of(reading: Reading<Settings>) -> Self {
        Self { reading }
    }

    /// Returns the settings, however many problems there are.
    pub fn settings(&self) -> &Settings {
        &self.reading.value
    }

    /// Returns what was read, with its problems and the origin of each value.
    pub fn reading(&self) -> &Reading<Settings> {
        &self.reading
    }

    /// Returns the effective configuration as TOML, each value with its origin.
    pub fn explain(&self) -> String {
        goodgate_config::explain(&self.reading.value, &self.reading.origins)
    }

    /// Returns the settings if there is no error, for a reload.
    pub fn sound(self) -> Result<Settings, Box<Self>> {
        if self.reading.is_sound() { Ok(self.reading.value) } else { Err(Box::new(self)) }
    }

    /// Returns what can be carried out, for a start; nothing where an error concerns all of it.
    pub fn usable(self) -> Result<Usable, Box<Self>> {
        let Some(broken) = Broken::of(&self.reading) else { return Err(Box::new(self)) };
        let mut settings = self.reading.value;
        let mut disabled = broken.routes;
        settings.upstream.retain(|name, _| !broken.upstreams.contains_key(name));
        for (index, route) in settings.route.iter().enumerate() {
            if let Some(why) = broken.upstreams.get(&route.upstream) {
                disabled.entry(index).or_insert_with(|| why.clone());
            }
        }
        for (index, listen) in settings.listen.iter_mut().enumerate() {
            let Some(tls) = &mut listen.tls else { continue };
            let mut at = 0..;
            tls.certificates.retain(|_| {
                let place = at.next().unwrap_or(usize::MAX);
                !broken.certificates.contains(&(index, place))
            });
        }
        Ok(Usable { settings, disabled })
    }
}

/// The parts that have an error, and the error in words.
#[derive(Debug, Default)]
struct Broken {
    routes: BTreeMap<usize, String>,
    upstreams: BTreeMap<UpstreamName, String>,
    certificates: BTreeSet<(usize, usize)>,
}

/// The keys of a route that an error may be in while the route still knows its requests.
const BESIDE_MATCHING: &[&str] = &[
    "upstream",
    "rewrite_prefix",
    "send_host",
    "set_request_headers",
    "remove_request_headers",
    "set_response_headers",
    "remove_response_headers",
    "body_size",
    "retry",
    "hold",
    "hedge",
    "commit",
    "errors",
    "proxy_status",
    "name",
];

impl Broken {
    /// Sorts the errors; nothing where one of them concerns everything.
    fn of(reading: &Reading<Settings>) -> Option<Self> {
        let complete = reading.is_toml && reading.more == 0 && has_every_route(reading);
        let mut broken = complete.then(Self::default)?;
        let is_error = |problem: &&Problem| problem.severity == Severity::Error;
        for problem in reading.problems.iter().filter(is_error) {
            broken.add(problem, reading)?;
        }
        broken.leaves_certificates(&reading.value).then_some(broken)
    }

    fn add(&mut self, problem: &Problem, reading: &Reading<Settings>) -> Option<()> {
        let steps: Vec<&str> =
            problem.path.split(['.', '[', ']']).filter(|step| !step.is_empty()).collect();
        let place = problem.place(&reading.source);
        let why = format!("{}:{}: {}", reading.source.name(), place.line, problem.fault.what);
        match steps.as_slice() {
            ["route", index, key, ..] if BESIDE_MATCHING.contains(key) => {
                self.routes.entry(index.parse().ok()?).or_insert(why);
            }
            ["upstream", name, _, ..] => {
                let mut names = reading.value.upstream.keys();
                let name = names.find(|known| known.as_str() == *name)?;
                self.upstreams.entry(name.clone()).or_insert(why);
            }
            ["listen", listen, "tls", "certificates", certificate, ..] => {
                self.certificates.insert((listen.parse().ok()?, certificate.parse().ok()?));
            }
            _ => return None,
        }
        Some(())
    }

    fn leaves_certificates(&self, settings: &Settings) -> bool {
        settings.listen.iter().enumerate().all(|(index, listen)| {
            let broken = self.certificates.iter().filter(|(listen, _)| *listen == index).count();
            listen.tls.as_ref().is_none_or(|tls| tls.certificates.len() > broken)
        })
    }
}

/// Whether the places in the list are those in the file.
fn has_every_route(reading: &Reading<Settings>) -> bool {
    let next = format!("route[{}]", reading.value.route.len());
    reading.origins.line(&next).is_none()
}
