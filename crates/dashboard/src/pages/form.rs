//! What every form of ours goes through before it is read further.

use axum::Form;
use axum::body::Body;
use axum::extract::rejection::FormRejection;
use axum::http::{HeaderMap, Response, StatusCode};
use serde::Deserialize;

use super::check::is_known;
use super::{Frame, message};
use crate::session::{Checked, Viewer};

/// A form as it came.
pub(crate) type Came<T> = Result<Form<T>, FormRejection>;

/// What a form is, or the page that says why it is refused.
pub(crate) type Taken<T> = Result<T, Box<Response<Body>>>;

/// What a form brings that has at most a text.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filled {
    pub(crate) key: String,
    /// What somebody wrote.
    pub(crate) text: String,
}

/// Who sends a form, and from which page.
#[derive(Debug)]
pub(crate) struct Sender<'a> {
    pub(crate) headers: &'a HeaderMap,
    pub(crate) viewer: &'a Viewer,
    pub(crate) path: &'static str,
}

impl Sender<'_> {
    /// Takes a form that changes something: of operators.
    pub(crate) fn operator<T>(&self, came: Came<T>, key: fn(&T) -> &str) -> Taken<T> {
        self.take(came, key, |checked| checked == Checked::Fine)
    }

    /// Takes a form that changes nothing here: of viewers as well, and of guests, who have no session that
    /// it could be one of.
    pub(crate) fn anybody<T>(&self, came: Came<T>, key: fn(&T) -> &str) -> Taken<T> {
        let is_guest = !is_known(self.viewer);
        let may = |checked| is_guest || matches!(checked, Checked::Fine | Checked::Viewer);
        self.take(came, key, may)
    }

    fn take<T>(
        &self,
        came: Came<T>,
        key: fn(&T) -> &str,
        may: impl Fn(Checked) -> bool,
    ) -> Taken<T> {
        let sent = came.as_ref().map_or("", |Form(filled)| key(filled));
        let no = StatusCode::FORBIDDEN;
        let (status, says, hint) = match (self.viewer.checks(self.headers, sent), came) {
            (Checked::Foreign, _) => {
                let hint = "Open the page here, and do it again.";
                (no, "This was sent by a page of another site.", hint)
            }
            (_, Err(rejection)) => {
                (rejection.status(), "What was sent is no form of these pages.", "")
            }
            (checked, Ok(Form(filled))) if may(checked) => return Ok(filled),
            (Checked::Viewer, _) => {
                let hint = "An operator can: role = \"operator\" in [[dashboard.user]].";
                (no, "You may look, but not change anything.", hint)
            }
            (Checked::Old | Checked::Fine, _) => {
                let hint = "Go back, load the page again, and do it again; log in first where you are \
                            asked to.";
                (no, "This form is not one of your session.", hint)
            }
        };
        let frame = Frame::still("Nothing was changed", self.path, self.viewer);
        Err(Box::new(message(status, self.headers, frame, says, hint)))
    }
}
