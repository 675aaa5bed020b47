//! The kinds of values that only the watch's keys have.

mod address;
mod cause;
mod header;
mod json;
mod link;
mod moment;
mod objective;
mod pattern;
mod slug;
mod status;
mod url;
mod zone;

pub use address::Address;
pub use cause::CauseId;
pub use header::{HeaderName, HeaderValue};
pub use link::Link;
pub use moment::{Clock, Moment};
pub use objective::Objective;
pub use pattern::Pattern;
pub use slug::Slug;
pub use status::StatusRange;
pub use url::{DnsName, HostPort, Url};
pub use zone::Zone;
