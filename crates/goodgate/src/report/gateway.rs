//! What the gateway of a configuration file answers.

use std::path::Path;

use goodgate_dashboard::back::{Answer, Ask, Back};
use serde_json::Value;

use crate::configuration::Configuration;
use crate::run::dashboard::asked;

/// Asks the gateway of a file, one question after the other; the error says why nothing is known of it, for
/// people.
pub(super) fn ask<const N: usize>(
    config: Option<&Path>,
    targets: [&str; N],
) -> Result<[Value; N], String> {
    let config =
        config.ok_or("no goodgate.toml is at hand that says where it is (--config FILE)")?;
    let read = Configuration::load(config).map_err(|error| error.to_string())?;
    let shown = read.dashboard().map_err(|_| format!("{} has errors", config.display()))?;
    let back = asked::gateway(&shown);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| error.to_string())?.block_on(async {
        let mut answers = [const { Value::Null }; N];
        for (target, answer) in targets.into_iter().zip(&mut answers) {
            *answer = json(&*back, target).await?;
        }
        Ok(answers)
    })
}

async fn json(back: &dyn Back, target: &str) -> Result<Value, String> {
    let Answer { status, body } = back.ask(Ask::get(target)).await.map_err(|it| {
        // It stands in the middle of a sentence.
        it.to_string().trim_end_matches('.').to_owned()
    })?;
    if status != 200 {
        return Err(format!("it answers {status}"));
    }
    serde_json::from_slice(&body).map_err(|error| format!("its answer cannot be read: {error}"))
}
