//! Finding a code by what somebody pasted.

use super::{ALL, Code, Family, haproxy_states};

/// Longest text that can be a code, in bytes; what is longer is a log line and belongs to the
/// line signatures.
const TEXT_MAX: usize = 256;

/// Most parts of a combination such as `URX,UF` that are looked up.
const PARTS_MAX: usize = 8;

/// Returns the codes that `text` is: one for an unambiguous code, several for one that more than
/// one family uses, and those of each part for a combination (`URX,UF`, `{connection_termination}`).
///
/// Upper and lower case differ only where it matters: a code that is written exactly so is
/// preferred (`SC` is not `sC`), else case is ignored. A label in front is skipped (`code=H12`,
/// `bc_err=34`, `grpc-status: 14`).
pub fn lookup(text: &str) -> Vec<&'static Code> {
    let text = trimmed(text);
    if text.is_empty() || text.len() > TEXT_MAX {
        return Vec::new();
    }
    let whole = find(text);
    if whole.is_empty() { find_parts(text) } else { whole }
}

/// Removes what surrounds a code in a sentence or in JSON.
fn trimmed(text: &str) -> &str {
    text.trim().trim_matches(['"', '\'', '`', ',', ';']).trim()
}

fn find(text: &str) -> Vec<&'static Code> {
    let spellings = spellings(text);
    let mut found = matching(|written| spellings.iter().any(|spelling| written == spelling));
    if found.is_empty() {
        found = matching(|written| {
            spellings.iter().any(|spelling| written.eq_ignore_ascii_case(spelling))
        });
    }
    if found.is_empty() { haproxy_state(text) } else { found }
}

fn matching(is_it: impl Fn(&str) -> bool) -> Vec<&'static Code> {
    ALL.iter()
        .flat_map(|(_, codes)| codes.iter())
        .filter(|code| is_it(code.code) || code.aliases.iter().any(|alias| is_it(alias)))
        .collect()
}

/// Returns the ways in which the text may stand in a table: as it is, with its label separated by
/// one space, and without a label that says no more than "this is a code".
fn spellings(text: &str) -> Vec<String> {
    let mut spellings = vec![text.to_owned()];
    let Some((label, value)) = text.split_once(['=', ':']) else {
        return spellings;
    };
    let (label, value) = (label.trim(), value.trim().trim_matches('"'));
    spellings.push(format!("{label} {value}"));
    if LABELS.iter().any(|known| known.eq_ignore_ascii_case(label)) {
        spellings.push(value.to_owned());
    }
    spellings
}

/// Labels whose value alone is the code.
const LABELS: &[&str] = &[
    "code",
    "err.code",
    "error",
    "error_reason",
    "flags",
    "msg",
    "ngrok-error-code",
    "reason",
    "reset reason",
    "response_flags",
    "statusDetails",
    "x-edge-detailed-result-type",
    "x-render-routing",
    "x-vercel-error",
];

/// Returns the code of a four-character termination state (`sH--`), by its first two characters.
///
/// A few English words in capitals have that shape (`SHOP`), so a caller that looks up every word of
/// a text should leave words without a `-` alone.
fn haproxy_state(text: &str) -> Vec<&'static Code> {
    if text.len() != 4 || haproxy_states::letters(text).is_empty() {
        return Vec::new();
    }
    let first_two = text.get(..2).unwrap_or_default();
    matching(|written| written == first_two)
        .into_iter()
        .filter(|code| code.family == Family::HaproxyState)
        .collect()
}

fn find_parts(text: &str) -> Vec<&'static Code> {
    let mut found: Vec<&'static Code> = Vec::new();
    for part in text.split([',', '{', '}', '|']).map(trimmed).take(PARTS_MAX) {
        if part.is_empty() || part == text {
            continue;
        }
        let new = find(part);
        found.extend(
            new.into_iter()
                .filter(|code| !found.iter().any(|old| same(old, code)))
                .collect::<Vec<_>>(),
        );
    }
    found
}

fn same(one: &Code, other: &Code) -> bool {
    one.family == other.family && one.code == other.code
}
