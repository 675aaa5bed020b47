//! What every form that changes something goes through before it is read further.

use axum::Form;
use axum::body::Body;
use axum::extract::rejection::FormRejection;
use axum::http::{HeaderMap, Response, StatusCode};
use serde::Deserialize;

use super::{Frame, message};
use crate::session::{Checked, Viewer};

/// What our forms bring.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filled {
    key: String,
    /// What somebody wrote.
    pub(crate) text: String,
}

/// A form as it came.
pub(crate) type Came = Result<Form<Filled>, FormRejection>;

/// Lets a form of ours through.
///
/// # Errors
///
/// The page that says why it is refused: another site sent it, it is not one of this session, whoever sent
/// it may only look, or it is no form.
pub(crate) fn allowed(
    headers: &HeaderMap,
    viewer: &Viewer,
    came: Came,
) -> Result<Filled, Box<Response<Body>>> {
    let refused = |status, says: &str, hint: &str| {
        let frame = Frame::still("Nothing was changed", "/", viewer);
        Err(Box::new(message(status, headers, frame, says, hint)))
    };
    // Who sends it is looked at first: whoever may not act learns nothing of how forms are read.
    let key = came.as_ref().map(|Form(filled)| filled.key.as_str()).unwrap_or_default();
    let no = StatusCode::FORBIDDEN;
    match (viewer.checks(headers, key), came) {
        (Checked::Foreign, _) => {
            let hint = "Open the page here, and do it again.";
            refused(no, "This was sent by a page of another site.", hint)
        }
        (Checked::Old | Checked::Fine, Err(rejection)) => {
            refused(rejection.status(), "What was sent is no form of these pages.", "")
        }
        (Checked::Old, Ok(_)) => {
            let hint = "Go back, load the page again, and do it again; log in first where you are asked to.";
            refused(no, "This form is not one of your session.", hint)
        }
        (Checked::Viewer, _) => {
            let hint = "An operator can: role = \"operator\" in [[dashboard.user]].";
            refused(no, "You may look at everything, and change nothing.", hint)
        }
        (Checked::Fine, Ok(Form(filled))) => Ok(filled),
    }
}
