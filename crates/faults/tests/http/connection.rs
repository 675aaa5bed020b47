//! Faults of the listener and of accepted connections.

use std::io;
use std::time::Duration;

use goodgate_faults::Options;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::time::timeout;

use super::support::{
    End, GET, Origin, PATIENCE, Seen, ask, is_silent, on_unix, options, tell_unix,
};

#[tokio::test]
async fn refuse_answers_with_a_reset_and_holds_the_port() {
    let origin = Origin::failing(&["refuse"]).await;

    let error = TcpStream::connect(origin.tcp()).await.unwrap_err();

    assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
    // The standard listener may share an address with sockets that linger, and must not get ours.
    let error = TcpListener::bind(origin.tcp()).await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
}

#[tokio::test]
async fn refuse_on_a_unix_socket_leaves_the_path() {
    let (origin, path) = on_unix(&["refuse"]).await;

    let error = UnixStream::connect(&path).await.unwrap_err();

    assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
    assert!(path.exists());
    origin.end().await;
    assert!(!path.exists());
}

#[tokio::test]
async fn accept_close_ends_with_a_fin_also_when_bytes_were_sent() {
    let origin = Origin::failing(&["accept_close"]).await;

    assert_eq!(Seen::of(&mut origin.connect().await).await.end, End::Fin);
    assert_eq!(origin.tell(GET).await, Seen { bytes: Vec::new(), end: End::Fin });
}

#[tokio::test]
async fn accept_reset_resets_before_anything_is_sent() {
    let origin = Origin::failing(&["accept_reset"]).await;

    let seen = Seen::of(&mut origin.connect().await).await;

    assert_eq!(seen, Seen { bytes: Vec::new(), end: End::Reset });
}

#[tokio::test]
async fn accept_reset_on_a_unix_socket_resets_when_bytes_came() {
    let (_origin, path) = on_unix(&["accept_reset"]).await;

    assert_eq!(tell_unix(&path, GET).await, Seen { bytes: Vec::new(), end: End::Reset });
}

#[tokio::test]
async fn a_full_queue_drops_connections_over_tcp() {
    let origin = Origin::failing(&["listen_queue_full"]).await;

    let connecting = timeout(Duration::from_millis(300), TcpStream::connect(origin.tcp())).await;

    assert!(connecting.is_err(), "the kernel drops the SYN, so that nothing comes: {connecting:?}");
}

#[tokio::test]
async fn a_full_queue_of_a_unix_socket_says_again() {
    let (_origin, path) = on_unix(&["listen_queue_full"]).await;

    let error = UnixStream::connect(&path).await.unwrap_err();

    assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
}

#[tokio::test]
async fn one_at_a_time_lets_the_second_wait_until_the_first_has_gone() {
    let origin = Origin::failing(&["one_at_a_time"]).await;
    let mut first = origin.connect().await;
    ask(&mut first, GET).await;
    let mut second = origin.connect().await;
    second.write_all(GET).await.unwrap();

    // A further exchange on the first one: the second was there all the time.
    ask(&mut first, GET).await;
    assert!(is_silent(&second));
    drop(first);

    assert!(super::support::read_answer(&mut second).await.starts_with("HTTP/1.1 200 OK\r\n"));
}

#[tokio::test]
async fn one_at_a_time_holds_for_unix_sockets() {
    let (_origin, path) = on_unix(&["one_at_a_time"]).await;
    let mut first = UnixStream::connect(&path).await.unwrap();
    ask(&mut first, GET).await;
    let mut second = UnixStream::connect(&path).await.unwrap();
    second.write_all(GET).await.unwrap();

    ask(&mut first, GET).await;
    let read = second.try_read(&mut [0; 1]);
    assert!(read.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock));
    drop(first);

    assert!(super::support::read_answer(&mut second).await.starts_with("HTTP/1.1 200 OK\r\n"));
}

#[tokio::test]
async fn a_door_opens_when_its_window_is_over() {
    let mut options = options(&["refuse"]);
    options.faults[0].lasts = Some(Duration::from_millis(200));
    let origin = Origin::start(options).await;
    assert!(TcpStream::connect(origin.tcp()).await.is_err());

    let opened = async {
        loop {
            match TcpStream::connect(origin.tcp()).await {
                Ok(stream) => return stream,
                Err(_) => tokio::task::yield_now().await,
            }
        }
    };
    let mut stream = timeout(PATIENCE, opened).await.expect("the door opens");

    assert!(ask(&mut stream, GET).await.starts_with("HTTP/1.1 200 OK\r\n"));
}

#[tokio::test]
async fn a_door_closes_and_opens_again() {
    let (origin, path) = {
        let path = super::support::socket_path();
        let listen = vec![
            goodgate_faults::Address::parse("127.0.0.1:0").unwrap(),
            goodgate_faults::Address::Unix(path.clone()),
        ];
        let control = Some("127.0.0.1:0".parse().unwrap());
        (Origin::start(Options { listen, control, ..options(&[]) }).await, path)
    };
    for (fault, is_open) in
        [("status:503", true), ("refuse", false), ("one_at_a_time", true), ("refuse", false)]
    {
        super::control::put(&origin, &format!(r#"{{"faults":[{{"fault":"{fault}"}}]}}"#)).await;

        assert_eq!(TcpStream::connect(origin.tcp()).await.is_ok(), is_open, "{fault}");
        assert_eq!(UnixStream::connect(&path).await.is_ok(), is_open, "{fault}");
    }
    super::control::put(&origin, r#"{"faults":[]}"#).await;

    assert!(ask(&mut origin.connect().await, GET).await.starts_with("HTTP/1.1 200 OK\r\n"));
    let mut stream = UnixStream::connect(&path).await.unwrap();
    assert!(ask(&mut stream, GET).await.starts_with("HTTP/1.1 200 OK\r\n"));
}
