//! Text in the markup of chat programs, so that it is shown and starts nothing: no bold, no link, no
//! mention of everybody.
//!
//! What comes here is already without control characters ([`Brief`](super::Brief)); templates of
//! operators come here as they are.

use goodgate_evidence::text::{html, markdown, neutralise};

/// Puts an invisible word joiner behind an `@`, so that `@everyone` and `@here` call nobody.
const NOBODY: &str = "@\u{2060}";

/// Returns text for a `mrkdwn` field of Slack. `&`, `<` and `>` are entities there, as its manual says;
/// the marks of emphasis have no escape, so that a joiner keeps them from touching a word.
pub fn slack(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for c in neutralise(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '*' | '_' | '~' | '`' => {
                out.push('\u{2060}');
                out.push(c);
                out.push('\u{2060}');
            }
            c => out.push(c),
        }
    }
    out
}

/// Returns text for a message to Telegram with `parse_mode` HTML: `&`, `<`, `>` and `"` are entities.
pub fn telegram(text: &str) -> String {
    // Telegram knows only these entities by name, and numbers (Bot API, "HTML style").
    html(text)
}

/// Returns text for Discord: Markdown, and nobody is called.
pub fn discord(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for c in neutralise(text).chars() {
        match c {
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '#' | '!' | '|' | '~'
            | '>' | '<' | '-' | ':' => {
                out.push('\\');
                out.push(c);
            }
            '@' => out.push_str(NOBODY),
            c => out.push(c),
        }
    }
    out
}

/// Returns text for a text block of an Adaptive Card: Markdown without line breaks.
pub fn teams(text: &str) -> String {
    markdown(text).replace('@', NOBODY)
}

/// Returns text without control characters.
pub fn plain(text: &str) -> String {
    neutralise(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVIL: &str = "<!channel> *bold* [a](http://b) @everyone `x` _y_ ~z~ \x1b[31m & \u{202e}";

    #[test]
    fn slack_sees_no_mention_and_no_markup() {
        let text = slack(EVIL);

        assert!(text.starts_with("&lt;!channel&gt; "), "{text}");
        assert!(
            !text.contains("*bold*") && !text.contains("`x`") && !text.contains("_y_"),
            "{text}"
        );
        assert!(text.contains("&amp;") && !text.contains('\x1b') && !text.contains('\u{202e}'));
    }

    #[test]
    fn telegram_sees_text() {
        assert_eq!(telegram("<b>\"&"), "&lt;b&gt;&quot;&amp;");
        assert!(!telegram(EVIL).contains('\x1b'));
    }

    #[test]
    fn discord_calls_nobody_and_shows_what_was_written() {
        let text = discord(EVIL);

        assert!(!text.contains("@everyone") && !text.contains("@here"), "{text}");
        assert!(text.contains("\\*bold\\*") && text.contains("\\[a\\]\\(http"), "{text}");
        assert!(!text.contains('\x1b'));
    }

    #[test]
    fn teams_sees_no_link_and_no_mention() {
        let text = teams(EVIL);

        assert!(text.contains("\\[a\\]\\(http") && !text.contains("<!channel>"), "{text}");
        assert!(!text.contains("@everyone"), "{text}");
    }
}
