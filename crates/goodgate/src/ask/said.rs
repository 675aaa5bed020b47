//! What an answer says, in words for a screen. Text in it is made harmless once more: this screen trusts
//! no answer.

use std::io;

use goodgate_evidence::text::neutralise;
use serde_json::Value;

use crate::cli::Colour;
use crate::render::style::Style;

/// The narrowest and the widest screen that is written for.
const WIDTH: (usize, usize) = (40, 160);

/// The style for standard output, as wide as the terminal.
pub(crate) fn style(colour: Colour) -> Style {
    let mut style = Style::for_stdout(colour);
    if let Some((columns, _)) = terminal() {
        style.width = columns.clamp(WIDTH.0, WIDTH.1);
    }
    style
}

/// Returns columns and rows of the terminal that standard output is.
pub(crate) fn terminal() -> Option<(usize, usize)> {
    let size = rustix::termios::tcgetwinsize(io::stdout()).ok()?;
    (size.ws_col > 0).then(|| (usize::from(size.ws_col), usize::from(size.ws_row)))
}

/// Returns a text of an object; empty where there is none. A line end in it is a space.
pub(crate) fn text(of: &Value, name: &str) -> String {
    let text = of.get(name).and_then(Value::as_str).unwrap_or_default();
    let line: Vec<&str> = text.split_whitespace().collect();
    neutralise(&line.join(" "))
}

/// Returns a number of an object; 0 where there is none.
pub(crate) fn number(of: &Value, name: &str) -> u64 {
    of.get(name).and_then(Value::as_u64).unwrap_or_default()
}

/// Returns the entries of a list.
pub(crate) fn list<'a>(of: &'a Value, name: &str) -> &'a [Value] {
    of.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Returns the texts of a list.
pub(crate) fn texts(of: &Value, name: &str) -> Vec<String> {
    list(of, name).iter().filter_map(Value::as_str).map(neutralise).collect()
}

/// Returns the time from one moment to another in two letters or so: `40 s`, `4 min`, `3 h`, `9 d`.
pub(crate) fn between(from: &str, to: &str) -> String {
    let moment = |text: &str| text.parse::<jiff::Timestamp>().ok();
    let (Some(from), Some(to)) = (moment(from), moment(to)) else { return "?".to_owned() };
    length(to.duration_since(from).as_secs().max(0))
}

/// Returns a length of time in two letters or so.
pub(crate) fn length(seconds: i64) -> String {
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}

/// Returns a moment to a second, as `2026-11-23 16:40:01Z`.
pub(crate) fn moment(text: &str) -> String {
    match (text.get(..10), text.get(11..19)) {
        (Some(day), Some(time)) => format!("{day} {time}Z"),
        _ => neutralise(text),
    }
}

/// Returns a number with its noun.
pub(crate) fn count(number: u64, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// Returns a number of bytes for people.
pub(crate) fn bytes(bytes: u64) -> String {
    match bytes {
        0..1_024 => format!("{bytes} B"),
        1_024..1_048_576 => format!("{} KiB", bytes / 1_024),
        _ => format!("{:.1} MiB", bytes as f64 / 1_048_576.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_short() {
        let lengths = [0, 119, 120, 7_199, 7_200, 200_000].map(length);

        assert_eq!(lengths, ["0 s", "119 s", "2 min", "119 min", "2 h", "2 d"]);
        assert_eq!(between("2026-11-23T16:00:00.000Z", "2026-11-23T16:04:10.500Z"), "4 min");
        assert_eq!(between("2026-11-23T16:00:00.000Z", "soon"), "?");
    }

    #[test]
    fn text_of_an_answer_steers_no_screen() {
        let answer = serde_json::json!({ "text": "a\u{1b}[2J\nb" });

        assert_eq!(text(&answer, "text"), "a\\u{1b}[2J b");
    }
}
