//! Microsoft IIS with Application Request Routing and the ASP.NET Core module.

use goodgate_evidence::{Product, Sign};

use super::fingerprint::When::{self, Any, Has, Starts, Text};
use super::fingerprint::{
    CERTAIN, Clue, Fingerprint, LIKELY, Rule, STRONG, carried, rule, served, wrote,
};

const IIS: Product = Product::Iis;

const AS_GATEWAY: &str =
    "web server received an invalid response while acting as a gateway or proxy server";

const START_FAILED: When = Any(&[
    Text("http error 502.5"),
    Text("502.5 - ancm"),
    Text("http error 500.30"),
    Text("500.30 - ancm"),
    Text("http error 500.31"),
    Text("http error 500.32"),
    Text("http error 500.37"),
]);

/// The error code of the detailed page is the one of `WinHTTP`.
pub(super) static ITEM: Fingerprint = Fingerprint { clues: CLUES, rules: RULES, more: None };

const CLUES: &[Clue] = &[
    wrote(IIS, STRONG, Text(AS_GATEWAY)),
    wrote(IIS, CERTAIN, Text("http error 502.3 - bad gateway")),
    wrote(IIS, CERTAIN, Text("http error 502.4 - bad gateway")),
    wrote(IIS, CERTAIN, START_FAILED),
    wrote(IIS, STRONG, Text("http error 503. the service is unavailable.")),
    wrote(IIS, STRONG, Text("server error in '/")),
    wrote(IIS, LIKELY, Any(&[Text("http error 502.1"), Text("http error 502.2")])),
    served(IIS, Starts("server", "microsoft-iis")),
    carried(IIS, Has("x-powered-by", "arr/")),
];

const RULES: &[Rule] = &[
    rule(START_FAILED, &[Sign::BootFailed]),
    rule(Text("http error 502.4"), &[Sign::NoLiveUpstream]),
    rule(Text("server error in '/"), &[Sign::AppTraceback, Sign::UpstreamAnsweredError]).by(&[IIS]),
    code("0x80072ee2", &[Sign::TimeoutSomewhere]),
    code("0x80072ee7", &[Sign::DnsFailed]),
    code("0x80072efd", &[Sign::ConnectFailed]),
    code("0x80072efe", &[Sign::EndedBeforeHead]),
    code("0x80072eff", &[Sign::ResetBeforeHead]),
    code("0x80072f05", &[Sign::TlsCertExpired]),
    code("0x80072f06", &[Sign::TlsCertNameMismatch]),
    code("0x80072f0d", &[Sign::TlsCertUntrusted]),
    code("0x80072f78", &[Sign::ResponseInvalid]),
    code("0x80072f7d", &[Sign::TlsHandshakeFailed]),
    code("0x80072f8f", &[Sign::TlsCertInvalid]),
];

/// The codes are those of `WinHTTP`: 0x80070000 plus 12000 and more.
const fn code(code: &'static str, signs: &'static [Sign]) -> Rule {
    rule(Text(code), signs).by(&[IIS, Product::AzureAppService])
}
