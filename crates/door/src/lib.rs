//! What the listeners for operators have in common: the admin listener of the gateway, the API of the
//! watch, and whatever else answers people and their programs over HTTP.
//!
//! Here is how a socket is opened and left, how connections are bounded, what a request has to show
//! (whom it is for, which token it has, from where it comes), how an answer is written, and how we ask
//! such a listener ourselves. What can be asked, and who may do what, each listener says itself.

pub mod client;
pub mod guard;
mod json;
pub mod limits;
mod linger;
mod refuse;
mod serve;
mod socket;
mod token;
mod tries;

pub use json::{Object, json, json_lines, list, ok, typed};
pub use refuse::refuse;
pub use serve::{Beyond, Peer, Room, serve};
pub use socket::{Listening, Place, There, look, tcp};
pub use token::{Token, bearer};
pub use tries::{Tries, whose};
