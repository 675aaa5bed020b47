//! Control groups: of which one a process is, and how often the kernel killed in it for memory.

use crate::root::Root;

/// The number of the first control group namespace (`PROC_CGROUP_INIT_INO` of the kernel).
const FIRST_NAMESPACE: &str = "cgroup:[4026531835]";

/// Tells whether paths of control groups are those that the kernel's log names: inside a container
/// they begin elsewhere.
pub(crate) fn paths_are_whole(root: &Root) -> bool {
    root.link("/proc/self/ns/cgroup").is_ok_and(|link| link == FIRST_NAMESPACE)
}

/// The control groups of a process that count here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Groups {
    /// The one that limits memory.
    pub(crate) memory: String,
    /// Whether that is of the first version of control groups.
    is_v1: bool,
    /// The one that names the unit.
    pub(crate) unified: String,
}

impl Groups {
    /// Reads `/proc/PID/cgroup`.
    pub(crate) fn read(root: &Root, pid: u32) -> Option<Self> {
        Some(Self::parse(&root.read(&format!("/proc/{pid}/cgroup")).ok()?))
    }

    /// Reads our own.
    pub(crate) fn own(root: &Root) -> Option<Self> {
        Some(Self::parse(&root.read("/proc/self/cgroup").ok()?))
    }

    /// Reads lines of `ID:CONTROLLERS:PATH`.
    fn parse(text: &str) -> Self {
        let path = |wanted: &str| {
            text.lines().find_map(|line| {
                let mut fields = line.splitn(3, ':');
                let controllers = fields.nth(1)?;
                controllers.split(',').any(|one| one == wanted).then(|| fields.next())?
            })
        };
        let unified = path("").or_else(|| path("name=systemd")).unwrap_or_default();
        match path("memory") {
            Some(memory) => {
                Self { memory: memory.to_owned(), is_v1: true, unified: unified.to_owned() }
            }
            None => Self { memory: unified.to_owned(), is_v1: false, unified: unified.to_owned() },
        }
    }

    /// Returns the unit of systemd whose group it is: the last name that ends as units do.
    pub(crate) fn unit(&self) -> Option<&str> {
        let kind = |name: &str| name.rsplit_once('.').map(|(_, kind)| kind.to_owned());
        let is_unit = |name: &&str| matches!(kind(name).as_deref(), Some("service" | "scope"));
        // A session's scope is whoever logged in, and no service.
        let unit = self.unified.split('/').rfind(is_unit)?;
        (!unit.starts_with("session-")).then_some(unit)
    }

    /// Returns how often the kernel killed in the group for memory, where it counts that.
    pub(crate) fn oom_kills(&self, root: &Root) -> Option<u64> {
        let files: Vec<String> = if self.is_v1 {
            vec![format!("memory{}/memory.oom_control", self.memory)]
        } else {
            vec![
                format!("{}/memory.events.local", self.memory),
                format!("{}/memory.events", self.memory),
            ]
        };
        // `ip netns exec` gives a process a `/sys` of its own, without control groups.
        let tops = ["/sys/fs/cgroup", "/proc/1/root/sys/fs/cgroup"];
        let mut files =
            tops.iter().flat_map(|top| files.iter().map(move |file| format!("{top}/{file}")));
        let text = files.find_map(|file| root.read(&file).ok())?;
        text.lines().find_map(|line| line.strip_prefix("oom_kill ")?.trim().parse().ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Tree;

    #[test]
    fn the_second_version_has_one_path() {
        let tree = Tree::new().file("/proc/7/cgroup", "0::/system.slice/app.service\n").file(
            "/sys/fs/cgroup/system.slice/app.service/memory.events",
            "low 0\noom 3\noom_kill 2\n",
        );

        let groups = Groups::read(&tree.root(), 7).unwrap();

        assert_eq!(groups.unit(), Some("app.service"));
        assert_eq!(groups.oom_kills(&tree.root()), Some(2));
    }

    #[test]
    fn the_first_version_has_one_for_memory() {
        let tree = Tree::new()
            .file("/proc/7/cgroup", "4:memory:/jail\n1:name=systemd:/user.slice\n0::/\n")
            .file(
                "/sys/fs/cgroup/memory/jail/memory.oom_control",
                "oom_kill_disable 0\nunder_oom 0\noom_kill 5\n",
            );

        let groups = Groups::read(&tree.root(), 7).unwrap();

        assert_eq!(groups.memory, "/jail");
        assert_eq!(groups.oom_kills(&tree.root()), Some(5));
        assert_eq!(groups.unit(), None);
    }

    #[test]
    fn a_session_is_no_unit() {
        let groups = Groups::parse("0::/user.slice/user-0.slice/session-3.scope\n");

        assert_eq!(groups.unit(), None);
    }
}
