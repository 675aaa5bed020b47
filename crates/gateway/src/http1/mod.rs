//! HTTP/1.1 as bytes (RFC 9112), read strictly and written by hand.
