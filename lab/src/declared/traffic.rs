//! Requests of the client, and what became of them.
//!
//! They are made by this program itself, run again on the client: a process cannot change its
//! network without `unsafe`, and the child can be ended at any time.

use std::io::{BufRead as _, BufReader, ErrorKind, Read, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use std::{fs, thread};

use anyhow::{Context as _, ensure};

use crate::declared::file::Traffic;
use crate::net::host::Host;
use crate::text::line;
use crate::wait::{pause, wait_until};
use crate::workdir::Workdir;

/// The command of this program that makes traffic; the traffic and the address follow.
pub const COMMAND: &str = "traffic";

/// The copy of this program that is run on clients.
static ITSELF: OnceLock<PathBuf> = OnceLock::new();

/// How long a connection or an answer may take where a scenario says nothing else; longer than any
/// timeout in it.
const PATIENCE: Duration = Duration::from_secs(20);

/// The longest time that all traffic of a scenario may take.
const ALL: Duration = Duration::from_mins(1);

/// The number of requests of traffic that goes on. It says when it has begun, and nothing else.
const ENDLESS: u32 = u32::MAX;

/// What is said once a request of such traffic is sent.
const SENT: &str = "sent";

/// The most bytes taken of one answer.
const ANSWER_MAX: usize = 1 << 22;

/// Copies this program into `folder`, to run it on clients also when it is built anew meanwhile.
///
/// # Errors
///
/// When there is no room.
pub fn keep_copy(folder: &Workdir) -> anyhow::Result<()> {
    let copy = folder.join("goodgate-lab");
    fs::copy(std::env::current_exe()?, &copy).context("copy this program")?;
    // The first copy stays; there is one run in a process.
    ITSELF.get_or_init(|| copy);
    Ok(())
}

/// Makes the traffic on `client` and returns what became of each request.
///
/// # Errors
///
/// When it does not end.
pub fn make(client: &Host, traffic: &Traffic, gateway: SocketAddr) -> anyhow::Result<Vec<String>> {
    let mut command = command(client, traffic, gateway)?;
    command.stdout(Stdio::piped());
    let mut child = command.spawn().context("start the traffic")?;
    let ended = wait_until("the end of the traffic", ALL, || Ok(child.try_wait()?));
    if ended.is_err() {
        drop(child.kill());
    }
    ended?;
    let mut text = String::new();
    child.stdout.take().context("no output of the traffic")?.read_to_string(&mut text)?;
    let answers: Vec<String> = text.lines().map(str::to_owned).collect();
    let wanted = traffic.requests as usize;
    ensure!(answers.len() == wanted, "{} answers to {wanted} requests", answers.len());
    Ok(answers)
}

/// Starts traffic that goes on until the value is dropped, and waits until each of those that make it has sent
/// its first request.
///
/// # Errors
///
/// When it cannot be started, or does not begin.
pub fn keep_up(client: &Host, traffic: &Traffic, gateway: SocketAddr) -> anyhow::Result<Ongoing> {
    let endless = Traffic { requests: ENDLESS, ..traffic.clone() };
    let mut command = command(client, &endless, gateway)?;
    command.stdout(Stdio::piped());
    let mut ongoing = Ongoing(command.spawn().context("start the traffic")?);
    let said = ongoing.0.stdout.take().context("no output of the traffic")?;
    let sent = BufReader::new(said).lines().take(traffic.at_once as usize).count();
    ensure!(sent == traffic.at_once as usize, "the traffic ended before it had begun");
    Ok(ongoing)
}

/// Traffic that goes on; it ends when the value is dropped.
#[derive(Debug)]
pub struct Ongoing(Child);

impl Drop for Ongoing {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn command(client: &Host, traffic: &Traffic, gateway: SocketAddr) -> anyhow::Result<Command> {
    let program = ITSELF.get().context("this program was not copied")?.display().to_string();
    let words = serde_json::to_string(traffic)?;
    Ok(client.command([program, COMMAND.to_owned(), words, gateway.to_string()]))
}

/// Carries out the command: prints one word for each request; of traffic that goes on only that it has begun.
///
/// # Errors
///
/// When the arguments are wrong.
#[expect(clippy::print_stdout, reason = "the words are the answer of the child process")]
pub fn carry_out(arguments: &[String]) -> anyhow::Result<()> {
    let [traffic, gateway] = arguments else {
        anyhow::bail!("{COMMAND} takes the traffic and the address of the gateway");
    };
    let traffic: Traffic = serde_json::from_str(traffic)?;
    let gateway: SocketAddr = gateway.parse()?;
    let left = AtomicU32::new(traffic.requests);
    thread::scope(|scope| {
        for _ in 0..traffic.at_once {
            scope.spawn(|| {
                let mut kept = None;
                let is_endless = traffic.requests == ENDLESS;
                let mut first = is_endless.then_some(());
                while take_one(&left) {
                    let mut sent = || first.take().into_iter().for_each(|()| println!("{SENT}"));
                    let word = request(&traffic, gateway, &mut kept, &mut sent);
                    // Where nobody took it, all that can be done is done.
                    sent();
                    if !is_endless {
                        println!("{word}");
                    }
                    pause(Duration::from_millis(traffic.pause_ms));
                }
            });
        }
    });
    Ok(())
}

fn take_one(left: &AtomicU32) -> bool {
    left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
}

/// Makes one request and says in a word what became of it.
fn request(
    traffic: &Traffic,
    gateway: SocketAddr,
    kept: &mut Option<TcpStream>,
    sent: impl FnMut(),
) -> String {
    let outcome = exchange(traffic, gateway, kept, sent);
    outcome.unwrap_or_else(|error| {
        let word = match error.kind() {
            ErrorKind::ConnectionRefused => "refused",
            ErrorKind::WouldBlock | ErrorKind::TimedOut => "gave_up",
            ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => "none",
            _ => "unreachable",
        };
        word.to_owned()
    })
}

fn exchange(
    traffic: &Traffic,
    gateway: SocketAddr,
    kept: &mut Option<TcpStream>,
    mut head_sent: impl FnMut(),
) -> std::io::Result<String> {
    let patience = traffic.give_up_ms.map_or(PATIENCE, Duration::from_millis);
    let mut stream = match kept.take() {
        Some(stream) => stream,
        None => TcpStream::connect_timeout(&gateway, PATIENCE)?,
    };
    stream.set_read_timeout(Some(patience))?;
    stream.set_write_timeout(Some(patience))?;
    stream.write_all(head(traffic, gateway).as_bytes())?;
    head_sent();
    // A peer that answers early may close while the body is being sent; the answer still counts.
    let sent = send_body(&mut stream, traffic.upload_bytes);
    let word = match read_answer(&mut stream, traffic.method == "HEAD") {
        Err(error) => return Err(sent.err().unwrap_or(error)),
        Ok(word) => word,
    };
    if traffic.keep_connection && word.parse::<u16>().is_ok() {
        *kept = Some(stream);
    }
    Ok(word)
}

fn head(traffic: &Traffic, gateway: SocketAddr) -> String {
    let host = traffic.host.clone().unwrap_or_else(|| gateway.ip().to_string());
    let mut head = format!(
        "{} {} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: lab\r\nAccept: */*\r\n",
        traffic.method, traffic.path
    );
    if traffic.cookie_bytes > 0 {
        let value = "c".repeat(traffic.cookie_bytes as usize);
        line!(head, "Cookie: session={value}\r");
    }
    if traffic.upload_bytes > 0 {
        line!(head, "Content-Length: {}\r", traffic.upload_bytes);
    }
    if !traffic.keep_connection {
        head.push_str("Connection: close\r\n");
    }
    head.push_str("\r\n");
    head
}

fn send_body(stream: &mut TcpStream, bytes: u64) -> std::io::Result<()> {
    const PIECE: [u8; 16 << 10] = [b'u'; 16 << 10];
    let mut left = bytes;
    while left > 0 {
        let count = left.min(PIECE.len() as u64) as usize;
        stream.write_all(PIECE.split_at(count).0)?;
        left -= count as u64;
    }
    Ok(())
}

/// Reads one answer: its status, or what is wrong with it.
fn read_answer(stream: &mut TcpStream, is_head: bool) -> std::io::Result<String> {
    let mut answer = Vec::new();
    let mut piece = [0; 16 << 10];
    loop {
        match shape(&answer, is_head) {
            Shape::Whole(status) => return Ok(status),
            Shape::Open | Shape::UntilEnd(_) if answer.len() > ANSWER_MAX => {
                return Ok("endless".to_owned());
            }
            shape => match stream.read(&mut piece) {
                Ok(0) => return Ok(ended(&answer, shape)),
                Ok(count) => answer.extend(piece.iter().take(count)),
                Err(error) if answer.is_empty() => return Err(error),
                Err(error) if error.kind() == ErrorKind::ConnectionReset => {
                    return Ok("cut".to_owned());
                }
                Err(_) => return Ok("stalled".to_owned()),
            },
        }
    }
}

/// What the bytes so far are.
enum Shape {
    /// An answer with its end.
    Whole(String),
    /// The end is missing.
    Open,
    /// The end is the end of the connection.
    UntilEnd(String),
}

fn ended(answer: &[u8], shape: Shape) -> String {
    match shape {
        Shape::Whole(status) | Shape::UntilEnd(status) => status,
        Shape::Open if answer.is_empty() => "none".to_owned(),
        Shape::Open if !answer.starts_with(b"HTTP/") => "no_http".to_owned(),
        Shape::Open => "cut".to_owned(),
    }
}

fn shape(answer: &[u8], is_head: bool) -> Shape {
    let Some(end) = answer.windows(4).position(|end| end == b"\r\n\r\n") else {
        return Shape::Open;
    };
    let (head, body) = answer.split_at(end + 4);
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let Some(status) = status(&head) else { return Shape::Open };
    if status.starts_with('1') && status != "101" {
        return shape(body, is_head);
    }
    if is_head || status == "204" || status == "304" {
        return Shape::Whole(status);
    }
    if head.contains("\r\ntransfer-encoding: chunked") {
        let whole = body == b"0\r\n\r\n" || body.ends_with(b"\r\n0\r\n\r\n");
        return if whole { Shape::Whole(status) } else { Shape::Open };
    }
    let length = head.split("\r\ncontent-length:").nth(1);
    let length = length.and_then(|rest| rest.split("\r\n").next()?.trim().parse::<usize>().ok());
    match length {
        Some(length) if body.len() >= length => Shape::Whole(status),
        Some(_) => Shape::Open,
        None => Shape::UntilEnd(status),
    }
}

fn status(head: &str) -> Option<String> {
    let rest = head.strip_prefix("http/1.1 ").or_else(|| head.strip_prefix("http/1.0 "))?;
    let code = rest.split([' ', '\r']).next()?;
    code.bytes().all(|byte| byte.is_ascii_digit()).then(|| code.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(answer: &[u8]) -> String {
        ended(answer, shape(answer, false))
    }

    #[test]
    fn a_whole_answer_is_its_status() {
        assert_eq!(word(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"), "200");
    }

    #[test]
    fn a_short_body_is_cut() {
        assert_eq!(word(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok"), "cut");
    }

    #[test]
    fn a_chunked_body_without_an_end_is_cut() {
        assert_eq!(word(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n"), "cut");
    }

    #[test]
    fn a_banner_is_no_http() {
        assert_eq!(word(b"SSH-2.0-x\r\n"), "no_http");
    }

    #[test]
    fn nothing_is_none() {
        assert_eq!(word(b""), "none");
    }

    #[test]
    fn an_interim_answer_is_passed_over() {
        let answer = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n";

        assert_eq!(word(answer), "204");
    }
}
