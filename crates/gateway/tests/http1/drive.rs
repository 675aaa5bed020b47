//! Reads one message from pieces, as a server or a client would.

use bytes::BytesMut;
use goodgate_gateway::http1::{
    ChunkedDecoder, Class, Decoded, Ending, Fields, Framing, HeadLimits, Known, Malformed, Method,
    Persistence, RequestHead, RequestParser, ResponseHead, ResponseParser, write,
};

/// What came of some bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// They are no message.
    Refused(Malformed),
    /// They are the beginning of one.
    Incomplete,
    /// They begin with a whole message.
    Message(Box<Message>),
}

/// A message that was read to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    /// What the start line says, in words: `GET /a`, `200 OK`.
    pub(crate) start: String,
    pub(crate) framing: Framing,
    pub(crate) persists: bool,
    pub(crate) fields: Fields,
    pub(crate) body: Vec<u8>,
    pub(crate) trailers: Fields,
    /// What belongs to the next message.
    pub(crate) rest: Vec<u8>,
}

/// A way to read heads.
pub(crate) trait Heads {
    type Head;

    fn parse(&mut self, input: &mut BytesMut) -> Result<Option<Self::Head>, Malformed>;

    /// The message without its body.
    fn told(head: Self::Head) -> Message;
}

/// Requests.
#[derive(Default)]
pub(crate) struct Requests(RequestParser);

impl Heads for Requests {
    type Head = RequestHead;

    fn parse(&mut self, input: &mut BytesMut) -> Result<Option<RequestHead>, Malformed> {
        self.0.parse(input, &HeadLimits::REQUEST)
    }

    fn told(head: RequestHead) -> Message {
        let words = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Message {
            start: format!("{} {}", words(head.method_name()), words(head.target())),
            framing: head.framing(),
            persists: head.persists(),
            fields: head.into_fields(),
            body: Vec::new(),
            trailers: Fields::new(),
            rest: Vec::new(),
        }
    }
}

/// Responses to a request with some method.
pub(crate) struct Responses {
    parser: ResponseParser,
    asked: Method,
}

impl Responses {
    pub(crate) fn to(asked: Method) -> Self {
        Self { parser: ResponseParser::new(), asked }
    }
}

impl Heads for Responses {
    type Head = ResponseHead;

    fn parse(&mut self, input: &mut BytesMut) -> Result<Option<ResponseHead>, Malformed> {
        self.parser.parse(input, self.asked, &HeadLimits::RESPONSE)
    }

    fn told(head: ResponseHead) -> Message {
        Message {
            start: format!("{} {}", head.status(), String::from_utf8_lossy(head.reason())),
            framing: head.framing(),
            persists: head.persists(),
            fields: head.into_fields(),
            body: Vec::new(),
            trailers: Fields::new(),
            rest: Vec::new(),
        }
    }
}

/// Reads one message from pieces; a response that ends with its connection ends with the last one.
pub(crate) fn read<'a, H: Heads>(
    mut heads: H,
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> Outcome {
    let mut input = BytesMut::new();
    let mut reading: Option<(Message, Body)> = None;
    for piece in pieces {
        input.extend_from_slice(piece);
        let stepped = step(&mut heads, &mut reading, &mut input);
        if let Err(malformed) = stepped {
            return Outcome::Refused(malformed);
        }
    }
    match reading {
        Some((mut message, Body::Done | Body::UntilClose)) => {
            message.rest = input.to_vec();
            Outcome::Message(Box::new(message))
        }
        _ => Outcome::Incomplete,
    }
}

/// Where the reading of a body stands.
enum Body {
    Length(u64),
    Chunked(ChunkedDecoder),
    UntilClose,
    Done,
}

fn step<H: Heads>(
    heads: &mut H,
    reading: &mut Option<(Message, Body)>,
    input: &mut BytesMut,
) -> Result<(), Malformed> {
    if reading.is_none() {
        let Some(head) = heads.parse(input)? else { return Ok(()) };
        let message = H::told(head);
        let body = match message.framing {
            Framing::None | Framing::Announced(_) => Body::Done,
            Framing::Length(length) => Body::Length(length),
            Framing::Chunked => Body::Chunked(ChunkedDecoder::new(HeadLimits::TRAILERS)),
            Framing::UntilClose => Body::UntilClose,
        };
        *reading = Some((message, body));
    }
    let Some((message, body)) = reading else { return Ok(()) };
    match body {
        Body::Length(remaining) => {
            let length = input.len().min(usize::try_from(*remaining).unwrap_or(usize::MAX));
            message.body.extend_from_slice(&input.split_to(length));
            *remaining -= length as u64;
            if *remaining == 0 {
                *body = Body::Done;
            }
        }
        Body::Chunked(decoder) => loop {
            match decoder.decode(input)? {
                Decoded::NeedMore => break,
                Decoded::Data(data) => {
                    assert!(!data.is_empty(), "data is never nothing");
                    message.body.extend_from_slice(&data);
                }
                Decoded::End(trailers) => {
                    message.trailers = trailers;
                    *body = Body::Done;
                    break;
                }
            }
        },
        Body::UntilClose => message.body.extend_from_slice(&input.split()),
        Body::Done => {}
    }
    Ok(())
}

/// Reads `bytes` whole, byte by byte and split at each position, and gives the one outcome.
pub(crate) fn read_every_way<H: Heads>(heads: impl Fn() -> H, bytes: &[u8]) -> Outcome {
    let whole = read(heads(), [bytes]);
    let single = read(heads(), bytes.chunks(1));
    assert_eq!(single, whole, "byte by byte: {}", bytes.escape_ascii());
    // Long messages are those beyond a limit: of these some positions, and the last ones.
    let step = bytes.len() / 1000 + 1;
    let last = bytes.len().saturating_sub(40)..=bytes.len();
    for at in (0..bytes.len()).step_by(step * step).chain(last) {
        let (before, after) = bytes.split_at(at);
        let split = read(heads(), [before, after]);
        assert_eq!(split, whole, "split at {at}: {}", bytes.escape_ascii());
    }
    whole
}

/// Writes the request that `bytes` begin with as the gateway sends it on, with what follows its
/// head; nothing where there is none.
pub(crate) fn forwarded_request(bytes: &[u8]) -> Option<BytesMut> {
    let mut input = BytesMut::from(bytes);
    let mut out = BytesMut::new();
    let mut head = RequestParser::new().parse(&mut input, &HeadLimits::REQUEST).ok()??;
    head.strip_hop_by_hop();
    if head.host().is_none() {
        head.fields_mut().set(Known::Host, b"default").unwrap();
    }
    write::request(&mut out, &head, head.target(), &unchanged(head.framing())).unwrap();
    out.extend_from_slice(&input);
    Some(out)
}

/// The same for a response.
pub(crate) fn forwarded_response(bytes: &[u8], asked: Method) -> Option<BytesMut> {
    let mut input = BytesMut::from(bytes);
    let mut out = BytesMut::new();
    let parsed = ResponseParser::new().parse(&mut input, asked, &HeadLimits::RESPONSE);
    let mut head = parsed.ok()??;
    head.strip_hop_by_hop();
    write::response(&mut out, &head, &unchanged(head.framing())).unwrap();
    out.extend_from_slice(&input);
    Some(out)
}

fn unchanged(framing: Framing) -> Ending<'static> {
    Ending { framing, persistence: Persistence::Silent, added: &[] }
}

/// Tells whether what is sent on is read otherwise by the next reader: the door of smuggling.
pub(crate) fn changes_underway<H: Heads>(
    heads: impl Fn() -> H,
    bytes: &[u8],
    forwarded: Option<BytesMut>,
) -> bool {
    let (before, after) = match forwarded {
        None => return false,
        Some(forwarded) => (read(heads(), [bytes]), read(heads(), [&forwarded[..]])),
    };
    match (before, after) {
        (Outcome::Message(before), Outcome::Message(after)) => {
            before.framing != after.framing
                || before.body != after.body
                || before.trailers != after.trailers
                || before.rest != after.rest
        }
        // A body that is not all there, or is broken, is so on the other side.
        (Outcome::Refused(before), Outcome::Refused(after)) => before != after,
        (before, after) => before != after,
    }
}

/// What a table expects.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Expect {
    Refused(Class, u16),
    /// One message: its start line, its body, and the bytes behind it.
    One(&'static str, &'static [u8], &'static [u8]),
}

/// Compares the outcome of a case with what is expected, and tells the difference.
pub(crate) fn differs(bytes: &[u8], outcome: &Outcome, expected: Expect) -> Option<String> {
    let fits = match (outcome, expected) {
        (Outcome::Refused(malformed), Expect::Refused(class, status)) => {
            malformed.class == class && class.status() == status
        }
        (Outcome::Message(message), Expect::One(start, body, rest)) => {
            message.start == start && message.body == body && message.rest == rest
        }
        _ => false,
    };
    let shown = bytes.get(..bytes.len().min(200)).unwrap_or_default().escape_ascii();
    (!fits).then(|| format!("{shown}\n  expected {expected:?}\n  found    {outcome:?}"))
}
