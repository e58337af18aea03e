//! Reading settings from where they stand.

use super::{
    Config, LogFormat, MetricsAccess, OutboundConfig, SETTINGS, Setting, nearest,
    packages::{self, PackagePlace, Written},
};
use portal_core::guard::Network;
use portal_targets::helm::ChartMode;
use std::{
    collections::BTreeMap,
    fmt,
    net::SocketAddr,
    path::{Path, PathBuf},
};

/// The one setting that is a secret as a whole.
const SECRET: &str = "s3_secret";

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nobody set it.
    Default,
    /// A file.
    File(PathBuf),
    /// A variable of the environment.
    Environment(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Default => f.write_str("default"),
            Origin::File(path) => write!(f, "{}", path.display()),
            Origin::Environment(name) => f.write_str(name),
        }
    }
}

/// Something that is wrong with a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where it stands.
    pub origin: Origin,
    /// Key, if the problem is about one.
    pub key: String,
    /// What is wrong and what would be right.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.key.as_str() {
            "" => write!(f, "{}: {}", self.origin, self.what),
            key => write!(f, "{}: {key}: {}", self.origin, self.what),
        }
    }
}

/// The settings cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ConfigError {
    /// Everything that is wrong, in the order of the list of settings.
    pub problems: Vec<Problem>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration cannot be used")?;
        self.problems.iter().try_for_each(|p| write!(f, "\n  {p}"))
    }
}

/// A setting with its value as it will be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// Which.
    pub setting: Setting,
    /// Value; passwords in addresses are masked.
    pub shown: String,
    /// Where it came from.
    pub origin: Origin,
}

/// Raw values before they are checked.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    values: BTreeMap<&'static str, (String, Origin)>,
    problems: Vec<Problem>,
}

impl Sources {
    /// Reads the file, if one is named, and the environment (`variable` looks a name up).
    pub fn read(file: Option<&Path>, variable: impl Fn(&str) -> Option<String>) -> Self {
        let mut sources = Self::default();
        if let Some(path) = file {
            sources.read_file(path);
        }
        for setting in SETTINGS {
            if let Some(value) = variable(setting.variable).filter(|v| !v.is_empty()) {
                sources.values.insert(setting.key, (value, Origin::Environment(setting.variable)));
            }
        }
        sources
    }

    fn read_file(&mut self, path: &Path) {
        let origin = Origin::File(path.to_owned());
        let problem = |key: &str, what: String| Problem { origin: origin.clone(), key: key.to_owned(), what };
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => return self.problems.push(problem("", format!("cannot be read: {error}"))),
        };
        let table = match text.parse::<toml::Table>() {
            Ok(table) => table,
            Err(error) => return self.problems.push(problem("", format!("is not TOML: {}", error.message()))),
        };
        // A section is the first part of its keys.
        let entries = table.into_iter().flat_map(|(key, value)| match value {
            toml::Value::Table(section) => section.into_iter().map(|(k, v)| (format!("{key}.{k}"), v)).collect(),
            value => vec![(key, value)],
        });
        for (key, value) in entries {
            let Some(setting) = SETTINGS.iter().find(|s| s.key == key) else {
                let known: Vec<&str> = SETTINGS.iter().map(|s| s.key).collect();
                let what = match nearest(&key, known.iter().copied()) {
                    Some(meant) => format!("there is no such setting; did you mean {meant}?"),
                    None => format!("there is no such setting; there are {}", known.join(", ")),
                };
                self.problems.push(problem(&key, what));
                continue;
            };
            let value = match value {
                toml::Value::String(text) => text,
                toml::Value::Integer(number) => number.to_string(),
                toml::Value::Array(list) if list.iter().all(|v| v.is_str() || v.is_integer()) => {
                    let texts = list.iter().map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned));
                    texts.collect::<Vec<_>>().join(", ")
                }
                other => {
                    self.problems.push(problem(&key, format!("must be a text or a number, not {}", other.type_str())));
                    continue;
                }
            };
            self.values.insert(setting.key, (value, origin.clone()));
        }
    }

    /// Checks everything.
    ///
    /// # Errors
    /// All problems at once.
    pub fn resolve(mut self) -> Result<(Config, Vec<Resolved>), ConfigError> {
        let config = self.config();
        let shown = SETTINGS.iter().map(|s| self.shown(*s)).collect();
        match config {
            Some(config) if self.problems.is_empty() => Ok((config, shown)),
            _ => Err(ConfigError { problems: self.problems }),
        }
    }

    /// Reads every setting, also after one that is wrong.
    fn config(&mut self) -> Option<Config> {
        let addr = self.take("addr", "127.0.0.1:3000", |v| {
            v.parse::<SocketAddr>().map_err(|_| "must be an address and a port, such as 127.0.0.1:3000".to_owned())
        });
        let data = self.take("data", "data", path);
        let below = |rest: &str| data.as_deref().unwrap_or(Path::new("data")).join(rest).display().to_string();
        let (database, key) = (format!("sqlite://{}", below("portal.sqlite")), below("keys/kek.hex"));
        let credential_key = below("keys/credential.hex");
        let database_url = self.take("database_url", &database, |v| match v.split(':').next() {
            Some("sqlite" | "postgres" | "postgresql") if v.contains(':') => Ok(v.to_owned()),
            _ => Err("must begin with sqlite: or postgres:".to_owned()),
        });
        let key_file = self.take("key_file", &key, path);
        let named = |v: &str| Ok((!v.is_empty()).then(|| PathBuf::from(v)));
        let key_file_previous = self.take("key_file_previous", "", named);
        let credential_key_file = self.take("credential_key_file", &credential_key, path);
        let credential_key_file_previous = self.take("credential_key_file_previous", "", named);
        let credential_public_key = self.take("credential_public_key", "", |v| match v {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| "must be 64 hexadecimal digits".to_owned()),
        });
        let packages = self.packages(&below("packages"));
        let site = self.take("site", "target/site", path);
        let public_url = self.take("public_url", "", public_url);
        let log = self.take("log", "text", |v| match v {
            "text" => Ok(LogFormat::Text),
            "json" => Ok(LogFormat::Json),
            _ => Err("must be text or json".to_owned()),
        });
        let log_filter = self.take("log_filter", "info", |v| {
            v.parse::<tracing_subscriber::EnvFilter>().map(|_| v.to_owned()).map_err(|e| e.to_string())
        });
        let metrics = self.take("metrics", "loopback", |v| match v {
            "loopback" => Ok(MetricsAccess::Loopback),
            "all" => Ok(MetricsAccess::All),
            "off" => Ok(MetricsAccess::Off),
            _ => Err("must be loopback, all or off".to_owned()),
        });
        let workers = self.take("workers", "4", |v| match v.parse::<usize>() {
            Ok(n @ 1..=64) => Ok(n),
            _ => Err("must be a number from 1 to 64".to_owned()),
        });
        let charts = self.take("charts", "isolated", |v| match v {
            "isolated" => Ok(ChartMode::Isolated),
            "unisolated" => Ok(ChartMode::Unisolated),
            "off" => Ok(ChartMode::Off),
            _ => Err("must be isolated, unisolated or off".to_owned()),
        });
        let helm = self.take("helm", "", |v| Ok((!v.is_empty()).then(|| PathBuf::from(v))));
        let signatures = self.take("signatures", "optional", |v| match v {
            "required" => Ok(true),
            "optional" => Ok(false),
            _ => Err("must be required or optional".to_owned()),
        });
        let outbound = self.outbound();
        Some(Config {
            addr: addr?,
            data: data?,
            database_url: database_url?,
            key_file: key_file?,
            key_file_previous: key_file_previous?,
            credential_key_file: credential_key_file?,
            credential_key_file_previous: credential_key_file_previous?,
            credential_public_key: credential_public_key?,
            packages: packages?,
            site: site?,
            public_url: public_url?,
            log: log?,
            log_filter: log_filter?,
            metrics: metrics?,
            workers: workers?,
            charts: charts?,
            helm: helm?,
            signatures: signatures?,
            outbound: outbound?,
        })
    }

    fn outbound(&mut self) -> Option<OutboundConfig> {
        let networks = self.take("outbound.networks", "", |v| {
            list(v, |one| one.parse::<Network>().map_err(|_| format!("{one} is no network such as 10.1.0.0/16")))
        });
        let names = self.take("outbound.names", "", |v| {
            list(v, |one| {
                let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
                let ok = one.chars().all(fits) && !one.starts_with('.') && !one.ends_with('.');
                ok.then(|| one.to_ascii_lowercase()).ok_or_else(|| format!("{one} is no host name"))
            })
        });
        let ports = self.take("outbound.ports", "", |v| {
            list(v, |one| match one.parse::<u16>() {
                Ok(port) if port > 0 => Ok(port),
                _ => Err(format!("{one} is no port")),
            })
        });
        let check_links = self.take("outbound.check_links", "off", |v| match v {
            "on" => Ok(true),
            "off" => Ok(false),
            _ => Err("must be on or off".to_owned()),
        });
        Some(OutboundConfig { networks: networks?, names: names?, ports: ports?, check_links: check_links? })
    }

    fn take<T>(&mut self, key: &'static str, default: &str, read: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        let (value, origin) = self.values.entry(key).or_insert_with(|| (default.to_owned(), Origin::Default)).clone();
        match read(&value) {
            Ok(value) => Some(value),
            Err(what) => {
                self.problems.push(Problem { origin, key: key.to_owned(), what });
                None
            }
        }
    }

    /// Where packages lie, by several settings that belong together.
    fn packages(&mut self, default: &str) -> Option<PackagePlace> {
        let mut text = |key, default: &str| self.take(key, default, |v| Ok(v.to_owned())).unwrap_or_default();
        let place = text("packages", default);
        let (endpoint, region) = (text("s3_endpoint", ""), text("s3_region", "us-east-1"));
        let (key, secret_file, secret) = (text("s3_key", ""), text("s3_secret_file", ""), text("s3_secret", ""));
        let written = Written {
            place: &place,
            endpoint: &endpoint,
            region: &region,
            key: &key,
            secret_file: &secret_file,
            secret: &secret,
        };
        packages::read(&written)
            .inspect_err(|wrong| {
                for (key, what) in wrong {
                    let origin = self.values.get(key).map_or(Origin::Default, |(_, origin)| origin.clone());
                    self.problems.push(Problem { origin, key: (*key).to_owned(), what: what.clone() });
                }
            })
            .ok()
    }

    fn shown(&self, setting: Setting) -> Resolved {
        let (value, origin) = self.values.get(setting.key).cloned().unwrap_or((String::new(), Origin::Default));
        let shown = match setting.key {
            SECRET if !value.is_empty() => "***".to_owned(),
            _ => mask(&value),
        };
        Resolved { setting, shown, origin }
    }
}

/// Parts between commas.
fn list<T>(value: &str, read: impl Fn(&str) -> Result<T, String>) -> Result<Vec<T>, String> {
    value.split(',').map(str::trim).filter(|part| !part.is_empty()).map(read).collect()
}

fn path(value: &str) -> Result<PathBuf, String> {
    if value.trim().is_empty() { Err("must name a file or folder".to_owned()) } else { Ok(PathBuf::from(value)) }
}

fn public_url(value: &str) -> Result<Option<String>, String> {
    if value.is_empty() {
        return Ok(None);
    }
    let host = value.strip_prefix("https://").or_else(|| value.strip_prefix("http://"));
    match host.map(|h| h.trim_end_matches('/')) {
        Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']) && host.is_ascii() => {
            Ok(Some(value.trim_end_matches('/').to_owned()))
        }
        _ => Err("must be https://HOST or http://HOST, without a path".to_owned()),
    }
}

/// An address without its password.
fn mask(value: &str) -> String {
    let Some((scheme, rest)) = value.split_once("://") else { return value.to_owned() };
    // The password may hold any sign, so it ends at the last @ before the path.
    let authority = rest.split('/').next().unwrap_or_default();
    match authority.rsplit_once('@').map(|(user, host)| (user.split(':').next().unwrap_or_default(), host)) {
        Some((user, host)) => format!("{scheme}://{user}:***@{host}{}", &rest[authority.len()..]),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &'static [(&'static str, &'static str)]) -> impl Fn(&str) -> Option<String> {
        |name| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned())
    }

    #[test]
    fn has_a_default_for_everything() {
        let (config, shown) = Sources::read(None, |_| None).resolve().unwrap();
        assert_eq!(config.database_url, "sqlite://data/portal.sqlite");
        assert_eq!(config.key_file, Path::new("data/keys/kek.hex"));
        assert_eq!(config.packages, PackagePlace::Folder(PathBuf::from("data/packages")));
        assert!(!config.is_https());
        assert_eq!(shown.len(), SETTINGS.len());
        assert!(shown.iter().all(|s| s.origin == Origin::Default));
    }

    #[test]
    fn the_environment_wins_over_the_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "addr = '127.0.0.1:1'\nworkers = 2\ndata = '/srv/portal'").unwrap();
        let (config, _) =
            Sources::read(Some(file.path()), environment(&[("PORTAL_ADDR", "127.0.0.1:2")])).resolve().unwrap();
        assert_eq!((config.addr.port(), config.workers), (2, 2));
        assert_eq!(config.database_url, "sqlite:///srv/portal/portal.sqlite");
    }

    #[test]
    fn says_everything_that_is_wrong_with_where_it_stands() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "adr = 'x'\nlog = 'xml'\nworkers = true").unwrap();
        let error = Sources::read(Some(file.path()), environment(&[("PORTAL_PUBLIC_URL", "portal.example")]))
            .resolve()
            .unwrap_err();
        let text = error.to_string();
        for part in [
            "adr: there is no such setting; did you mean addr?",
            "log: must be text or json",
            "workers: must be a text or a number",
        ] {
            assert!(text.contains(&format!("{}: {part}", file.path().display())), "{text}");
        }
        assert!(text.contains("PORTAL_PUBLIC_URL: public_url: must be https://HOST"), "{text}");
        let bucket = environment(&[("PORTAL_PACKAGES", "s3://pakete"), ("PORTAL_S3_ENDPOINT", "s3.example")]);
        let text = Sources::read(None, bucket).resolve().unwrap_err().to_string();
        for part in ["PORTAL_S3_ENDPOINT: s3_endpoint: must be https://HOST", "default: s3_key: is needed"] {
            assert!(text.contains(part), "{text}");
        }
    }

    #[test]
    fn sections_and_lists() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let text = "[outbound]\nnetworks = ['10.1.0.0/16', '192.168.7.1']\nports = [8443]\ncheck_links = 'on'";
        std::fs::write(file.path(), text).unwrap();
        let names = environment(&[("PORTAL_OUTBOUND_NAMES", "Intern.example, amt")]);
        let outbound = Sources::read(Some(file.path()), names).resolve().unwrap().0.outbound;
        let networks = ["10.1.0.0/16", "192.168.7.1"].map(|n| n.parse().unwrap()).to_vec();
        let names = vec!["intern.example".to_owned(), "amt".to_owned()];
        assert_eq!(outbound, OutboundConfig { networks, names, ports: vec![8443], check_links: true });
        std::fs::write(
            file.path(),
            "[outbound]\nnetworks = '10.1.0.1/16'\nports = [0]\nname = 'x'\ncheck_links = true",
        )
        .unwrap();
        let error = Sources::read(Some(file.path()), |_| None).resolve().unwrap_err().to_string();
        for part in [
            "outbound.networks: 10.1.0.1/16 is no network",
            "outbound.ports: 0 is no port",
            "outbound.name: there is no such setting",
            "outbound.check_links: must be a text or a number",
        ] {
            assert!(error.contains(part), "{part} in {error}");
        }
        let (config, _) = Sources::read(None, |_| None).resolve().unwrap();
        assert_eq!(config.outbound, OutboundConfig::default());
    }

    #[test]
    fn never_shows_a_password() {
        assert_eq!(mask("postgres://portal:a@b:c@db.example/portal"), "postgres://portal:***@db.example/portal");
        assert_eq!(mask("sqlite://data/portal.sqlite"), "sqlite://data/portal.sqlite");
        let (_, shown) =
            Sources::read(None, environment(&[("DATABASE_URL", "postgres://u:geheim@h/d")])).resolve().unwrap();
        assert!(!format!("{shown:?}").contains("geheim"));
        let (config, shown) = Sources::read(None, environment(&[("PORTAL_S3_SECRET", "geheim")])).resolve().unwrap();
        assert!(!format!("{config:?} {shown:?}").contains("geheim"));
    }
}
