//! The pages, one file each: what is asked for, what of it is shown. How it looks is in `templates/`.

mod act;
pub(crate) mod assets;
pub(crate) mod evidence;
mod finding;
mod frame;
pub(crate) mod incident;
pub(crate) mod incidents;
pub(crate) mod live;
pub(crate) mod login;
mod message;
pub(crate) mod monitor;
pub(crate) mod overview;
mod reply;
pub(crate) mod status_page;

pub(crate) use frame::Frame;
pub(crate) use message::{message, missing};
pub(crate) use reply::page;
