//! The settings of the server: from the environment, from a file, or as they come. Everything that is wrong is said at
//! once, with where it stands.

mod nearest;
mod packages;
mod settings;
mod sources;

pub use nearest::nearest;
pub use packages::{Bucket, PackagePlace};
pub use settings::{SETTINGS, Setting};
pub use sources::{ConfigError, Origin, Problem, Resolved, Sources};

use portal_core::{guard::Network, secrets::CredentialPublicKey};
use portal_targets::helm::ChartMode;
use std::{net::SocketAddr, path::PathBuf};

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Who may read `/metrics`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricsAccess {
    /// Direct requests from this machine; not through a proxy.
    Loopback,
    /// Everybody who reaches the portal.
    All,
    /// Nobody.
    Off,
}

/// The settings after they were read and checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Where the portal listens.
    pub addr: SocketAddr,
    /// Folder for everything that it stores.
    pub data: PathBuf,
    /// Address of the database.
    pub database_url: String,
    /// File with the key under which secrets are encrypted.
    pub key_file: PathBuf,
    /// File with the key before that one, while it is being changed.
    pub key_file_previous: Option<PathBuf>,
    /// File with the key that opens credentials of targets; only where operations are carried out.
    pub credential_key_file: PathBuf,
    /// File with the one before it, while it is being changed.
    pub credential_key_file_previous: Option<PathBuf>,
    /// The public key that belongs to it.
    pub credential_public_key: Option<CredentialPublicKey>,
    /// Where packages lie.
    pub packages: PackagePlace,
    /// Folder with what browsers load.
    pub site: PathBuf,
    /// Address under which people reach the portal, without a slash at the end.
    pub public_url: Option<String>,
    /// How log lines look.
    pub log: LogFormat,
    /// What is logged, such as `info` or `info,portal=debug`.
    pub log_filter: String,
    /// Who may read `/metrics`.
    pub metrics: MetricsAccess,
    /// Operations that one process works on at the same time.
    pub workers: usize,
    /// Whether Helm charts are rendered.
    pub charts: ChartMode,
    /// The helm to use, instead of the first one found.
    pub helm: Option<PathBuf>,
    /// Whether every package has to be signed, whoever publishes it.
    pub signatures: bool,
    /// Calls to addresses that people entered.
    pub outbound: OutboundConfig,
}

/// The section `[outbound]`: calls to addresses that people entered. Without it only public addresses are called, on port
/// 443, and links in packages not at all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutboundConfig {
    /// Networks that are not public and may be called all the same.
    pub networks: Vec<Network>,
    /// Names of internal networks, and all below them, that may be called all the same.
    pub names: Vec<String>,
    /// Ports besides 443.
    pub ports: Vec<u16>,
    /// Whether addresses in packages are looked at when they are uploaded.
    pub check_links: bool,
}

impl Config {
    /// Whether people reach the portal over HTTPS.
    pub fn is_https(&self) -> bool {
        self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }
}
