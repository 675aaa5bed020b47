//! Reports to send to somebody: what is known, as one document, in the form that its reader wants.
//!
//! Everything here turns answers into text and does nothing else: no socket, no file, no clock. Texts in a
//! document are as they came; each writer makes them harmless for its own form, once.

pub mod document;
pub mod incident;
pub mod limits;
pub mod period;
pub mod times;
