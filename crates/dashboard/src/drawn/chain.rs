//! The chain client → gateway → endpoint, with the link that breaks.
//!
//! A monitor that looks at something directly has no gateway between: the chain is then client → target. What
//! lies behind the break was not reached, and nothing is claimed of it.

use crate::model::Component;
use crate::told;
use crate::words::text;

/// Names of one party that are shown.
const NAMED: usize = 3;

/// The chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chain {
    /// The client first, each with what joins it to the next.
    pub(crate) parties: Vec<Party>,
    /// The same in one sentence.
    pub(crate) says: String,
}

/// One of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Party {
    /// What it is.
    pub(crate) what: &'static str,
    /// Its name; empty where it is not known.
    pub(crate) name: String,
    /// What is broken inside it.
    pub(crate) broken: Option<String>,
    /// What joins it to the next.
    pub(crate) joint: Option<Joint>,
}

/// What joins two of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Joint {
    /// It holds.
    Holds,
    /// It breaks, with where in it.
    Breaks(String),
    /// Nothing got so far.
    Unseen,
}

/// Where the chain is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// After the party of this number.
    After(usize),
    /// Within the party of this number.
    Within(usize),
}

/// What is known of a break.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known<'a> {
    /// The stage that failed.
    pub(crate) stage: Option<&'a str>,
    /// Whose part it is.
    pub(crate) blame: Option<&'a str>,
    /// What was met on the way.
    pub(crate) components: &'a [Component],
    /// Whether it is over.
    pub(crate) is_over: bool,
}

/// Draws what is known; nothing where no stage is, since then no link is known to break.
pub(crate) fn chain(known: Known<'_>) -> Option<Chain> {
    let stage = known.stage?;
    let mut parties = parties(&known);
    let place = place(stage, parties.len(), known.blame);
    let breaks = if known.is_over { "broke here" } else { "breaks here" };
    let words = format!("{breaks}: {}", told::stage(stage));
    let count = parties.len();
    for (index, party) in parties.iter_mut().enumerate() {
        let joint = match place {
            Place::After(at) if index == at => Joint::Breaks(words.clone()),
            Place::After(at) | Place::Within(at) if index < at => Joint::Holds,
            Place::After(_) | Place::Within(_) => Joint::Unseen,
        };
        party.joint = (index + 1 < count).then_some(joint);
        party.broken = (place == Place::Within(index)).then(|| words.clone());
    }
    let says = says(&parties, place);
    Some(Chain { parties, says })
}

fn parties(known: &Known<'_>) -> Vec<Party> {
    let named = |kind: &str| named(known.components, kind);
    let has = |kind: &str| known.components.iter().any(|it| it.kind == kind);
    let party = |what, name| Party { what, name, broken: None, joint: None };
    let mut parties = vec![party("client", String::new())];
    // Whatever happens inside a gateway shows that there is one.
    if has("gateway") || has("endpoint") || matches!(known.stage, Some("gateway" | "downstream")) {
        let name = if has("gateway") { named("gateway") } else { named("address") };
        parties.push(party("gateway", name));
        parties.push(party("endpoint", named("endpoint")));
    } else {
        parties.push(party("target", named("address")));
    }
    if known.blame == Some("dependency") && has("dependency") {
        parties.push(party("dependency", named("dependency")));
    }
    parties
}

fn named(components: &[Component], kind: &str) -> String {
    let all: Vec<&Component> = components.iter().filter(|it| it.kind == kind).collect();
    let mut names: Vec<String> = all.iter().take(NAMED).map(|it| text(&it.name)).collect();
    if all.len() > NAMED {
        names.push(format!("{} more", all.len() - NAMED));
    }
    names.join(", ")
}

fn place(stage: &str, count: usize, blame: Option<&str>) -> Place {
    let last_link = count.saturating_sub(2);
    match (stage, blame) {
        ("downstream", _) => Place::After(0),
        ("gateway", _) => Place::Within(1),
        // What failed is what the endpoint relies on, where that is named: the last link.
        (_, Some("dependency")) => Place::After(last_link),
        // Between the gateway and what stands behind it, or between the client and its target.
        _ if count >= 3 => Place::After(1),
        _ => Place::After(0),
    }
}

fn says(parties: &[Party], place: Place) -> String {
    let name = |index: usize| {
        let party = parties.get(index);
        party.map_or_else(String::new, |it| match it.name.as_str() {
            "" => format!("the {}", it.what),
            name => format!("the {} {name}", it.what),
        })
    };
    let words = |index: usize| {
        let party = parties.get(index);
        let joint = party.and_then(|it| match &it.joint {
            Some(Joint::Breaks(words)) => Some(words.as_str()),
            _ => None,
        });
        joint.or(party.and_then(|it| it.broken.as_deref())).unwrap_or_default()
    };
    match place {
        Place::After(at) => format!("Between {} and {}: it {}.", name(at), name(at + 1), words(at)),
        Place::Within(at) => format!("In {}: it {}.", name(at), words(at)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn components(all: &[(&str, &str)]) -> Vec<Component> {
        let of = |(kind, name): &(&str, &str)| Component {
            kind: (*kind).to_owned(),
            name: (*name).to_owned(),
        };
        all.iter().map(of).collect()
    }

    fn drawn(stage: &str, blame: &str, all: &[(&str, &str)]) -> Chain {
        let components = components(all);
        chain(Known {
            stage: Some(stage),
            blame: Some(blame),
            components: &components,
            is_over: false,
        })
        .expect("a chain")
    }

    /// Returns the chain in one line.
    fn line(chain: &Chain) -> String {
        let mut line = String::new();
        for party in &chain.parties {
            line.push_str(party.what);
            line.push_str(if party.broken.is_some() { "(X)" } else { "" });
            line.push_str(match &party.joint {
                Some(Joint::Holds) => " -- ",
                Some(Joint::Breaks(_)) => " -X- ",
                Some(Joint::Unseen) => " .. ",
                None => "",
            });
        }
        line
    }

    const BEHIND: [(&str, &str); 3] =
        [("endpoint", "10.0.0.7:80"), ("address", "1.2.3.4:443"), ("gateway", "nginx at 1.2.3.4")];

    #[test]
    fn the_link_that_breaks_is_the_one_of_the_stage() {
        for (stage, blame, all, wanted) in [
            ("connect", "origin", &BEHIND[..], "client -- gateway -X- endpoint"),
            ("tls", "gateway", &BEHIND, "client -- gateway -X- endpoint"),
            ("downstream", "client", &BEHIND, "client -X- gateway .. endpoint"),
            ("gateway", "gateway", &BEHIND, "client -- gateway(X) .. endpoint"),
            ("gateway", "gateway", &[], "client -- gateway(X) .. endpoint"),
            ("connect", "origin", &BEHIND[1..2], "client -X- target"),
            ("resolve", "network", &[], "client -X- target"),
            (
                "response_head",
                "dependency",
                &[("gateway", "g"), ("dependency", "mail.example")],
                "client -- gateway -- endpoint -X- dependency",
            ),
            ("response_head", "dependency", &BEHIND, "client -- gateway -X- endpoint"),
        ] {
            assert_eq!(line(&drawn(stage, blame, all)), wanted, "{stage} {blame}");
        }
    }

    #[test]
    fn the_break_is_told_in_words() {
        let chain = drawn("connect", "origin", &BEHIND);

        assert_eq!(
            chain.says,
            "Between the gateway nginx at 1.2.3.4 and the endpoint 10.0.0.7:80: it breaks here: \
             opening the connection."
        );
    }

    #[test]
    fn without_a_stage_no_link_is_blamed() {
        let components = components(&BEHIND);

        let known =
            Known { stage: None, blame: Some("origin"), components: &components, is_over: false };
        assert_eq!(chain(known), None);
    }

    #[test]
    fn names_from_outside_are_harmless_and_few() {
        let long = "\u{202e}".repeat(100_000);
        let many: Vec<(&str, &str)> = vec![("endpoint", long.as_str()); 50];

        let chain = drawn("\u{202e}", "origin", &many);

        let endpoint = &chain.parties[2].name;
        assert!(!chain.says.contains('\u{202e}') && !endpoint.contains('\u{202e}'));
        assert!(endpoint.ends_with("47 more") && endpoint.len() < 10_000, "{}", endpoint.len());
    }
}
