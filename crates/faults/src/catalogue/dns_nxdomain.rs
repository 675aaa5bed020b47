//! A name that does not exist.

use hickory_proto::op::ResponseCode;

use crate::dns;
use crate::fault::{Fault, NONE};
use crate::protocol::Protocol;

pub(super) static ITEM: Fault = Fault {
    name: "dns_nxdomain",
    summary: "Answers every question with NXDOMAIN.",
    arguments: NONE,
    causes: &["dns_nxdomain"],
    protocols: &[Protocol::Dns],
    make: |_| Ok(dns::failing(ResponseCode::NXDomain)),
};
