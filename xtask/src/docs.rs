//! `cargo xtask docs`: the pages of `docs/reference` that are written from the code.
//!
//! What the catalogue, the status sheet and the vocabulary of signs say stands once, in the code;
//! these pages show it. `--check` compares and writes nothing.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Context as _, ensure};
use goodgate_causes::status::{self, Class, Registration, Retry, SUB_CODES, Status};
use goodgate_causes::{Cause, EXPERIMENTS, Kind, catalogue, sets};
use goodgate_evidence::{Blame, Sign, Stage};

use crate::tree;

/// Where the pages stand.
const FOLDER: &str = "docs/reference";

/// From there to the pages of the causes.
const CAUSE_PAGES: &str = "../../crates/causes/src/catalogue";

/// What an editor of a page has to know.
const NOTICE: &str = "<!-- Written by `cargo xtask docs` from the code. Change the code. -->\n\n";

/// Every generated page and what it has to say.
fn pages() -> [(&'static str, String); 3] {
    [
        ("causes.md", page(&causes())),
        ("signs.md", page(&signs())),
        ("status-codes.md", page(&status_codes())),
    ]
}

/// Puts the notice before a text and the addresses of the causes that it names after it.
fn page(text: &str) -> String {
    let mut out = format!("{NOTICE}{text}");
    let named = catalogue::ALL.iter().filter(|cause| text.contains(&link(cause.id)));
    for (index, cause) in named.enumerate() {
        let gap = if index == 0 { "\n" } else { "" };
        let _ = writeln!(out, "{gap}[{0}]: {CAUSE_PAGES}/{0}.md", cause.id);
    }
    out
}

/// Writes the pages.
pub(crate) fn write() -> anyhow::Result<()> {
    let folder = tree::root().join(FOLDER);
    fs::create_dir_all(&folder).with_context(|| format!("make {FOLDER}"))?;
    for (name, text) in pages() {
        fs::write(folder.join(name), text).with_context(|| format!("write {FOLDER}/{name}"))?;
    }
    println!("docs: {} pages written", pages().len());
    Ok(())
}

/// Compares the pages with the code; a page that is missing or different is an error.
pub(crate) fn check() -> anyhow::Result<()> {
    let folder = tree::root().join(FOLDER);
    let is_current = |(name, text): &(&str, String)| {
        fs::read_to_string(folder.join(name)).is_ok_and(|found| found == *text)
    };
    let old: Vec<&str> =
        pages().iter().filter(|page| !is_current(page)).map(|(name, _)| *name).collect();
    ensure!(
        old.is_empty(),
        "out of date in {FOLDER}: {}; `cargo xtask docs` writes them",
        old.join(", ")
    );
    println!("docs: {} generated pages are up to date", pages().len());
    Ok(())
}

fn causes() -> String {
    let count = |kind: Kind| catalogue::ALL.iter().filter(|cause| cause.kind == kind).count();
    let mut out = format!(
        "# Causes\n\n\
         {} mechanisms say what happened on the wire or in the gateway, {} roots say why. \
         The name of a cause never changes. Each name leads to its page: what it means, how it is \
         recognised, how to fix it on each gateway. `goodgate explain NAME` shows the same page.\n",
        count(Kind::Mechanism),
        count(Kind::Root),
    );
    for stage in Stage::ALL {
        out.push_str(&stage_table(*stage));
    }
    out.push_str(&blame_table());
    out.push_str(&roots_table());
    out.push_str(&sets_list());
    out.push_str(&experiments_list());
    out
}

fn stage_table(stage: Stage) -> String {
    let mut out = format!("\n## `{stage}`: {}\n\n", stage.meaning());
    out.push_str(
        "| cause | kind | what is wrong | blame | RFC 9209 type |\n|---|---|---|---|---|\n",
    );
    for cause in catalogue::ALL.iter().filter(|cause| cause.stage == stage) {
        let error = cause.proxy_error.map_or_else(String::new, |error| format!("`{error}`"));
        let summary = cell(cause.summary);
        let (link, kind, blame) = (link(cause.id), cause.kind.slug(), cause.blame);
        let _ = writeln!(out, "| {link} | {kind} | {summary} | `{blame}` | {error} |");
    }
    out
}

fn blame_table() -> String {
    let mut out = "\n## Blame\n\nWhose part of the chain has to change.\n\n\
                   | blame | who |\n|---|---|\n"
        .to_owned();
    for blame in Blame::ALL {
        let _ = writeln!(out, "| `{blame}` | {} |", cell(blame.meaning()));
    }
    out
}

fn roots_table() -> String {
    let mut out = "\n## What can stand behind a mechanism\n\n\
                   The more usual ones first. Further roots exist that cannot be told from outside.\
                   \n\n| mechanism | causes behind it |\n|---|---|\n"
        .to_owned();
    for mechanism in catalogue::ALL {
        let mut behind: Vec<(&Cause, f64)> = catalogue::ALL
            .iter()
            .filter_map(|cause| Some((*cause, cause.prior_behind(mechanism.id)?)))
            .collect();
        behind.sort_by(|(_, a), (_, b)| b.total_cmp(a));
        if !behind.is_empty() {
            let ids: Vec<&str> = behind.iter().map(|(cause, _)| cause.id).collect();
            let _ = writeln!(out, "| {} | {} |", link(mechanism.id), links(&ids));
        }
    }
    out
}

fn sets_list() -> String {
    let mut out = "\n## Causes that one line cannot tell apart\n\n\
                   The members of a set gave the same line on at least one gateway.\n\n\
                   | the same line | causes |\n|---|---|\n"
        .to_owned();
    for set in sets::ALL {
        let links = links(set.members);
        let _ = writeln!(out, "| {} | {} |", cell(set.same_line), links);
    }
    out
}

fn experiments_list() -> String {
    let mut out = "\n## Experiments\n\n\
                   What a verdict proposes under `next`. `{upstream}`, `{host}`, `{port}` and \
                   `{url}` are filled in where they are known; words in capitals are left to \
                   the reader.\n"
        .to_owned();
    for experiment in EXPERIMENTS {
        let (id, what, command) = (experiment.id, experiment.what, experiment.command);
        let _ = write!(out, "\n### `{id}`\n\n{what}\n\n```text\n{command}\n```\n\n");
        out.push_str("| what is seen | points to |\n|---|---|\n");
        for outcome in experiment.outcomes {
            let links = links(outcome.causes);
            let _ = writeln!(out, "| {} | {} |", cell(outcome.seen), links);
        }
    }
    out
}

fn signs() -> String {
    let mut out = format!(
        "# Signs\n\n\
         The {} words in which everything that is seen is said: by a probe, in a log line, on an \
         error page, in a configuration. They stand in `evidence[].kind` of the JSON answers. What \
         they mean together is decided by their weights for each cause.\n\n\
         | sign | what was seen |\n|---|---|\n",
        Sign::ALL.len()
    );
    for sign in Sign::ALL {
        let _ = writeln!(out, "| `{sign}` | {} |", cell(sign.meaning()));
    }
    out
}

fn status_codes() -> String {
    let mut out = "# Status codes\n\n\
                   A status code is never the cause: gateways give the same failure different \
                   codes. This sheet says what each code means when a gateway is involved and \
                   which causes it points to. `goodgate explain CODE` shows more.\n"
        .to_owned();
    for class in [
        Class::ServerError,
        Class::ClientError,
        Class::LogOnly,
        Class::Redirection,
        Class::Success,
        Class::Informational,
    ] {
        out.push_str(&class_table(class));
    }
    out.push_str(&sub_codes_table());
    out.push_str(&retry_table());
    out
}

fn class_table(class: Class) -> String {
    let mut out = format!("\n## {}\n\n", heading(class));
    out.push_str(
        "| code | name | whose | meaning | retry | points to |\n|---|---|---|---|---|---|\n",
    );
    for status in status::ALL.iter().filter(|status| status.class() == class) {
        let links = links(status.causes);
        let _ = writeln!(
            out,
            "| {:03} | {} | {} | {} | {} | {} |",
            status.code,
            cell(status.name),
            cell(&owner(status)),
            cell(&meaning(status)),
            retry(status.retry),
            links
        );
    }
    out
}

/// Every rule for sending a request again.
const RETRIES: &[Retry] = &[
    Retry::NothingToRetry,
    Retry::FollowLocation,
    Retry::Never,
    Retry::AfterChange,
    Retry::SafeMethods,
    Retry::Idempotent,
    Retry::AnyMethodIfNeverSent,
    Retry::AfterRetryAfter,
    Retry::AnyMethod,
];

/// Returns the word for a rule in the tables of the codes.
const fn retry(rule: Retry) -> &'static str {
    match rule {
        Retry::NothingToRetry => "nothing to retry",
        Retry::FollowLocation => "elsewhere",
        Retry::Never => "never",
        Retry::AfterChange => "after a change",
        Retry::SafeMethods => "safe methods",
        Retry::Idempotent => "idempotent methods",
        Retry::AnyMethodIfNeverSent => "any if never sent",
        Retry::AfterRetryAfter => "after Retry-After",
        Retry::AnyMethod => "any method",
    }
}

fn retry_table() -> String {
    let mut out = "\n## Whether to send the request again\n\n\
                   `goodgate explain retry` is the whole guide.\n\n| word | rule |\n|---|---|\n"
        .to_owned();
    for rule in RETRIES {
        let _ = writeln!(out, "| {} | {} |", retry(*rule), cell(rule.text()));
    }
    out
}

const fn heading(class: Class) -> &'static str {
    match class {
        Class::LogOnly => "Not status codes: what logs write instead of one",
        Class::Informational => "1xx: informational",
        Class::Success => "2xx: success",
        Class::Redirection => "3xx: redirection",
        Class::ClientError => "4xx: the request is at fault, or is said to be",
        Class::ServerError => "5xx and above: the server or a gateway before it failed",
    }
}

fn owner(status: &Status) -> String {
    match status.registration {
        Registration::Registered(document) => document.to_owned(),
        Registration::Temporary(document) => format!("{document} (temporary)"),
        Registration::Unregistered { whose, .. } => format!("{whose} (not registered)"),
    }
}

fn meaning(status: &Status) -> String {
    let mut text = status.meaning.to_owned();
    for other in status.other_uses {
        let _ = write!(text, " {}: {}", other.whose, other.meaning);
    }
    text
}

fn sub_codes_table() -> String {
    let mut out = "\n## Finer codes\n\nCodes that ride on a status.\n\n\
                   | code | whose | with status | name | meaning | points to |\n\
                   |---|---|---|---|---|---|\n"
        .to_owned();
    for code in SUB_CODES {
        let statuses: Vec<String> = code.statuses.iter().map(u16::to_string).collect();
        let links = links(code.causes);
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} |",
            cell(code.code),
            cell(code.whose),
            statuses.join(", "),
            cell(code.name),
            cell(code.meaning),
            links
        );
    }
    out
}

/// Returns a link to the page of a cause; the address stands at the end of the page.
fn link(id: &str) -> String {
    format!("[{id}]")
}

/// Returns links to causes, separated by commas.
fn links(ids: &[&str]) -> String {
    let links: Vec<String> = ids.iter().map(|id| link(id)).collect();
    links.join(", ")
}

/// Returns text for a cell of a table: on one line, without what would end the cell or begin markup.
fn cell(text: &str) -> String {
    text.replace('\n', " ").replace('|', "\\|").replace('<', "&lt;").replace('*', "\\*")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_stands_in_one_stage_table() {
        let tables: String = Stage::ALL.iter().map(|stage| stage_table(*stage)).collect();

        let rows = tables.lines().filter(|line| line.starts_with("| [")).count();

        assert_eq!(rows, catalogue::ALL.len());
    }

    #[test]
    fn every_status_stands_in_one_table() {
        for status in status::ALL.iter() {
            let row = format!("| {:03} | ", status.code);

            assert_eq!(class_table(status.class()).matches(&row).count(), 1, "{}", status.code);
        }
    }

    #[test]
    fn a_link_has_its_address() {
        assert!(page("see [not_http]").contains("\n[not_http]: ../../crates/"));
    }

    #[test]
    fn a_cell_stays_one_cell() {
        assert_eq!(cell("a|b\n<NOSRV>"), "a\\|b &lt;NOSRV>");
    }
}
