//! A name server that cannot find out.

use hickory_proto::op::ResponseCode;

use crate::dns;
use crate::fault::{Fault, NONE};
use crate::protocol::Protocol;

pub(super) static ITEM: Fault = Fault {
    name: "dns_servfail",
    summary: "Answers every question with SERVFAIL.",
    arguments: NONE,
    causes: &["dns_server_failure"],
    protocols: &[Protocol::Dns],
    make: |_| Ok(dns::failing(ResponseCode::ServFail)),
};
