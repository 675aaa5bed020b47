//! What a child says of itself, in the words of `sd_notify(3)`.

use std::time::Duration;

/// A message of a child.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Message {
    /// It has started, or read its configuration.
    pub(super) is_ready: bool,
    /// It reads its configuration.
    pub(super) is_reloading: bool,
    /// It is alive.
    pub(super) is_alive: bool,
    /// How it is.
    pub(super) status: Option<String>,
    /// The process that does its work from now on.
    pub(super) main: Option<u32>,
    /// It ends, and how long that takes at most.
    pub(super) ends_within: Option<Duration>,
}

impl Message {
    /// Reads one; lines that mean nothing here are left out.
    pub(super) fn from_text(text: &str) -> Self {
        let mut message = Self::default();
        for (key, value) in text.lines().filter_map(|line| line.split_once('=')) {
            match key {
                "READY" => message.is_ready = value == "1",
                "RELOADING" => message.is_reloading = value == "1",
                "WATCHDOG" => message.is_alive = value == "1",
                "STATUS" => message.status = Some(value.to_owned()),
                "MAINPID" => message.main = value.parse().ok(),
                "EXTEND_TIMEOUT_USEC" => {
                    message.ends_within = value.parse().ok().map(Duration::from_micros);
                }
                _ => {}
            }
        }
        message
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_process_says_is_understood() {
        let ready = Message::from_text("READY=1\nSTATUS=serves on a=b");
        let ends = Message::from_text("STOPPING=1\nEXTEND_TIMEOUT_USEC=2000000");

        assert!(ready.is_ready && !ready.is_reloading);
        assert_eq!(ready.status.as_deref(), Some("serves on a=b"));
        assert_eq!(ends.ends_within, Some(Duration::from_secs(2)));
        assert_eq!(Message::from_text("MAINPID=12").main, Some(12));
        assert_eq!(Message::from_text("MAINPID=x\nnonsense"), Message::default());
    }
}
