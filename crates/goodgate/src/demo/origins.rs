//! Three origins that fail on demand, within this process.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Context as _, anyhow, ensure};
use goodgate_door::client::{Client, Place};
use goodgate_faults::{Address, Options, Server};
use serde_json::json;
use tokio::task::JoinSet;

use super::limits;

/// What the origins are called: two serve the same, one stands alone.
pub(super) const NAMES: [&str; 3] = ["web-1", "web-2", "reports"];

/// An origin.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    pub(super) name: &'static str,
    pub(super) address: SocketAddr,
    control: SocketAddr,
}

/// The running origins; they end with this value.
pub(super) struct Origins {
    all: Vec<Origin>,
    _running: JoinSet<()>,
}

impl Origins {
    /// Starts all of them, well.
    pub(super) async fn start() -> anyhow::Result<Self> {
        let (mut all, mut running) = (Vec::new(), JoinSet::new());
        for name in NAMES {
            let free = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
            let options = Options { control: Some(free), ..Options::at(Address::Tcp(free)) };
            let server = Server::bind(options).await.with_context(|| format!("start {name}"))?;
            let Some(Address::Tcp(address)) = server.addresses().first().cloned() else {
                return Err(anyhow!("start {name}: it has no address"));
            };
            let control = server.control().with_context(|| format!("steer {name}"))?;
            running.spawn(server.run(std::future::pending()));
            all.push(Origin { name, address, control });
        }
        Ok(Self { all, _running: running })
    }

    /// Returns all of them.
    pub(super) fn all(&self) -> &[Origin] {
        &self.all
    }

    /// Returns where one listens.
    pub(super) fn address(&self, name: &str) -> anyhow::Result<SocketAddr> {
        Ok(self.named(name)?.address)
    }

    /// Makes an origin fail from now on, or be well without faults.
    pub(super) async fn set(&self, name: &str, faults: &[&str]) -> anyhow::Result<()> {
        let place = Place::Tcp(self.named(name)?.control);
        let faults = faults.iter().map(|fault| json!({ "fault": fault })).collect::<Vec<_>>();
        let plan = json!({ "faults": faults });
        let control = Client { place, token: None, bounds: limits::ANSWER };
        let answer = control.ask("PUT", "/faults", Some(&plan)).await;
        let answer = answer.with_context(|| format!("steer {name}"))?;
        ensure!(answer.status == 200, "steer {name}: it answers {}", answer.status);
        Ok(())
    }

    fn named(&self, name: &str) -> anyhow::Result<&Origin> {
        self.all.iter().find(|origin| origin.name == name).with_context(|| format!("no {name}"))
    }
}
