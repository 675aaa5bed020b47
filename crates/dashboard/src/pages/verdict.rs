//! A verdict as the pages of a check and of an explanation show it.

use goodgate_causes::markdown::blocks;
use goodgate_causes::{Cause, catalogue};
use goodgate_evidence::Product;

use super::waterfall::{self, Waterfall};
use crate::drawn::{Chain, Joint, Known, Party, chain};
use crate::limits::{CAUSES_SHOWN, SEEN_SHOWN, TODO_SHOWN};
use crate::model::{Candidate, Component, Explained, Explanation, Fix, Mechanism, Seen};
use crate::told;
use crate::words::{lines, text};

/// How sure one has to be of what happened for it to be drawn.
const LIKELY: f64 = 0.5;

/// A verdict, with what it rests on.
#[derive(Default)]
pub(crate) struct Verdict {
    pub(crate) faults: Vec<Fault>,
    pub(crate) chain: Option<Chain>,
    pub(crate) times: Option<Waterfall>,
    pub(crate) phases: Vec<Row>,
    pub(crate) seen: Vec<Sight>,
    pub(crate) more_seen: usize,
    pub(crate) notes: Vec<String>,
    pub(crate) ids: Vec<(String, String)>,
}

/// The verdict on one fault.
pub(crate) struct Fault {
    pub(crate) class: &'static str,
    pub(crate) sign: &'static str,
    pub(crate) word: &'static str,
    pub(crate) summary: String,
    pub(crate) facts: Vec<(&'static str, String)>,
    pub(crate) causes: Vec<Row>,
    pub(crate) not_visible: String,
    pub(crate) more_causes: usize,
    pub(crate) fixes: Vec<Todo>,
    pub(crate) contact: String,
    pub(crate) next: Vec<Step>,
}

/// A line of a table.
pub(crate) struct Row {
    pub(crate) name: String,
    /// Where its name leads to; nowhere where it is empty.
    pub(crate) path: String,
    pub(crate) value: String,
    pub(crate) says: String,
}

/// What to do about a cause.
pub(crate) struct Todo {
    pub(crate) about: String,
    /// A text of ours, as HTML; empty where the text is none of ours.
    pub(crate) html: String,
    pub(crate) text: String,
}

/// What would tell more.
pub(crate) struct Step {
    pub(crate) what: String,
    pub(crate) command: String,
    pub(crate) separates: String,
}

/// Something that was seen.
pub(crate) struct Sight {
    pub(crate) id: String,
    pub(crate) meaning: String,
    pub(crate) quote: String,
    pub(crate) says: String,
}

/// Shows what a check or an explanation came to.
pub(crate) fn of(explained: &Explained) -> Verdict {
    let all = explained.verdict.iter().chain(&explained.also).take(CAUSES_SHOWN);
    let notes = explained.notices.iter().take(TODO_SHOWN);
    let of_text = explained.read.iter().flat_map(|read| &read.request_ids);
    let ids = explained.request_ids.iter().chain(of_text).take(TODO_SHOWN);
    let hop = explained.waterfall.first();
    let phases = hop.map(|hop| hop.phases.as_slice()).unwrap_or_default();
    Verdict {
        faults: all.map(|verdict| fault(verdict, &explained.evidence)).collect(),
        chain: drawing(explained),
        times: waterfall::of_phases(phases),
        phases: phases.iter().take(TODO_SHOWN).map(waterfall::row).collect(),
        seen: explained.evidence.iter().take(SEEN_SHOWN).map(sight).collect(),
        more_seen: explained.evidence.len().saturating_sub(SEEN_SHOWN),
        notes: notes.map(|note| text(&note.text)).collect(),
        ids: ids.map(|id| (text(&id.name), text(&id.value))).collect(),
    }
}

fn drawing(explained: &Explained) -> Option<Chain> {
    let verdict = explained.verdict.as_ref()?;
    let Some(mechanism) = likely(verdict) else { return behind(explained, verdict) };
    let known = |kind: &str, name: &str| Component { kind: kind.to_owned(), name: name.to_owned() };
    // An answer that is an error shows that there is a gateway, and that it was reached.
    let kind = if explained.status.is_some() { "gateway" } else { "address" };
    let components: Vec<_> =
        explained.chain.iter().take(1).map(|hop| known(kind, &hop.name)).collect();
    let (stage, blame) = (Some(mechanism.stage.as_str()), Some(mechanism.blame.as_str()));
    (!components.is_empty())
        .then(|| chain(Known { stage, blame, components: &components, is_over: false }))?
}

/// Returns what happened, where that is more likely than not: nothing less is drawn as if it were known.
fn likely(verdict: &Explanation) -> Option<&Mechanism> {
    let is_likely = |it: &&Mechanism| is_failing(verdict) && it.confidence >= LIKELY;
    verdict.mechanism.as_ref().filter(is_likely)
}

/// Draws an error that a gateway sent, of which only that is known.
fn behind(explained: &Explained, verdict: &Explanation) -> Option<Chain> {
    let status = explained.status.filter(|status| *status >= 500 && is_failing(verdict))?;
    let name = explained.chain.first().map(|hop| text(&hop.name))?;
    let party = |what, name, joint| Party { what, name, broken: None, joint };
    let parties = vec![
        party("client", String::new(), Some(Joint::Holds)),
        party("gateway", name, Some(Joint::Breaks(format!("the answer is {status}")))),
        party("endpoint", String::new(), None),
    ];
    let says = format!(
        "The gateway was reached and answers {status}. What breaks behind it, or in it, cannot be told from \
         here."
    );
    Some(Chain { parties, says })
}

fn is_failing(verdict: &Explanation) -> bool {
    matches!(verdict.state.as_str(), "failing" | "partial" | "intermittent")
}

fn fault(verdict: &Explanation, evidence: &[Seen]) -> Fault {
    let (class, sign, word) = match verdict.state.as_str() {
        "healthy" => ("up", "\u{2713}", "Healthy"),
        "failing" => ("down", "\u{2715}", "Failing"),
        "partial" => ("partial", "\u{25d0}", "Partly failing"),
        "intermittent" => ("partial", "\u{25d0}", "Failing now and then"),
        _ => ("unknown", "?", "Unknown"),
    };
    let mut facts = Vec::new();
    if let Some(mechanism) = likely(verdict) {
        facts.push(("Where it breaks", told::stage(&mechanism.stage).into_owned()));
        facts.push(("Whose part", told::blame(&mechanism.blame).into_owned()));
    }
    if let Some(by) = &verdict.written_by {
        let words = format!("{} ({})", product(&by.product), percent(by.confidence));
        facts.push(("Who wrote the answer", words));
    }
    let is_hidden = verdict.root_not_visible >= 0.2 && verdict.mechanism.is_some();
    Fault {
        class,
        sign,
        word,
        summary: text(&verdict.summary),
        facts,
        causes: verdict.causes.iter().take(CAUSES_SHOWN).map(|it| cause(it, evidence)).collect(),
        not_visible: if is_hidden { percent(verdict.root_not_visible) } else { String::new() },
        more_causes: verdict.causes.len().saturating_sub(CAUSES_SHOWN),
        fixes: verdict.fixes.iter().take(TODO_SHOWN).map(todo).collect(),
        contact: text(&verdict.contact),
        next: verdict.next.iter().take(TODO_SHOWN).map(step).collect(),
    }
}

fn cause(cause: &Candidate, evidence: &[Seen]) -> Row {
    let meaning = |id: &String| {
        let seen = evidence.iter().find(|seen| seen.id == *id)?;
        Some(format!("{} ({})", text(&seen.meaning), text(id)))
    };
    let proof: Vec<String> = cause.because.iter().filter_map(meaning).take(3).collect();
    let against: Vec<String> = cause.against.iter().filter_map(meaning).take(2).collect();
    let mut says = text(&cause.title);
    if !proof.is_empty() {
        says = format!("{says}. Because: {}", proof.join("; "));
    }
    if !against.is_empty() {
        says = format!("{says}. Against it: {}", against.join("; "));
    }
    let known = catalogue::find(&cause.id);
    Row {
        name: text(&cause.id),
        path: known.map(|known| format!("/causes/{}", known.id)).unwrap_or_default(),
        value: percent(cause.confidence),
        says,
    }
}

fn todo(fix: &Fix) -> Todo {
    let cause = catalogue::find(&fix.cause);
    let about = match &fix.product {
        Some(name) => format!("{}, {}", text(&fix.cause), product(name)),
        None => text(&fix.cause),
    };
    let own = cause.filter(|cause| is_ours(cause, &fix.text));
    Todo { about, html: own.map(|_| blocks(&fix.text)).unwrap_or_default(), text: lines(&fix.text) }
}

/// Tells whether a text stands on the page of a cause: only such a text becomes HTML as it is.
fn is_ours(cause: &Cause, text: &str) -> bool {
    cause
        .page()
        .sections()
        .iter()
        .any(|section| section.body == text || section.parts.iter().any(|(_, part)| *part == text))
}

fn step(next: &crate::model::Next) -> Step {
    let separates: Vec<String> =
        next.separates.iter().take(CAUSES_SHOWN).map(|id| text(id)).collect();
    Step { what: text(&next.what), command: lines(&next.command), separates: separates.join(", ") }
}

fn sight(seen: &Seen) -> Sight {
    let often = if seen.count > 1 { format!(", {} times", seen.count) } else { String::new() };
    Sight {
        id: text(&seen.id),
        meaning: text(&seen.meaning),
        quote: text(&seen.quote),
        says: format!("{}{often}", text(&seen.source)),
    }
}

fn product(slug: &str) -> String {
    let found = Product::ALL.iter().find(|it| it.slug() == slug);
    found.map_or_else(|| text(slug), |it| it.meaning().to_owned())
}

/// Returns how sure something is. What is unsure is no round number of certainty.
fn percent(share: f64) -> String {
    format!("{:.0} %", (share.clamp(0.0, 1.0) * 100.0).round())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const EVIL: &str = "<script>alert(1)</script>{{7*7}}{% include \"x\" %}\u{202e}";

    fn read(document: serde_json::Value) -> Verdict {
        of(&serde_json::from_value(document).expect("read"))
    }

    #[test]
    fn a_fix_that_is_none_of_ours_stays_text() {
        let own = catalogue::find("connect_refused").expect("a cause");
        let page = own.page();
        let part = page.sections().iter().find_map(|it| it.parts.first()).expect("a part").1;

        let verdict = read(json!({"verdict": {"state": "failing", "fixes": [
            {"cause": "connect_refused", "text": part},
            {"cause": "connect_refused", "text": EVIL},
            {"cause": EVIL, "text": part},
        ]}}));

        let fixes: Vec<bool> =
            verdict.faults[0].fixes.iter().map(|it| it.html.is_empty()).collect();
        assert_eq!(fixes, [false, true, true]);
    }

    #[test]
    fn the_link_that_breaks_is_drawn_where_a_mechanism_is_known() {
        let sure = |state: &str, status: Option<u16>, confidence: f64| {
            let mechanism =
                json!({"stage": "connect", "blame": "origin", "confidence": confidence});
            json!({
                "verdict": {"state": state, "mechanism": mechanism},
                "chain": [{"name": "shop.example"}], "status": status,
            })
        };
        let document = |state, status| sure(state, status, 0.9);
        let parties = |it: &Verdict| it.chain.as_ref().map(|chain| chain.parties.len());

        assert_eq!(parties(&read(document("failing", None))), Some(2));
        assert_eq!(parties(&read(document("failing", Some(502)))), Some(3));
        assert_eq!(parties(&read(document("healthy", Some(200)))), None);
        assert_eq!(parties(&read(document("unknown", None))), None);
        assert_eq!(parties(&read(sure("failing", None, 0.1))), None);
        let guess = read(sure("failing", Some(502), 0.1));
        assert!(guess.chain.is_some_and(|it| it.says.contains("cannot be told")));
        assert!(guess.faults[0].facts.is_empty(), "nothing is claimed of where it breaks");
    }

    #[test]
    fn what_is_endless_is_bounded() {
        let many = vec![json!({"id": EVIL, "title": EVIL, "quote": "x".repeat(9000)}); 5_000];
        let verdict = read(
            json!({"verdict": {"causes": many, "fixes": many, "next": many}, "evidence": many}),
        );

        let fault = &verdict.faults[0];
        assert_eq!((fault.causes.len(), fault.more_causes), (CAUSES_SHOWN, 5_000 - CAUSES_SHOWN));
        assert_eq!((fault.fixes.len(), fault.next.len()), (TODO_SHOWN, TODO_SHOWN));
        assert_eq!((verdict.seen.len(), verdict.more_seen), (SEEN_SHOWN, 5_000 - SEEN_SHOWN));
        assert!(verdict.seen[0].quote.len() < 2_000 && !verdict.seen[0].id.contains('\u{202e}'));
    }
}
