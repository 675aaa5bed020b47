//! Every key of a case.

use serde::Deserialize;

/// A file of cases.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// What its cases have in common, in one sentence.
    pub says: String,
    /// The cases.
    pub case: Vec<Case>,
    /// Faults that cannot be injected behind this gateway.
    #[serde(default)]
    pub left_out: Vec<LeftOut>,
}

/// A fault that cannot be injected, with the reason.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftOut {
    /// The name of the fault.
    pub fault: String,
    /// Why not.
    pub because: String,
}

/// What is injected, and what the gateway has to record.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of the file")]
pub struct Case {
    /// `gateway/NAME`.
    #[serde(skip)]
    pub id: String,
    /// The name.
    pub name: String,
    /// What is broken, where the name of the fault does not say it.
    #[serde(default)]
    pub says: String,
    /// The causes that may be recorded: first the one that is injected, then those that leave the
    /// very same traces. Empty where there is nothing that a gateway could see.
    pub records: Vec<String>,
    /// Why the further ones look the same, or why nothing is to be seen.
    pub because: Option<String>,
    /// Where no endpoint is tried: the causes, one of which the log has to name for why not.
    #[serde(default)]
    pub behind: Vec<String>,
    /// What the failure is called where it reaches the client; none where it cannot.
    pub told: Option<Told>,
    /// The status of the upstream's own answer, which the client gets as it is.
    pub answers: Option<u16>,

    /// The arguments of `goodgate faults`, separated by blanks; without any there is no origin.
    pub origin: Option<String>,
    /// Where it listens, instead of port 8080 of the loopback interface.
    #[serde(default = "origin_address")]
    pub listen: String,
    /// The same for a name server on port 53, which the gateway asks.
    pub dns: Option<String>,
    /// The origin writes the certificate of its authority, which the gateway trusts.
    #[serde(default)]
    pub tls: bool,
    /// The URL of the endpoint.
    #[serde(default = "endpoint")]
    pub endpoint: String,
    /// Breaker, ejection and holding are on, as they are by default.
    #[serde(default)]
    pub defaults: bool,
    /// Further lines of the upstream.
    #[serde(default)]
    pub upstream: String,
    /// Further lines of the route.
    #[serde(default)]
    pub route: String,
    /// The most open descriptors of the gateway.
    pub nofile: Option<u64>,
    /// The user of the gateway, instead of root.
    pub user: Option<String>,
    /// What is done before the gateway starts.
    #[serde(default)]
    pub before: Vec<Act>,
    /// What is done once it listens.
    #[serde(default)]
    pub after: Vec<Act>,

    /// The methods of the requests.
    #[serde(default = "get_and_post")]
    pub methods: Vec<String>,
    /// The bytes of the body of a POST.
    #[serde(default = "some")]
    pub upload: usize,
    /// Whether the requests are also sent to an upstream with a second, healthy endpoint.
    #[serde(default = "yes")]
    pub two: bool,
    /// GETs that go before each request and are answered well, so that a connection is kept.
    #[serde(default)]
    pub first: u32,
    /// The pause before each request, in milliseconds.
    #[serde(default)]
    pub pause_ms: u64,
    /// Connections that are opened before the first request, which goes over the first of them.
    #[serde(default)]
    pub crowd: usize,
    /// The client leaves after this time, in milliseconds.
    pub leaves_ms: Option<u64>,
    /// Some attempts go well in spite of the fault; what fails is judged.
    #[serde(default)]
    pub may_answer: bool,
    /// All may go well: the gateway may see the fault in time to keep out of its way.
    #[serde(default)]
    pub may_be_quiet: bool,
}

/// What a failure is called in the access log and in `Proxy-Status`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// The type of RFC 9209.
    pub error: OneOrMore,
    /// The status that the client gets, unless the answer had begun.
    pub status: u16,
    /// Where it failed: one, or several where that depends on who is the quicker one.
    pub stage: OneOrMore,
    /// Whose part of the chain it is.
    pub blame: String,
}

/// A word, or several of which each is right.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum OneOrMore {
    /// One.
    One(String),
    /// Several.
    More(Vec<String>),
}

impl OneOrMore {
    /// Says whether a word is among them.
    pub fn holds(&self, word: &str) -> bool {
        match self {
            Self::One(one) => one == word,
            Self::More(more) => more.iter().any(|one| one == word),
        }
    }
}

/// Something that is done on the host: one of `run`, `start` and `nft`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Act {
    /// A command that has to end with 0.
    pub run: Option<Vec<String>>,
    /// A program that runs on, and says `ready` when it is.
    pub start: Option<Vec<String>>,
    /// Rules for `nft -f -`.
    pub nft: Option<String>,
}

fn origin_address() -> String {
    "127.0.0.1:8080".to_owned()
}

fn endpoint() -> String {
    "http://127.0.0.1:8080".to_owned()
}

fn get_and_post() -> Vec<String> {
    vec!["GET".to_owned(), "POST".to_owned()]
}

fn some() -> usize {
    32
}

fn yes() -> bool {
    true
}
