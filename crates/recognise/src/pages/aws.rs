//! AWS: the load balancers (nginx' look without the line) and API Gateway.

use goodgate_evidence::{Product, Sign};

use super::fingerprint::When::{self, All, Any, Has, Not, Source, Starts, Status, Text, Whole};
use super::fingerprint::{
    CERTAIN, Clue, Fingerprint, LIKELY, Rule, STRONG, WEAK, carried, rule, served, wrote,
};

const ELB: Product = Product::AwsElb;
const API: Product = Product::AwsApiGateway;

const API_FIELDS: When =
    Any(&[Has("x-amz-apigw-id", ""), Has("apigw-requestid", ""), Has("x-amzn-errortype", "")]);

/// The load balancer's page lacks the `<hr>` of nginx; the text of both is the same.
pub(super) static ITEM: Fingerprint = Fingerprint { clues: CLUES, rules: RULES, more: None };

const CLUES: &[Clue] = &[
    wrote(
        ELB,
        STRONG,
        All(&[Source("<center><h1>"), Source("</h1></center> </body>"), Not(&Source("<hr>"))]),
    ),
    served(ELB, Starts("server", "awselb")),
    wrote(API, STRONG, Text("{\"message\": \"endpoint request timed out\"}")),
    wrote(API, STRONG, Text("network error communicating with endpoint")),
    wrote(API, WEAK, Whole("{\"message\": \"internal server error\"}")),
    wrote(API, LIKELY, Whole("{\"message\":\"missing authentication token\"}")),
    wrote(API, CERTAIN, All(&[API_FIELDS, Source("{\"message\":"), Has("x-amzn-errortype", "")])),
    wrote(API, STRONG, All(&[API_FIELDS, Any(&[MESSAGE_500, MESSAGE_503])])),
    carried(API, API_FIELDS),
];

const MESSAGE_500: When = Any(&[
    Whole("{\"message\": \"internal server error\"}"),
    Whole("{\"message\":\"internal server error\"}"),
]);
const MESSAGE_503: When = Any(&[
    Whole("{\"message\": \"service unavailable\"}"),
    Whole("{\"message\":\"service unavailable\"}"),
]);

const RULES: &[Rule] = &[
    rule(Status(503), &[Sign::NoEndpoints]).by(&[ELB]),
    rule(Status(504), &[Sign::TimeoutSomewhere]).by(&[ELB]),
    rule(Text("endpoint request timed out"), &[Sign::HeadTimeout]).by(&[API]),
    rule(
        Text("network error communicating with endpoint"),
        &[Sign::ConnectFailed, Sign::EndedBeforeHead],
    )
    .by(&[API]),
    // A function that answers something malformed.
    rule(All(&[Status(502), MESSAGE_500]), &[Sign::FunctionFailed]).by(&[API]),
];
