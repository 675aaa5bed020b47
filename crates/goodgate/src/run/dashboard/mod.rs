//! The process that runs the dashboard: alone, or as the child of a parent that also runs others. It asks
//! the watch and the gateway of its file, keeps nothing, and is started again without them noticing.

pub(crate) mod asked;
mod examiner;
mod opening;

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use goodgate_dashboard::{Dashboard, Wiring, start};
use goodgate_gateway::settings::values::Bind;

use self::asked::Asked;
use self::examiner::PageExaminer;
use super::around::Around;
use super::death::Death;
use super::process::{self, Start, Work};
use super::say::Say;
use super::secrets::fetch;
use super::trouble;
use crate::configuration::{Configuration, Part, Shown};
use crate::exit::{Failure, Outcome};

/// Runs the dashboard until it is told to end. `config` is the file that reloads read, by themselves where
/// it `follows` changes.
pub(super) fn run(
    shown: Shown,
    config: &Path,
    follows: bool,
    around: Around,
) -> Result<Outcome, Failure> {
    process::run::<Showing>(shown, config, follows, around)
}

/// A running dashboard.
struct Showing {
    dashboard: Dashboard,
    watch: Arc<Asked>,
    gateway: Arc<Asked>,
    examiner: Arc<PageExaminer>,
    /// What `listen` said at the start.
    listen: SocketAddr,
    say: Say,
}

impl Work for Showing {
    type Settings = Shown;

    const NAME: &'static str = "the dashboard";

    const DOES: &'static str = "shows pages";

    const NO_HAND_OVER: &'static str = "SIGTERM ends this process, and whoever started it starts a new \
                                        one; who was logged in logs in again";

    /// Answers that are under way have half a second, and nothing is kept.
    const ENDS_WITHIN: Duration = Duration::from_secs(2);

    fn part(mut configuration: Configuration) -> Result<Shown, Box<Configuration>> {
        configuration.expect(Part::Dashboard);
        configuration.dashboard()
    }

    fn counts(shown: &Shown) -> String {
        opening::counts(shown)
    }

    fn start(Start { say, runtime, .. }: Start<'_>, shown: Shown) -> Result<Self, Failure> {
        let watch = Arc::new(Asked::new(asked::watch(&shown)));
        let gateway = Arc::new(Asked::new(asked::gateway(&shown)));
        let examiner = Arc::new(PageExaminer::new(&shown, say.later()));
        opening::tell_asked(say, &shown);
        let listen = shown.settings.listen;
        let wiring = Wiring {
            watch: Arc::clone(&watch) as Arc<_>,
            gateway: Arc::clone(&gateway) as Arc<_>,
            examiner: Arc::clone(&examiner) as Arc<_>,
            secret: Box::new(fetch),
        };
        // Sockets and timers are made within a runtime.
        let within = runtime.enter();
        let started = start(shown.settings.clone(), wiring);
        drop(within);
        let (dashboard, started) = started.map_err(|error| not_started(listen, &error))?;
        opening::tell(say, &shown, &started);
        Ok(Self { dashboard, watch, gateway, examiner, listen, say: say.later() })
    }

    async fn reload(&mut self, shown: Shown) {
        self.watch.follow(asked::watch(&shown));
        self.gateway.follow(asked::gateway(&shown));
        self.examiner.follow(&shown);
        if shown.settings.listen != self.listen {
            let wanted = shown.settings.listen;
            self.say.warning(&format!("dashboard.listen: {wanted} counts from the next start on"));
        }
        let reloaded = self.dashboard.reload(shown.settings);
        for line in &reloaded.without {
            self.say.error(line);
        }
        if let Some(link) = &reloaded.link {
            opening::tell_link(self.say, link);
        }
    }

    /// What has ended shows on the pages, and the watch tells people.
    async fn died(&self, _: Death) {}

    async fn end(self, within: Duration) {
        self.dashboard.end(within).await;
    }
}

fn not_started(listen: SocketAddr, error: &io::Error) -> Failure {
    let message = format!("the dashboard cannot listen on {listen}: {error}");
    match trouble::of_address(&Bind::Tcp(listen), error.kind()) {
        Some(hint) => Failure::hinted(message, hint),
        None => Failure::Broken(anyhow::Error::msg(message)),
    }
}
