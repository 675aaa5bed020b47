//! Cloudflare: the card with the three boxes, the plain page, and the numbers 520 to 530 and 1xxx.

use goodgate_evidence::{Product, Sign};

use super::fingerprint::When::{
    self, All, Any, Has, NginxPage, Not, Source, Starts, Status, Text, Whole,
};
use super::fingerprint::{CERTAIN, Clue, Fingerprint, LIKELY, Rule, STRONG, carried, rule, wrote};

const CLOUDFLARE: Product = Product::Cloudflare;

/// A code of the card in the ways in which it is written.
macro_rules! code {
    ($code:literal) => {
        Any(&[
            Text(concat!("error code ", $code)),
            Text(concat!("error code: ", $code)),
            Text(concat!("error ", $code)),
            Text(concat!("| ", $code, ":")),
        ])
    };
}

/// A 52x status, in the status line or in the words of the card.
macro_rules! status {
    ($number:literal, $code:literal) => {
        Any(&[code!($code), Status($number)])
    };
}

/// The card with the boxes for browser, Cloudflare and host.
const CARD: When = Any(&[
    Source("cf-error-details"),
    Source("id=\"cf-wrapper\""),
    Text("performance & security by cloudflare"),
    Text("visit cloudflare.com for more information"),
    Text("cloudflare ray id:"),
]);

/// The host's box says that the failure is there.
const HOST_ERROR: When = Any(&[
    Text("host error"),
    Text("the web server reported a bad gateway error"),
    Text("the web server reported a gateway time-out error"),
    Source("cf-error-details"),
]);

/// `cf-ray` proves that the answer went through Cloudflare, not that Cloudflare made it.
pub(super) static ITEM: Fingerprint = Fingerprint { clues: CLUES, rules: RULES, more: None };

const CLUES: &[Clue] = &[
    wrote(CLOUDFLARE, CERTAIN, NginxPage("cloudflare")),
    wrote(CLOUDFLARE, CERTAIN, NginxPage("cloudflare-nginx")),
    wrote(CLOUDFLARE, CERTAIN, CARD),
    wrote(CLOUDFLARE, STRONG, Text("the web server reported a bad gateway error")),
    wrote(CLOUDFLARE, STRONG, Any(&[Text("| 502: bad gateway"), Text("| 504: gateway time-out")])),
    wrote(CLOUDFLARE, STRONG, Text("web server is returning an unknown error")),
    wrote(CLOUDFLARE, STRONG, Text("cloudflare tunnel error")),
    wrote(CLOUDFLARE, STRONG, All(&[Starts("server", "cloudflare"), Has("cf-error-type", "")])),
    wrote(
        CLOUDFLARE,
        LIKELY,
        Any(&[
            status!(520, "520"),
            status!(521, "521"),
            status!(522, "522"),
            status!(523, "523"),
            status!(524, "524"),
            status!(525, "525"),
            status!(526, "526"),
            status!(530, "530"),
            code!("1016"),
            code!("1033"),
        ]),
    ),
    wrote(CLOUDFLARE, CERTAIN, Text("used cloudflare to restrict access")),
    wrote(CLOUDFLARE, STRONG, All(&[NUMBERED, Any(&[Text("ray id:"), Text("cloudflare")])])),
    wrote(CLOUDFLARE, STRONG, PLAIN),
    // The `Server` field is Cloudflare's on everything that it passes on.
    carried(CLOUDFLARE, Starts("server", "cloudflare")),
    carried(CLOUDFLARE, Has("cf-ray", "")),
    carried(CLOUDFLARE, Has("cf-cache-status", "")),
    carried(Product::Cloudflared, Text("responding to traffic from cloudflared")),
];

/// The pages of Cloudflare's own refusals; the numbers alone could be anybody's.
const NUMBERED: When = Any(&[
    code!("1000"),
    code!("1001"),
    code!("1014"),
    code!("1015"),
    code!("1018"),
    code!("1019"),
    code!("1020"),
    code!("1101"),
    code!("1102"),
]);

/// What programs get instead of a page.
const PLAIN: When = Any(&[
    Whole("error code: 502"),
    Whole("error code: 504"),
    Whole("error code: 520"),
    Whole("error code: 521"),
    Whole("error code: 522"),
    Whole("error code: 523"),
    Whole("error code: 524"),
    Whole("error code: 525"),
    Whole("error code: 526"),
    Whole("error code: 1000"),
    Whole("error code: 1001"),
    Whole("error code: 1015"),
    Whole("error code: 1016"),
    Whole("error code: 1020"),
    Whole("error code: 1033"),
    Whole("error code: 1101"),
    Whole("error code: 1102"),
]);

const RULES: &[Rule] = &[
    // With the card, the origin sent the status; without it, Cloudflare made it.
    made(
        All(&[Any(&[Status(502), Status(504)]), HOST_ERROR, Not(&NginxPage("cloudflare"))]),
        &[Sign::UpstreamAnsweredError],
    ),
    made(status!(520, "520"), &[Sign::EndedBeforeHead, Sign::ResponseInvalid])
        .noting(&[("code", "520")]),
    made(status!(521, "521"), &[Sign::EdgeRefused, Sign::ConnectRefused])
        .noting(&[("code", "521")]),
    made(status!(522, "522"), &[Sign::EdgeTimedOut, Sign::ConnectTimedOut])
        .noting(&[("code", "522")]),
    made(status!(523, "523"), &[Sign::ConnectNoRoute]).noting(&[("code", "523")]),
    made(status!(524, "524"), &[Sign::HeadTimeout]).noting(&[("code", "524")]),
    made(status!(525, "525"), &[Sign::TlsHandshakeFailed]).noting(&[("code", "525")]),
    made(status!(526, "526"), &[Sign::TlsCertInvalid]).noting(&[("code", "526")]),
    made(code!("1000"), &[Sign::ConfigInvalid]).noting(&[("code", "1000")]),
    made(code!("1001"), &[Sign::DnsFailed]).noting(&[("code", "1001")]),
    made(code!("1014"), &[Sign::ConfigInvalid]).noting(&[("code", "1014")]),
    made(code!("1015"), &[Sign::RateLimited]).noting(&[("code", "1015")]),
    made(code!("1016"), &[Sign::DnsFailed]).noting(&[("code", "1016")]),
    made(code!("1018"), &[Sign::RouteMissing]).noting(&[("code", "1018")]),
    made(code!("1019"), &[Sign::LoopDetected]).noting(&[("code", "1019")]),
    made(code!("1020"), &[Sign::ClientRequestInvalid]).noting(&[("code", "1020")]),
    made(code!("1033"), &[Sign::TunnelDown]).noting(&[("code", "1033")]),
    made(code!("1101"), &[Sign::FunctionFailed]).noting(&[("code", "1101")]),
    made(code!("1102"), &[Sign::FunctionFailed]).noting(&[("code", "1102")]),
    rule(Text("unable to reach the origin service"), &[Sign::TunnelOriginFailed]),
];

const fn made(when: When, signs: &'static [Sign]) -> Rule {
    rule(when, signs).by(&[CLOUDFLARE])
}
