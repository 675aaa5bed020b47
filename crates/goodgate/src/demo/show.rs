//! The demonstration itself: lets origins fail in turn, asks the running parts what came of it, and tells
//! that. Nothing is told that no part has said.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::limits;
use super::origins::Origins;
use super::running::{At, Deaths, read};
use super::scenes::{FIRST, Scene, THEN, Wanted};
use super::seen::{Failed, Move, Moved, Seen};
use super::tell::{Event, Kind, Tell};
use super::traffic::Totals;
use crate::ask::said::{count, list, number, text};
use crate::exit::{Failure, Outcome};

/// What the show needs.
pub(super) struct Show<'a> {
    pub(super) tell: &'a Tell,
    pub(super) at: &'a At,
    pub(super) origins: &'a Origins,
    pub(super) deaths: Deaths,
    pub(super) totals: Arc<Totals>,
    /// How this program is called.
    pub(super) program: &'a str,
    /// The configuration of the running parts.
    pub(super) config: &'a str,
    /// What was seen so far.
    pub(super) seen: Seen,
    /// What was told so far, for the end.
    pub(super) sums: Sums,
}

/// What was told so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sums {
    /// Requests that failed at an origin and were answered all the same.
    pub(super) saved: u64,
    /// Requests whose failure a visitor saw.
    pub(super) seen: u64,
    incidents: u64,
    closed: u64,
}

/// What came of the fault of a scene so far.
#[derive(Debug)]
struct Came {
    began: Instant,
    saved: Vec<Failed>,
    failed: Vec<Failed>,
    was_explained: bool,
    has_incident: bool,
}

impl Show<'_> {
    /// Plays the first scenes, and then the others over and over unless only the first are wanted.
    pub(super) async fn play(&mut self, is_short: bool) -> Result<Outcome, Failure> {
        if !self.all_are_up().await? {
            return self.missing("the monitors are not all up, with nothing broken");
        }
        for scene in &FIRST {
            if !self.scene(scene).await? {
                return Ok(Outcome::Problem);
            }
        }
        if !self.closes().await? {
            return self.missing("no incident was closed, with every origin well");
        }
        for scene in THEN.iter().cycle().take_while(|_| !is_short) {
            if !self.scene(scene).await? {
                return Ok(Outcome::Problem);
            }
            self.rest(limits::PAUSE).await?;
        }
        Ok(Outcome::Fine)
    }

    /// Waits until every monitor has seen its target work.
    async fn all_are_up(&mut self) -> Result<bool, Failure> {
        let wanted = super::origins::NAMES.len() + super::file::THROUGH.len();
        let by = Instant::now() + limits::LATE;
        while Instant::now() < by {
            if let Some(status) = read(&self.at.watch, "/status").await {
                let up = status.get("monitors").map_or(0, |monitors| number(monitors, "up"));
                if up >= wanted as u64 {
                    let text =
                        format!("{} are up; visitors come, five in a second", count(up, "monitor"));
                    self.tell.event(&Event::new(Kind::Healed, text).at(self.page("/")))?;
                    return Ok(true);
                }
            }
            sleep(limits::LOOK).await;
        }
        Ok(false)
    }

    /// Lets an origin fail until everything has come of it that has to; false where something has not.
    async fn scene(&mut self, scene: &Scene) -> Result<bool, Failure> {
        self.origins.set(scene.origin, scene.faults).await?;
        let words = format!("{} {}", scene.origin, scene.words);
        let told = Event::new(Kind::Fault, words)
            .with(json!({ "origin": scene.origin, "faults": scene.faults }));
        self.tell.event(&told)?;
        let mut came = Came::new();
        let mut missing = self.look(scene, &mut came).await?;
        while let Some(wanted) = missing {
            if came.began.elapsed() > limits::LATE {
                self.origins.set(scene.origin, &[]).await?;
                let text = format!("within {:?}: {}", limits::LATE, wanted.missing());
                self.missing(&text)?;
                return Ok(false);
            }
            sleep(limits::LOOK).await;
            missing = self.look(scene, &mut came).await?;
        }
        self.until(scene, &mut came).await?;
        self.origins.set(scene.origin, &[]).await?;
        // Requests that are under way now belong to it.
        sleep(limits::LOOK).await;
        self.look(scene, &mut came).await?;
        if scene.wanted.contains(&Wanted::Absorbed) {
            self.absorbed(&came).await?;
        }
        let told = Event::new(Kind::Healed, format!("{} is well again", scene.origin));
        self.tell.event(&told.with(json!({ "origin": scene.origin })))?;
        Ok(true)
    }

    /// Goes on for as long as a fault lasts at least.
    async fn until(&mut self, scene: &Scene, came: &mut Came) -> Result<(), Failure> {
        while came.began.elapsed() < limits::FAULT {
            sleep(limits::LOOK).await;
            self.look(scene, came).await?;
        }
        Ok(())
    }

    /// Asks what happened, and returns what is still missing.
    async fn look(&mut self, scene: &Scene, came: &mut Came) -> Result<Option<Wanted>, Failure> {
        let upstream = if scene.origin == "reports" { "reports" } else { "shop" };
        for failed in self.failures().await {
            if failed.upstream == upstream {
                came.take(failed);
            }
        }
        if !came.was_explained && scene.wanted.contains(&Wanted::Explained) {
            // The first ones may have met the end of a kept connection before the fault itself.
            let is_any = came.began.elapsed() >= limits::FAULT;
            for failed in &came.failed {
                if self.explained(failed, is_any).await? {
                    came.was_explained = true;
                    break;
                }
            }
        }
        for moved in self.incidents().await? {
            let is_open = moved.how != Move::Closed;
            came.has_incident |= is_open && moved.monitors.iter().any(|id| id == scene.origin);
        }
        let is_missing = |wanted: &&Wanted| match wanted {
            Wanted::Absorbed => !came.is_absorbed(),
            Wanted::Explained => !came.was_explained,
            Wanted::Incident => !came.has_incident,
        };
        Ok(scene.wanted.iter().find(is_missing).copied())
    }

    /// Waits until an incident is over.
    async fn closes(&mut self) -> Result<bool, Failure> {
        let by = Instant::now() + limits::LATE;
        while self.sums.closed == 0 {
            if Instant::now() > by {
                return Ok(false);
            }
            self.rest(limits::LOOK).await?;
        }
        Ok(true)
    }

    /// Tells what happens by itself for a while.
    async fn rest(&mut self, time: Duration) -> Result<(), Failure> {
        let until = Instant::now() + time;
        while Instant::now() < until {
            sleep(limits::LOOK).await;
            self.failures().await;
            self.incidents().await?;
        }
        Ok(())
    }

    /// Asks the gateway for new failures. Where it does not answer, the next look tells.
    async fn failures(&mut self) -> Vec<Failed> {
        let target = format!("/failures?limit={}", limits::FAILURES);
        let Some(answer) = read(&self.at.admin, &target).await else { return Vec::new() };
        let new = self.seen.failures(&answer);
        self.sums.saved += new.iter().filter(|failed| failed.was_saved).count() as u64;
        self.sums.seen += new.iter().filter(|failed| failed.was_seen).count() as u64;
        new
    }

    /// Asks the watch for incidents that moved, and tells them.
    async fn incidents(&mut self) -> Result<Vec<Moved>, Failure> {
        for death in self.deaths.take() {
            self.tell.event(&Event::new(Kind::Died, death))?;
        }
        let Some(answer) = read(&self.at.watch, "/incidents?limit=100").await else {
            return Ok(Vec::new());
        };
        let moved = self.seen.incidents(&answer);
        for one in &moved {
            self.moved(one)?;
        }
        Ok(moved)
    }

    fn moved(&mut self, moved: &Moved) -> Result<(), Failure> {
        let Moved { id, summary, cause, lasted, .. } = moved;
        let who = moved.monitors.join(", ");
        let (kind, text) = match moved.how {
            Move::Opened => {
                self.sums.incidents += 1;
                (Kind::Opened, format!("incident {id}, {who}: {summary}"))
            }
            Move::Reopened => (Kind::Reopened, format!("incident {id} is open again: {summary}")),
            Move::Closed => {
                self.sums.closed += 1;
                (Kind::Closed, format!("incident {id}, {who}: resolved after {lasted}"))
            }
        };
        let data = json!({ "incident": id, "monitors": moved.monitors, "cause": cause });
        let link = self.page(&format!("/incidents/{id}"));
        let mut event = Event::new(kind, text).at(link).with(data);
        // Once is enough to know how.
        if moved.how == Move::Closed && self.sums.closed == 1 {
            event = event.with_command(self.report(id));
        }
        Ok(self.tell.event(&event)?)
    }

    /// The command that writes the report of an incident while the demonstration runs.
    fn report(&self, id: &str) -> String {
        let Self { program, config, .. } = self;
        format!("{program} report {id} --output incident-{id}.html \\\n  --config {config}")
    }

    /// Tells how many requests met the fault and were answered all the same.
    async fn absorbed(&self, came: &Came) -> Result<(), Failure> {
        let (saved, failed) = (came.saved.len() as u64, came.failed.len() as u64);
        let Some(first) = came.leading() else { return Ok(()) };
        let story = read(&self.at.admin, &format!("/failures/{}", first.id)).await;
        let place = story.and_then(|story| self.failed_at(&story)).unwrap_or_default();
        let all = saved + failed;
        let end = if failed == 0 {
            "all were answered; no visitor saw it".to_owned()
        } else {
            format!("{saved} answered, {failed} not")
        };
        let cause = first.cause.replace('_', " ");
        let text = format!("{} met \"{cause}\"{place}: {end}", count(all, "request"));
        let data = json!({ "cause": first.cause, "met": all, "saved": saved, "failed": failed,
            "failure": first.id });
        let event = Event::new(Kind::Absorbed, text).at(self.page("/gateway")).with(data);
        Ok(self.tell.event(&event)?)
    }

    /// Names the origin at which the first attempt failed.
    fn failed_at(&self, story: &Value) -> Option<String> {
        let attempts = list(story, "attempts");
        let attempt = attempts.iter().find(|attempt| attempt.get("cause").is_some())?;
        let endpoint = text(attempt, "endpoint");
        let is_it = |origin: &&super::origins::Origin| origin.address.to_string() == endpoint;
        let origin = self.origins.all().iter().find(is_it)?;
        Some(format!(" at {}", origin.name))
    }

    /// Tells the verdict about a failed request; false where there is none yet, or where attempts failed in
    /// several ways and another request may be plainer.
    async fn explained(&self, failed: &Failed, is_any: bool) -> Result<bool, Failure> {
        let story = read(&self.at.admin, &format!("/failures/{}", failed.id)).await;
        let Some(story) = story else { return Ok(false) };
        let Some(verdict) = story.get("verdict") else { return Ok(false) };
        let attempts = list(&story, "attempts");
        let is_plain = attempts.iter().all(|attempt| text(attempt, "cause") == failed.cause);
        if !is_any && (attempts.is_empty() || !is_plain) {
            return Ok(false);
        }
        let request = story.get("request").unwrap_or(&Value::Null);
        let (status, summary) = (number(&story, "status"), text(verdict, "summary"));
        let mut said = format!(
            "{} {} got {status}: {summary}",
            text(request, "method"),
            text(request, "path")
        );
        let proof = list(&story, "attempts").iter().map(|attempt| text(attempt, "proof"));
        if let Some(proof) = proof.rev().find(|proof| !proof.is_empty()) {
            said += "\nseen: ";
            said += &proof;
        }
        let program = self.program;
        let command = format!(
            "curl -s http://{}/failures/{} \\\n  | {program} explain -",
            self.at.admin.place, failed.id
        );
        let data = json!({ "failure": failed.id, "status": status, "cause": failed.cause });
        let event = Event::new(Kind::Explained, said)
            .at(self.page(&format!("/failures/{}", failed.id)))
            .with_command(command)
            .with(data);
        self.tell.event(&event)?;
        Ok(true)
    }

    fn missing(&self, what: &str) -> Result<Outcome, Failure> {
        let text = format!("{what}. This should not be; goodgate.log says more with --keep.");
        self.tell.event(&Event::new(Kind::Missing, text))?;
        Ok(Outcome::Problem)
    }

    fn page(&self, path: &str) -> String {
        format!("{}{path}", self.at.pages)
    }

    /// Tells what visitors met, beside those who went straight to an origin.
    pub(super) fn sum_up(&self, why: &str) -> Event {
        let (asked, failed) = self.totals.through.counts();
        let (direct, direct_failed) = self.totals.direct.counts();
        let Sums { saved, seen, incidents, closed } = self.sums;
        let text = format!(
            "{why}\nthrough the gateway: {} of visitors, {failed} failed\nstraight to the origins: \
             {}, {direct_failed} failed\nthe gateway, monitors included: {saved} failed at an origin and \
             were answered all the same, {seen} could not be saved\nthe watch: {} opened, {closed} closed",
            count(asked, "request"),
            count(direct, "request"),
            count(incidents, "incident")
        );
        Event::new(Kind::Ended, text).with(json!({
            "why": why,
            "gateway": { "requests": asked, "failed": failed, "absorbed": saved },
            "direct": { "requests": direct, "failed": direct_failed },
            "incidents": { "opened": incidents, "closed": closed },
        }))
    }
}

impl Came {
    fn new() -> Self {
        Self {
            began: Instant::now(),
            saved: Vec::new(),
            failed: Vec::new(),
            was_explained: false,
            has_incident: false,
        }
    }

    fn take(&mut self, failed: Failed) {
        if failed.was_saved {
            self.saved.push(failed);
        } else if failed.was_seen {
            self.failed.push(failed);
        }
    }

    /// Returns the first saved request with the cause that most of them have.
    fn leading(&self) -> Option<&Failed> {
        let same = |one: &Failed| self.saved.iter().filter(|it| it.cause == one.cause).count();
        // The last of equals wins, so that the search begins at the end.
        self.saved.iter().rev().max_by_key(|one| same(one))
    }

    /// Whether enough requests were saved to tell of.
    fn is_absorbed(&self) -> bool {
        match self.saved.len() as u64 {
            0 => false,
            few if few < limits::SAVED => self.began.elapsed() >= limits::SAVED_WITHIN,
            _ => true,
        }
    }
}
