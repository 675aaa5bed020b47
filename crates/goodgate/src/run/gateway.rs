//! The process that runs the gateway: alone, or as the child of a parent that also runs others.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use goodgate_config::Fault;
use goodgate_gateway::settings::{Settings, Usable};
use goodgate_gateway::{
    Event, Gateway, Inherited, Refused, Report, Source, Tell, Why, raise_files_limit,
};

use super::around::Around;
use super::say::Say;
use super::service::Service;
use super::signals::Signals;
use super::supervise::{Supervisor, Watchdog};
use super::{opening, trouble};
use crate::configuration::{Configuration, Part};
use crate::exit::{Failure, Outcome};

/// Runs the gateway until it is told to end. `config` is the file that reloads read, and `only` says that
/// the rest of it is none of this process's business.
pub(super) fn run(
    around: Around,
    inherited: Inherited,
    usable: Usable,
    config: Option<&Path>,
    only: Option<Part>,
) -> Result<Outcome, Failure> {
    let Around { say, service, parent, program } = around;
    let is_hand_over = inherited.is_hand_over();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.context("start waiting for signals")?;
    let guard = runtime.enter();
    let signals = Signals::take(parent.as_ref())?;
    let files = raise_files_limit();
    say.info(&opening::heading(&usable.settings, config, is_hand_over));
    let settings: Settings = usable.settings.clone();
    let tell = teller(say.later(), Arc::clone(&service));
    let source = config.map(|config| source(config.to_owned(), only));
    let mut gateway = Gateway::start(usable, source, inherited, tell).map_err(trouble::failure)?;
    gateway.open().map_err(trouble::failure)?;
    opening::tell(say, &gateway, &settings, config, is_hand_over);
    opening::tell_files(say, files);
    service.ready(&opening::status(&gateway));
    let watchdog = Watchdog::new(&service, gateway.handle());
    drop(guard);
    let supervisor = Supervisor { signals, service, say: say.later(), program, watchdog };
    runtime.block_on(supervisor.look_after(gateway))?;
    Ok(Outcome::Fine)
}

/// Reads the whole file at a reload, so that it counts whole or not at all.
fn source(config: PathBuf, only: Option<Part>) -> Source {
    Source::new(config, move |path| {
        let mut configuration = Configuration::load(path)?;
        configuration.expect(Part::Gateway);
        if only.is_none() {
            tell_absent(&mut configuration);
        }
        Ok(configuration.gateway())
    })
}

/// Warns of what the file has got for others, who do not run.
fn tell_absent(configuration: &mut Configuration) {
    let hint = "SIGUSR2 starts it without a refused connection, a restart does as well";
    for (part, table, what) in [
        (Part::Watch, "monitor", "nothing is watched: this process was started without a watch"),
        (
            Part::Dashboard,
            "dashboard",
            "there are no pages: this process was started without a dashboard",
        ),
    ] {
        if configuration.runs().has(part) {
            configuration.warn(table, Fault::new(what).hint(hint));
        }
    }
}

/// Says how reloads went, to the operator and to the service manager.
fn teller(say: Say, service: Arc<Service>) -> Tell {
    let told = Mutex::new(Vec::new());
    Tell(Box::new(move |event| match event {
        Event::Reloading { .. } => service.reloading(),
        Event::Reloaded { why, result } => {
            let asked = asked(why);
            match result {
                Ok(report) => {
                    tell_report(say, report, &asked, &told);
                    service.ready("serves; the configuration was reloaded");
                }
                Err(refused) => {
                    tell_refused(say, refused, &asked);
                    service.ready("serves; the last reload was refused");
                }
            }
        }
        _ => {}
    }))
}

fn asked(why: &Why) -> String {
    match why {
        Why::Signal => "SIGHUP".to_owned(),
        Why::Admin => "POST /reload".to_owned(),
        Why::Changed(path, 0) => format!("{} changed", path.display()),
        Why::Changed(path, others) => format!("{} and {others} more changed", path.display()),
    }
}

/// Says what a reload changed, and its warnings unless the last one had them too.
fn tell_report(say: Say, report: &Report, asked: &str, told: &Mutex<Vec<String>>) {
    let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
    for warning in report.warnings.iter().filter(|it| !told.contains(it)) {
        if warning.contains("warning: ") { say.bare(warning) } else { say.warning(warning) }
    }
    told.clone_from(&report.warnings);
    let what = match report.changed.as_slice() {
        [] => "nothing is different".to_owned(),
        [one] => one.clone(),
        all => format!("{} changes\n{}", all.len(), all.join("\n")),
    };
    say.info(&format!("reloaded ({asked}): {what}"));
}

fn tell_refused(say: Say, refused: &Refused, asked: &str) {
    if matches!(refused, Refused::NoFile) {
        return say.info(&format!("no reload ({asked}): {refused}"));
    }
    let problems = match refused {
        Refused::Invalid { problems, .. } => format!("\n{problems}"),
        _ => String::new(),
    };
    say.error(&format!("not reloaded ({asked}): {refused}; what was in force still is{problems}"));
}
