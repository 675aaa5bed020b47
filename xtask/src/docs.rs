//! `cargo xtask docs`: the pages of `docs/reference` that are written from the code.
//!
//! What the catalogue, the status sheet and the vocabulary of signs say stands once, in the code;
//! these pages show it. `--check` compares and writes nothing.

use std::fs;

use anyhow::{Context as _, ensure};
use goodgate_causes::status::{self, Class, Registration, Retry, SUB_CODES, Status};
use goodgate_causes::{EXPERIMENTS, Experiment, Kind, catalogue, sets};
use goodgate_dashboard::settings as dashboard;
use goodgate_evidence::{Blame, Sign, Stage};
use goodgate_faults::{self as faults, Protocol};
use goodgate_gateway::settings;
use goodgate_watch::settings as watch;

use crate::{process, tree};

/// Where the pages stand.
const FOLDER: &str = "docs/reference";

/// From there to the pages of the causes.
const CAUSE_PAGES: &str = "../../crates/causes/src/catalogue";

/// What an editor of a page has to know.
const NOTICE: &str = "<!-- Written by `cargo xtask docs` from the code. Change the code. -->\n\n";

/// Every generated page and what it has to say.
fn pages() -> anyhow::Result<[(&'static str, String); 8]> {
    Ok([
        ("causes.md", page(&causes())),
        ("command-line.md", page(&command_line()?)),
        ("configuration.md", page(&configuration())),
        ("dashboard.md", page(&dashboard_settings())),
        ("faults.md", page(&faults())),
        ("signs.md", page(&signs())),
        ("status-codes.md", page(&status_codes())),
        ("watch.md", page(&watch_settings())),
    ])
}

/// Asks the binary, which alone has the tree of its commands.
fn command_line() -> anyhow::Result<String> {
    let mut binary = process::cargo();
    binary.args(["run", "--quiet", "--package", "goodgate", "--", "man", "--markdown"]);
    process::capture(&mut binary)
}

/// Puts the notice before a text and the addresses of the causes that it names after it.
fn page(text: &str) -> String {
    let addresses: Vec<String> = catalogue::ALL
        .iter()
        .filter(|cause| text.contains(&link(cause.id)))
        .map(|cause| format!("[{0}]: {CAUSE_PAGES}/{0}.md\n", cause.id))
        .collect();
    let gap = if addresses.is_empty() { "" } else { "\n" };
    format!("{NOTICE}{text}{gap}{}", addresses.concat())
}

/// Writes the pages.
pub(crate) fn write() -> anyhow::Result<()> {
    let folder = tree::root().join(FOLDER);
    fs::create_dir_all(&folder).with_context(|| format!("make {FOLDER}"))?;
    let pages = pages()?;
    for (name, text) in &pages {
        fs::write(folder.join(name), text).with_context(|| format!("write {FOLDER}/{name}"))?;
    }
    println!("docs: {} pages written", pages.len());
    Ok(())
}

/// Compares the pages with the code; a page that is missing or different is an error.
pub(crate) fn check() -> anyhow::Result<()> {
    let folder = tree::root().join(FOLDER);
    let is_current = |(name, text): &(&str, String)| {
        fs::read_to_string(folder.join(name)).is_ok_and(|found| found == *text)
    };
    let pages = pages()?;
    let old: Vec<&str> =
        pages.iter().filter(|page| !is_current(page)).map(|(name, _)| *name).collect();
    ensure!(
        old.is_empty(),
        "out of date in {FOLDER}: {}; `cargo xtask docs` writes them",
        old.join(", ")
    );
    println!("docs: {} generated pages are up to date", pages.len());
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
    out.extend(Stage::ALL.iter().map(|stage| causes_of(*stage)));
    out.push_str(&blames());
    out.push_str(&roots());
    out.push_str(&confusable_sets());
    out.push_str(&experiments());
    out
}

fn causes_of(stage: Stage) -> String {
    let of_stage = catalogue::ALL.iter().filter(|cause| cause.stage == stage);
    let rows = of_stage.map(|cause| {
        [
            link(cause.id),
            cause.kind.slug().to_owned(),
            cell(cause.summary),
            code(cause.blame.slug()),
            cause.proxy_error.map_or_else(String::new, |error| code(error.slug())),
        ]
    });
    let table = table(["cause", "kind", "what is wrong", "blame", "RFC 9209 type"], rows);
    format!("\n## {}: {}\n\n{table}", code(stage.slug()), stage.meaning())
}

fn blames() -> String {
    let rows = Blame::ALL.iter().map(|blame| [code(blame.slug()), cell(blame.meaning())]);
    let table = table(["blame", "who"], rows);
    format!("\n## Blame\n\nWhose part of the chain has to change.\n\n{table}")
}

fn roots() -> String {
    let rows = catalogue::ALL.iter().filter_map(|mechanism| {
        let behind = behind(mechanism.id);
        (!behind.is_empty()).then(|| [link(mechanism.id), links(&behind)])
    });
    let table = table(["mechanism", "causes behind it"], rows);
    format!(
        "\n## What can stand behind a mechanism\n\n\
         The more usual ones first. Further roots exist that cannot be told from outside.\n\n{table}"
    )
}

/// Returns the causes that can stand behind a mechanism, the more usual ones first.
fn behind(mechanism: &str) -> Vec<&'static str> {
    let mut behind: Vec<(&str, f64)> = catalogue::ALL
        .iter()
        .filter_map(|cause| Some((cause.id, cause.prior_behind(mechanism)?)))
        .collect();
    behind.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    behind.into_iter().map(|(id, _)| id).collect()
}

fn confusable_sets() -> String {
    let rows = sets::ALL.iter().map(|set| [cell(set.same_line), links(set.members)]);
    let table = table(["the same line", "causes"], rows);
    format!(
        "\n## Causes that one line cannot tell apart\n\n\
         The members of a set gave the same line on at least one gateway.\n\n{table}"
    )
}

fn experiments() -> String {
    let mut out = "\n## Experiments\n\n\
                   What a verdict proposes under `next`. `{upstream}`, `{host}`, `{port}` and \
                   `{url}` are filled in where they are known; words in capitals are left to \
                   the reader.\n"
        .to_owned();
    out.extend(EXPERIMENTS.iter().map(experiment));
    out
}

fn experiment(experiment: &Experiment) -> String {
    let (id, what, command) = (experiment.id, experiment.what, experiment.command);
    let outcomes = experiment.outcomes.iter();
    let rows = outcomes.map(|outcome| [cell(outcome.seen), links(outcome.causes)]);
    let table = table(["what is seen", "points to"], rows);
    format!("\n### `{id}`\n\n{what}\n\n```text\n{command}\n```\n\n{table}")
}

fn configuration() -> String {
    format!(
        "# Configuration\n\n\
         Every table and key of `goodgate.toml` that is for the gateway; [those of the watch](watch.md) and \
         [of the dashboard](dashboard.md). [The guide](../guides/configuration.md) shows how they \
         are used; `goodgate check --explain` shows what is in force.\n{}",
        settings::reference()
    )
}

fn watch_settings() -> String {
    format!(
        "# Configuration of the watch\n\n\
         Every table and key of `goodgate.toml` that is for the watch; [those of the \
         gateway](configuration.md) and [of the dashboard](dashboard.md) stand in the same file. `goodgate check --explain` shows what is in \
         force.\n{}",
        watch::reference()
    )
}

fn dashboard_settings() -> String {
    format!(
        "# Configuration of the dashboard\n\n\
         Every key of `goodgate.toml` that is for the dashboard; [those of the gateway](configuration.md) \
         and [of the watch](watch.md) stand in the same file. [The guide](../guides/dashboard.md) shows \
         how they are used; `goodgate check --explain` shows what is in force.\n{}",
        dashboard::reference()
    )
}

fn faults() -> String {
    let mut spoken: Vec<&[Protocol]> = Vec::new();
    for fault in faults::catalogue::ALL {
        if !spoken.contains(&fault.protocols) {
            spoken.push(fault.protocols);
        }
    }
    let mut out = format!(
        "# Faults\n\n\
         The {} faults that `goodgate faults` makes. Each is written as it stands in the first \
         column; what is in brackets may be left out. The causes are those that a gateway in front \
         shows. [The guide](../guides/faults.md) says how to run them.\n",
        faults::catalogue::ALL.len()
    );
    out.extend(spoken.into_iter().map(faults_over));
    out
}

fn faults_over(protocols: &[Protocol]) -> String {
    let over = faults::catalogue::ALL.iter().filter(|fault| fault.protocols == protocols);
    let rows = over.map(|fault| {
        let arguments = fault.arguments.iter().map(|argument| {
            let (name, default) = (code(argument.name), code(argument.default));
            format!("{name}: {}; default {default}.", argument.meaning)
        });
        let does: Vec<String> =
            std::iter::once(fault.summary.to_owned()).chain(arguments).collect();
        [cell(&code(&fault.usage())), cell(&does.join(" ")), links(fault.causes)]
    });
    let table = table(["fault", "what it does", "causes"], rows);
    let names: Vec<String> = protocols.iter().map(|protocol| code(protocol.name())).collect();
    format!("\n## Over {}\n\n{table}", names.join(", "))
}

fn signs() -> String {
    let rows = Sign::ALL.iter().map(|sign| [code(sign.slug()), cell(sign.meaning())]);
    let table = table(["sign", "what was seen"], rows);
    format!(
        "# Signs\n\n\
         The {} words in which everything that is seen is said: by a probe, in a log line, on an \
         error page, in a configuration. They stand in `evidence[].kind` of the JSON answers. What \
         they mean together is decided by their weights for each cause.\n\n{table}",
        Sign::ALL.len()
    )
}

fn status_codes() -> String {
    let mut out = "# Status codes\n\n\
                   A status code is never the cause: gateways give the same failure different \
                   codes. This sheet says what each code means when a gateway is involved and \
                   which causes it points to. `goodgate explain CODE` shows more.\n"
        .to_owned();
    out.extend(CLASSES.iter().map(|class| codes_of(*class)));
    out.push_str(&finer_codes());
    out.push_str(&retries());
    out
}

/// Every class, what readers look up most first.
const CLASSES: &[Class] = &[
    Class::ServerError,
    Class::ClientError,
    Class::LogOnly,
    Class::Redirection,
    Class::Success,
    Class::Informational,
];

fn codes_of(class: Class) -> String {
    let of_class = status::ALL.iter().filter(|status| status.class() == class);
    let rows = of_class.map(|status| {
        [
            format!("{:03}", status.code),
            cell(status.name),
            cell(&owner(status)),
            cell(&meaning(status)),
            retry(status.retry).to_owned(),
            links(status.causes),
        ]
    });
    let table = table(["code", "name", "whose", "meaning", "retry", "points to"], rows);
    format!("\n## {}\n\n{table}", heading(class))
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
    let others =
        status.other_uses.iter().map(|other| format!("{}: {}", other.whose, other.meaning));
    let parts: Vec<String> = std::iter::once(status.meaning.to_owned()).chain(others).collect();
    parts.join(" ")
}

fn finer_codes() -> String {
    let rows = SUB_CODES.iter().map(|code| {
        let statuses: Vec<String> = code.statuses.iter().map(u16::to_string).collect();
        [
            cell(code.code),
            cell(code.whose),
            statuses.join(", "),
            cell(code.name),
            cell(code.meaning),
            links(code.causes),
        ]
    });
    let table = table(["code", "whose", "with status", "name", "meaning", "points to"], rows);
    format!("\n## Finer codes\n\nCodes that ride on a status.\n\n{table}")
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

fn retries() -> String {
    let rows = RETRIES.iter().map(|rule| [retry(*rule).to_owned(), cell(rule.text())]);
    let table = table(["word", "rule"], rows);
    format!(
        "\n## Whether to send the request again\n\n\
         `goodgate explain retry` is the whole guide.\n\n{table}"
    )
}

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

/// Writes a table; the cells are Markdown.
fn table<const N: usize>(headings: [&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let line = |cells: &[String; N]| format!("| {} |\n", cells.join(" | "));
    let mut out = line(&headings.map(str::to_owned));
    out.push_str(&line(&["---"; N].map(str::to_owned)));
    out.extend(rows.map(|row| line(&row)));
    out
}

/// Returns a word of the contract as Markdown.
fn code(word: &str) -> String {
    format!("`{word}`")
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
        let tables: String = Stage::ALL.iter().map(|stage| causes_of(*stage)).collect();

        let rows = tables.lines().filter(|line| line.starts_with("| [")).count();

        assert_eq!(rows, catalogue::ALL.len());
    }

    #[test]
    fn every_status_stands_in_one_table() {
        for status in status::ALL.iter() {
            let row = format!("| {:03} | ", status.code);

            assert_eq!(codes_of(status.class()).matches(&row).count(), 1, "{}", status.code);
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
