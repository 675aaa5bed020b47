//! The chain client → gateway → origin as a drawing: which link holds, which one breaks, and who
//! wrote the page.
//!
//! The model is shared by text and reports. In text the broken link has a sign (`--X-->`) and a
//! caption in words; colour is never needed.

use goodgate_causes::WrittenBy;
use goodgate_evidence::{Sign, Stage};
use goodgate_examine::{Answer, Hop, Link, answer};

use super::Diagnosis;

/// Columns of a drawing: what every terminal shows.
pub(super) const COLUMNS_MAX: usize = 80;

/// Columns before a drawing.
const INDENT: &str = "  ";

const HOLDS: &str = "----->";
const BREAKS: &str = "--X-->";

/// Columns that a caption has at least.
const CAPTION_MIN: usize = 32;

/// Where the sign of a broken link stands within it.
const SIGN_AT: usize = 2;

/// The chain as it is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Picture {
    /// The client first.
    pub(super) nodes: Vec<Node>,
    /// What joins each node to the next; one fewer than nodes.
    pub(super) joints: Vec<Joint>,
}

impl Picture {
    /// Returns the same picture with every text from outside passed through `made`.
    pub(super) fn map(mut self, made: &dyn Fn(&str) -> String) -> Self {
        for node in &mut self.nodes {
            node.name = made(&node.name);
        }
        for joint in &mut self.joints {
            if let Joint::Breaks(words) = joint {
                *words = made(words);
            }
        }
        self
    }
}

/// One party of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Node {
    /// What it is: `client`, `proxy`, `gateway`, `target`, `origin`.
    pub(super) what: &'static str,
    /// Its name or address; empty for the client and for what is not known.
    pub(super) name: String,
    /// Who wrote the page, at the party that wrote it.
    pub(super) wrote: Option<String>,
}

impl Node {
    fn new(what: &'static str, name: &str) -> Self {
        Self { what, name: name.to_owned(), wrote: None }
    }

    fn words(&self) -> String {
        if self.name.is_empty() {
            self.what.to_owned()
        } else {
            format!("{} {}", self.what, self.name)
        }
    }
}

/// What joins two parties.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Joint {
    /// It holds.
    Holds,
    /// It breaks, with what was seen.
    Breaks(String),
}

/// Returns the chain of a diagnosis.
pub(super) fn picture(diagnosis: &Diagnosis) -> Picture {
    let mut picture = of_chain(&diagnosis.chain);
    if let Some(proxy) = &diagnosis.proxy {
        picture.nodes.insert(1, Node::new("proxy", proxy));
        picture.joints.insert(0, Joint::Holds);
    }
    if let Some(by) = &diagnosis.assessment.verdict.written_by {
        sign_page(&mut picture, by, diagnosis.saw(Sign::UpstreamAnsweredError));
    }
    picture
}

/// Returns client, gateway and origin with what joins them. Where the gateway answers with an error
/// the break lies behind it, known or not.
fn of_chain(chain: &[Link]) -> Picture {
    let of = |hop| chain.iter().find(|link| link.hop == hop);
    let (gateway, origin) = (of(Hop::Gateway), of(Hop::Origin));
    let mut picture = Picture { nodes: vec![Node::new("client", "")], joints: Vec::new() };
    let Some(gateway) = gateway else { return picture };
    let behind = breaks_behind(gateway, origin.is_some());
    let what = if origin.is_some() { "gateway" } else { "target" };
    picture.joints.push(joint(gateway.broken.as_ref().filter(|_| !behind)));
    picture.nodes.push(Node::new(what, &gateway.name));
    match origin {
        Some(origin) => {
            let of_gateway = gateway.broken.as_ref().filter(|_| behind && origin.broken.is_none());
            let said = of_gateway
                .map(|(_, words)| Joint::Breaks(format!("{words}, and the origin is well")));
            picture.joints.push(said.unwrap_or_else(|| joint(origin.broken.as_ref())));
            picture.nodes.push(Node::new("origin", &origin.name));
        }
        None if behind => {
            let said = gateway.broken.as_ref().map(|(_, words)| words.as_str()).unwrap_or_default();
            picture.joints.push(Joint::Breaks(format!("{said} (not examined)")));
            picture.nodes.push(Node::new("what stands behind it", ""));
        }
        None => {}
    }
    picture
}

fn joint(broken: Option<&(Stage, String)>) -> Joint {
    broken.map_or(Joint::Holds, |(_, words)| Joint::Breaks(words.clone()))
}

/// Notes who wrote the page: the origin where it sent the error itself, else the gateway.
fn sign_page(picture: &mut Picture, by: &WrittenBy, of_origin: bool) {
    let percent = (by.confidence * 100.0).round();
    let words = format!("{} wrote the page ({percent}%)", by.product.meaning());
    let last = picture.nodes.len().saturating_sub(1);
    let found = picture.nodes.iter().position(|node| matches!(node.what, "gateway" | "target"));
    let at = found.map_or(last, |gateway| if of_origin { last } else { gateway });
    if let Some(node) = picture.nodes.get_mut(at) {
        node.wrote = Some(words);
    }
}

/// Tells whether a hop gave a complete answer that is an error.
pub(super) fn answers_with_error(link: &Link) -> bool {
    let run = link.primary().and_then(|run| run.asked.as_ref().ok());
    run.is_some_and(|asked| matches!(answer(asked), Answer::Error(_)))
}

/// Tells whether the gateway's answer speaks of a break behind it: an error, or where the origin is
/// examined too, any answer that is none of a chain that holds.
pub(super) fn breaks_behind(gateway: &Link, has_origin: bool) -> bool {
    let run = gateway.primary().and_then(|run| run.asked.as_ref().ok());
    let answered = run.is_some_and(|asked| answer(asked).status().is_some());
    let at_head = matches!(gateway.broken, Some((Stage::ResponseHead, _)));
    answers_with_error(gateway) || (has_origin && answered && at_head)
}

/// Returns the drawing in lines of at most `columns`, [`COLUMNS_MAX`] at most. The texts of the
/// picture have to be harmless.
pub(super) fn lines(picture: &Picture, columns: usize) -> Vec<String> {
    let columns = columns.min(COLUMNS_MAX);
    across(picture, columns).unwrap_or_else(|| down(picture, columns))
}

/// Draws in one line with captions under it; none where that is too wide.
fn across(picture: &Picture, columns: usize) -> Option<Vec<String>> {
    let mut line = INDENT.to_owned();
    let mut captions = Vec::new();
    for (at, node) in picture.nodes.iter().enumerate() {
        if let Some(wrote) = &node.wrote {
            captions.push(caption(width(&line), "|", wrote, columns)?);
        }
        line.push_str(&node.words());
        let Some(joint) = picture.joints.get(at) else { continue };
        line.push(' ');
        match joint {
            Joint::Holds => line.push_str(HOLDS),
            Joint::Breaks(words) => {
                let under = width(&line) + SIGN_AT;
                captions.push(caption(under, "^", &format!("breaks here: {words}"), columns)?);
                line.push_str(BREAKS);
            }
        }
        line.push(' ');
    }
    if width(&line) > columns {
        return None;
    }
    let mut lines = vec![line];
    lines.extend(captions);
    Some(lines)
}

/// Returns words under a mark at a column: to its right, or to its left where there is more room.
/// Words that fit on neither side are cut, unless too little would be left of them.
fn caption(under: usize, mark: &str, words: &str, columns: usize) -> Option<String> {
    let right = columns.checked_sub(under + 2)?;
    if width(words) <= right {
        return Some(format!("{}{mark} {words}", " ".repeat(under)));
    }
    let left = under.saturating_sub(INDENT.len() + 1);
    if left.max(right) < CAPTION_MIN {
        return None;
    }
    if left < right {
        return Some(format!("{}{mark} {}", " ".repeat(under), cut(words, right)));
    }
    let words = cut(words, left);
    Some(format!("{}{words} {mark}", " ".repeat(under - width(&words) - 1)))
}

/// Draws from top to bottom, which fits whatever the names are.
fn down(picture: &Picture, columns: usize) -> Vec<String> {
    let room = columns.saturating_sub(INDENT.len());
    let mut lines = Vec::new();
    let mut push = |words: &str| lines.push(format!("{INDENT}{}", cut(words, room)));
    for (at, node) in picture.nodes.iter().enumerate() {
        push(&node.words());
        if let Some(wrote) = &node.wrote {
            push(&format!("| {wrote}"));
        }
        match picture.joints.get(at) {
            None => {}
            Some(Joint::Holds) => push("| holds"),
            Some(Joint::Breaks(words)) => push(&format!("X breaks here: {words}")),
        }
    }
    lines
}

fn width(text: &str) -> usize {
    text.chars().count()
}

fn cut(text: &str, room: usize) -> String {
    goodgate_evidence::text::shorten(text, room.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(gateway: &str, origin: &str, words: &str) -> Picture {
        Picture {
            nodes: vec![
                Node::new("client", ""),
                Node {
                    wrote: Some("nginx wrote the page (100%)".into()),
                    ..Node::new("gateway", gateway)
                },
                Node::new("origin", origin),
            ],
            joints: vec![Joint::Holds, Joint::Breaks(words.to_owned())],
        }
    }

    #[test]
    fn a_short_chain_is_one_line_with_captions() {
        let drawn = lines(&broken("a.example:443", "10.0.0.7:8000", "connection refused"), 80);

        assert_eq!(
            drawn,
            [
                "  client -----> gateway a.example:443 --X--> origin 10.0.0.7:8000",
                "                | nginx wrote the page (100%)",
                "                                        ^ breaks here: connection refused",
            ]
        );
    }

    #[test]
    fn a_caption_without_room_stands_to_the_left() {
        let drawn = lines(&broken("a.example:443", "10.0.0.7:8000", &"x".repeat(22)), 68);

        assert_eq!(
            drawn.last().map(String::as_str),
            Some("    breaks here: xxxxxxxxxxxxxxxxxxxxxx ^")
        );
    }

    #[test]
    fn a_long_chain_is_drawn_downwards() {
        let name = format!("{}.example:443", "long".repeat(12));
        let drawn = lines(&broken(&name, "10.0.0.7:8000", "no answer"), 80);

        assert_eq!(drawn.len(), 6);
        assert!(drawn.contains(&"  X breaks here: no answer".to_owned()), "{drawn:?}");
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        for length in 1..200 {
            let (name, words) = ("n".repeat(length), "w".repeat(200 - length));
            for columns in [40, 60, 80, 120] {
                let drawn = lines(&broken(&name, &name, &words), columns);

                let widest = drawn.iter().map(|line| width(line)).max();
                assert!(widest <= Some(columns.min(COLUMNS_MAX)), "{drawn:#?}");
            }
        }
    }
}
