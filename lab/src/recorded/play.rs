//! Carrying a case out: build it up, send requests, read the access log, compare.

use std::fs;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, ensure};

use crate::recorded::admin;
use crate::recorded::case::Case;
use crate::recorded::client::{Request, ask, connect};
use crate::recorded::explain::{self, Explained};
use crate::recorded::figures::Entry;
use crate::recorded::judge::{Judgement, Seen, judge};
use crate::recorded::line::{Line, lines};
use crate::recorded::stand::Stand;
use crate::wait::{self, pause, wait_until};

/// How often the same is asked where a second endpoint answers well: the endpoints take turns.
const TURNS: u32 = 2;

/// What became of a case.
#[derive(Debug)]
pub struct Played {
    /// What is kept of it.
    pub entry: Entry,
    /// Everything that was said, for whoever wants to know why.
    pub said: String,
}

/// Carries a case out; `keep` leaves its folder.
///
/// # Errors
///
/// When it does not come up, the gateway does not answer, or nothing was recorded at all.
pub fn play(case: &Case, healthy: &Path, keep: bool) -> anyhow::Result<Played> {
    let stand = Stand::build(case, healthy, keep)?;
    let played = carry_out(case, healthy, &stand);
    played.with_context(|| stand.said())
}

fn carry_out(case: &Case, healthy: &Path, stand: &Stand) -> anyhow::Result<Played> {
    let mut client = Client::new(case, stand)?;
    let mut asked = Vec::new();
    for upstream in ["one", "two"].into_iter().take(if case.two { 2 } else { 1 }) {
        for method in &case.methods {
            let turns = if upstream == "two" { TURNS } else { 1 };
            for _ in 0..turns {
                asked.push((format!("{method} {upstream}"), client.ask(method, upstream)?));
            }
        }
    }
    let lines = client.lines()?;
    client.crowd.clear();
    let contradictions = admin::contradictions(&stand.admin(), &lines)?;
    let mut units: Vec<Judgement> = Vec::new();
    let healthy_name = healthy.display().to_string();
    for (what, (path, answer)) in asked {
        let line = lines.iter().find(|line| line.path == path);
        let line = line.with_context(|| format!("no line for {path}"))?.clone();
        let was_there = line.attempts.iter().any(|it| !it.endpoint.contains(&healthy_name));
        if !was_there && !line.attempts.is_empty() {
            continue;
        }
        let seen = Seen { what, answer, line };
        add(&mut units, judge(case, &seen, &healthy_name));
    }
    if let Some(unit) = units.first_mut() {
        unit.words.extend(contradictions);
    }
    // What is seen one time and not the other is no figure to compare with.
    if case.may_answer {
        units.retain(|unit| !unit.recorded.is_empty() || !unit.right);
    }
    ensure!(case.may_be_quiet || !units.is_empty(), "the fault is not there: nothing failed");
    let log = fs::read_to_string(stand.access_log())?;
    let explained = explain::explain(case, &log)?;
    Ok(Played { entry: entry(case, units, explained), said: stand.said() })
}

fn entry(case: &Case, units: Vec<Judgement>, explained: Explained) -> Entry {
    Entry { id: case.id.clone(), injected: case.records.clone(), units, explained }
}

/// Joins what is about the same question.
fn add(units: &mut Vec<Judgement>, judged: Judgement) {
    let Some(unit) = units.iter_mut().find(|unit| unit.what == judged.what) else {
        return units.push(judged);
    };
    unit.recorded.extend(judged.recorded);
    unit.recorded.sort();
    unit.recorded.dedup();
    unit.right &= judged.right;
    unit.exactly &= judged.exactly;
    unit.words.extend(judged.words);
    unit.words.dedup();
}

/// The client of a case.
struct Client<'a> {
    case: &'a Case,
    stand: &'a Stand,
    crowd: Vec<UnixStream>,
    sent: usize,
}

type Asked = (String, crate::recorded::client::Answer);

impl<'a> Client<'a> {
    fn new(case: &'a Case, stand: &'a Stand) -> anyhow::Result<Self> {
        let gateway = stand.gateway();
        let mut crowd = Vec::new();
        for _ in 0..case.crowd {
            crowd.push(connect(&gateway)?);
        }
        crowd.reverse();
        Ok(Self { case, stand, crowd, sent: 0 })
    }

    /// Sends what goes before, and one request. Returns its path and its answer.
    fn ask(&mut self, method: &str, upstream: &str) -> anyhow::Result<Asked> {
        for _ in 0..self.case.first {
            self.send("GET", &format!("/{upstream}/first"))?;
        }
        pause(Duration::from_millis(self.case.pause_ms));
        let path = format!("/{upstream}/{}", self.sent);
        let answer = self.send(method, &path)?;
        Ok((path, answer))
    }

    fn send(
        &mut self,
        method: &str,
        path: &str,
    ) -> anyhow::Result<crate::recorded::client::Answer> {
        self.sent += 1;
        let stream = match self.crowd.pop() {
            Some(stream) => stream,
            None => connect(&self.stand.gateway())?,
        };
        let leaves = self.case.leaves_ms.map(Duration::from_millis);
        ask(stream, &Request { method, path, upload: self.case.upload, leaves })
    }

    /// Waits until a line stands in the log for each request.
    fn lines(&self) -> anyhow::Result<Vec<Line>> {
        let log = self.stand.access_log();
        wait_until("a line for each request", wait::DEADLINE, || {
            let lines = lines(&fs::read_to_string(&log).unwrap_or_default());
            Ok((lines.len() >= self.sent).then_some(lines))
        })
    }
}
