//! Looks at files and repositories, and tells the desk.

use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use goodgate_evidence::text::neutralise;
use goodgate_incident::Timestamp;
use tokio::time::{MissedTickBehavior, interval};

use super::content::{Content, Look};
use super::{git, marker};
use crate::desk::{Desk, Input};
use crate::settings::Change;
use crate::source::limits::{CHANGES, LOOK};
use crate::source::words::name;
use crate::store::Marker;

/// What [`run()`] needs.
#[derive(Debug)]
pub struct Running {
    /// What is looked at.
    pub changes: Vec<Change>,
    /// Who is told.
    pub desk: Desk,
    /// The clock of the calendar.
    pub calendar: fn() -> Timestamp,
}

/// Looks until it is dropped. Without anything to look at it ends at once.
pub async fn run(running: Running) {
    let Running { changes, desk, calendar } = running;
    let mut all: Vec<Watched> = changes.iter().take(CHANGES).filter_map(Watched::of).collect();
    if all.is_empty() {
        return;
    }
    let mut ticks = interval(LOOK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        // Files may be on a disk that hangs: a thread of its own waits for it.
        let looked = tokio::task::spawn_blocking(move || {
            let marks: Vec<Marker> =
                all.iter_mut().filter_map(|one| one.look(calendar())).collect();
            (all, marks)
        });
        let Ok((back, marks)) = looked.await else { return };
        all = back;
        for mark in marks {
            desk.tell(Input::Changed(mark)).await;
        }
    }
}

/// One thing that is looked at.
#[derive(Debug)]
struct Watched {
    name: String,
    tags: BTreeSet<Arc<str>>,
    what: What,
    /// Why it could not be looked at the last time, once that was told.
    wrong: Option<String>,
}

#[derive(Debug)]
enum What {
    File(PathBuf, Option<Look>),
    Git(PathBuf, Option<Head>),
}

/// The reference and the commit that are checked out.
type Head = (Option<String>, Option<String>);

impl Watched {
    fn of(change: &Change) -> Option<Self> {
        let what = match (&change.file, &change.git) {
            (Some(path), None) => What::File(path.clone(), None),
            (None, Some(path)) => What::Git(path.clone(), None),
            _ => return None,
        };
        let tags = change.tags.iter().map(|tag| Arc::from(tag.as_str())).collect();
        Some(Self { name: change.name.to_string(), tags, what, wrong: None })
    }

    /// Looks at it. The first look only remembers.
    fn look(&mut self, at: Timestamp) -> Option<Marker> {
        let (kind, text) = match &mut self.what {
            What::File(path, last) => {
                ("file", Look::at(path, last.as_ref(), at).map(|new| file(last, &new)))
            }
            What::Git(path, last) => ("git", git::head(path).map(|new| commit(last, &new))),
        };
        let text = match text {
            Ok(text) => {
                self.wrong = None;
                text?
            }
            Err(error) => self.unreadable(&error)?,
        };
        Some(marker(kind, &format!("{}: {text}", self.name), at, self.tags.clone()))
    }

    /// Says once why it cannot be looked at: a change that goes unseen is worth a line.
    fn unreadable(&mut self, error: &io::Error) -> Option<String> {
        let why = neutralise(&error.to_string());
        if self.wrong.as_ref() == Some(&why) {
            return None;
        }
        self.wrong = Some(why.clone());
        let (What::File(path, _) | What::Git(path, _)) = &self.what;
        Some(format!("cannot be looked at: {}: {why}", name(&path.display().to_string())))
    }
}

/// Says what is different about a file.
fn file(last: &mut Option<Look>, new: &Look) -> Option<String> {
    let before = last.replace(new.clone())?;
    if !new.is_other(&before) {
        return None;
    }
    Some(match (&before.content, &new.content) {
        (Content::Missing, _) => "the file is there".to_owned(),
        (_, Content::Missing) => "the file is gone".to_owned(),
        (Content::Is(then), Content::Is(now)) => {
            format!("the file changed, SHA-256 from {} to {}", short(then), short(now))
        }
        _ => "the file changed".to_owned(),
    })
}

/// Says what is different about a repository.
fn commit(last: &mut Option<Head>, new: &Head) -> Option<String> {
    let before = last.replace(new.clone())?;
    if before == *new {
        return None;
    }
    let shown = |commit: &Option<String>| commit.as_deref().map_or("nothing".to_owned(), short);
    let branch = new.0.as_deref().map(|it| it.strip_prefix("refs/heads/").unwrap_or(it));
    let branch = branch.map(|it| format!(" ({})", name(it))).unwrap_or_default();
    Some(format!("from {} to {}{branch}", shown(&before.1), shown(&new.1)))
}

/// The beginning of a fingerprint, as people write it.
fn short(text: &str) -> String {
    text.chars().take(12).collect()
}

#[cfg(test)]
mod tests;
