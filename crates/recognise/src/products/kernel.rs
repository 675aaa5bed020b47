//! The Linux kernel's log.

use goodgate_evidence::{Product, Sign};

use super::Words;
use crate::signature::{Signature, sig};

pub(super) static ITEM: Words =
    Words { product: Some(Product::Kernel), general: false, signatures: SIGNATURES, settle: None };

static SIGNATURES: &[Signature] = &[
    // A gateway that is killed is no application.
    sig("Killed process {*} (nginx)", Sign::GatewayCrashed),
    sig("Killed process {*} (apache2)", Sign::GatewayCrashed),
    sig("Killed process {*} (httpd)", Sign::GatewayCrashed),
    sig("Killed process {*} (haproxy)", Sign::GatewayCrashed),
    sig("Killed process {*} (envoy)", Sign::GatewayCrashed),
    sig("Killed process {*} (traefik)", Sign::GatewayCrashed),
    sig("Killed process {*} (caddy)", Sign::GatewayCrashed),
    sig("Killed process {*} (varnishd)", Sign::GatewayCrashed),
    // Nor is a database, but an application cannot do without it.
    sig("Killed process {*} (mysqld)", Sign::DependencyFailed),
    sig("Killed process {*} (mariadbd)", Sign::DependencyFailed),
    sig("Killed process {*} (postgres)", Sign::DependencyFailed),
    sig("Killed process {*} (mongod)", Sign::DependencyFailed),
    sig("Killed process {*} (redis-server)", Sign::DependencyFailed),
    sig("Out of memory: Killed process", Sign::OomKill),
    sig("Memory cgroup out of memory: Killed process", Sign::OomKill),
    sig("Out of memory: Kill process", Sign::OomKill),
    sig("oom-kill:constraint=", Sign::OomKill),
    sig("invoked oom-killer", Sign::OomKill),
    sig("oom_reaper: reaped process", Sign::OomKill),
    sig("nf_conntrack: table full", Sign::ConntrackFull),
    sig("nf_conntrack: nf_conntrack: table full", Sign::ConntrackFull),
    sig("Possible SYN flooding on port", Sign::ListenQueueFull),
    sig("nginx[{*}]: segfault at", Sign::GatewayCrashed),
    sig("apache2[{*}]: segfault at", Sign::GatewayCrashed),
    sig("httpd[{*}]: segfault at", Sign::GatewayCrashed),
    sig("haproxy[{*}]: segfault at", Sign::GatewayCrashed),
    sig("envoy[{*}]: segfault at", Sign::GatewayCrashed),
    sig("varnishd[{*}]: segfault at", Sign::GatewayCrashed),
    sig("segfault at", Sign::WorkerCrashed),
    sig("traps: {*} trap invalid opcode", Sign::WorkerCrashed),
    sig("avc:  denied  { name_connect }", Sign::SelinuxDenied),
    sig("denied  { name_connect }", Sign::SelinuxDenied),
    sig("SELinux is preventing {*} from name_connect", Sign::SelinuxDenied),
    sig("denied { connectto }", Sign::UnixDenied),
    sig("apparmor=\"DENIED\" operation=\"connect\"", Sign::ConnectDenied),
    sig("[UFW BLOCK]", Sign::FirewallLogged),
    sig("VFS: file-max limit", Sign::FdExhausted),
];
