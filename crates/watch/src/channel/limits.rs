//! The bounds of channels, with their reasons.

use std::time::Duration;

/// How long a connection to a provider may take: a handshake around the world needs under one second, and
/// three lost packets cost seven.
pub(crate) const CONNECT: Duration = Duration::from_secs(10);

/// Bytes of an answer that are read: providers answer in a few hundred, and an error page says in its
/// first lines what it has to say.
pub(crate) const ANSWER: usize = 64 << 10;

/// Bytes that a mail server may say in one session: greeting and extensions take some hundred, an answer for
/// each of 50 recipients 5,000. Few, since the library reads a long answer anew with each of its lines.
pub(crate) const SESSION: usize = 16 << 10;

/// Redirects that are followed on the same host.
pub(crate) const REDIRECTS: usize = 3;

/// Characters of an answer that a failure repeats.
pub(crate) const EXCERPT: usize = 200;

/// The longest wait that a provider may ask for. A longer one would make an alert worthless; it is tried
/// again after this time, and the fallback has long been told.
pub(crate) const WAIT: Duration = Duration::from_hours(1);

/// Recipients of one channel: each costs a request.
pub(crate) const RECIPIENTS: usize = 50;

/// Recipients that a channel remembers as reached, so that a repeated delivery goes to the others only:
/// twenty alerts to all of them. Who falls out gets the message twice, with the same key.
pub(crate) const REACHED: usize = 20 * RECIPIENTS;

/// How long Alertmanager shows an incident that nothing is heard of: reminders come far more often.
pub(crate) const ALERTMANAGER_LASTS: Duration = Duration::from_hours(24);

/// How long Alertmanager shows a digest or a proof, which never resolve: one group interval, 5 minutes.
pub(crate) const ALERTMANAGER_NOTE: Duration = Duration::from_mins(5);
