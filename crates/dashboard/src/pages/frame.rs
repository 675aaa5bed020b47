//! What stands around every page.

use std::sync::Arc;

use super::assets::{SCRIPT, STYLE};
use crate::session::Viewer;
use crate::words::moment;

/// Every page that the navigation leads to.
const PAGES: [(&str, &str); 8] = [
    ("/", "Overview"),
    ("/incidents", "Incidents"),
    ("/gateway", "Gateway"),
    ("/failures", "Failures"),
    ("/causes", "Causes"),
    ("/check", "Check"),
    ("/explain", "Explain"),
    ("/settings", "Settings"),
];

/// What stands around a page.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    /// The title.
    pub(crate) title: String,
    /// The path of the page in the navigation.
    pub(crate) path: &'static str,
    /// Who looks.
    pub(crate) viewer: Viewer,
    /// When the page was made.
    pub(crate) at: String,
    /// Whether it is made anew when something changes.
    pub(crate) is_live: bool,
    /// Whether nobody tells it of changes, so that it is made anew by the time alone.
    pub(crate) is_quiet: bool,
    /// After how many seconds it is made anew even if nothing is told of.
    pub(crate) every: u16,
    pub(crate) version: &'static str,
    pub(crate) style: &'static str,
    pub(crate) script: &'static str,
}

impl Frame {
    /// Makes the frame of a page that changes with what it shows.
    pub(crate) fn live(title: impl Into<String>, path: &'static str, viewer: &Viewer) -> Self {
        Self { is_live: true, ..Self::still(title, path, viewer) }
    }

    /// Makes the frame of a page that stays as it is.
    pub(crate) fn still(title: impl Into<String>, path: &'static str, viewer: &Viewer) -> Self {
        Self {
            title: title.into(),
            path,
            viewer: viewer.clone(),
            at: moment(&jiff::Timestamp::now().to_string()),
            is_live: false,
            is_quiet: false,
            every: 30,
            version: env!("CARGO_PKG_VERSION"),
            style: STYLE.name(),
            script: SCRIPT.name(),
        }
    }

    /// Makes the frame for somebody who is not let in yet.
    pub(crate) fn outside(title: impl Into<String>) -> Self {
        let mut nobody = Viewer::guest();
        nobody.form_key = Arc::from("");
        Self::still(title, "", &nobody)
    }

    pub(crate) fn pages(&self) -> &'static [(&'static str, &'static str)] {
        if self.path.is_empty() { &[] } else { &PAGES }
    }

    pub(crate) fn is_at(&self, path: &str) -> bool {
        self.path == path
    }

    pub(crate) fn has_session(&self) -> bool {
        !self.viewer.form_key.is_empty()
    }
}
