//! `[monitor.expect]`: what makes an answer a good one.

use std::collections::BTreeMap;
use std::time::Duration;

use goodgate_config::section;
use goodgate_config::units::{mins, ms};

use super::values::{Address, HeaderName, Pattern, StatusRange};
use crate::check::json::JsonTest;

section! {
    /// What makes an answer a good one: all of it has to be true. Bodies are judged by their first
    /// 256 KiB.
    pub struct Expect {
        /// The statuses that are good.
        pub status: Vec<StatusRange> = vec![StatusRange::new(200, 399)];
        /// Header fields that have exactly this value.
        pub header_equals: BTreeMap<HeaderName, String> = BTreeMap::new();
        /// Header fields that have this text in their value.
        pub header_contains: BTreeMap<HeaderName, String> = BTreeMap::new();
        /// Header fields whose value matches a regular expression.
        pub header_matches: BTreeMap<HeaderName, Pattern> = BTreeMap::new();
        /// Header fields that must not be there.
        pub header_lacks: Vec<HeaderName> = Vec::new();
        /// Texts that are in the body.
        pub body_contains: Vec<String> = Vec::new();
        /// Regular expressions that match somewhere in the body.
        pub body_matches: Vec<Pattern> = Vec::new();
        /// Texts that must not be in the body.
        pub body_lacks: Vec<String> = Vec::new();
        /// What is true of a body in JSON: a path, a comparison and a value, as in
        /// `$.nodes[*].state == "ok"`, which is true if it is for every node; a path alone has to exist.
        pub json: Vec<JsonTest> = Vec::new();
        /// The days for which the certificate has to be valid still.
        pub certificate_days: Option<u32> = None, in 1..=365;
        /// The longest time from the beginning of the check to the end of the answer.
        pub response_time: Option<Duration> = None, in ms(1)..=mins(5);
        /// The addresses that a name may have; without any every address is good.
        pub addresses: Vec<Address> = Vec::new();
    }
}
