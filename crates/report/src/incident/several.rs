//! One report of all incidents of a time: the summary first, then each.

use super::gather::window_words;
use super::read::{counted, moment};
use super::{Report, page};
use crate::document::{Block, Document, Section, Sign, Table, Text, Tone};
use crate::times::lasted;

/// From when to when incidents are reported. Times are RFC 3339.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Period {
    /// From when.
    pub from: String,
    /// Until when.
    pub until: String,
    /// When the report is made.
    pub made_at: String,
    /// How many more incidents there were than are shown.
    pub left_out: usize,
}

/// Returns the document of all incidents of a time, the latest first.
pub fn several(reports: &[Report], period: &Period, with_review: bool) -> Document {
    let mut blocks = vec![Block::Sign(sign(reports))];
    if !reports.is_empty() {
        blocks.push(Block::Section(Section::long("All of them", vec![table(reports)])));
    }
    if period.left_out > 0 {
        let words = format!("{} more are left out; ask for a shorter time.", period.left_out);
        blocks.push(Block::Paragraph(Text::soft(words)));
    }
    for report in reports {
        let mut parts = page::parts(report);
        if with_review {
            let whole = page::document(report, true).blocks;
            parts.extend(whole.into_iter().skip(parts.len()));
        }
        blocks.push(Block::Section(Section::long(page::title(report), parts)));
    }
    let (from, until) = (moment(&period.from), moment(&period.until));
    Document {
        title: format!("Incidents from {from} to {until}"),
        over: format!("goodgate, report of {}", moment(&period.made_at)),
        about: sign(reports).says,
        blocks,
    }
}

fn sign(reports: &[Report]) -> Sign {
    let open = reports.iter().filter(|it| !it.is_over()).count();
    let all = counted(reports.len(), "incident");
    let (tone, word) = match (reports.len(), open) {
        (0, _) => (Tone::Good, "None"),
        (_, 0) => (Tone::Good, "All are over"),
        _ => (Tone::Bad, "Open"),
    };
    let seconds: u64 = reports.iter().filter_map(|it| it.window.seconds).sum();
    let says = match (reports.len(), open) {
        (0, _) => "No incident in this time.".to_owned(),
        (_, 0) => format!("{all}, {} together.", lasted(seconds)),
        _ => format!("{all}, {open} of them not over; {} together.", lasted(seconds)),
    };
    Sign { tone, word: word.to_owned(), says }
}

fn table(reports: &[Report]) -> Block {
    let rows = reports.iter().map(|it| {
        let about = &it.incident;
        let cause = about.cause.clone().unwrap_or_else(|| "not known".to_owned());
        vec![
            Text::number(about.id.as_str()),
            page::sign(it).word.into(),
            window_words(&it.window).into(),
            Text::code(cause),
            about.summary.as_str().into(),
        ]
    });
    let columns = ["No.", "State", "When", "Cause", "Seen"].map(str::to_owned).to_vec();
    Block::Table(Table { caption: String::new(), columns, rows: rows.collect() })
}
