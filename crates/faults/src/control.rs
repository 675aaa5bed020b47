//! The control API: shows and changes the faults while the origin runs.
//!
//! HTTP/1.1 with JSON, one request per connection, errors as `application/problem+json` (RFC 9457).
//! It has no password and is on loopback, so that what runs in a browser on the same host must not
//! drive it: a request needs the address of the API in `Host` and must not name an `Origin`, and a
//! change needs a media type that a page cannot send to another site unasked.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::context::Context;
use crate::error::StartError;
use crate::http1::connection::{Connection, HeadError};
use crate::http1::healthy::SERVER;
use crate::http1::{Framing, Request};
use crate::listen::Address;
use crate::plan::{self, Entry, Shown};
use crate::words::Words;
use crate::{limits, wire};

/// The schema of what is shown.
const SCHEMA: &str = "goodgate.faults-control/1";

/// The bound control API.
pub(crate) struct Control {
    listener: TcpListener,
    address: SocketAddr,
}

impl Control {
    /// Binds the API.
    pub(crate) async fn bind(address: SocketAddr) -> Result<Self, StartError> {
        let failed = |source| StartError::Listen { address: Address::Tcp(address), source };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Self { listener, address })
    }

    /// Returns where it listens.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until the origin ends.
    pub(crate) async fn run(self, context: Arc<Context>) {
        let mut connections = JoinSet::new();
        let permits = Arc::new(Semaphore::new(limits::CONTROL_CONNECTIONS_MAX));
        loop {
            let accepted = async {
                // The semaphore is never closed.
                let permit = Arc::clone(&permits).acquire_owned().await.ok();
                (self.listener.accept().await, permit)
            };
            tokio::select! {
                () = context.ended() => return,
                Some(_) = connections.join_next() => {}
                (accepted, permit) = accepted => {
                    // The peer has gone again, or descriptors lack, which passes.
                    let Ok((stream, _)) = accepted else {
                        tokio::time::sleep(limits::SETTLE).await;
                        continue;
                    };
                    let (context, address) = (Arc::clone(&context), self.address);
                    connections.spawn(async move {
                        let serving = serve(Connection::new(Box::new(stream)), address, &context);
                        // What takes too long, or fails, is the peer's affair.
                        timeout(limits::REQUEST_WAIT_MAX, serving).await.ok();
                        drop(permit);
                    });
                }
            }
        }
    }
}

/// Answers one request.
async fn serve(
    mut connection: Connection,
    address: SocketAddr,
    context: &Context,
) -> io::Result<()> {
    let receiving = timeout(limits::CONTROL_WAIT_MAX, receive(&mut connection, address));
    let Ok(received) = receiving.await else {
        // A peer that says nothing leaves nothing unread, and is not worth a longer wait.
        return connection.wire().write_all(&late().bytes()).await;
    };
    let answer = match received {
        Ok(received) => answer(&received, context).await.unwrap_or_else(|problem| problem),
        Err(problem) => problem,
    };
    connection.wire().write_all(&answer.bytes()).await?;
    wire::close(connection.into_wire()).await;
    Ok(())
}

/// The answer to a request that does not come.
fn late() -> Answer {
    let problem = format!("the request took over {} s to come", limits::CONTROL_WAIT_MAX.as_secs());
    Answer::problem(408, "Request Timeout", &problem)
}

/// A request that may be carried out.
struct Received {
    request: Request,
    body: Vec<u8>,
}

/// Reads a request and refuses what must not drive us.
async fn receive(connection: &mut Connection, address: SocketAddr) -> Result<Received, Answer> {
    let raw = connection.read_head().await.map_err(|error| match error {
        HeadError::Io(error) => Answer::problem(400, "Bad Request", &error.to_string()),
        HeadError::Ended => Answer::problem(400, "Bad Request", "the request ended in its head"),
        HeadError::TooLarge => {
            let problem = "the head of the request is over 64 KiB";
            Answer::problem(431, "Request Header Fields Too Large", problem)
        }
    })?;
    let request =
        Request::parse(raw).map_err(|error| Answer::problem(400, "Bad Request", error))?;
    check_sender(&request, address)?;
    if matches!(request.framing, Framing::Chunked) {
        let problem = "the body comes in chunks; send it with a Content-Length";
        return Err(Answer::problem(411, "Length Required", problem));
    }
    connection.inbox.expect(request.framing);
    if request.waits_for_continue {
        // Without it the peer sends its body after a while all the same.
        connection.wire().write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await.ok();
    }
    let body = connection.keep_body(limits::PLAN_BYTES_MAX as u64).await;
    let body = body.map_err(|error| {
        let problem = format!("the body cannot be read ({error}); at most 256 KiB are taken");
        Answer::problem(413, "Content Too Large", &problem)
    })?;
    Ok(Received { request, body })
}

/// Refuses what a page in a browser could have sent: see the head of this file.
fn check_sender(request: &Request, address: SocketAddr) -> Result<(), Answer> {
    let host = request.field("host").unwrap_or_default();
    if !is_ours(host, address) {
        let problem = format!("Host is {host:?}; write the address, {address}");
        return Err(Answer::problem(421, "Misdirected Request", &problem));
    }
    if request.field("origin").is_some() {
        let problem = "requests of web pages are refused";
        return Err(Answer::problem(403, "Forbidden", problem));
    }
    Ok(())
}

/// Whether `Host` is an address of ours. A name that is made to resolve to us is none; an address
/// cannot be made to.
fn is_ours(host: &str, address: SocketAddr) -> bool {
    // A port of 80 may be left out.
    let named = host.parse().map(|ip: IpAddr| SocketAddr::new(ip, 80)).or_else(|_| host.parse());
    let is_local_name = host.eq_ignore_ascii_case(&format!("localhost:{}", address.port()));
    is_local_name
        || named.is_ok_and(|named: SocketAddr| {
            named.port() == address.port()
                && (address.ip().is_unspecified() || named.ip() == address.ip())
        })
}

/// Carries a request out.
async fn answer(received: &Received, context: &Context) -> Result<Answer, Answer> {
    let Received { request, body } = received;
    if request.path != "/faults" {
        return Err(Answer::problem(404, "Not Found", "there is only /faults"));
    }
    match request.method.as_str() {
        "GET" | "HEAD" => {}
        "PUT" => context.faults.replace(entries(request, body, context)?),
        "DELETE" => context.faults.replace(Vec::new()),
        other => {
            let problem = format!("{other} is not served; /faults takes GET, PUT and DELETE");
            return Err(Answer::problem(405, "Method Not Allowed", &problem));
        }
    }
    context.faults.settled().await;
    let mut answer = Answer::json(200, "OK", "application/json", &shown(context));
    answer.is_head = request.is_head();
    Ok(answer)
}

/// Reads the faults of a `PUT`.
fn entries(request: &Request, body: &[u8], context: &Context) -> Result<Vec<Entry>, Answer> {
    let media_type = request.field("content-type").unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case("application/json") {
        let problem = format!("Content-Type is {media_type:?}; write application/json");
        return Err(Answer::problem(415, "Unsupported Media Type", &problem));
    }
    let plan: NewPlan = serde_json::from_slice(body)
        .map_err(|error| Answer::problem(400, "Bad Request", &format!("the body: {error}")))?;
    let unfit = |problem: String| Answer::problem(422, "Unprocessable Content", &problem);
    let entry = |(index, fault): (usize, NewFault)| {
        let place = format!("faults[{index}]");
        fault.words().read(&place).map_err(|error| unfit(format!("{place}: {error}")))
    };
    let entries: Vec<Entry> =
        plan.faults.into_iter().enumerate().map(entry).collect::<Result<_, _>>()?;
    plan::check(&entries, context.protocol).map_err(|error| unfit(error.to_string()))?;
    Ok(entries)
}

/// The body of a `PUT`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewPlan {
    faults: Vec<NewFault>,
}

/// The origin as it is.
#[derive(Serialize)]
struct State {
    schema: &'static str,
    protocol: &'static str,
    seed: u64,
    age_ms: u64,
    connections: u64,
    requests: u64,
    faults: Vec<Shown>,
}

/// A fault of a `PUT`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewFault {
    fault: String,
    share: Option<String>,
    path: Option<String>,
    after: Option<String>,
    #[serde(rename = "for")]
    lasts: Option<String>,
}

impl NewFault {
    fn words(&self) -> Words<'_> {
        Words {
            fault: &self.fault,
            share: self.share.as_deref(),
            path: self.path.as_deref(),
            after: self.after.as_deref(),
            lasts: self.lasts.as_deref(),
        }
    }
}

fn shown(context: &Context) -> State {
    let plan = context.faults.plan();
    State {
        schema: SCHEMA,
        protocol: context.protocol.name(),
        seed: context.faults.seed(),
        age_ms: u64::try_from(plan.age().as_millis()).unwrap_or(u64::MAX),
        connections: context.connections.load(Ordering::Relaxed),
        requests: context.requests.load(Ordering::Relaxed),
        faults: plan.shown(),
    }
}

/// An answer of the API.
struct Answer {
    status: u16,
    reason: &'static str,
    media_type: &'static str,
    body: String,
    is_head: bool,
}

impl Answer {
    fn json(
        status: u16,
        reason: &'static str,
        media_type: &'static str,
        body: &impl Serialize,
    ) -> Self {
        // Texts and numbers can always be written.
        let body = serde_json::to_string_pretty(body).unwrap_or_default() + "\n";
        Self { status, reason, media_type, body, is_head: false }
    }

    fn problem(status: u16, title: &'static str, detail: &str) -> Self {
        let body = json!({"title": title, "status": status, "detail": detail});
        Self::json(status, title, "application/problem+json", &body)
    }

    fn bytes(&self) -> Vec<u8> {
        let Self { status, reason, media_type, body, is_head } = self;
        let allow = if *status == 405 { "Allow: GET, HEAD, PUT, DELETE\r\n" } else { "" };
        let head = format!(
            "HTTP/1.1 {status} {reason}\r\nServer: {SERVER}\r\nContent-Type: {media_type}\r\n\
             Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n{allow}\
             Content-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        let body = if *is_head { "" } else { body };
        (head + body).into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_ours_are_told_from_names() {
        let is_ours = |host, address: &str| is_ours(host, address.parse().unwrap());

        assert!(is_ours("127.0.0.1:9900", "127.0.0.1:9900"));
        assert!(is_ours("[::1]:9900", "[::1]:9900"));
        assert!(is_ours("localhost:9900", "127.0.0.1:9900"));
        assert!(is_ours("127.0.0.1", "127.0.0.1:80"));
        assert!(is_ours("192.0.2.1:9900", "0.0.0.0:9900"));
        for host in ["", "localhost", "127.0.0.1:9901", "127.0.0.2:9900", "rebound.example:9900"] {
            assert!(!is_ours(host, "127.0.0.1:9900"), "{host}");
        }
        assert!(!is_ours("rebound.example:9900", "0.0.0.0:9900"));
    }
}
