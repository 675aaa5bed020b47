//! nginx, its relatives (Tengine, freenginx, Angie), OpenResty, ingress-nginx and Apache APISIX.

use goodgate_evidence::{Product, Sign};

use super::fingerprint::When::{
    self, All, Any, Has, NginxPage, Not, Reason, Source, Starts, Status, Text, Whole,
};
use super::fingerprint::{
    CERTAIN, Clue, Fingerprint, LIKELY, Rule, STRONG, WEAK, carried, rule, served, wrote,
};

const NGINX: Product = Product::Nginx;

/// All of these run nginx's code and give its statuses their meaning.
const FAMILY: &[Product] = &[NGINX, Product::Openresty, Product::IngressNginx, Product::Apisix];

const APISIX_PAGE: When = Source("powered by <a href=\"https://apisix.apache.org/\">apisix</a>");

/// nginx writes its name below a line, and the hyphen in "Gateway Time-out".
pub(super) static ITEM: Fingerprint = Fingerprint { clues: CLUES, rules: RULES, more: None };

const CLUES: &[Clue] = &[
    wrote(NGINX, CERTAIN, NginxPage("nginx")),
    wrote(NGINX, STRONG, NginxPage("tengine")),
    wrote(NGINX, STRONG, NginxPage("freenginx")),
    wrote(NGINX, STRONG, NginxPage("angie")),
    wrote(NGINX, CERTAIN, Text("faithfully yours, nginx")),
    wrote(NGINX, LIKELY, Text("sorry, the page you are looking for is currently unavailable.")),
    wrote(NGINX, STRONG, Text("the plain http request was sent to https port")),
    wrote(NGINX, STRONG, Text("no required ssl certificate was sent")),
    wrote(NGINX, LIKELY, Text("request header or cookie too large")),
    wrote(NGINX, WEAK, Reason("service temporarily unavailable")),
    wrote(NGINX, WEAK, Reason("gateway time-out")),
    served(NGINX, Starts("server", "nginx")),
    served(NGINX, Starts("server", "tengine")),
    served(NGINX, Starts("server", "freenginx")),
    served(NGINX, Starts("server", "angie")),
    wrote(Product::Openresty, STRONG, All(&[NginxPage("openresty"), Not(&APISIX_PAGE)])),
    served(Product::Openresty, Starts("server", "openresty")),
    wrote(Product::Apisix, CERTAIN, APISIX_PAGE),
    wrote(Product::Apisix, CERTAIN, Text("openresty powered by apisix")),
    wrote(Product::Apisix, STRONG, Source("\"error_msg\":\"404 route not found\"")),
    served(Product::Apisix, Starts("server", "apisix")),
    wrote(Product::IngressNginx, CERTAIN, Whole("default backend - 404")),
    carried(Product::IngressNginx, Has("server", "ingress-nginx")),
];

const RULES: &[Rule] = &[
    rule(Status(502), &[Sign::NoTimeout]).by(FAMILY),
    rule(Status(504), &[Sign::TimeoutSomewhere]).by(FAMILY),
    rule(Text("the plain http request was sent to https port"), &[Sign::PlainHttpToTlsPort]),
    rule(Text("no required ssl certificate was sent"), &[Sign::TlsClientCertAsked]),
    rule(Text("the ssl certificate error"), &[Sign::ClientRequestInvalid]).by(FAMILY),
    rule(
        Any(&[Text("request header or cookie too large"), Text("413 request entity too large")]),
        &[Sign::ClientRequestInvalid],
    )
    .by(FAMILY),
    rule(
        Any(&[Whole("default backend - 404"), Source("\"error_msg\":\"404 route not found\"")]),
        &[Sign::RouteMissing],
    ),
];
