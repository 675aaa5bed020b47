//! The stage of an attempt at which it failed.

crate::slug::slugs! {
    /// The stage of an attempt, in the order in which an attempt passes them.
    ///
    /// `downstream` and `gateway` stand for what happens before or beside an attempt.
    Stage {
        Downstream "downstream" "between the client and the gateway",
        Gateway "gateway" "inside the gateway, before or beside an attempt",
        Resolve "resolve" "looking up the address of the upstream",
        Connect "connect" "opening the connection to the upstream",
        Tls "tls" "the TLS handshake with the upstream",
        Request "request" "sending the request to the upstream",
        ResponseHead "response_head" "waiting for and reading the head of the response",
        ResponseBody "response_body" "reading the body of the response",
    }
}
