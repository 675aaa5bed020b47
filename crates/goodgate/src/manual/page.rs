//! One manual page, in the language of man(7).

use anyhow::Context as _;
use clap::{Arg, Command};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, italic, roman};

use super::facts::{self, Said};
use super::words::{behind, is_literal};
use super::{below, words};
use crate::exit::Failure;

/// Stands for no date: an empty word would be left out, and the ones behind it move up.
const NO_DATE: &str = "NO-DATE";

/// Returns the name of a page, such as `goodgate-run`.
pub(super) fn name(command: &Command) -> &str {
    command.get_display_name().unwrap_or_else(|| command.get_name())
}

/// Writes the page of a command of a built tree.
pub(super) fn of(command: &Command, tree: &Command) -> Result<String, Failure> {
    let version = command.get_version().unwrap_or_default();
    let man = Man::new(command.clone())
        .title(name(command).to_uppercase())
        // A build on another day is the same page.
        .date(NO_DATE)
        .source(format!("goodgate {version}"))
        .manual("Good Gateway");
    let behind = behind(&help(command));
    let mut page = Vec::new();
    let mut rest = Roff::new();
    head(&man, command, &behind, &mut page).context("write a manual page")?;
    for inner in below(command).filter(|_| command.get_name() != tree.get_name()) {
        inside(&mut rest, inner, command);
    }
    if command.get_name() == tree.get_name() {
        commands(&mut rest, tree);
    }
    if let Some(facts) = facts::of(command.get_name()) {
        list(&mut rest, "EXIT STATUS", facts.exit);
        list(&mut rest, "ENVIRONMENT", facts.environment);
        list(&mut rest, "FILES", facts.files);
        examples(&mut rest, &behind.examples);
        see(&mut rest, command, tree, facts.see);
    }
    let page = String::from_utf8_lossy(&page);
    Ok(tidy(&format!("{page}{}", rest.render())))
}

/// Writes what comes first: name, synopsis, description, options.
fn head(
    man: &Man,
    command: &Command,
    behind: &words::Behind,
    page: &mut Vec<u8>,
) -> std::io::Result<()> {
    man.render_title(page)?;
    let mut own = Roff::new();
    own.control("SH", ["NAME"]);
    own.text([roman(format!("{} - {}", name(command), about(command)))]);
    page.extend_from_slice(own.render().as_bytes());
    man.render_synopsis_section(page)?;
    man.render_description_section(page)?;
    let mut notes = Roff::new();
    behind.notes.iter().for_each(|note| paragraph(&mut notes, note));
    page.extend_from_slice(notes.render().as_bytes());
    man.render_options_section(page)
}

/// Returns the text behind the options of the help.
fn help(command: &Command) -> String {
    let help = command.get_after_long_help().or_else(|| command.get_after_help());
    help.map(ToString::to_string).unwrap_or_default()
}

/// Returns what a command is for, as part of a line.
fn about(command: &Command) -> String {
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    about.trim_end_matches('.').to_owned()
}

/// Writes a paragraph; lines that are indented stay lines.
fn paragraph(roff: &mut Roff, text: &str) {
    roff.control("PP", []);
    let mut is_open = false;
    for line in text.lines() {
        if is_literal(line) != is_open {
            is_open = !is_open;
            if is_open {
                roff.control("RS", ["4"]);
            }
            roff.control(if is_open { "nf" } else { "fi" }, []);
            if !is_open {
                roff.control("RE", []);
            }
        }
        roff.text([roman(line.trim_start())]);
    }
    if is_open {
        roff.control("fi", []);
        roff.control("RE", []);
    }
}

/// Writes the commands of the whole, each with its page.
fn commands(roff: &mut Roff, tree: &Command) {
    roff.control("SH", ["COMMANDS"]);
    for command in below(tree) {
        roff.control("TP", []);
        roff.text([bold(name(command)), roman("(1)")]);
        roff.text([roman(command.get_about().map(ToString::to_string).unwrap_or_default())]);
    }
}

/// Writes a command inside another one with its own arguments.
fn inside(roff: &mut Roff, command: &Command, outer: &Command) {
    roff.control("SH", [format!("goodgate {} {}", outer.get_name(), command.get_name()).as_str()]);
    roff.text([roman(command.get_about().map(ToString::to_string).unwrap_or_default())]);
    for argument in command.get_arguments().filter(|it| is_own(it, outer)) {
        roff.control("TP", []);
        roff.text([bold(shown(argument))]);
        roff.text([roman(argument.get_help().map(ToString::to_string).unwrap_or_default())]);
    }
}

/// Tells whether an argument is of the inner command, and one that people use.
pub(super) fn is_own(argument: &Arg, outer: &Command) -> bool {
    let is_of_outer = outer.get_arguments().any(|it| it.get_id() == argument.get_id());
    let is_everywhere = matches!(argument.get_id().as_str(), "help" | "version");
    !is_of_outer && !is_everywhere && !argument.is_hide_set()
}

/// Returns an argument as one writes it.
pub(super) fn shown(argument: &Arg) -> String {
    let names = argument.get_value_names().map(<[_]>::to_vec).unwrap_or_default();
    let value = names.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let takes = argument.get_num_args().is_some_and(|it| it.takes_values());
    match argument.get_long() {
        Some(long) if takes => format!("--{long} {value}"),
        Some(long) => format!("--{long}"),
        None => value,
    }
}

fn list(roff: &mut Roff, heading: &str, said: &[Said]) {
    if said.is_empty() {
        return;
    }
    roff.control("SH", [heading]);
    for (word, meaning) in said {
        roff.control("TP", []);
        roff.text([bold(*word)]);
        roff.text([roman(*meaning)]);
    }
}

fn examples(roff: &mut Roff, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    roff.control("SH", ["EXAMPLES"]);
    roff.control("nf", []);
    for line in lines {
        roff.text([roman(line.as_str())]);
    }
    roff.control("fi", []);
}

fn see(roff: &mut Roff, command: &Command, tree: &Command, others: &[&str]) {
    roff.control("SH", ["SEE ALSO"]);
    let ours: Vec<String> = if command.get_name() == tree.get_name() {
        below(tree).map(|it| format!("{}(1)", name(it))).collect()
    } else {
        vec![format!("{}(1)", name(tree))]
    };
    let all: Vec<&str> = ours.iter().map(String::as_str).chain(others.iter().copied()).collect();
    for (index, page) in all.iter().enumerate() {
        let (name, section) = page.split_once('(').unwrap_or((page, "1)"));
        let end = if index + 1 == all.len() { "" } else { "," };
        roff.text([bold(name), roman(format!("({section}{end}"))]);
    }
    roff.control("PP", []);
    roff.text([roman("Guides and reference: "), italic("/usr/share/doc/goodgate")]);
}

/// Takes away what mandoc(1) warns of: the definition at the head of each part except the first,
/// empty lines, blanks at ends of lines.
fn tidy(page: &str) -> String {
    let page = page.replace(NO_DATE, "\"\"");
    let page = page.replace("\n.br\n\n.br\n", "\n.sp\n");
    let mut out = String::with_capacity(page.len());
    let mut seen = 0;
    for line in page.lines().filter(|line| !line.trim().is_empty()) {
        let is_definition = line.starts_with(".ie \\n(.g") || line.starts_with(".el .ds Aq");
        seen += usize::from(is_definition);
        if is_definition && seen > DEFINITION {
            continue;
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// Lines of the definition at the head of a part.
const DEFINITION: usize = 2;
