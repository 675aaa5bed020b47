use std::path::Path;
use std::sync::Mutex;

use rustls::ClientConfig;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;
use crate::channel::tls;
use crate::store::{Keeping, Sqlite};

/// A server of RDAP on loopback that writes down what it is asked.
async fn server(status: &'static str, body: &'static str) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/rdap/", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (mut request, mut byte) = (Vec::new(), [0]);
            while !request.ends_with(b"\r\n\r\n")
                && stream.read(&mut byte).await.is_ok_and(|n| n > 0)
            {
                request.push(byte[0]);
            }
            heard.lock().unwrap().push(String::from_utf8(request).unwrap());
            let answer = format!(
                "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
            stream.write_all(answer.as_bytes()).await.ok();
        }
    });
    (base, asked)
}

fn client() -> Http {
    let config: ClientConfig = tls::config(&[]).unwrap();
    Http::new(config, Duration::from_secs(20)).unwrap()
}

fn running(base: &str, folder: &Path, calendar: fn() -> Timestamp) -> Running {
    let text = format!("[[domain]]\nname = \"shop.example\"\nrdap = \"{base}\"\n");
    let reading =
        crate::settings::read("goodgate.toml", text.as_bytes(), Path::new("/"), Timestamp(0));
    assert!(reading.is_sound(), "{}", reading.render());
    let store = Arc::new(Sqlite::open(Keeping::in_folder(folder)).unwrap());
    let settings = watch::channel(Arc::new(reading.value)).1;
    Running { settings, store, http: client(), calendar }
}

struct Folder(std::path::PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("goodgate-{name}-{}", std::process::id()));
        std::fs::remove_dir_all(&path).ok();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

fn first_day() -> Timestamp {
    Timestamp(1_795_000_000_000_000)
}

fn next_day() -> Timestamp {
    Timestamp(first_day().0 + 86_400_000_000)
}

const ANSWER: &str = r#"{"objectClassName":"domain","events":[
    {"eventAction":"expiration","eventDate":"2027-08-13T04:00:00Z"}]}"#;

#[tokio::test]
async fn a_domain_is_asked_for_once_a_day_and_what_was_said_is_kept() {
    let folder = Folder::new("domains-once");
    let (base, asked) = server("200 OK", ANSWER).await;
    let mut running = running(&base, &folder.0, first_day);

    look(&running).await;
    look(&running).await;

    let domain = running.settings.borrow().domain[0].clone();
    let found = known(&*running.store, &domain).await.unwrap().unwrap();
    assert_eq!(found.expires_at.as_deref(), Some("2027-08-13T04:00:00Z"));
    assert_eq!(found.failure, None);
    {
        let asked = asked.lock().unwrap();
        assert_eq!(asked.len(), 1, "{asked:?}");
        assert!(asked[0].starts_with("GET /rdap/domain/shop.example HTTP/1.1\r\n"), "{asked:?}");
        assert!(asked[0].to_lowercase().contains("accept: application/rdap+json"), "{asked:?}");
    }
    running.calendar = next_day;
    look(&running).await;
    assert_eq!(asked.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn a_server_that_fails_is_not_asked_again_on_the_same_day_and_takes_nothing_away() {
    let folder = Folder::new("domains-fail");
    let (base, asked) = server("500 Broken", "no").await;
    let running = running(&base, &folder.0, next_day);
    let domain = running.settings.borrow().domain[0].clone();
    let old = Known {
        looked_up_at: first_day().0,
        expires_at: Some("2027-01-01T00:00:00Z".to_owned()),
        failure: None,
    };
    assert!(keep(&*running.store, &domain, &old).await);

    look(&running).await;
    look(&running).await;

    let found = known(&*running.store, &domain).await.unwrap().unwrap();
    assert_eq!(found.expires_at, old.expires_at);
    assert_eq!(found.failure.as_deref(), Some("the server answers 500"));
    assert_eq!(asked.lock().unwrap().len(), 1);
}
