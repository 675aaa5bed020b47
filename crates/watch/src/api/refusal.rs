//! Why a request is refused, and what to do instead.

use axum::body::Body;
use axum::http::{Response, StatusCode};
use axum::response::IntoResponse;
use goodgate_door::{Object, refuse};
use goodgate_incident::incident::Refusal as Unchanged;

use crate::desk::Refused;
use crate::store::StoreError;

/// Why a request is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The status that says so.
    pub(super) status: StatusCode,
    /// What is wrong and what helps, in sentences.
    pub(super) error: String,
    /// The methods that the path takes, where that is what is wrong.
    pub(super) allow: Option<&'static str>,
}

/// An answer, or why there is none.
pub(super) type Answer = Result<Response<Body>, Refusal>;

impl Refusal {
    /// Makes a refusal.
    pub(super) fn new(status: StatusCode, error: impl Into<String>) -> Self {
        Self { status, error: error.into(), allow: None }
    }

    /// Returns what is wrong, for people.
    pub(crate) fn why(self) -> String {
        self.error
    }

    /// The request cannot be understood.
    pub(super) fn bad(error: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error)
    }

    /// There is no such thing.
    pub(super) fn missing(error: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, error)
    }

    /// What is asked for does not fit.
    pub(super) fn unfit(error: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, error)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response<Body> {
        let body = Object::answer("goodgate.watch_error/1")
            .with("status", self.status.as_u16())
            .with("error", self.error);
        refuse(self.status, body, self.allow)
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        let status = match &error {
            StoreError::Busy { .. } | StoreError::Closed => StatusCode::SERVICE_UNAVAILABLE,
            StoreError::Full { .. } => StatusCode::INSUFFICIENT_STORAGE,
            StoreError::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            StoreError::TooMany { .. } | StoreError::Exists { .. } => StatusCode::CONFLICT,
            StoreError::Misnamed { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let hint = match (&error, error.hint()) {
            (_, Some(hint)) => format!(": {hint}"),
            (StoreError::Busy { .. }, None) => ": try again in a moment".to_owned(),
            (StoreError::Full { .. }, None) => ": make room on its disk".to_owned(),
            (StoreError::Exists { .. }, None) => ": name a file that is not there yet".to_owned(),
            (StoreError::TooMany { what, .. }, None) => format!(": remove {what} first"),
            _ => String::new(),
        };
        Self::new(status, format!("Failed to {error}{hint}."))
    }
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Store(error) => error.into(),
            Refused::NoSuchMonitor(id) => {
                Self::missing(format!("No monitor is called {id}; GET /monitors lists them."))
            }
            Refused::InFile(id) => Self::new(
                StatusCode::CONFLICT,
                format!("Monitor {id} is in the configuration: change it there, and reload."),
            ),
            Refused::NoHeartbeat(id) => Self::new(
                StatusCode::CONFLICT,
                format!("Monitor {id} waits for no calls: it has no key `heartbeat`."),
            ),
            Refused::Invalid(problems) => {
                Self::unfit(format!("This monitor cannot be used:\n{problems}"))
            }
            Refused::Ending => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "The watch is ending: ask again when it is back.",
            ),
            Refused::Incident(unchanged) => of_incident(unchanged),
        }
    }
}

fn of_incident(unchanged: Unchanged) -> Refusal {
    match unchanged {
        Unchanged::NoSuchIncident => Refusal::missing(
            "There is no incident with this number that can still change; GET /incidents lists them.",
        ),
        Unchanged::Over => Refusal::new(
            StatusCode::CONFLICT,
            "The incident is over, and cannot be acknowledged or resolved any more.",
        ),
        Unchanged::StillFails(monitor) => Refusal::new(
            StatusCode::CONFLICT,
            format!(
                "It is not over: {monitor} still fails. The incident ends by itself when its monitors \
                 are well; until then acknowledge it, silence it, or pause the monitor."
            ),
        ),
        Unchanged::NoSuchSilence => {
            Refusal::missing("There is no such silence; GET /silences lists them.")
        }
        Unchanged::TooManySilences => Refusal::new(
            StatusCode::CONFLICT,
            "There are as many silences as there may be: end one first.",
        ),
        Unchanged::EndsTooEarly => Refusal::unfit("The silence is over before it begins."),
    }
}
