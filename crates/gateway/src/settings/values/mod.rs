//! The kinds of values that only the gateway's keys have.

mod access;
mod bind;
mod choice;
mod cidr;
mod endpoint;
mod host;
mod path;
mod pseudonym;
mod status;
mod upstream;

pub use access::{Access, Account, AccountError, AccountKind, FileMode};
pub use bind::Bind;
pub use choice::{HashKey, LogTarget, WorkerCount};
pub use cidr::Cidr;
pub use endpoint::{Endpoint, EndpointKeys, Host, Place, Scheme, Url};
pub use goodgate_config::{HeaderName, HeaderValue, StatusRange};
pub use host::{HostName, HostPattern, HostSent};
pub use path::PathPrefix;
pub use pseudonym::Pseudonym;
pub use status::Status;
pub use upstream::UpstreamName;
