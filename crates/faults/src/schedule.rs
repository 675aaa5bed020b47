//! The schedule file: which fault strikes from when to when.
//!
//! ```toml
//! [[step]]
//! at = "10s"
//! for = "5s"
//! fault = "status:503"
//! share = "30%"
//! path = "/api"
//! ```

use serde::Deserialize;
use thiserror::Error;
use toml::Spanned;

use crate::limits;
use crate::plan::Entry;
use crate::words::{Key, Words};

/// Reads a schedule; `name` is that of its file, for messages.
pub fn schedule(name: &str, bytes: &[u8]) -> Result<Vec<Entry>, ScheduleError> {
    // Up to the first byte that is not UTF-8 both are the same.
    let text = &*String::from_utf8_lossy(bytes);
    let failed = |at: Option<usize>, problem: String| {
        let (line, column) = at.map_or((1, 1), |at| place(text, at));
        ScheduleError { file: name.to_owned(), line, column, problem }
    };
    if bytes.len() > limits::PLAN_BYTES_MAX {
        return Err(failed(None, "the file is over 256 KiB; keep fewer steps".to_owned()));
    }
    if let Err(error) = std::str::from_utf8(bytes) {
        let problem = "this byte is not UTF-8; save the file as UTF-8".to_owned();
        return Err(failed(Some(error.valid_up_to()), problem));
    }
    let file: File = toml::from_str(text)
        .map_err(|error| failed(error.span().map(|span| span.start), error.message().to_owned()))?;
    if file.step.is_empty() {
        return Err(failed(None, "there is no step; write [[step]] and its fault".to_owned()));
    }
    let read = |step: Spanned<Step>| {
        let begin = step.span().start;
        let step = step.into_inner();
        let words = step.words();
        let (line, column) = place(text, step.fault.span().start);
        words.read(&format!("{name}:{line}:{column}")).map_err(|error| {
            let at = step.begin_of(error.key()).unwrap_or(begin);
            failed(Some(at), error.to_string())
        })
    };
    file.step.into_iter().map(read).collect()
}

/// A schedule cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{file}:{line}:{column}: {problem}")]
pub struct ScheduleError {
    file: String,
    line: usize,
    column: usize,
    problem: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    step: Vec<Spanned<Step>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    at: Option<Spanned<String>>,
    #[serde(rename = "for")]
    lasts: Option<Spanned<String>>,
    fault: Spanned<String>,
    share: Option<Spanned<String>>,
    path: Option<Spanned<String>>,
}

impl Step {
    fn words(&self) -> Words<'_> {
        Words {
            fault: self.fault.get_ref(),
            share: text_of(self.share.as_ref()),
            path: text_of(self.path.as_ref()),
            after: text_of(self.at.as_ref()),
            lasts: text_of(self.lasts.as_ref()),
        }
    }

    /// Returns where the value of a key begins.
    fn begin_of(&self, key: Key) -> Option<usize> {
        let value = match key {
            Key::Fault => Some(&self.fault),
            Key::Share => self.share.as_ref(),
            Key::Path => self.path.as_ref(),
            Key::After => self.at.as_ref(),
            Key::For => self.lasts.as_ref(),
        };
        value.map(|value| value.span().start)
    }
}

fn text_of(value: Option<&Spanned<String>>) -> Option<&str> {
    value.map(|value| value.get_ref().as_str())
}

/// Returns line and column of a byte, both from 1.
fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line_begin = before.rfind('\n').map_or(0, |end| end + 1);
    let column = before.get(line_begin..).unwrap_or_default().chars().count() + 1;
    (before.matches('\n').count() + 1, column)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn steps_are_read() {
        let text = "[[step]]\nat = \"10s\"\nfor = \"5s\"\nfault = \"status:503\"\nshare = \"30%\"\n\
                    path = \"/api\"\n\n[[step]]\nfault = \"refuse\"\n";

        let entries = schedule("plan.toml", text.as_bytes()).expect("a schedule");

        let [first, second] = entries.as_slice() else { panic!("two steps: {entries:?}") };
        assert_eq!(first.fault.text(), "status:503");
        assert_eq!(first.after, Duration::from_secs(10));
        assert_eq!(first.lasts, Some(Duration::from_secs(5)));
        assert_eq!(first.share.to_string(), "30%");
        assert_eq!(first.path.as_deref(), Some("/api"));
        assert_eq!((second.after, second.lasts), (Duration::ZERO, None));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_with_a_place(text in "[ -~\\n]{0,120}") {
            if let Err(error) = schedule("plan.toml", text.as_bytes()) {
                prop_assert!(error.to_string().starts_with("plan.toml:"), "{}", error);
            }
        }
    }

    #[test]
    fn errors_have_their_place() {
        for (text, begin) in [
            ("[[step]]\nfault = \"status:503\"\nshare = \"30\"\n", "plan.toml:3:9: "),
            (
                "[[step]]\nfault = \"satus\"\n",
                "plan.toml:2:9: there is no fault \"satus\", did you",
            ),
            ("[[step]]\n\n[[step]]\nfault = \"refuse\"\nwhen = \"1s\"\n", "plan.toml:1:1: "),
            ("[[step]]\nfault = \"refuse\"\nwhen = \"1s\"\n", "plan.toml:3:1: unknown field"),
            ("[[step]]\nfault = refuse\n", "plan.toml:2:9: "),
            (
                "[[step]]\nat = \"5\"\nfault = \"refuse\"\n",
                "plan.toml:2:6: \"5\" is not a duration",
            ),
            (
                "[[step]]\nfault = \"refuse\"\nfor = \"0s\"\n",
                "plan.toml:3:7: \"0s\" is not a duration above zero",
            ),
            (
                "# Later.\n[[step]]\nfault = \"refuse\"\nshare = \"5%\"\n",
                "plan.toml:4:9: refuse strikes the listener",
            ),
            (
                "[[step]]\npath = \"/\"\nfault = \"accept_close\"\n",
                "plan.toml:2:8: accept_close strikes before the path",
            ),
            ("", "plan.toml:1:1: there is no step"),
        ] {
            let error = schedule("plan.toml", text.as_bytes()).expect_err("an error").to_string();

            assert!(error.starts_with(begin), "{error}");
        }
    }
    #[test]
    fn a_byte_that_is_not_utf_8_has_its_place() {
        let error = schedule("plan.toml", b"# \xc3\xa4\n# \xc3\xa4\xff\n").expect_err("an error");

        assert!(error.to_string().starts_with("plan.toml:2:4: this byte is not UTF-8"), "{error}");
    }

    #[test]
    fn a_fault_stands_where_its_name_does() {
        let entries = schedule("plan.toml", b"[[step]]\nat = \"1s\"\nfault = \"refuse\"\n");

        assert_eq!(entries.expect("a schedule")[0].place, "plan.toml:3:9");
    }
}
