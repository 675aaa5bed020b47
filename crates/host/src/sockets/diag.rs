//! Asks the kernel for the sockets that listen (netlink, `NETLINK_SOCK_DIAG`, Linux
//! `include/uapi/linux/{inet_diag,unix_diag}.h`): it tells the limit of each queue, which no file
//! does.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::fd::OwnedFd;
use std::time::Duration;

use goodgate_evidence::host::Queue;
use rustix::net::netlink::{self, SocketAddrNetlink};
use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType};

use super::{Listening, TcpListener, UnixListener};
use crate::limits::SOCKETS_MAX;

/// How long the kernel may take for a part of its answer; it takes microseconds.
const PATIENCE: Duration = Duration::from_millis(500);

/// Bytes of one part of an answer: the kernel fills at most 32 KiB.
const PART: usize = 64 << 10;

const SOCK_DIAG_BY_FAMILY: u16 = 20;
const NLMSG_ERROR: u16 = 2;
const NLMSG_DONE: u16 = 3;
/// `NLM_F_REQUEST | NLM_F_DUMP`.
const DUMP: u16 = 0x301;
/// Bytes of a message's head.
const HEAD: usize = 16;

const AF_UNIX: u8 = 1;
const AF_INET: u8 = 2;
const AF_INET6: u8 = 10;
const IPPROTO_TCP: u8 = 6;
/// `1 << TCP_LISTEN`, also for unix sockets.
const LISTENING: u32 = 1 << 10;

const INET_DIAG_SKV6ONLY: u16 = 11;
/// Bytes of `struct inet_diag_msg`.
const INET_MESSAGE: usize = 72;

const UNIX_DIAG_NAME: u16 = 0;
const UNIX_DIAG_VFS: u16 = 1;
const UNIX_DIAG_RQLEN: u16 = 4;
/// `UDIAG_SHOW_NAME | UDIAG_SHOW_VFS | UDIAG_SHOW_RQLEN`.
const SHOW: u32 = 1 | 2 | 16;
/// Bytes of `struct unix_diag_msg`.
const UNIX_MESSAGE: usize = 16;

/// Lists what listens in the network namespace of the calling thread.
pub(super) fn listening() -> Result<Listening, String> {
    let mut listening = Listening::default();
    for family in [AF_INET, AF_INET6] {
        ask(&inet_request(family), |message| listening.tcp.extend(inet(message)))?;
    }
    ask(&unix_request(), |message| listening.unix.extend(unix(message)))?;
    Ok(listening)
}

/// `struct inet_diag_req_v2`: family, protocol, extensions, pad, states, an empty socket id.
fn inet_request(family: u8) -> Vec<u8> {
    let mut request = vec![family, IPPROTO_TCP, 0, 0];
    request.extend(LISTENING.to_ne_bytes());
    request.extend([0; 48]);
    request
}

/// `struct unix_diag_req`: family, protocol, pad, states, inode, what to show, cookie.
fn unix_request() -> Vec<u8> {
    let mut request = vec![AF_UNIX, 0, 0, 0];
    request.extend(LISTENING.to_ne_bytes());
    request.extend(0_u32.to_ne_bytes());
    request.extend(SHOW.to_ne_bytes());
    request.extend([0; 8]);
    request
}

/// Sends a request and gives each message of the answer to `take`.
fn ask(request: &[u8], mut take: impl FnMut(&[u8])) -> Result<(), String> {
    let socket = open().map_err(|error| format!("the kernel refused a netlink socket: {error}"))?;
    let mut message = Vec::new();
    message.extend(((HEAD + request.len()) as u32).to_ne_bytes());
    message.extend(SOCK_DIAG_BY_FAMILY.to_ne_bytes());
    message.extend(DUMP.to_ne_bytes());
    message.extend([0; 8]);
    message.extend(request);
    let kernel = SocketAddrNetlink::new(0, 0);
    rustix::net::sendto(&socket, &message, SendFlags::empty(), &kernel)
        .map_err(|error| format!("the kernel refused a question about sockets: {error}"))?;
    let mut part = vec![0; PART];
    for _ in 0..SOCKETS_MAX {
        let (length, _) = rustix::net::recv(&socket, part.as_mut_slice(), RecvFlags::empty())
            .map_err(|error| format!("the kernel gave no list of sockets: {error}"))?;
        if messages(part.get(..length).unwrap_or_default(), &mut take)? == Part::Last {
            return Ok(());
        }
    }
    Err("the kernel's list of sockets did not end".to_owned())
}

fn open() -> rustix::io::Result<OwnedFd> {
    let socket = rustix::net::socket_with(
        AddressFamily::NETLINK,
        SocketType::DGRAM,
        SocketFlags::CLOEXEC,
        Some(netlink::SOCK_DIAG),
    )?;
    set_socket_timeout(&socket, Timeout::Recv, Some(PATIENCE))?;
    Ok(socket)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    More,
    Last,
}

/// Takes a part of an answer apart into its messages.
fn messages(mut part: &[u8], take: &mut impl FnMut(&[u8])) -> Result<Part, String> {
    while let Some(length) = u32_at(part, 0) {
        let length = length as usize;
        let Some(body) = part.get(HEAD..length) else { break };
        match u16_at(part, 4) {
            Some(NLMSG_DONE) => return Ok(Part::Last),
            Some(NLMSG_ERROR) => {
                let number = u32_at(body, 0).unwrap_or_default().wrapping_neg();
                return Err(format!("the kernel does not list sockets (error {number})"));
            }
            _ => take(body),
        }
        part = part.get(aligned(length)..).unwrap_or_default();
    }
    Ok(Part::More)
}

fn inet(message: &[u8]) -> Option<TcpListener> {
    let family = *message.first()?;
    let port = u16::from_be_bytes(message.get(4..6)?.try_into().ok()?);
    let source = message.get(8..24)?;
    let ip = match family {
        AF_INET => IpAddr::V4(Ipv4Addr::from(<[u8; 4]>::try_from(source.get(..4)?).ok()?)),
        AF_INET6 => IpAddr::V6(Ipv6Addr::from(<[u8; 16]>::try_from(source).ok()?)),
        _ => return None,
    };
    let v6_only = attribute(message.get(INET_MESSAGE..)?, INET_DIAG_SKV6ONLY);
    Some(TcpListener {
        bound: SocketAddr::new(ip, port),
        v6_only: v6_only.and_then(|value| value.first()).map(|flag| *flag != 0),
        queue: Queue { waiting: u32_at(message, 56)?, limit: Some(u32_at(message, 60)?) },
        inode: u64::from(u32_at(message, 68)?),
    })
}

fn unix(message: &[u8]) -> Option<UnixListener> {
    let attributes = message.get(UNIX_MESSAGE..)?;
    let name = attribute(attributes, UNIX_DIAG_NAME).unwrap_or_default();
    let queue = attribute(attributes, UNIX_DIAG_RQLEN)?;
    let file = attribute(attributes, UNIX_DIAG_VFS)
        .and_then(|file| Some((u32_at(file, 4)?, u32_at(file, 0)?)));
    let text = String::from_utf8_lossy(name);
    let path = match text.strip_prefix('\0') {
        // As `/proc/net/unix` writes the names that are in no file system.
        Some(rest) => format!("@{}", rest.replace('\0', "@")),
        None => text.trim_end_matches('\0').to_owned(),
    };
    Some(UnixListener {
        path,
        file,
        queue: Queue { waiting: u32_at(queue, 0)?, limit: Some(u32_at(queue, 4)?) },
        inode: u64::from(u32_at(message, 4)?),
    })
}

/// Finds an attribute: length, type, value, padded to four bytes.
fn attribute(mut attributes: &[u8], wanted: u16) -> Option<&[u8]> {
    loop {
        let length = usize::from(u16_at(attributes, 0)?);
        let value = attributes.get(4..length)?;
        if u16_at(attributes, 2)? == wanted {
            return Some(value);
        }
        attributes = attributes.get(aligned(length)..)?;
    }
}

fn aligned(length: usize) -> usize {
    length.next_multiple_of(4)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_ne_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_ne_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;
    use crate::testing::Tree;

    #[test]
    fn a_real_listener_is_listed_with_its_queue() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let _waits = std::net::TcpStream::connect(address).unwrap();

        let listed = listening().unwrap();

        let found = listed.tcp.iter().find(|one| one.bound == address).unwrap();
        assert_eq!(found.queue.waiting, 1);
        assert!(found.queue.limit.is_some_and(|limit| limit > 1));
    }

    #[test]
    fn a_real_unix_listener_is_listed_with_its_file() {
        let tree = Tree::new();
        let path = tree.path("/app.sock");
        let _listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
        let _waits = std::os::unix::net::UnixStream::connect(&path).unwrap();

        let listed = listening().unwrap();

        let name = path.to_str().unwrap();
        let found = listed.unix.iter().find(|one| one.path == name).unwrap();
        assert_eq!(found.queue.waiting, 1);
        let inode = std::fs::metadata(&path).unwrap().ino();
        assert_eq!(found.file.map(|(_, inode)| u64::from(inode)), Some(inode));
    }

    #[test]
    fn a_listener_for_ipv6_only_is_told() {
        let socket = rustix::net::socket(AddressFamily::INET6, SocketType::STREAM, None).unwrap();
        rustix::net::sockopt::set_ipv6_v6only(&socket, true).unwrap();
        let any: SocketAddr = "[::]:0".parse().unwrap();
        rustix::net::bind(&socket, &any).unwrap();
        rustix::net::listen(&socket, 1).unwrap();
        let listener = std::net::TcpListener::from(socket);
        let bound = listener.local_addr().unwrap();

        let listed = listening().unwrap();

        let found = listed.tcp.iter().find(|one| one.bound == bound).unwrap();
        assert_eq!(found.v6_only, Some(true));
    }

    #[test]
    fn cut_answers_show_nothing() {
        let mut message = vec![AF_INET; 80];
        for length in 0..80 {
            message.truncate(80 - length);
            inet(&message);
            unix(&message);
            let mut count = 0;
            messages(&message, &mut |_| count += 1).ok();
            assert!(count <= 80);
        }
    }

    #[test]
    fn an_error_of_the_kernel_is_told() {
        let mut part = Vec::new();
        part.extend(36_u32.to_ne_bytes());
        part.extend(NLMSG_ERROR.to_ne_bytes());
        part.extend([0; 10]);
        part.extend((-13_i32).to_ne_bytes());
        part.extend([0; 16]);

        let why = messages(&part, &mut |_| ()).unwrap_err();

        assert_eq!(why, "the kernel does not list sockets (error 13)");
    }
}
