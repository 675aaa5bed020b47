//! What is looked at beside the target: other vantage points, the control, this host's routes and
//! proxy environment. All of it at the same time as the examination, so that it costs no time.

use std::io::{self, IsTerminal, Write};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use goodgate_causes::{Case, State, rank};
use goodgate_evidence::{Observation, Timestamp};
use goodgate_examine::{Link, Notice};

use super::me::{self, Configured, Control, Me, Routes, Scene};
use super::session::Means;
use super::target::Url;
use super::vantage::{self, Compared, Comparison, Point, Sight, Via, ask_all};
use crate::{cli, exit};

/// What to look at beside the target, checked. By default that is nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct Wanted {
    via: Via,
    control: Option<Url>,
}

impl Wanted {
    /// Checks the arguments. `url` is passed on as it is sent, `time` is the examination's.
    pub(super) fn of(
        arguments: &cli::Diagnose,
        url: &Url,
        time: Duration,
    ) -> Result<Self, exit::Failure> {
        let words = remote_arguments(arguments, url);
        let via = Via::new(&arguments.via, &arguments.via_command, &words, time)?;
        let control = arguments.control.as_deref().map(Url::parse).transpose()?;
        Ok(Self { via, control })
    }

    /// Returns what to look at where only the target counts.
    pub(super) fn nothing(&self) -> Self {
        Self { via: self.via.none(), control: None }
    }
}

/// What follows `goodgate` on another host: the URL, and how much may be spent. Everything else is
/// about this host.
fn remote_arguments(arguments: &cli::Diagnose, url: &Url) -> Vec<String> {
    let mut words = vec!["diagnose".to_owned(), url.shown(true)];
    words.extend(["--format", "json", "--max-requests"].map(str::to_owned));
    words.push(arguments.max_requests.to_string());
    words.push("--max-time".to_owned());
    words.push(arguments.max_time.to_string());
    if let Some(place) = &arguments.connect_to {
        words.extend(["--connect-to".to_owned(), place.clone()]);
    }
    words
}

/// What runs beside the examination.
pub(super) struct Running {
    via: Via,
    points: Option<JoinHandle<Vec<Point>>>,
    control: Option<JoinHandle<Result<Control, String>>>,
}

/// What was found beside the target.
#[derive(Debug)]
pub(super) struct Found {
    points: Vec<Point>,
    control: Option<Result<Control, String>>,
    routes: Routes,
}

impl Found {
    /// Returns what is known of this host where nobody was asked.
    pub(super) fn here() -> Self {
        Self { points: Vec::new(), control: None, routes: Routes::read() }
    }
}

impl Running {
    /// Begins to ask whom the user named.
    pub(super) fn begin(wanted: &Wanted, means: &Means, time: Duration) -> Self {
        let via = wanted.via.clone();
        let asked = via.clone();
        let points = (!via.is_empty()).then(|| thread::spawn(move || ask(&asked)));
        let control = wanted.control.clone().map(|url| {
            let means = means.clone();
            thread::spawn(move || Control::ask(&url, &means, time))
        });
        Self { via, points, control }
    }

    /// Waits for what was begun; all of it is bounded in time. What fails was not seen.
    pub(super) fn end(self) -> Found {
        let is_waiting = self.points.as_ref().is_some_and(|points| !points.is_finished());
        let shown = is_waiting && tell("waiting for the other places …");
        let failed = |_| self.via.not_seen("asking it failed");
        let points =
            self.points.map_or_else(Vec::new, |points| points.join().unwrap_or_else(failed));
        let control = self
            .control
            .map(|control| control.join().unwrap_or_else(|_| Err("asking it failed".to_owned())));
        if shown {
            tell("");
        }
        Found { points, control, routes: Routes::read() }
    }
}

/// Shows a line of progress in place of the last one, where somebody sees it.
fn tell(words: &str) -> bool {
    let mut stderr = io::stderr().lock();
    stderr.is_terminal() && write!(stderr, "\r\x1b[K{words}").and_then(|()| stderr.flush()).is_ok()
}

fn ask(via: &Via) -> Vec<Point> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    match runtime {
        Ok(runtime) => runtime.block_on(ask_all(via)),
        Err(error) => via.not_seen(&format!("the runtime does not start: {error}")),
    }
}

/// What is known beside the target, for every form of output.
#[derive(Debug, Default)]
pub(super) struct Surroundings {
    /// The vantage points, if any were named.
    pub(super) compared: Option<Compared>,
    /// Whether the fault lies on our side.
    pub(super) me: Option<Me>,
}

/// What the examination gives to judge its surroundings by.
pub(super) struct Examined<'a> {
    /// What the URL names.
    pub(super) url: &'a Url,
    /// The measurements.
    pub(super) chain: &'a [Link],
    /// The forward proxy that was used, without credentials.
    pub(super) proxy: Option<&'a str>,
    /// When it began.
    pub(super) at: Timestamp,
}

impl Surroundings {
    /// Compares what was found beside the target with what was seen of it. What that shows is added
    /// to `seen`, with remarks to `notices`.
    pub(super) fn weigh(
        examined: &Examined<'_>,
        found: Found,
        seen: &mut Vec<Observation>,
        notices: &mut Vec<Notice>,
    ) -> Self {
        let Some(target) = vantage::gateway(examined.chain) else { return Self::default() };
        let Found { points, control, routes } = found;
        let asked_elsewhere = !points.is_empty();
        let compared = asked_elsewhere.then(|| Compared::new(here(target, seen), points));
        if let Some(compared) = &compared {
            if compared.comparison == Comparison::ElsewhereOnly {
                seen.retain(|seen| seen.sign != goodgate_evidence::Sign::TargetHealthy);
            }
            seen.extend(compared.observations(examined.at));
        }
        let host = examined.url.host.bare();
        let configured: Option<Configured> = me::proxy_for(examined.url.secure, &host);
        let scene = Scene {
            url: examined.url,
            target,
            proxy: examined.proxy,
            configured: configured.as_ref(),
            routes: &routes,
            control: control.as_ref(),
            compared: compared.as_ref(),
            at: examined.at,
        };
        let me = me::judge(&scene, seen);
        notices.extend(me::notices(&scene));
        Self { compared, me: Some(me) }
    }

    /// Returns how other places see the target, for a text to send.
    pub(super) fn elsewhere(&self) -> Option<String> {
        let compared = self.compared.as_ref()?;
        (compared.comparison != Comparison::Alone).then(|| compared.words())
    }
}

/// Returns what is seen from here, by the evidence that was seen here.
fn here(target: &Link, seen: &[Observation]) -> Sight {
    let verdict = rank(&Case { observations: seen, ..Case::default() }).verdict;
    let mechanism = verdict.mechanism.filter(|_| verdict.state != State::Unknown);
    let mechanism = mechanism.map(|mechanism| (mechanism.id.to_owned(), mechanism.confidence));
    Sight::here(target, verdict.state, mechanism)
}
