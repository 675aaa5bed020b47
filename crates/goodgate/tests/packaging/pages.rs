//! Manual pages, read by those who know the language.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use goodgate_lab::Workdir;
use goodgate_lab::program::{MAN, MANDOC};

use crate::{BINARY, goodgate, program, said};

/// Writes all pages into a folder.
fn written() -> (Workdir, Vec<PathBuf>) {
    let folder = Workdir::new().expect("a folder");
    let inner = folder.join("man1");
    goodgate(&["man", "--output", inner.to_str().expect("text")]);
    let entries = std::fs::read_dir(&inner).expect("the folder was made");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    (folder, paths)
}

#[test]
fn every_command_of_the_help_has_a_page_and_no_other() {
    let (_folder, paths) = written();
    let help = goodgate(&["--help"]);
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let commands = commands.take_while(|line| !line.is_empty());
    let commands: BTreeSet<&str> = commands
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();

    let stems = paths.iter().map(|path| path.file_stem().expect("a name").to_str().expect("text"));
    let pages: BTreeSet<&str> = stems.filter_map(|stem| stem.strip_prefix("goodgate-")).collect();

    assert!(commands.contains("diagnose"), "{help}");
    assert_eq!(pages, commands);
}

#[test]
fn mandoc_has_nothing_to_warn_of() {
    let Some(mut mandoc) = program(MANDOC) else { return };
    let (_folder, paths) = written();

    let output = mandoc.args(["-T", "lint", "-W", "warning"]).args(&paths).output();

    let said = said(&output.expect("mandoc runs"));
    // A page of the same version is the same on each day.
    let other: Vec<&str> = said.lines().filter(|line| !line.contains("missing date")).collect();
    assert_eq!(other, [""; 0]);
    assert_eq!(said.lines().count(), paths.len(), "each page was read: {said}");
}

#[test]
fn man_shows_the_parts_of_a_page_without_a_warning() {
    let Some(mut man) = program(MAN) else { return };
    let (folder, _paths) = written();
    let page = folder.join("man1/goodgate-run.1");

    let output = man.args(["--warnings", "--local-file"]).arg(page).env("MANWIDTH", "80").output();

    let output = output.expect("man runs");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && output.stderr.is_empty(), "{}", said(&output));
    let parts =
        ["SYNOPSIS", "OPTIONS", "EXIT STATUS", "ENVIRONMENT", "FILES", "EXAMPLES", "SEE ALSO"];
    for part in parts {
        assert!(text.lines().any(|line| line == part), "no {part} in\n{text}");
    }
    assert!(text.contains("goodgate run --to http://127.0.0.1:3000"), "{text}");
}

#[test]
fn a_page_that_is_not_there_is_refused_with_those_that_are() {
    let mut command = Command::new(BINARY);

    let output = command.args(["man", "diagnos"]).stdin(Stdio::null()).output().expect("it runs");

    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("there are pages for diagnose, explain"), "{}", said(&output));
}
