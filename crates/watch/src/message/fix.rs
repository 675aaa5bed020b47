//! What to do first: the beginning of "How to fix it" on the page of the cause.

use goodgate_causes::catalogue;
use goodgate_evidence::text::shorten;

use super::limits;

/// A line of what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Something to read.
    Say(String),
    /// A command, to be copied as it is.
    Run(String),
}

/// Returns the first lines of what to do about a cause; none for one that is not in the catalogue.
pub fn first_steps(cause: &str) -> Vec<Step> {
    let page = catalogue::find(cause).map(goodgate_causes::Cause::page);
    let Some(page) = page else { return Vec::new() };
    let body = page.section("How to fix it").map_or("", |fix| fix.body);
    // Where every line of it is for one product, what stands at the top of the page is for all.
    steps(if body.is_empty() { page.lead } else { body })
}

/// Reads a piece of Markdown: paragraphs and list items are said, lines in fences are run.
fn steps(markdown: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut in_fence = false;
    for line in markdown.lines() {
        if steps.len() == limits::FIX_LINES {
            break;
        }
        if line.trim_start().starts_with("```") {
            in_fence = !in_fence;
        } else if line.trim().is_empty() {
            // Nothing to say.
        } else if !in_fence {
            steps.push(Step::Say(sentences(&plain(line))));
        } else if line.chars().count() <= limits::FIX_LINE {
            // A command that is cut would be another command.
            steps.push(Step::Run(squeezed(line)));
        }
    }
    steps
}

/// Returns a command without the room that aligns its comment.
fn squeezed(line: &str) -> String {
    match line.split_once("  #") {
        Some((command, comment)) => format!("{}  #{comment}", command.trim_end()),
        None => line.trim_end().to_owned(),
    }
}

/// Returns a line of prose without the marks of Markdown that the pages use.
fn plain(line: &str) -> String {
    line.trim().replace("**", "").replace('`', "")
}

/// Returns as many sentences from the beginning as fit, or what fits of the first.
fn sentences(text: &str) -> String {
    let fits =
        |end: &usize| text.get(..*end).is_some_and(|part| part.chars().count() <= limits::FIX_LINE);
    if fits(&text.len()) {
        return text.to_owned();
    }
    let ends = text.match_indices(". ").map(|(at, _)| at + 1);
    match ends.take_while(fits).last() {
        Some(end) => text.get(..end).unwrap_or_default().to_owned(),
        None => shorten(text, limits::FIX_LINE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_prose_ends_with_a_whole_sentence() {
        let long = format!("First. {}. Third.", "x".repeat(limits::FIX_LINE));

        assert_eq!(sentences(&long), "First.");
        assert!(sentences(&"x".repeat(2 * limits::FIX_LINE)).ends_with('…'));
    }

    #[test]
    fn the_page_of_a_cause_says_what_to_do_first() {
        let steps = first_steps("connect_refused");

        assert_eq!(steps.first(), Some(&Step::Say("On the application's host:".to_owned())));
        assert_eq!(steps.last(), Some(&Step::Say(
            "If it listens on another port, correct the gateway. If it does not start, its log says why."
                .to_owned()
        )));
        assert!(steps.contains(&Step::Run("sudo systemctl start app".to_owned())));
        assert!(steps.contains(&Step::Run(
            "sudo ss -ltnp  # who listens on which address and port?".to_owned()
        )));
    }

    #[test]
    fn every_cause_says_something_and_not_too_much() {
        for cause in catalogue::ALL {
            let steps = first_steps(cause.id);
            assert!((1..=limits::FIX_LINES).contains(&steps.len()), "{}", cause.id);
        }
    }

    #[test]
    fn an_unknown_cause_says_nothing() {
        assert_eq!(first_steps("sideways"), []);
    }

    #[test]
    fn a_long_command_is_left_out_and_not_cut() {
        let text = format!("Do:\n```sh\nrm {}\nls\n```\n", "x".repeat(limits::FIX_LINE));

        assert_eq!(steps(&text), [Step::Say("Do:".to_owned()), Step::Run("ls".to_owned())]);
    }
}
