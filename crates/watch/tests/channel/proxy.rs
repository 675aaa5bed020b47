//! The proxy of the environment.

use std::process::Stdio;

use goodgate_watch::message::sample;

use crate::provider::{Provider, Reply};
use crate::support::open;

/// Set in the process that sends, beside `HTTPS_PROXY`: the environment of a running process stays as it is.
const SENDER: &str = "GOODGATE_TEST_SENDER";

#[tokio::test]
async fn https_goes_through_the_proxy_of_the_environment() {
    if std::env::var_os(SENDER).is_some() {
        let ready = open("webhook = { url = \"env:URL\" }", "https://provider.invalid/x");
        let failure = ready.channel.send(&ready.message(sample::full())).await.unwrap_err();
        assert!(!failure.to_string().contains("dns"), "{failure}");
        return;
    }
    let proxy = Provider::new([Reply::text(403, "not today")]).await;

    let sender = tokio::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "proxy::https_goes_through_the_proxy_of_the_environment"])
        .env(SENDER, "1")
        .env("HTTPS_PROXY", proxy.url())
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap();

    assert!(sender.status.success(), "{}", String::from_utf8_lossy(&sender.stdout));
    let asked = proxy.only();
    assert_eq!((asked.method.as_str(), asked.target.as_str()), ("CONNECT", "provider.invalid:443"));
}
