//! Where an origin listens, and where it does not.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;

use goodgate_faults::{Address, Options, Protocol, Server, StartError, Target, limits};
use tokio::net::{TcpListener, TcpSocket, TcpStream, UnixListener, UnixStream};

use super::support::{GET, Origin, ask, on_unix, options, socket_path};

async fn refusal(options: Options) -> StartError {
    match Server::bind(options).await {
        Ok(_) => panic!("it starts"),
        Err(error) => error,
    }
}

fn listening(addresses: &[&str]) -> Options {
    let listen = addresses.iter().map(|address| Address::parse(address).unwrap()).collect();
    Options { listen, ..options(&[]) }
}

#[tokio::test]
async fn other_hosts_may_not_reach_an_origin_by_default() {
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        let error = refusal(listening(&[address])).await;
        assert!(matches!(error, StartError::NotLoopback { option: "--listen", .. }), "{error}");
    }
    let control = Some("0.0.0.0:0".parse().unwrap());
    let error = refusal(Options { control, ..options(&[]) }).await;
    assert!(matches!(error, StartError::NotLoopback { option: "--control", .. }), "{error}");
}

#[tokio::test]
async fn other_hosts_may_reach_it_when_that_is_allowed() {
    let allowed = Options { allow_non_loopback: true, ..listening(&["0.0.0.0:0"]) };
    let origin = Origin::start(allowed).await;

    let loopback = SocketAddr::new("127.0.0.1".parse().unwrap(), origin.tcp().port());

    let mut stream = TcpStream::connect(loopback).await.unwrap();
    assert!(ask(&mut stream, GET).await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn a_port_in_use_is_an_error_that_names_it() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap().to_string();

    let error = refusal(listening(&[&address])).await;

    assert_eq!(error.to_string(), format!("listen on {address}"));
}

#[tokio::test]
async fn two_origins_do_not_share_a_port() {
    let one = Origin::failing(&[]).await;

    let error = refusal(listening(&[&one.tcp().to_string()])).await;

    assert!(matches!(error, StartError::Listen { .. }), "{error}");
}

#[tokio::test]
async fn a_port_can_be_taken_again_at_once() {
    let origin = Origin::failing(&[]).await;
    let address = origin.tcp().to_string();
    // The side that closes first keeps a trace of the connection for a minute.
    origin.tell(b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n").await;
    origin.end().await;

    let again = Origin::start(listening(&[&address])).await;

    assert!(ask(&mut again.connect().await, GET).await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn several_addresses_are_one_origin() {
    let path = socket_path();
    let unix = format!("unix:{}", path.display());
    let origin = Origin::start(listening(&["127.0.0.1:0", "[::1]:0", &unix])).await;

    for address in &origin.addresses {
        let answer = match address {
            Address::Tcp(address) => {
                ask(&mut TcpStream::connect(address).await.unwrap(), GET).await
            }
            Address::Unix(path) => ask(&mut UnixStream::connect(path).await.unwrap(), GET).await,
        };
        assert!(answer.starts_with("HTTP/1.1 200 "), "{address}: {answer}");
    }
}

#[tokio::test]
async fn a_unix_socket_goes_when_the_origin_ends() {
    let (origin, path) = on_unix(&[]).await;
    assert!(path.exists());

    origin.end().await;

    assert!(!path.exists());
}

#[tokio::test]
async fn a_live_unix_socket_is_not_taken() {
    let path = socket_path();
    let live = UnixListener::bind(&path).unwrap();

    let error = refusal(listening(&[&format!("unix:{}", path.display())])).await;

    assert!(matches!(error, StartError::Occupied { .. }), "{error}");
    assert!(UnixStream::connect(&path).await.is_ok(), "it lives on");
    drop(live);
    std::fs::remove_file(&path).unwrap();
}

#[tokio::test]
async fn a_dead_unix_socket_makes_room() {
    let path = socket_path();
    drop(UnixListener::bind(&path).unwrap());
    assert!(path.exists());

    let origin = Origin::start(listening(&[&format!("unix:{}", path.display())])).await;

    let mut stream = UnixStream::connect(&path).await.unwrap();
    assert!(ask(&mut stream, GET).await.starts_with("HTTP/1.1 200 "));
    origin.end().await;
}

#[tokio::test]
async fn a_file_that_is_no_socket_stays() {
    let path = socket_path();
    std::fs::write(&path, "precious").unwrap();

    let error = refusal(listening(&[&format!("unix:{}", path.display())])).await;

    assert!(matches!(error, StartError::Occupied { .. }), "{error}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "precious");
    std::fs::remove_file(&path).unwrap();
}

#[tokio::test]
async fn a_socket_that_somebody_else_put_there_stays_at_the_end() {
    let (origin, path) = on_unix(&[]).await;
    std::fs::remove_file(&path).unwrap();
    let other = UnixListener::bind(&path).unwrap();

    origin.end().await;

    assert!(path.exists());
    drop(other);
    std::fs::remove_file(&path).unwrap();
}

#[tokio::test]
async fn a_mode_that_was_set_survives_a_closed_door() {
    let path = socket_path();
    let control = Some("127.0.0.1:0".parse().unwrap());
    let listen = vec![Address::Unix(path.clone())];
    let origin = Origin::start(Options { listen, control, ..options(&[]) }).await;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();

    super::control::put(&origin, r#"{"faults":[{"fault":"refuse"}]}"#).await;
    super::control::put(&origin, r#"{"faults":[]}"#).await;

    assert!(UnixStream::connect(&path).await.is_ok());
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    origin.end().await;
    assert!(!path.exists());
}

#[tokio::test]
async fn a_name_server_needs_a_port() {
    let path = format!("unix:{}", socket_path().display());

    let error = refusal(Options { protocol: Some(Protocol::Dns), ..listening(&[&path]) }).await;

    assert!(matches!(error, StartError::DnsOnUnix { .. }), "{error}");
}

#[tokio::test]
async fn the_longest_path_of_a_socket_is_known() {
    let path = |length: usize| {
        let begin = format!("{}.", socket_path().display());
        format!("unix:{begin}{}", "a".repeat(length - begin.len()))
    };

    let error = refusal(listening(&[&path(limits::LISTEN_PATH_BYTES_MAX + 1)])).await;
    let origin = Origin::start(listening(&[&path(limits::LISTEN_PATH_BYTES_MAX)])).await;

    assert!(matches!(error, StartError::LongPath { .. }), "{error}");
    origin.end().await;
}

/// A port that nobody gets but an origin, as long as the socket lives.
fn held_port() -> (TcpSocket, u16) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_reuseaddr(true).unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let port = socket.local_addr().unwrap().port();
    (socket, port)
}

#[tokio::test]
async fn an_origin_is_not_its_own_real_origin() {
    let path = socket_path();
    let unix = format!("unix:{}", path.display());
    let other_name = format!(
        "unix:{}/./{}",
        path.parent().unwrap().display(),
        path.file_name().unwrap().display()
    );
    for (listen, to) in [
        ("127.0.0.1:PORT", "http://127.0.0.1:PORT"),
        ("127.0.0.1:PORT", "http://localhost:PORT"),
        ("0.0.0.0:PORT", "http://127.0.0.1:PORT"),
        ("[::]:PORT", "http://[::1]:PORT"),
        (unix.as_str(), other_name.as_str()),
    ] {
        let error = refusal_of_itself(listen, to).await;

        assert!(matches!(error, StartError::Itself { .. }), "{listen} {to}: {error}");
    }
    assert!(!path.exists());
}

/// Starts an origin in front of itself, on a port that is free at all addresses of the host: another
/// test may have the one that was held at another address of loopback.
async fn refusal_of_itself(listen: &str, to: &str) -> StartError {
    loop {
        let (_held, port) = held_port();
        let with_port = |text: &str| text.replace("PORT", &port.to_string());
        let to_itself = Options {
            to: Some(Target::parse(&with_port(to)).unwrap()),
            allow_non_loopback: true,
            ..listening(&[&with_port(listen)])
        };
        match refusal(to_itself).await {
            StartError::Listen { source, .. } if source.kind() == ErrorKind::AddrInUse => {}
            error => return error,
        }
    }
}
