//! The document of a report: what is wrong first, then what proves it, then what to do and to send.

use super::gather::window_words;
use super::read::{moment, stage, word};
use super::{Addressee, Change, Report, Target, chain, waterfall};
use crate::document::{
    Blank, Block, Code, Document, Fact, List, Ready, Section, Sign, Table, Text, Tone,
};
use crate::times::lasted;

/// Returns the document of a report; with the page to complete after the incident where that is wanted.
pub fn document(report: &Report, with_review: bool) -> Document {
    let about = &report.incident;
    let mut blocks = parts(report);
    if with_review {
        blocks
            .push(Block::Section(Section::long("After the incident: to complete", review(report))));
    }
    Document {
        title: title(report),
        over: format!("goodgate, report of {}", moment(&report.made_at)),
        about: about.summary.clone(),
        blocks,
    }
}

/// Returns the text for one addressee.
pub fn ready(report: &Report, to: Addressee) -> Option<Ready> {
    let letter = report.texts.iter().find(|it| it.to == to.slug())?;
    Some(Ready {
        to: letter.title.clone(),
        subject: letter.subject.clone(),
        text: letter.text.clone(),
    })
}

/// Returns what a report is called: the number and what it is about.
pub(super) fn title(report: &Report) -> String {
    let about = &report.incident;
    let what = about.title.as_deref().unwrap_or(&about.summary).trim_end_matches('.');
    if what.is_empty() {
        return format!("Incident {}", about.id);
    }
    format!("Incident {}: {what}", about.id)
}

/// Returns what a report says, without its title.
pub(super) fn parts(report: &Report) -> Vec<Block> {
    let mut blocks = vec![Block::Sign(sign(report))];
    let mut add = |heading: &str, content: Vec<Block>, is_long: bool| {
        if !content.is_empty() {
            let section = Section { heading: heading.to_owned(), blocks: content, is_long };
            blocks.push(Block::Section(section));
        }
    };
    add("In short", in_short(report), false);
    add("Where it breaks", picture(chain::drawing(report)), false);
    add("What is affected", affected(report), true);
    add("What the time went to", picture(waterfall::drawing(report)), false);
    add("Evidence", evidence(report), true);
    add("What it can be", candidates(report), false);
    add("Changes and deploys", changes(report), true);
    add("Steps already taken", steps_taken(report), true);
    add("What to do next", steps_to_take(report), true);
    add(
        "Expected next update",
        vec![Block::Paragraph(report.next_update.says.as_str().into())],
        false,
    );
    add("What is not known", texts(&report.not_known), false);
    add("Texts to send", letters(report), true);
    add("Timeline", timeline(report), true);
    add("Left out", texts(&report.left_out), false);
    blocks
}

/// Returns how an incident stands.
pub(super) fn sign(report: &Report) -> Sign {
    let about = &report.incident;
    let (tone, word) = match about.state.as_str() {
        "resolved" => (Tone::Good, "Resolved"),
        "acknowledged" => (Tone::Warn, "Open, somebody takes care of it"),
        "open" => (Tone::Bad, "Open"),
        _ => (Tone::Neutral, "State not known"),
    };
    let says =
        if about.summary.is_empty() { "What was seen is not known." } else { &about.summary };
    Sign { tone, word: word.to_owned(), says: says.to_owned() }
}

fn in_short(report: &Report) -> Vec<Block> {
    let about = &report.incident;
    let mut facts = vec![Fact::new("When (UTC)", window_words(&report.window))];
    match (&about.cause, &about.title) {
        (Some(cause), title) => {
            let sure = about.confidence.map(|sure| format!(", {:.0} % sure", sure * 100.0));
            let id = Text::code(cause.as_str());
            let title = title.as_deref().unwrap_or("what it means is not known");
            let title = title.trim_end_matches('.');
            let values = vec![format!("{title}{}", sure.unwrap_or_default()).into(), id];
            facts.push(Fact { label: "Cause".to_owned(), values });
        }
        (None, _) => facts.push(Fact::new("Cause", "not known")),
    }
    let mut add = |label: &str, value: Option<String>| {
        facts.push(Fact::new(label, value.unwrap_or_else(|| "not known".to_owned())));
    };
    add("Breaks at", about.stage.as_deref().map(stage));
    add("Whose part it is", about.blame.as_deref().map(word));
    if let Some(hop) = &about.hop {
        add("Between", Some(hop.clone()));
    }
    if let Some(contact) = &about.contact {
        add("Who can change it", Some(contact.clone()));
    }
    vec![Block::Facts(facts)]
}

fn picture(drawing: Option<crate::document::Drawing>) -> Vec<Block> {
    drawing.map(Block::Picture).into_iter().collect()
}

fn affected(report: &Report) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut add = |caption: &str, columns: &[&str], rows: Vec<Vec<Text>>, none: &str| {
        if rows.is_empty() {
            if !none.is_empty() {
                blocks.push(Block::Paragraph(Text::soft(none)));
            }
            return;
        }
        let columns = columns.iter().map(|it| (*it).to_owned()).collect();
        blocks.push(Block::Table(Table { caption: caption.to_owned(), columns, rows }));
    };
    let targets = report.targets.iter().map(target).collect();
    add("URLs and addresses that are checked", &["What", "Monitor", "Now"], targets, "");
    let parties = report.parties.iter().map(|it| vec![it.kind.as_str().into(), code(&it.name)]);
    add(
        "Gateway and endpoints involved",
        &["Which", "Name or address"],
        parties.collect(),
        "Which gateway and endpoints are involved is not known.",
    );
    let instances = report.instances.iter().map(|it| {
        vec![code(&it.name), Text::number(it.failures.to_string()), it.seen.join(", ").into()]
    });
    add(
        "Instances affected, as far as the kept evidence shows",
        &["Instance", "Failures", "Seen"],
        instances.collect(),
        "Which instances are affected is not known.",
    );
    let ids = report.request_ids.iter().map(|it| {
        let at = it.at.as_deref().map(moment).unwrap_or_default();
        let request = it.request.clone().unwrap_or_default();
        vec![code(&it.id), it.name.as_str().into(), at.into(), code(&request)]
    });
    add(
        "Request ids, to find these requests in logs",
        &["Id", "From", "When", "Request"],
        ids.collect(),
        "No answer carried the id of a request.",
    );
    blocks
}

fn target(target: &Target) -> Vec<Text> {
    let state = target.state.clone().unwrap_or_else(|| "not known".to_owned());
    let what = target.target.as_deref().map_or_else(|| "not known".into(), code);
    vec![what, target.monitor.as_str().into(), word(&state).into()]
}

fn code(text: &str) -> Text {
    if text.is_empty() { Text::default() } else { Text::code(text) }
}

fn evidence(report: &Report) -> Vec<Block> {
    if report.evidence.is_empty() {
        return vec![Block::Paragraph(Text::soft("No evidence is kept of it."))];
    }
    let rows = report.evidence.iter().map(|it| {
        let about = [it.meaning.clone(), it.source.clone()];
        let about: Vec<String> = about.into_iter().flatten().collect();
        let piece = it.piece.clone().unwrap_or_default();
        let at = it.at.as_deref().map(moment).unwrap_or_default();
        vec![Text::number(piece), at.into(), code(&it.quote), Text::soft(about.join("; "))]
    });
    let columns = ["No.", "When", "Seen", "Means; seen by"].map(str::to_owned).to_vec();
    vec![Block::Table(Table { caption: String::new(), columns, rows: rows.collect() })]
}

fn candidates(report: &Report) -> Vec<Block> {
    if report.candidates.is_empty() {
        return Vec::new();
    }
    let rows = report.candidates.iter().map(|it| {
        let sure = Text::number(format!("{:.0} %", it.confidence * 100.0));
        let kind = if it.kind == "root" { "why it happens" } else { "what happens" };
        vec![sure, it.title.as_str().into(), code(&it.id), kind.into()]
    });
    let columns = ["How sure", "Cause", "Id", "Which"].map(str::to_owned).to_vec();
    vec![Block::Table(Table { caption: String::new(), columns, rows: rows.collect() })]
}

fn changes(report: &Report) -> Vec<Block> {
    let Some(changes) = &report.changes else {
        return vec![Block::Paragraph(Text::soft("Changes could not be asked for."))];
    };
    if changes.is_empty() {
        let words = "No change was told to the watch, from a day before it began.";
        return vec![Block::Paragraph(Text::soft(words))];
    }
    let columns = ["When", "Relative", "What", "By"].map(str::to_owned).to_vec();
    let rows = changes.iter().map(change).collect();
    vec![Block::Table(Table { caption: String::new(), columns, rows })]
}

fn change(change: &Change) -> Vec<Text> {
    let relative = match change.seconds_before {
        Some(seconds) if seconds >= 0 => format!("{} before", lasted(seconds.unsigned_abs())),
        Some(seconds) => format!("{} after it began", lasted(seconds.unsigned_abs())),
        None => String::new(),
    };
    let about = match change.tags.as_slice() {
        [] => String::new(),
        tags => format!(" ({})", tags.join(", ")),
    };
    let what = format!("{}: {}{about}", word(&change.kind), change.text);
    let by = change.by.clone().unwrap_or_default();
    vec![moment(&change.at).into(), relative.into(), what.into(), by.into()]
}

fn steps_taken(report: &Report) -> Vec<Block> {
    let told = report.told.iter().map(|it| {
        let text = format!("{} to {}: {}", word(&it.kind), it.channel, word(&it.state));
        vec![moment(&it.at).into(), "told".into(), Text::default(), text.into()]
    });
    let steps = report.steps_taken.iter().map(|it| {
        let who = it.who.clone().unwrap_or_default();
        vec![moment(&it.at).into(), word(&it.kind).into(), who.into(), it.text.as_str().into()]
    });
    let rows: Vec<Vec<Text>> = steps.chain(told).collect();
    if rows.is_empty() {
        return vec![Block::Paragraph(Text::soft("No step is written down yet."))];
    }
    let columns = ["When", "Kind", "Who", "What"].map(str::to_owned).to_vec();
    vec![Block::Table(Table { caption: String::new(), columns, rows })]
}

fn steps_to_take(report: &Report) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut commands: Vec<&str> = Vec::new();
    let flush = |commands: &mut Vec<&str>, blocks: &mut Vec<Block>| {
        if !commands.is_empty() {
            let text = commands.join("\n");
            blocks.push(Block::Code(Code { label: String::new(), text }));
            commands.clear();
        }
    };
    for step in &report.steps_to_take {
        if let Some(say) = &step.say {
            flush(&mut commands, &mut blocks);
            blocks.push(Block::Paragraph(say.as_str().into()));
        }
        commands.extend(step.run.as_deref());
    }
    flush(&mut commands, &mut blocks);
    blocks
}

fn texts(all: &[String]) -> Vec<Block> {
    if all.is_empty() {
        return Vec::new();
    }
    let items = all.iter().map(|it| it.as_str().into()).collect();
    vec![Block::List(List { is_numbered: false, items })]
}

fn letters(report: &Report) -> Vec<Block> {
    let words = "Read a text before you send it: it says what was measured, and nothing else.";
    let mut blocks = vec![Block::Paragraph(Text::soft(words))];
    blocks.extend(Addressee::ALL.into_iter().filter_map(|to| ready(report, to)).map(Block::Ready));
    blocks
}

fn timeline(report: &Report) -> Vec<Block> {
    if report.timeline.is_empty() {
        return Vec::new();
    }
    let rows = report.timeline.iter().map(|it| {
        let who = it.who.clone().unwrap_or_default();
        vec![moment(&it.at).into(), word(&it.kind).into(), who.into(), it.text.as_str().into()]
    });
    let columns = ["When", "Kind", "Who", "What"].map(str::to_owned).to_vec();
    vec![Block::Table(Table { caption: String::new(), columns, rows: rows.collect() })]
}

/// Returns the page to complete.
fn review(report: &Report) -> Vec<Block> {
    let blanks = report.review.iter().map(|it| {
        Block::Blank(Blank {
            label: it.question.clone(),
            hint: it.hint.clone(),
            known: it.known.join("\n"),
        })
    });
    blanks.collect()
}
