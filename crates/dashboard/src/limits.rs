//! Every bound of the dashboard, with its reason.

use std::time::Duration;

/// Sessions at the same time. Beyond that the one that was idle for longest ends.
pub const SESSIONS: usize = 1_000;

/// Passwords that are checked at the same time: each takes 19 MiB and a core for tens of milliseconds.
pub const PASSWORDS_AT_ONCE: usize = 2;

/// Bytes of a password. Hashing takes the same time for each, but the text has to be held.
pub const PASSWORD: usize = 1_024;

/// Bytes of what a form sends: a note or an error page that was pasted.
pub const FORM: usize = 256 << 10;

/// How long a form may take to arrive: the largest one over a line of 100 kbit/s.
pub const FORM_TIME: Duration = Duration::from_secs(20);

/// Bytes of a body of the API, as the watch and the gateway take them.
pub const API_BODY: usize = 64 << 10;

/// Bytes of an answer of the watch or the gateway: ten thousand monitors fit.
pub const ANSWER: usize = 64 << 20;

/// How long the watch or the gateway may take to answer.
pub const ANSWER_TIME: Duration = Duration::from_secs(10);

/// Bytes of the head of such an answer.
pub const ANSWER_HEAD: usize = 16 << 10;

/// Browsers that are told of changes at the same time.
pub const LISTENERS: usize = 256;

/// How often the watch is asked whether something has changed.
pub const LOOK: Duration = Duration::from_secs(1);

/// How often a browser hears something at least, so that what lies between does not end the connection.
pub const HEARTBEAT: Duration = Duration::from_secs(20);

/// Monitors on one page of the overview.
pub const MONITORS_ON_A_PAGE: usize = 1_000;

/// Incidents on one page.
pub const INCIDENTS_ON_A_PAGE: usize = 50;

/// Characters of a text from outside in a list.
pub const TEXT_IN_A_LIST: usize = 300;

/// Connections at the same time; further ones wait. A browser takes up to six.
pub const CONNECTIONS: usize = 512;

/// Incidents that a status page looks at: the latest, of which those are shown that concern it.
pub const INCIDENTS_READ: usize = 200;

/// Incidents that a status page shows.
pub const INCIDENTS_PUBLISHED: usize = 20;
