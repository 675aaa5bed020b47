//! Apache Traffic Server: upper-case tags and "Description:".

use goodgate_evidence::{Product, Sign};

use super::fingerprint::When::{All, Has, Reason, Source, Starts, Text};
use super::fingerprint::{
    CERTAIN, Clue, Fingerprint, LIKELY, Rule, STRONG, carried, rule, served, wrote,
};

const ATS: Product = Product::Ats;

/// The description on the page is the cause.
pub(super) static ITEM: Fingerprint = Fingerprint { clues: CLUES, rules: RULES, more: None };

const CLUES: &[Clue] = &[
    wrote(
        ATS,
        CERTAIN,
        All(&[Source("<font face=\"helvetica,arial\"><b> description:"), Text("description:")]),
    ),
    wrote(ATS, STRONG, Text("description: could not connect to the requested server host")),
    wrote(ATS, STRONG, Text("the server does not have a dns entry.")),
    wrote(ATS, STRONG, Text("not found on accelerator")),
    wrote(ATS, LIKELY, Text("closed the connection before the transaction was completed")),
    wrote(ATS, STRONG, Text("description: too much time has passed without sending any data")),
    wrote(ATS, STRONG, Text("description: the host requested did not return the document")),
    wrote(ATS, STRONG, Reason("next hop connection failed")),
    wrote(ATS, STRONG, Reason("next hop timeout")),
    served(ATS, Starts("server", "ats/")),
    carried(ATS, Has("via", "apachetrafficserver")),
];

const RULES: &[Rule] = &[
    rule(Text("could not connect to the requested server host"), &[Sign::ConnectFailed]),
    rule(Reason("next hop connection failed"), &[Sign::ConnectFailed]),
    rule(Reason("connection failed"), &[Sign::ConnectFailed]).by(&[ATS]),
    rule(Reason("next hop timeout"), &[Sign::TimeoutSomewhere]),
    rule(Text("the server does not have a dns entry."), &[Sign::DnsFailed]).by(&[ATS]),
    rule(Text("no valid host"), &[Sign::DnsFailed]).by(&[ATS]),
    rule(
        Text("closed the connection before the transaction was completed"),
        &[Sign::EndedBeforeHead],
    )
    .by(&[ATS]),
    rule(Text("the host requested did not return the document"), &[Sign::ResponseInvalid])
        .by(&[ATS]),
    rule(Text("inactivity timeout"), &[Sign::HeadTimeout]).by(&[ATS]),
    rule(Text("activity timeout"), &[Sign::TimeoutSomewhere]).by(&[ATS]),
    rule(Text("cycle prohibited"), &[Sign::LoopDetected]).by(&[ATS]),
    rule(Text("not found on accelerator"), &[Sign::RouteMissing]),
];
