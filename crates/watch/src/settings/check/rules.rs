//! Policies, silences, remedies and objectives.

use std::path::Path;

use goodgate_config::{Fault, limits};

use super::Found;
use crate::settings::{Policy, Remedy, Settings};

/// Steps of one policy: who has not reacted after as many will not.
const STEPS_MAX: usize = 16;

/// Arguments of one remedy.
const ARGUMENTS_MAX: usize = 64;

pub(super) fn check(settings: &Settings, found: &mut Found<'_>) {
    for (index, policy) in settings.policy.iter().enumerate() {
        steps(policy, &format!("policy[{index}]"), found);
    }
    for (index, remedy) in settings.remedy.iter().enumerate() {
        command(remedy, &format!("remedy[{index}]"), found);
    }
    for (index, slo) in settings.slo.iter().enumerate() {
        let path = format!("slo[{index}]");
        match (&slo.tag, &slo.provider) {
            (Some(_), Some(_)) => {
                let fault = Fault::new("it is for a tag or for a third party, not for both");
                found.error(format!("{path}.provider"), fault);
            }
            (None, None) => {
                let fault = Fault::new("it does not say for what it is")
                    .hint("write `tag` or `provider`; for one monitor write [monitor.slo]");
                found.error(path, fault);
            }
            _ => {}
        }
    }
    for (index, silence) in settings.silence.iter().enumerate() {
        if silence.monitors.is_empty() && silence.tags.is_empty() && silence.causes.is_empty() {
            let fault = Fault::new("it silences everything")
                .hint("`monitors`, `tags` or `causes` limit it");
            found.warning(format!("silence[{index}]"), fault);
        }
    }
}

fn steps(policy: &Policy, path: &str, found: &mut Found<'_>) {
    if policy.steps.is_empty() {
        let fault = Fault::new("a policy without steps tells nobody")
            .hint("steps = [{ channels = [\"NAME\"] }]");
        found.error(format!("{path}.steps"), fault);
    }
    if policy.steps.len() > STEPS_MAX {
        let fault = Fault::new(format!("the policy has more than {STEPS_MAX} steps"));
        found.error(format!("{path}.steps"), fault);
    }
    let mut before = None;
    for (index, step) in policy.steps.iter().enumerate() {
        let path = format!("{path}.steps[{index}]");
        if step.channels.is_empty() || step.channels.len() > limits::NAME {
            let what = format!("a step has from 1 to {} channels", limits::NAME);
            found.error(format!("{path}.channels"), Fault::new(what));
        }
        if before.is_some_and(|before| step.after <= before) {
            let fault = Fault::new("it is not after the step before it");
            found.error(format!("{path}.after"), fault);
        }
        before = Some(step.after);
    }
}

fn command(remedy: &Remedy, path: &str, found: &mut Found<'_>) {
    if remedy.causes.is_empty() {
        let fault = Fault::new("a remedy without a cause is never used");
        found.error(format!("{path}.causes"), fault);
    }
    let Some(program) = remedy.command.first() else {
        let fault = Fault::new("there is no program")
            .hint("command = [\"/usr/bin/systemctl\", \"reload\", \"php-fpm\"]");
        found.error(format!("{path}.command"), fault);
        return;
    };
    if !Path::new(program).is_absolute() {
        let fault = Fault::new("the program does not stand there by its whole path");
        let spaces = program.contains(' ');
        let fault = if spaces {
            fault.hint("no shell reads it: each argument is an element of the list")
        } else {
            fault.hint("`command -v NAME` says where it is")
        };
        found.error(format!("{path}.command"), fault);
    }
    if remedy.command.len() > ARGUMENTS_MAX {
        let fault = Fault::new(format!("the command has more than {ARGUMENTS_MAX} arguments"));
        found.error(format!("{path}.command"), fault);
    }
    if remedy.verify_after > remedy.every {
        let fault = Fault::new("`verify_after` is more than `every`");
        found.error(format!("{path}.verify_after"), fault);
    }
}
