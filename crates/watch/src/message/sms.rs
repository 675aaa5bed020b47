//! A message as one SMS: the state and the verdict first, then what it concerns, then the link if it
//! still fits.

use super::Brief;
use super::gsm::{count, fitted, folded};

/// Writes a message that fits into one segment: 160 characters of the GSM alphabet, or 70 where a name
/// needs other letters.
pub(super) fn sms(brief: &Brief) -> String {
    let verdict = brief.verdict.trim_end_matches('.');
    let first = folded(&format!("{}: {verdict}", brief.mark));
    let name = folded(&brief.concerns);
    let concerns = [name.as_str(), brief.number.as_str()];
    let concerns: Vec<&str> = concerns.into_iter().filter(|part| !part.is_empty()).collect();
    let behind =
        if concerns.is_empty() { String::new() } else { format!(" ({})", concerns.join(", ")) };
    let link = brief.links.iter().find(|(label, _)| *label == "Incident");
    let link = link.map(|(_, url)| format!(" {url}")).unwrap_or_default();
    [format!("{first}{behind}{link}"), format!("{first}{behind}")]
        .into_iter()
        .find(|text| count(text).segments <= 1)
        .unwrap_or_else(|| shortened(&first, &brief.number))
}

/// Cuts the verdict so that the number of the incident still fits behind it.
fn shortened(first: &str, number: &str) -> String {
    let behind = if number.is_empty() { String::new() } else { format!(" ({number})") };
    let mut length = first.chars().count();
    loop {
        let beginning: String = first.chars().take(length).collect();
        let text = format!("{}...{behind}", beginning.trim_end());
        if length == 0 || count(&text).segments <= 1 {
            return fitted(&text, 1);
        }
        length -= 1;
    }
}
