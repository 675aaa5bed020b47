//! The API for programs, under `/api/v1`: what the watch and the gateway answer over their own interfaces,
//! for those who are not on their host.
//!
//! `routes::ALL` lists what there is, once: the router, the scopes and the document for
//! `OpenAPI` are made of it.
//! A program shows a token (`Authorization: Bearer`) with the scope of what it asks for; a browser with a
//! session may read.

mod answer;
mod metrics;
mod openapi;
mod routes;
mod scope;

pub(crate) use answer::{api, document};
pub(crate) use metrics::metrics;
pub use openapi::document as openapi;
pub use scope::{Scope, Tokens};
