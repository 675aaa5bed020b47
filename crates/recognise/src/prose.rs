//! Plain words of a person who describes a failure.
//!
//! What people say supports a cause and proves none.

use goodgate_evidence::Sign;

/// Words, in lower case, and what they say.
const SAYINGS: &[(&str, Sign)] = &[
    ("after a deploy", Sign::AfterDeploy),
    ("after deploy", Sign::AfterDeploy),
    ("after each deploy", Sign::AfterDeploy),
    ("after every deploy", Sign::AfterDeploy),
    ("since the deploy", Sign::AfterDeploy),
    ("since we deployed", Sign::AfterDeploy),
    ("during deploy", Sign::AfterDeploy),
    ("rolling update", Sign::AfterDeploy),
    ("after restart", Sign::AfterDeploy),
    ("after a restart", Sign::AfterDeploy),
    ("after rebooting", Sign::AfterDeploy),
    ("during startup", Sign::AppBooting),
    ("while it is starting", Sign::AppBooting),
    ("takes a while to start", Sign::AppBooting),
    ("still starting", Sign::AppBooting),
    ("readiness probe fail", Sign::AppBooting),
    ("under load", Sign::OnlyUnderLoad),
    ("heavy load", Sign::OnlyUnderLoad),
    ("high traffic", Sign::OnlyUnderLoad),
    ("at peak", Sign::OnlyUnderLoad),
    ("load test", Sign::OnlyUnderLoad),
    ("only when logged in", Sign::OnlyLargeCookies),
    ("after login", Sign::OnlyLargeCookies),
    ("after logging in", Sign::OnlyLargeCookies),
    ("large cookie", Sign::OnlyLargeCookies),
    ("big cookie", Sign::OnlyLargeCookies),
    ("too many cookies", Sign::OnlyLargeCookies),
    ("clearing cookies", Sign::OnlyLargeCookies),
    ("clear my cookies", Sign::OnlyLargeCookies),
    ("oauth callback", Sign::OnlyLargeCookies),
    ("large jwt", Sign::OnlyLargeCookies),
    ("when uploading", Sign::OnlyUploads),
    ("large upload", Sign::OnlyUploads),
    ("file upload", Sign::OnlyUploads),
    ("upload a file", Sign::OnlyUploads),
    ("large responses", Sign::OnlyLargeResponses),
    ("large files hang", Sign::OnlyLargeResponses),
    ("large pages hang", Sign::OnlyLargeResponses),
    ("small responses work", Sign::OnlyLargeResponses),
    ("small pages work", Sign::OnlyLargeResponses),
    ("intermittent", Sign::FailsSometimes),
    ("sporadic", Sign::FailsSometimes),
    ("randomly", Sign::FailsSometimes),
    ("sometimes", Sign::FailsSometimes),
    ("occasionally", Sign::FailsSometimes),
    ("every request", Sign::FailsAlways),
    ("all requests", Sign::FailsAlways),
    ("always fails", Sign::FailsAlways),
    ("100%", Sign::FailsAlways),
    ("after being idle", Sign::FailsAfterIdle),
    ("after idle", Sign::FailsAfterIdle),
    ("after a quiet", Sign::FailsAfterIdle),
    ("after some inactivity", Sign::FailsAfterIdle),
    ("after inactivity", Sign::FailsAfterIdle),
    ("first request after", Sign::FailsAfterIdle),
    ("low traffic", Sign::FailsAfterIdle),
    ("keep-alive timeout", Sign::FailsAfterIdle),
    ("keepalivetimeout", Sign::FailsAfterIdle),
    ("reloading nginx fixes", Sign::GatewayReloadHelps),
    ("reload nginx fixes", Sign::GatewayReloadHelps),
    ("restarting nginx fixes", Sign::GatewayReloadHelps),
    ("restart nginx fixes", Sign::GatewayReloadHelps),
    ("until i restart nginx", Sign::GatewayReloadHelps),
    ("until nginx is restarted", Sign::GatewayReloadHelps),
    ("until i reload nginx", Sign::GatewayReloadHelps),
    ("until nginx is reloaded", Sign::GatewayReloadHelps),
    ("after reloading nginx", Sign::GatewayReloadHelps),
    ("after restarting nginx it works", Sign::GatewayReloadHelps),
    ("container ip changed", Sign::AddressNotInDns),
    ("ip of the container changed", Sign::AddressNotInDns),
    ("container was recreated", Sign::GatewayReloadHelps),
    ("goes away by itself", Sign::RecoversByItself),
    ("goes away after a few seconds", Sign::RecoversByItself),
    ("works again after a few seconds", Sign::RecoversByItself),
    ("after a minute it works", Sign::RecoversByItself),
    ("restarting the app helps", Sign::AppRestartHelps),
    ("restarting php-fpm", Sign::AppRestartHelps),
    ("restarting gunicorn", Sign::AppRestartHelps),
    ("restart the app", Sign::AppRestartHelps),
    ("after upgrading openssl", Sign::SinceTlsUpgrade),
    ("after the openssl upgrade", Sign::SinceTlsUpgrade),
    ("firewalld", Sign::FirewallChanged),
    ("firewall rule", Sign::FirewallChanged),
    ("security group", Sign::FirewallChanged),
    ("network policy", Sign::FirewallChanged),
    ("networkpolicy", Sign::FirewallChanged),
    ("setsebool", Sign::SelinuxDenied),
    ("httpd_can_network_connect", Sign::SelinuxDenied),
    ("works for everyone else", Sign::OnlyOneVisitor),
    ("works for others", Sign::OnlyOneVisitor),
    ("works for my colleagues", Sign::OnlyOneVisitor),
    ("works on my phone", Sign::OnlyOneVisitor),
    ("works on mobile data", Sign::OnlyOneVisitor),
    ("only on my computer", Sign::OnlyOneVisitor),
    ("only through cloudflare", Sign::FailsThroughEdgeOnly),
    ("without cloudflare it works", Sign::FailsThroughEdgeOnly),
    ("bypassing cloudflare works", Sign::FailsThroughEdgeOnly),
    ("only via the cdn", Sign::FailsThroughEdgeOnly),
    ("listening on 127.0.0.1", Sign::ListensOnLoopbackOnly),
    ("listens on 127.0.0.1", Sign::ListensOnLoopbackOnly),
    ("bound to 127.0.0.1", Sign::ListensOnLoopbackOnly),
    ("bound to localhost", Sign::ListensOnLoopbackOnly),
    ("listening on localhost only", Sign::ListensOnLoopbackOnly),
    ("running on http://127.0.0.1", Sign::ListensOnLoopbackOnly),
    ("other pages work", Sign::OnlyOneRoute),
    ("other routes work", Sign::OnlyOneRoute),
    ("only this page", Sign::OnlyOneRoute),
    ("only one endpoint", Sign::OnlyOneRoute),
    ("maintenance mode", Sign::MaintenancePage),
    ("relies on sni", Sign::TlsNoSniSent),
    ("needs sni", Sign::TlsNoSniSent),
    ("requires sni", Sign::TlsNoSniSent),
    ("behind a cdn", Sign::TlsNoSniSent),
    ("mtls", Sign::MutualTls),
    ("mutual tls", Sign::MutualTls),
    ("client certificate", Sign::MutualTls),
    ("keep-alive time", Sign::FailsAfterIdle),
    ("keepalive time", Sign::FailsAfterIdle),
    ("idle timeout", Sign::FailsAfterIdle),
    ("closes idle connections", Sign::FailsAfterIdle),
    ("already closed connection", Sign::ReusedConnection),
    ("already dropped", Sign::ReusedConnection),
    ("over the closed connection", Sign::ReusedConnection),
    ("reuse a connection", Sign::ReusedConnection),
    ("reused connection", Sign::ReusedConnection),
    ("stale connection", Sign::ReusedConnection),
    ("dials `[::1]`", Sign::OtherFamilyWorks),
    ("dials [::1]", Sign::OtherFamilyWorks),
    ("resolves to ::1", Sign::OtherFamilyWorks),
    ("resolves to ipv6", Sign::OtherFamilyWorks),
    ("prefers ipv6", Sign::OtherFamilyWorks),
    ("listens on ipv4 only", Sign::OtherFamilyWorks),
    ("instead of localhost fixes", Sign::OtherFamilyWorks),
    ("instead of localhost works", Sign::OtherFamilyWorks),
    ("on each deploy", Sign::AfterDeploy),
    ("on every deploy", Sign::AfterDeploy),
    ("sigterm", Sign::AppStopping),
];

/// What a saying would prove in a log is only a hint in a person's mouth.
fn hearsay(sign: Sign) -> Sign {
    match sign {
        Sign::AddressNotInDns => Sign::GatewayReloadHelps,
        Sign::SelinuxDenied => Sign::PermissionDenied,
        Sign::AppStopping => Sign::AfterDeploy,
        other => other,
    }
}

/// One thing that was said.
pub(crate) struct Said {
    pub(crate) sign: Sign,
    pub(crate) words: &'static str,
}

/// Returns what a line of prose says.
pub(crate) fn read(line: &str) -> Vec<Said> {
    let lower = line.to_lowercase();
    SAYINGS
        .iter()
        .filter(|(words, _)| lower.contains(words))
        .map(|(words, sign)| Said { sign: hearsay(*sign), words })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sayings_are_lower_case() {
        for (words, _) in SAYINGS {
            assert_eq!(*words, words.to_lowercase());
        }
    }

    #[test]
    fn says_what_was_said() {
        let said = read("It fails only when logged in, after each deploy.");

        let signs: Vec<Sign> = said.iter().map(|said| said.sign).collect();
        assert!(signs.contains(&Sign::OnlyLargeCookies) && signs.contains(&Sign::AfterDeploy));
    }
}
