//! What a request brings: there whole and in time before anything looks at it, or refused. A connection
//! that sends its form byte by byte would otherwise have its place for minutes.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::{CONTENT_LENGTH, HeaderMap};
use axum::http::{Response, StatusCode};
use axum::middleware::Next;
use tokio::time::timeout;

use crate::limits::{FORM, FORM_TIME, PASTE_FORM};
use crate::pages::{Frame, message};

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refused {
    TooLarge,
    TooSlow,
}

/// Reads all that a request brings before it goes on.
pub(crate) async fn whole(request: Request, next: Next) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let most = most(parts.uri.path());
    match taken(&parts.headers, body, most).await {
        Ok(body) => next.run(Request::from_parts(parts, body)).await,
        Err(refused) => refused.answer(&parts.headers),
    }
}

/// Returns how many bytes may come: more only where texts are pasted.
fn most(path: &str) -> usize {
    if matches!(path, "/explain" | "/api/v1/explain") { PASTE_FORM } else { FORM }
}

async fn taken(headers: &HeaderMap, body: Body, most: usize) -> Result<Body, Refused> {
    let length = headers.get(CONTENT_LENGTH).and_then(|it| it.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > most as u64) {
        return Err(Refused::TooLarge);
    }
    let read = timeout(FORM_TIME, to_bytes(body, most)).await.map_err(|_| Refused::TooSlow)?;
    // Where the connection broke nobody reads the answer.
    read.map(Body::from).map_err(|_| Refused::TooLarge)
}

impl Refused {
    fn answer(self, headers: &HeaderMap) -> Response<Body> {
        let (status, title, says) = match self {
            Self::TooLarge => {
                (StatusCode::PAYLOAD_TOO_LARGE, "Too long", "A form has 256 KiB at most.")
            }
            Self::TooSlow => (
                StatusCode::REQUEST_TIMEOUT,
                "Too slow",
                "What was filled in did not arrive in time. Nothing was changed.",
            ),
        };
        message(status, headers, Frame::outside(title), says, "")
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use axum::http::HeaderValue;
    use futures_util::stream::pending;

    use super::*;

    async fn refused(headers: &HeaderMap, body: Body) -> Option<Refused> {
        taken(headers, body, most("/login")).await.err()
    }

    #[tokio::test]
    async fn what_is_within_the_bound_arrives_and_no_byte_more() {
        let none = HeaderMap::new();
        let long = HeaderMap::from_iter([(CONTENT_LENGTH, HeaderValue::from(FORM as u64 + 1))]);

        assert_eq!(refused(&none, Body::from(vec![0; FORM])).await, None);
        assert_eq!(refused(&none, Body::from(vec![0; FORM + 1])).await, Some(Refused::TooLarge));
        // What only says so is not waited for.
        let endless = Body::from_stream(pending::<Result<Vec<u8>, Infallible>>());
        assert_eq!(refused(&long, endless).await, Some(Refused::TooLarge));
    }

    #[tokio::test]
    async fn where_texts_are_pasted_more_may_come() {
        let body = || Body::from(vec![0; FORM + 1]);

        assert!(taken(&HeaderMap::new(), body(), most("/explain")).await.is_ok());
        assert!(taken(&HeaderMap::new(), body(), most("/explain/x")).await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn what_does_not_come_is_waited_for_no_longer_than_the_bound() {
        let began = tokio::time::Instant::now();
        let endless = Body::from_stream(pending::<Result<Vec<u8>, Infallible>>());

        let refused = refused(&HeaderMap::new(), endless).await;

        assert_eq!((refused, began.elapsed()), (Some(Refused::TooSlow), FORM_TIME));
    }
}
