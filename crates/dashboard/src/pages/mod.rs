//! The pages, one file each: what is asked for, what of it is shown. How it looks is in `templates/`.

pub(crate) mod assets;
pub(crate) mod causes;
pub(crate) mod check;
pub(crate) mod evidence;
pub(crate) mod explain;
pub(crate) mod failure;
pub(crate) mod failures;
mod finding;
mod form;
mod frame;
pub(crate) mod gateway;
pub(crate) mod incident;
pub(crate) mod incidents;
pub(crate) mod live;
pub(crate) mod login;
mod message;
pub(crate) mod monitor;
pub(crate) mod overview;
mod publish;
mod reply;
pub(crate) mod report;
pub(crate) mod settings;
pub(crate) mod status_page;
mod verdict;
mod waterfall;

pub(crate) use frame::Frame;
pub(crate) use message::{message, missing};
pub(crate) use reply::page;
