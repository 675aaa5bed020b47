//! The machine and the day to which figures belong.

use std::fs;
use std::thread;

use serde_json::{Value, json};

/// What stands above a table of figures.
#[derive(Debug, Clone)]
pub(crate) struct Machine {
    /// The day, UTC.
    pub(crate) date: String,
    /// The name of the CPU.
    pub(crate) cpu: String,
    /// Cores that this process may use.
    pub(crate) cores: usize,
    /// The release of the kernel.
    pub(crate) kernel: String,
    /// Processes that were running or waiting at the start, over the last minute: a value well
    /// above zero means that the machine was not ours alone.
    pub(crate) load: String,
}

impl Machine {
    /// Looks at this machine.
    pub(crate) fn look() -> Self {
        let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
        let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
        Self {
            date: jiff::Timestamp::now().strftime("%Y-%m-%d").to_string(),
            cpu: cpu_model(&cpus).unwrap_or("unknown CPU").to_owned(),
            cores: thread::available_parallelism().map_or(1, usize::from),
            kernel: kernel.trim().to_owned(),
            load: load.split_whitespace().next().unwrap_or_default().to_owned(),
        }
    }

    /// Returns the line above a table.
    pub(crate) fn line(&self) -> String {
        format!(
            "{}, {}, {} cores, Linux {}, load average {} at the start.",
            self.date, self.cpu, self.cores, self.kernel, self.load
        )
    }

    /// Returns the machine for a file of results.
    pub(crate) fn json(&self) -> Value {
        json!({
            "date": self.date,
            "cpu": self.cpu,
            "cores": self.cores,
            "kernel": self.kernel,
            "load_average": self.load,
        })
    }
}

fn cpu_model(cpus: &str) -> Option<&str> {
    let line = cpus.lines().find(|line| line.starts_with("model name"))?;
    line.split_once(": ").map(|(_, model)| model)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cpu_has_a_name() {
        assert_eq!(cpu_model("processor\t: 0\nmodel name\t: Fast 9\n"), Some("Fast 9"));
    }
}
