//! The outcome of a run: what is committed as `lab/matrix/gateway.json`.

use std::fs;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use crate::recorded::explain::Explained;
use crate::recorded::judge::Judgement;
use crate::score::figures::Share;
use crate::score::record::folder;

/// The name of the file.
pub const FILE: &str = "gateway.json";

/// One case that was carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// `gateway/NAME`.
    pub id: String,
    /// The causes that may be recorded, the injected one first.
    pub injected: Vec<String>,
    /// What was asked, each with what was recorded.
    pub units: Vec<Judgement>,
    /// What `explain` says about the log.
    pub explained: Explained,
}

/// How much of all is right.
#[derive(Debug, Clone, Copy, Default)]
pub struct Figures {
    /// The recorded cause is one that may be recorded.
    pub right: Share,
    /// It is the injected one itself.
    pub exactly: Share,
    /// Nothing was recorded where there is nothing that a gateway can see.
    pub quiet: Share,
    /// Error type, status, stage, blame, and who made the answer.
    pub words: Share,
    /// `explain` says the same of the log.
    pub explained: Share,
}

impl Figures {
    /// Counts.
    pub fn count(entries: &[Entry]) -> Self {
        let mut figures = Self::default();
        for entry in entries {
            for unit in &entry.units {
                figures.words.add(unit.words.is_empty());
                if entry.injected.is_empty() {
                    figures.quiet.add(unit.right);
                } else {
                    figures.right.add(unit.right);
                    figures.exactly.add(unit.exactly);
                }
            }
            if entry.units.iter().any(|unit| !unit.recorded.is_empty()) {
                figures.explained.add(entry.explained.right);
            }
        }
        figures
    }
}

/// Reads what is committed; nothing where nothing is yet.
///
/// # Errors
///
/// When it is no such file.
pub fn committed() -> anyhow::Result<Option<Vec<Entry>>> {
    let path = folder().join(FILE);
    if !path.exists() {
        return Ok(None);
    }
    let text = fs::read_to_string(&path)?;
    Ok(Some(serde_json::from_str(&text).with_context(|| path.display().to_string())?))
}

/// Writes what is to be committed.
///
/// # Errors
///
/// When there is no room.
pub fn write(entries: &[Entry]) -> anyhow::Result<()> {
    // One line for each case: a change of one is a change of one line.
    let lines: Vec<String> = entries.iter().map(serde_json::to_string).collect::<Result<_, _>>()?;
    fs::write(folder().join(FILE), format!("[\n{}\n]\n", lines.join(",\n")))?;
    Ok(())
}
