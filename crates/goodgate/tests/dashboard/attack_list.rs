//! The list of attacks in the documentation names tests that exist.

use std::fs;
use std::path::{Path, PathBuf};

const LIST: &str = include_str!("../../../../docs/reference/attacks.md");

#[test]
fn every_test_of_the_list_of_attacks_exists() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut text = String::new();
    for folder in ["goodgate/tests/dashboard", "dashboard/src", "dashboard/tests"] {
        for file in sources(&crates.join(folder)) {
            text += &fs::read_to_string(file).expect("a source");
        }
    }

    let rows: Vec<&str> = LIST.lines().filter(|line| line.starts_with("| ")).skip(1).collect();
    let named = |row: &&str| -> Vec<String> {
        let tests = row.trim_end_matches('|').rsplit('|').next().unwrap_or_default();
        tests.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    };
    let missing: Vec<String> = rows
        .iter()
        .flat_map(named)
        .filter(|test| !text.contains(&format!("fn {test}()")))
        .collect();

    assert!(rows.len() > 10 && rows.iter().all(|row| !named(row).is_empty()), "{rows:#?}");
    assert!(missing.is_empty(), "no such tests: {missing:#?}");
}

/// Lists the sources of a folder and of those within it.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path());
    let (folders, files): (Vec<PathBuf>, Vec<PathBuf>) = entries.partition(|path| path.is_dir());
    let files = files.into_iter().filter(|path| path.extension().is_some_and(|it| it == "rs"));
    files.chain(folders.iter().flat_map(|folder| sources(folder))).collect()
}
