//! Where helm is, and which.

use super::process::Launcher;
use std::{
    env,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

/// The helm that was named, or the first on `PATH`, or the one that `.ci/helm.sh` put into the cache.
pub(super) fn helm(named: Option<&Path>) -> Option<PathBuf> {
    match named {
        Some(program) => is_program(program).then(|| program.to_owned()),
        None => on_path("helm").or_else(|| cached().filter(|program| is_program(program))),
    }
}

/// A program on `PATH` or where Linux keeps those of the system.
pub(super) fn on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let usual = ["/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"].map(PathBuf::from);
    env::split_paths(&path)
        .filter(|folder| folder.is_absolute())
        .chain(usual)
        .map(|folder| folder.join(name))
        .find(|p| is_program(p))
}

fn cached() -> Option<PathBuf> {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = set("PORTAL_CACHE").or_else(|| {
        let caches = set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")))?;
        Some(caches.join("ozg-portal"))
    })?;
    Some(cache.join("helm/helm"))
}

fn is_program(path: &Path) -> bool {
    path.metadata().is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o111 != 0)
}

/// The version of helm as this launcher starts it; `None` if it can not be started or is older than 3.
pub(super) async fn version(launcher: &Launcher) -> Option<String> {
    let folder = tempfile::Builder::new().prefix("portal-helm-").tempdir().ok()?;
    let ended = launcher.run(folder.path(), &["version", "--template", "{{.Version}}"], b"").await.ok()?;
    let version = ended.output.trim().trim_start_matches('v').to_owned();
    let major: u32 = version.split('.').next()?.parse().ok()?;
    (ended.success && major >= 3).then_some(version)
}
