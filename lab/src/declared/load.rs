//! Reading scenario files and checking what the types cannot say.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};

use crate::declared::file::{Act, Product, Scenario};

/// Where the files are.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

/// Where the applications are that scenarios share.
pub fn apps() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("apps")
}

/// Reads every scenario, sorted by gateway and name.
///
/// # Errors
///
/// Names every file that is wrong, with the line where there is one.
pub fn all() -> anyhow::Result<Vec<Scenario>> {
    let mut scenarios = Vec::new();
    let mut faults = Vec::new();
    for product in Product::ALL {
        for path in files(&folder().join(product.folder()))? {
            match read(&path, product) {
                Ok(scenario) => scenarios.push(scenario),
                Err(error) => faults.push(format!("{error:#}")),
            }
        }
    }
    ensure!(faults.is_empty(), "{}", faults.join("\n"));
    Ok(scenarios)
}

fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let place = || folder.display().to_string();
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).with_context(place)? {
        let path = entry.with_context(place)?.path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            paths.push(path);
        } else {
            bail!("{}: scenarios are files that end in .toml", path.display());
        }
    }
    paths.sort();
    Ok(paths)
}

fn read(path: &Path, product: Product) -> anyhow::Result<Scenario> {
    let shown = path.strip_prefix(folder()).unwrap_or(path).display().to_string();
    let text = fs::read_to_string(path).with_context(|| shown.clone())?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    parse(&text, product, &name).with_context(|| format!("lab/scenarios/{shown}"))
}

/// Reads the text of one file.
///
/// # Errors
///
/// Says what is wrong, in which line where that is known.
pub fn parse(text: &str, product: Product, name: &str) -> anyhow::Result<Scenario> {
    let mut scenario: Scenario = toml::from_str(text)?;
    scenario.id = format!("{}/{name}", product.folder());
    scenario.product = product;
    check(&scenario)?;
    Ok(scenario)
}

fn check(scenario: &Scenario) -> anyhow::Result<()> {
    let kinds = usize::from(scenario.truth.is_some()) + usize::from(scenario.control.is_some());
    ensure!(kinds == 1, "needs either [truth] or [control]");
    if let Some(truth) = &scenario.truth {
        ensure!(
            truth.same.is_empty() == truth.same_because.is_none(),
            "[truth.same] needs same_because, and the reverse"
        );
    }
    let expects = !scenario.ask.expect.is_empty();
    ensure!(!expects || scenario.control.is_some(), "[ask] `expect` belongs to a control");
    for act in scenario.before.iter().chain(&scenario.after).chain(&scenario.then) {
        check_act(act)?;
    }
    for (question, reason) in &scenario.ask.skip {
        ensure!(!reason.is_empty(), "[ask.skip] {question}: needs a reason");
    }
    Ok(())
}

fn check_act(act: &Act) -> anyhow::Result<()> {
    let kinds = [act.run.is_some(), act.start.is_some(), act.nft.is_some(), act.sysctl.is_some()];
    let count = kinds.iter().filter(|given| **given).count();
    ensure!(act.on.is_some(), "an act needs `on`, the host");
    ensure!(count == 1, "an act has one of `run`, `start`, `nft` and `sysctl`");
    ensure!(act.start.is_some() == act.name.is_some(), "`start` needs `name`, and the reverse");
    ensure!(!act.until || act.run.is_some(), "`until` belongs to `run`");
    let ready = &act.ready;
    let waits = ready.port.is_some()
        || ready.udp_port.is_some()
        || ready.file.is_some()
        || ready.logged.is_some();
    ensure!(!waits || act.start.is_some(), "`ready` belongs to `start`");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAST: &str = "says = \"x\"\n[control]\nkind = \"healthy\"\n[gateway]\npass = \"\"\n";

    fn parsed(text: &str) -> anyhow::Result<Scenario> {
        parse(text, Product::Nginx, "a")
    }

    #[test]
    fn every_committed_scenario_is_in_order() {
        all().unwrap();
    }

    #[test]
    fn every_label_is_a_cause_with_a_page() {
        let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/causes/src/catalogue");
        let scenarios = all().unwrap();
        let truths = scenarios.iter().filter_map(|scenario| scenario.truth.as_ref());
        let labels = truths.flat_map(|truth| {
            let same = truth.same.values().flatten();
            [&truth.cause, &truth.mechanism].into_iter().chain(&truth.also_true).chain(same)
        });

        let lost: Vec<&String> =
            labels.filter(|label| !pages.join(format!("{label}.md")).exists()).collect();

        assert!(lost.is_empty(), "{lost:?}");
    }

    #[test]
    fn the_id_has_gateway_and_name() {
        assert_eq!(parsed(LEAST).unwrap().id, "nginx/a");
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line() {
        let error = parsed(&format!("{LEAST}pas = \"\"\n")).unwrap_err().to_string();

        assert!(error.contains("line 6") && error.contains("pas"), "{error}");
    }

    #[test]
    fn a_scenario_without_a_truth_is_refused() {
        assert!(parsed("says = \"x\"\n[gateway]\npass = \"\"\n").is_err());
    }

    #[test]
    fn a_fault_says_nothing_of_what_a_monitor_takes_for_good() {
        let truth = LEAST
            .replace("[control]\nkind = \"healthy\"", "[truth]\ncause = \"a\"\nmechanism = \"a\"");
        let ask = "[ask]\nexpect = [\"404\"]\n";

        assert!(parsed(&format!("{LEAST}{ask}")).is_ok());
        assert!(parsed(&truth).is_ok() && parsed(&format!("{truth}{ask}")).is_err());
    }

    #[test]
    fn an_act_without_a_host_is_refused() {
        assert!(parsed(&format!("{LEAST}[[before]]\nnft = \"x\"\n")).is_err());
    }

    #[test]
    fn an_act_that_does_two_things_is_refused() {
        let act = "[[before]]\non = \"origin\"\nnft = \"x\"\nrun = [\"true\"]\n";

        assert!(parsed(&format!("{LEAST}{act}")).is_err());
    }
}
