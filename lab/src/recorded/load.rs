//! Reading the cases and checking what the types cannot say.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};

use crate::recorded::case::{Act, Case, File};

/// What the ids of cases begin with.
pub const PREFIX: &str = "gateway/";

/// Reads every case, sorted by file, in the order of the file.
///
/// # Errors
///
/// Names the file that is wrong, with the line where there is one.
pub fn all() -> anyhow::Result<Vec<Case>> {
    let mut cases = Vec::new();
    for (place, file) in files()? {
        for mut case in file.case {
            case.id = format!("{PREFIX}{}", case.name);
            check(&case).with_context(|| format!("{place}: {}", case.name))?;
            cases.push(case);
        }
    }
    let names: BTreeSet<&String> = cases.iter().map(|case| &case.id).collect();
    ensure!(names.len() == cases.len(), "two cases of lab/recorded have the same name");
    Ok(cases)
}

/// Lists the folder with the files.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("recorded")
}

fn files() -> anyhow::Result<Vec<(String, File)>> {
    let folder = folder();
    let entries = fs::read_dir(&folder).with_context(|| folder.display().to_string())?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let read = |path: PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let place = format!("lab/recorded/{name}");
        let text = fs::read_to_string(&path).with_context(|| place.clone())?;
        let file: File = toml::from_str(&text).with_context(|| place.clone())?;
        ensure!(!file.says.is_empty(), "{place}: `says` is empty");
        Ok((place, file))
    };
    paths.into_iter().map(read).collect()
}

fn check(case: &Case) -> anyhow::Result<()> {
    let needs_reason = case.records.len() != 1 && case.answers.is_none();
    ensure!(
        !needs_reason || case.because.is_some(),
        "`records` with several causes, or none, needs `because`"
    );
    ensure!(
        case.records.is_empty() || case.told.is_some() || case.leaves_ms.is_some(),
        "a failure has to be `told`"
    );
    ensure!(case.methods.iter().all(|it| it == "GET" || it == "POST"), "GET or POST");
    case.before.iter().chain(&case.after).try_for_each(check_act)
}

fn check_act(act: &Act) -> anyhow::Result<()> {
    let kinds = [act.run.is_some(), act.start.is_some(), act.nft.is_some()];
    let count = kinds.iter().filter(|given| **given).count();
    ensure!(count == 1, "an act has one of `run`, `start` and `nft`");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of every fault, written by `cargo xtask docs`.
    const FAULTS: &str = include_str!("../../../docs/reference/faults.md");

    fn names_of_faults() -> BTreeSet<&'static str> {
        let names = FAULTS.lines().filter_map(|line| line.strip_prefix("| `"));
        names.filter_map(|name| name.split(['`', '[']).next()).collect()
    }

    fn injected() -> BTreeSet<String> {
        let words = all().unwrap().into_iter().flat_map(|case| {
            let words =
                format!("{} {}", case.origin.unwrap_or_default(), case.dns.unwrap_or_default());
            words.split([' ', ':']).map(str::to_owned).collect::<Vec<String>>()
        });
        let left_out = files().unwrap().into_iter().flat_map(|(_, file)| file.left_out);
        words.chain(left_out.map(|fault| fault.fault)).collect()
    }

    #[test]
    fn every_fault_is_injected_or_left_out_with_a_reason() {
        let injected = injected();

        let lost: Vec<&str> =
            names_of_faults().into_iter().filter(|name| !injected.contains(*name)).collect();

        assert!(names_of_faults().len() > 60 && lost.is_empty(), "{lost:?}");
    }

    #[test]
    fn every_label_is_a_cause_with_a_page() {
        let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/causes/src/catalogue");
        let labels = all().unwrap().into_iter().flat_map(|case| case.records);

        let lost: Vec<String> =
            labels.filter(|label| !pages.join(format!("{label}.md")).exists()).collect();

        assert!(lost.is_empty(), "{lost:?}");
    }
}
