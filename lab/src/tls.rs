//! Keys and certificates from the `openssl` command.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context as _;

use crate::program::OPENSSL;
use crate::workdir::Workdir;

/// A certificate authority for one scenario.
#[derive(Debug)]
pub struct Authority {
    /// The authority's own certificate, to be trusted by a client.
    pub certificate: PathBuf,
}

/// A certificate with its key, for loopback and for the gateway of declared scenarios.
#[derive(Debug)]
pub struct Identity {
    /// The certificate in PEM.
    pub certificate: PathBuf,
    /// The private key in PEM.
    pub key: PathBuf,
    /// Both in one file, as HAProxy wants them.
    pub bundle: PathBuf,
}

/// The time a certificate is valid, in the form `YYYYMMDDHHMMSSZ`.
#[derive(Debug, Clone, Copy)]
pub struct Validity {
    /// The first moment.
    pub from: &'static str,
    /// The last moment.
    pub until: &'static str,
}

/// Years that are over.
pub const EXPIRED: Validity = Validity { from: "20200101000000Z", until: "20210101000000Z" };
/// Valid for as long as this code is likely to be run.
pub const VALID: Validity = Validity { from: "20200101000000Z", until: "20490101000000Z" };

/// Small keys are quick to make, and every TLS library takes this curve.
const NEW_KEY: &[&str] = &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/// Keeps `openssl ca` satisfied; only it can set both ends of the validity in OpenSSL 3.0.
const CA_CONFIG: &str = "\
[ca]
default_ca = lab
[lab]
new_certs_dir = .
database = index.txt
serial = serial.txt
default_md = sha256
policy = any
copy_extensions = none
[any]
commonName = supplied
";

const LEAF_EXTENSIONS: &str = "\
basicConstraints = CA:FALSE
extendedKeyUsage = serverAuth
subjectAltName = IP:127.0.0.1,IP:10.77.0.20,DNS:localhost,DNS:shop.test
";

/// Makes a certificate authority in `folder`.
///
/// # Errors
///
/// When `openssl` is missing or refuses.
pub fn authority(folder: &Workdir) -> anyhow::Result<Authority> {
    folder.write("ca.cnf", CA_CONFIG)?;
    folder.write("leaf.cnf", LEAF_EXTENSIONS)?;
    folder.write("index.txt", "")?;
    folder.write("serial.txt", "01\n")?;
    let mut arguments = vec!["req", "-x509"];
    arguments.extend(NEW_KEY);
    arguments.extend(["-keyout", "ca.key", "-out", "ca.pem", "-days", "3650"]);
    arguments.extend(["-subj", "/CN=goodgate lab"]);
    openssl(folder.path(), &arguments)?;
    Ok(Authority { certificate: folder.join("ca.pem") })
}

/// Makes a key and a certificate of the folder's authority for 127.0.0.1.
///
/// # Errors
///
/// When `openssl` is missing or refuses.
pub fn identity(folder: &Workdir, validity: Validity) -> anyhow::Result<Identity> {
    let mut request = vec!["req"];
    request.extend(NEW_KEY);
    request.extend(["-keyout", "leaf.key", "-out", "leaf.csr", "-subj", "/CN=localhost"]);
    openssl(folder.path(), &request)?;
    let mut sign = vec!["ca", "-batch", "-notext", "-config", "ca.cnf", "-extfile", "leaf.cnf"];
    sign.extend(["-cert", "ca.pem", "-keyfile", "ca.key", "-in", "leaf.csr", "-out", "leaf.pem"]);
    sign.extend(["-startdate", validity.from, "-enddate", validity.until]);
    openssl(folder.path(), &sign)?;
    let (certificate, key) = (folder.join("leaf.pem"), folder.join("leaf.key"));
    let bundle = joined(folder, "leaf.bundle.pem", &certificate, &key)?;
    Ok(Identity { certificate, key, bundle })
}

/// Makes one file with a self-signed certificate and its key, for configuration checks.
///
/// # Errors
///
/// When `openssl` is missing or refuses.
pub fn bundle(folder: &Workdir) -> anyhow::Result<PathBuf> {
    let mut arguments = vec!["req", "-x509"];
    arguments.extend(NEW_KEY);
    arguments.extend(["-keyout", "bundle.key", "-out", "bundle.crt", "-days", "3650"]);
    arguments.extend(["-subj", "/CN=app.example.com"]);
    openssl(folder.path(), &arguments)?;
    joined(folder, "bundle.pem", &folder.join("bundle.crt"), &folder.join("bundle.key"))
}

fn joined(folder: &Workdir, name: &str, first: &Path, second: &Path) -> anyhow::Result<PathBuf> {
    let text = std::fs::read_to_string(first)? + &std::fs::read_to_string(second)?;
    folder.write(name, &text)
}

fn openssl(folder: &Path, arguments: &[&str]) -> anyhow::Result<()> {
    let output = Command::new(OPENSSL.path()?)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .context("run openssl")?;
    let said = String::from_utf8_lossy(&output.stderr);
    anyhow::ensure!(output.status.success(), "openssl {}: {said}", arguments.join(" "));
    Ok(())
}
