//! The bounds of messages, with their reasons.

/// Characters of one sentence from outside: a verdict is one line of a phone's lock screen, and what is
/// longer is an application that writes a page where a name belongs.
pub(crate) const SENTENCE: usize = 300;

/// Characters of a name of a monitor in a message.
pub(crate) const NAME: usize = 80;

/// Monitors that a message names; of more it gives the number.
pub(crate) const MONITORS: usize = 10;

/// Lines of the cause's page that a message repeats: enough to begin with, on a screen of a phone.
pub(crate) const FIX_LINES: usize = 8;

/// Characters of one such line; a command that is cut would be another command, so that a longer one is
/// left out.
pub(crate) const FIX_LINE: usize = 300;

/// Incidents that a digest lists; of more it gives the number.
pub(crate) const MISSED: usize = 50;

/// Parts in common that a message names.
pub(crate) const COMPONENTS: usize = 5;

/// Changes shortly before the incident that a message names.
pub(crate) const CHANGES: usize = 5;

/// Characters of a URL in a message: browsers and mail programs take 2,000.
pub(crate) const LINK: usize = 2_000;

/// Characters of a subject: more is cut by many mail programs and phones.
pub(crate) const SUBJECT: usize = 120;

/// Bytes of an operator's template.
pub(crate) const TEMPLATE: usize = 16 << 10;

/// Bytes that a template may write: four times the largest message that a provider takes (Telegram,
/// ntfy: 4096 characters of up to four bytes).
pub(crate) const OUTPUT: usize = 64 << 10;

/// Instructions that a template may carry out: a loop over every field of the largest message takes a
/// tenth of it, and all of it some milliseconds.
pub(crate) const FUEL: u64 = 20_000;

/// Segments of one SMS: providers charge for each, and phones show the first.
pub(crate) const SEGMENTS: usize = 10;
