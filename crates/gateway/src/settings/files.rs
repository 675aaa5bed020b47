//! The files that a configuration names: itself, certificates, keys, pages, secrets.
//!
//! They are looked at when the configuration is loaded, so that a missing key is told before it is
//! needed. Whether a certificate is any good is seen by TLS.

use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use goodgate_config::{Fault, Reading, Secret, SecretSource, Severity, limits};

use super::values::{Access, LogTarget};
use super::{Admin, Listen, Route, Settings, Upstream};

/// Why a configuration file could not be read at all.
#[derive(Debug, thiserror::Error)]
#[error("read the configuration {}", path.display())]
pub struct LoadError {
    /// The file.
    pub path: PathBuf,
    /// What the system said.
    #[source]
    pub source: io::Error,
}

/// Why a secret could not be had. It never holds the secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The variable of the environment is not there, is empty or is no text.
    #[error("the variable {0} of the environment is not set")]
    NotSet(String),
    /// The file could not be read.
    #[error("read the secret in {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The file holds nothing.
    #[error("the secret in {} is empty", .0.display())]
    Empty(PathBuf),
}

/// A configuration file as it stands on the disk.
#[derive(Clone, Debug)]
pub struct Text {
    /// How it is called.
    pub name: String,
    /// What it holds: at most one byte more than a configuration may have, which shows that it is too
    /// large.
    pub bytes: Vec<u8>,
    /// Where relative paths in it begin.
    pub base: PathBuf,
}

impl Text {
    /// Reads the file.
    pub fn load(path: &Path) -> Result<Self, LoadError> {
        let broken = |source| LoadError { path: path.to_owned(), source };
        let bytes = bounded(path, limits::FILE.saturating_add(1)).map_err(broken)?;
        let folder = path.parent().unwrap_or(Path::new(""));
        let base = std::path::absolute(folder).or_else(|_| std::env::current_dir());
        Ok(Self { name: path.to_string_lossy().into_owned(), bytes, base: base.map_err(broken)? })
    }
}

/// Fetches a secret from where it is.
pub fn secret(source: &SecretSource) -> Result<Secret, SecretError> {
    match source {
        SecretSource::Environment(name) => match std::env::var(name) {
            Ok(text) if !text.trim().is_empty() => Ok(Secret::new(&text)),
            _ => Err(SecretError::NotSet(name.clone())),
        },
        SecretSource::File(path) => {
            let unreadable = |source| SecretError::Unreadable { path: path.clone(), source };
            let bytes = bounded(path, limits::TEXT).map_err(unreadable)?;
            let text = String::from_utf8_lossy(&bytes);
            if text.trim().is_empty() {
                Err(SecretError::Empty(path.clone()))
            } else {
                Ok(Secret::new(&text))
            }
        }
    }
}

/// Reads at most `most` bytes of a file.
fn bounded(path: &Path, most: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(most as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

type Finding = (Severity, String, Fault);

/// Adds to a reading what is wrong with the files that the gateway's sections name.
pub(super) fn look<S>(reading: &mut Reading<S>, part: impl Fn(&S) -> &Settings) {
    let settings = part(&reading.value);
    let listeners = settings.listen.iter().enumerate();
    let routes = settings.route.iter().enumerate();
    let mut findings: Vec<Finding> = Vec::new();
    findings.extend(listeners.flat_map(|(index, listen)| {
        let path = format!("listen[{index}]");
        certificates(listen, &path).into_iter().chain(accounts(&listen.access(), &path))
    }));
    findings
        .extend(settings.upstream.iter().flat_map(|(name, one)| of_upstream(one, name.as_str())));
    findings.extend(routes.flat_map(|(index, route)| pages(route, index)));
    findings.extend(of_process(settings));
    for (severity, path, fault) in findings {
        reading.complain(severity, &path, fault);
    }
}

fn certificates(listen: &Listen, path: &str) -> Vec<Finding> {
    let certificates = listen.tls.iter().flat_map(|tls| tls.certificates.iter().enumerate());
    let look = |(place, pair): (usize, &super::Certificate)| {
        let path = format!("{path}.tls.certificates[{place}]");
        pem_pair(&path, &pair.certificate, &pair.key)
    };
    certificates.flat_map(look).collect()
}

/// Says which users and groups this host does not know.
fn accounts(access: &Access, path: &str) -> Vec<Finding> {
    let unknown = access.accounts().filter_map(|(key, kind, account)| {
        let error = account.id(kind).err()?;
        let mut fault = Fault::new(error.to_string());
        fault.hint = error.hint();
        Some((Severity::Error, format!("{path}.{key}"), fault))
    });
    unknown.collect()
}

fn of_upstream(upstream: &Upstream, name: &str) -> Vec<Finding> {
    let path = format!("upstream.{name}.tls");
    let tls = &upstream.tls;
    let ca = tls.ca.iter().filter_map(|file| pem(format!("{path}.ca"), file));
    let own = tls.certificate.iter().zip(&tls.key);
    let own = own.flat_map(|(certificate, key)| pem_pair(&path, certificate, key));
    ca.chain(own).collect()
}

fn pem_pair(path: &str, certificate: &Path, key: &Path) -> Vec<Finding> {
    let key_path = format!("{path}.key");
    let mut findings: Vec<Finding> =
        pem(format!("{path}.certificate"), certificate).into_iter().collect();
    findings.extend(pem(key_path.clone(), key));
    if std::fs::metadata(key).is_ok_and(|found| found.permissions().mode() & 0o007 != 0) {
        let fault = Fault::new(format!("every user of this host may read {}", key.display()))
            .hint(format!("chmod o= {}", key.display()));
        findings.push((Severity::Warning, key_path, fault));
    }
    findings
}

/// The largest file of certificates: the bundle of all authorities has a quarter of it.
const LARGEST_PEM: usize = 1024 * 1024;

/// Says what is wrong with a file that has to be PEM.
fn pem(path: String, file: &Path) -> Option<Finding> {
    let fault = match bounded(file, LARGEST_PEM) {
        Ok(bytes) if memchr::memmem::find(&bytes, b"-----BEGIN ").is_some() => return None,
        Ok(_) => Fault::new(format!("{} is not PEM", file.display())).hint(
            "DER becomes PEM with: openssl x509 -inform der -in FILE (openssl pkey for keys)",
        ),
        Err(error) => unreadable(file, &error),
    };
    Some((Severity::Error, path, fault))
}

/// Without its page a route answers with the gateway's own, so that this is no error.
fn pages(route: &Route, index: usize) -> Vec<Finding> {
    let path = format!("route[{index}].errors");
    let page = |file: &PathBuf| {
        let error = bounded(file, 1).err()?;
        Some((Severity::Warning, format!("{path}.pages"), unreadable(file, &error)))
    };
    let folder = route.errors.folder.iter().filter_map(|folder| {
        let fault = not_a_folder(folder)?;
        Some((Severity::Warning, format!("{path}.folder"), fault))
    });
    route.errors.pages.values().filter_map(page).chain(folder).collect()
}

fn of_process(settings: &Settings) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let LogTarget::File(file) = &settings.log.access
        && let Some(fault) = file.parent().and_then(not_a_folder)
    {
        findings.push((Severity::Error, "log.access".to_owned(), fault));
    }
    if !settings.spool.total_disk.is_empty()
        && let Some(fault) = not_a_folder(&settings.spool.folder)
    {
        let fault = fault.hint("without it, bodies beyond `spool.memory` are not kept for retries");
        findings.push((Severity::Warning, "spool.folder".to_owned(), fault));
    }
    let access = settings.admin.as_ref().map(Admin::access).unwrap_or_default();
    findings.extend(accounts(&access, "admin"));
    let token = settings.admin.as_ref().and_then(|admin| admin.token.as_ref());
    if let Some(SecretSource::File(file)) = token
        && let Err(error) = bounded(file, 1)
    {
        findings.push((Severity::Error, "admin.token".to_owned(), unreadable(file, &error)));
    }
    findings
}

fn not_a_folder(folder: &Path) -> Option<Fault> {
    match std::fs::metadata(folder) {
        Ok(found) if found.is_dir() => None,
        Ok(_) => Some(Fault::new(format!("{} is no folder", folder.display()))),
        Err(error) => Some(unreadable(folder, &error)),
    }
}

fn unreadable(file: &Path, error: &io::Error) -> Fault {
    let name = file.display();
    match error.kind() {
        io::ErrorKind::NotFound => Fault::new(format!("there is no {name}")),
        io::ErrorKind::PermissionDenied => Fault::new(format!("this user may not read {name}"))
            .hint(format!("run it as the gateway's user; ls -l {name} says who may")),
        _ => Fault::new(format!("{name} cannot be read: {error}")),
    }
}
