//! How a request is refused.

use axum::body::Body;
use axum::http::header::{ALLOW, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{Response, StatusCode};

use crate::limits;
use crate::{Object, json};

/// Answers a request that is refused with a body that says why, and the fields that belong to its status.
/// `allow` names the methods that the path takes, where that is what is wrong.
pub fn refuse(status: StatusCode, body: Object, allow: Option<&str>) -> Response<Body> {
    let mut response = json(status, body);
    let headers = response.headers_mut();
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if status == StatusCode::TOO_MANY_REQUESTS {
        headers.insert(RETRY_AFTER, HeaderValue::from(limits::TRY_EVERY.as_secs()));
    }
    if let Some(allow) = allow.and_then(|methods| HeaderValue::from_str(methods).ok()) {
        headers.insert(ALLOW, allow);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_status_comes_with_its_fields() {
        let field = |status, allow, name: &str| {
            let response = refuse(status, Object::answer("x/1"), allow);
            response.headers().get(name).map(|value| value.to_str().expect("text").to_owned())
        };

        let unauthorised = field(StatusCode::UNAUTHORIZED, None, "www-authenticate");
        let many = field(StatusCode::TOO_MANY_REQUESTS, None, "retry-after");
        let method = field(StatusCode::METHOD_NOT_ALLOWED, Some("GET, HEAD"), "allow");
        assert_eq!(unauthorised.as_deref(), Some("Bearer"));
        assert_eq!(many.as_deref(), Some("6"));
        assert_eq!(method.as_deref(), Some("GET, HEAD"));
        assert_eq!(field(StatusCode::FORBIDDEN, None, "www-authenticate"), None);
    }
}
