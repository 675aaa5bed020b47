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

/// Browsers that are told of changes at the same time.
pub const LISTENERS: usize = 256;

/// How often the watch is asked whether something has changed.
pub const LOOK: Duration = Duration::from_secs(1);

/// How often a browser hears something at least, so that what lies between does not end the connection.
pub const HEARTBEAT: Duration = Duration::from_secs(20);

/// Monitors on one page of the overview: what is broken is on the first one, and whoever looks for another
/// one searches.
pub const MONITORS_ON_A_PAGE: usize = 100;

/// Monitors that are asked for at a time where all of them are needed; the watch gives no more.
pub const MONITORS_AT_A_TIME: usize = 1_000;

/// How often the watch is asked for more of them: it is made for ten thousand.
pub const MONITORS_TURNS: usize = 64;

/// Tags that monitors are asked for by at a time; the watch takes no more.
pub const TAGS_ASKED: usize = 64;

/// Characters of what monitors are searched for; the watch takes no more.
pub const SEARCH: usize = 200;

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

/// Bytes of the id of a monitor: two names and what is between them, percent-encoded or not.
pub const MONITOR_ID: usize = 512;

/// Failed checks that a monitor is shown with; the watch tells of the last fifty checks.
pub const FAILURES_SHOWN: usize = 20;

/// Changes of a monitor's state, or around an incident, that are shown.
pub const CHANGES_SHOWN: usize = 30;

/// Tags of a monitor that are shown.
pub const TAGS_SHOWN: usize = 64;

/// Components of a finding that are shown one by one.
pub const COMPONENTS_SHOWN: usize = 12;

/// How long before an incident a change may have been to be shown with it: longer than the hour that the
/// first message names, since what was deployed in the evening breaks in the morning.
pub const CHANGES_BEFORE: Duration = Duration::from_hours(12);

/// Monitors of an incident that are shown.
pub const MEMBERS_SHOWN: usize = 200;

/// Entries of a timeline that are shown, the latest ones: the watch keeps up to 2000.
pub const ENTRIES_SHOWN: usize = 300;

/// Characters of an entry of a timeline: a note has up to 2000.
pub const ENTRY: usize = 2_500;

/// Messages about an incident that are shown.
pub const DELIVERIES_SHOWN: usize = 100;

/// Pieces of evidence that are listed.
pub const EVIDENCE_SHOWN: usize = 100;

/// Steps that are shown; the watch gives a few.
pub const STEPS_SHOWN: usize = 40;

/// Characters of a piece of evidence on its page: the watch keeps 256 KiB, which indentation makes longer.
pub const EVIDENCE: usize = 512 << 10;

/// Counters of the gateway that are told apart: by upstream, cause, end and class of status.
pub const SERIES: usize = 4_000;

/// Characters of a label that are kept: names of the configuration, slugs and hosts.
pub const LABEL: usize = 253;

/// How often the gateway's metrics are asked for at most, however many look.
pub const SCRAPE_EVERY: Duration = Duration::from_secs(4);

/// How far back rates go: long enough to be steady, short enough to be live.
pub const SCRAPES_FOR: Duration = Duration::from_mins(1);

/// Upstreams or routes of the gateway on one page.
pub const UPSTREAMS_ON_A_PAGE: usize = 100;

/// Failures on one page: a phone scrolls them, and the newest matter.
pub const FAILURES_ON_A_PAGE: usize = 200;

/// Attempts that are drawn; a route has at most a few, with hedges.
pub const ATTEMPTS_DRAWN: usize = 50;

/// Items of a list from outside within one row: addresses, hosts, endpoints.
pub const ITEMS_IN_A_ROW: usize = 20;

/// Characters of a text of several lines from outside: the problems of a configuration.
pub const TEXT_OF_LINES: usize = 16_000;

/// Alerts that are shown of those that wait and of those that were given up.
pub const ALERTS_SHOWN: usize = 50;

/// A certificate that is valid for less than this is told of first: what is renewed by itself is renewed
/// before, and whoever has to do it by hand has time to.
pub const CERTIFICATE_SOON: Duration = Duration::from_hours(14 * 24);

/// Bytes of a text that is pasted to be explained: some hundred lines of a log, or an error page.
pub const PASTE: usize = 256 << 10;

/// Bytes of what brings such a text: a form writes up to three bytes for one, JSON up to six, which only
/// control characters need.
pub const PASTE_FORM: usize = 3 * PASTE + (4 << 10);

/// How long a text may take to be explained: all that is taken takes a fraction of a second.
pub const EXPLAIN_TIME: Duration = Duration::from_secs(5);

/// Texts that are explained at the same time.
pub const EXPLAINED_AT_ONCE: usize = 2;

/// Bytes of a URL: servers refuse request lines of more than about 8 KiB.
pub const URL: usize = 8 << 10;

/// Connections that a check may open: a look at two addresses, and a few experiments.
pub const CHECK_REQUESTS: u32 = 10;

/// The time in which a check makes them.
pub const CHECK_BUDGET: Duration = Duration::from_secs(8);

/// How long a check may take in all, with what is weighed and written.
pub const CHECK_TIME: Duration = Duration::from_secs(10);

/// Checks at the same time.
pub const CHECKED_AT_ONCE: usize = 4;

/// Those whose checks are counted at the same time: people, addresses and targets.
pub const TURNS: usize = 4_096;

/// Status codes that can be expected.
pub const EXPECTED: std::ops::RangeInclusive<u16> = 100..=599;

/// Monitors whose targets may be checked.
pub const MONITORED: usize = 10_000;

/// Networks that may be allowed.
pub const NETWORKS: usize = 256;

/// Causes of a verdict that are shown; the others are no more than a word.
pub const CAUSES_SHOWN: usize = 6;

/// Pieces of what was seen that are shown with a verdict.
pub const SEEN_SHOWN: usize = 30;

/// Fixes, steps or notes of a verdict that are shown: nobody does more at night.
pub const TODO_SHOWN: usize = 8;

/// Characters of the name of a topic; longer words are read as pasted text.
pub const TOPIC: usize = 120;

// A whole check has room for what it may ask, and the answers of both fit what brings them.
const _: () = assert!(CHECK_BUDGET.as_secs() < CHECK_TIME.as_secs());
const _: () = assert!(PASTE < PASTE_FORM);

/// Characters of what is published; the watch takes no more.
pub const PUBLISHED: usize = 2_000;

/// Services that ready words name: more of them nobody reads.
pub const SERVICES_NAMED: usize = 5;

/// Failures of the gateway that are asked for to make a report: as many as it lists.
pub const REPORT_FAILURES: usize = 50;

/// Incidents that stand above the monitors: with more of them nobody would see those.
pub const INCIDENTS_ON_TOP: usize = 20;
