//! Changes that we see ourselves: other addresses of a name, another certificate, another content of a file
//! or commit of a repository, a reload of our own configuration. They become markers, which stand in the
//! timelines of incidents of their time.

mod content;
mod git;
mod reload;
mod run;
mod seen;

pub use content::{Content, Look};
pub use git::head;
pub use reload::reloaded;
pub use run::{Running, run};
pub use seen::Seen;

use std::collections::BTreeSet;
use std::sync::Arc;

use goodgate_incident::Timestamp;

use crate::store::Marker;

/// Makes a marker of the watch.
fn marker(kind: &str, text: &str, at: Timestamp, tags: BTreeSet<Arc<str>>) -> Marker {
    let text = goodgate_evidence::text::shorten(text, super::limits::MARKER);
    Marker { at, kind: kind.into(), text, source: "watch".into(), tags }
}
