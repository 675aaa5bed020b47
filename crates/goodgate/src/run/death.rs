//! How a process ended that was to go on, and how the process after it learns of that.

use std::env;
use std::fmt;

use goodgate_evidence::Timestamp;
use rustix::process::WaitStatus;

use crate::configuration::Part;

/// The variable of the environment in which the parent tells the watch how the one before it ended.
pub(super) const VARIABLE: &str = "GOODGATE_LAST_DEATH";

/// The end of a process that was to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Death {
    /// What the process was.
    pub(crate) who: Part,
    /// How it ended.
    pub(crate) how: How,
    /// When that was seen.
    pub(crate) at: Timestamp,
}

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// By itself, with this exit code.
    Exited(i32),
    /// By this signal.
    Killed(i32),
    /// It is gone; another process was told how.
    Unknown,
}

/// Returns how the watch before this one ended, if it was to go on and this process was started in its
/// place.
pub(crate) fn last_death() -> Option<Death> {
    Death::from_text(&env::var(VARIABLE).ok()?)
}

impl Death {
    /// Writes it for the environment: who, how, a number for that, and microseconds since 1970.
    pub(super) fn to_text(self) -> String {
        let (how, number) = match self.how {
            How::Exited(code) => ("exited", code),
            How::Killed(signal) => ("killed", signal),
            How::Unknown => ("unknown", 0),
        };
        format!("{} {how} {number} {}", self.who.word(), self.at.0)
    }

    pub(super) fn from_text(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let who = words.next().and_then(Part::from_word)?;
        let (how, number) = (words.next()?, words.next()?.parse().ok()?);
        let how = match how {
            "exited" => How::Exited(number),
            "killed" => How::Killed(number),
            "unknown" => How::Unknown,
            _ => return None,
        };
        let at = Timestamp(words.next()?.parse().ok()?);
        words.next().is_none().then_some(Self { who, how, at })
    }
}

impl How {
    /// Reads it from what the kernel says of a process that ended.
    pub(super) fn of(status: WaitStatus) -> Self {
        match (status.exit_status(), status.terminating_signal()) {
            (Some(code), _) => Self::Exited(code),
            (None, Some(signal)) => Self::Killed(signal),
            (None, None) => Self::Unknown,
        }
    }
}

impl fmt::Display for How {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exited(code) => write!(f, "exit code {code}"),
            Self::Killed(signal) => match name(*signal) {
                Some(name) => write!(f, "signal {signal}, {name}"),
                None => write!(f, "signal {signal}"),
            },
            Self::Unknown => f.write_str("how is not known"),
        }
    }
}

/// The names of the signals that end processes; the numbers are those of Linux on every architecture
/// that this program is built for.
const fn name(signal: i32) -> Option<&'static str> {
    Some(match signal {
        1 => "SIGHUP",
        2 => "SIGINT",
        3 => "SIGQUIT",
        4 => "SIGILL",
        6 => "SIGABRT",
        7 => "SIGBUS",
        8 => "SIGFPE",
        9 => "SIGKILL",
        11 => "SIGSEGV",
        13 => "SIGPIPE",
        15 => "SIGTERM",
        24 => "SIGXCPU",
        25 => "SIGXFSZ",
        31 => "SIGSYS",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        for how in [How::Exited(3), How::Killed(9), How::Unknown] {
            for who in Part::ALL {
                let death = Death { who, how, at: Timestamp(1_795_435_200_000_000) };

                assert_eq!(Death::from_text(&death.to_text()), Some(death));
            }
        }
    }

    #[test]
    fn what_somebody_else_wrote_is_no_death() {
        for text in [
            "",
            "watch",
            "watch killed 9",
            "watch burnt 9 1",
            "cat killed 9 1",
            "watch killed 9 1 1",
        ] {
            assert_eq!(Death::from_text(text), None, "{text}");
        }
    }
}
