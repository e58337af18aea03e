//! What differs between two releases of a Verfahren: the facts that a curator looks at before releasing. Texts are the
//! page's; everything here is in a fixed order, and the same two releases give the same model.

use serde::{Deserialize, Serialize};

crate::words! {
    /// What happened to a thing.
    Change {
        /// Only the new release has it.
        Added = "added",
        /// Only the old release has it.
        Removed = "removed",
        /// Both have it, and it differs.
        Changed = "changed",
    }
}

crate::words! {
    /// What a permission is about.
    Permission {
        /// Runs under a ServiceAccount, or brings one.
        ServiceAccount = "service_account",
        /// A token of the cluster is mounted.
        Token = "token",
        /// A Linux capability.
        Capability = "capability",
        /// Another setting of the security context.
        Security = "security",
        /// From or to whom network traffic is permitted.
        NetworkPeer = "network_peer",
        /// On which port.
        NetworkPort = "network_port",
        /// What is reachable under the host, or a port of a Service.
        Exposure = "exposure",
        /// A volume and where it comes from, or a request for storage.
        Volume = "volume",
        /// Where a volume is mounted.
        Mount = "mount",
    }
}

/// The difference. Empty lists mean that nothing differs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseDiff {
    /// The release compared with.
    pub old: ReleaseName,
    /// The release looked at.
    pub new: ReleaseName,
    /// Objects, filled with sample values of each release.
    pub objects: Vec<ObjectChange>,
    /// The templates behind them, with placeholders: shows too what sample values do not reach.
    pub templates: Vec<ObjectChange>,
    /// Parameters of the configuration.
    pub parameters: Vec<ParameterChange>,
    /// Permissions.
    pub permissions: Vec<PermissionChange>,
    /// Images.
    pub images: Vec<ImageChange>,
    /// Components of the bill of materials.
    pub components: Vec<ComponentChange>,
    /// `verfahren.yaml` and `publiccode.yml`: `upgrade_from`, `rollback`, `needs`, `licence`, …
    pub metadata: Vec<Line>,
}

/// Which release.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseName {
    /// SemVer.
    pub version: String,
    /// Digest of the package.
    pub digest: String,
}

/// A place at which two things differ.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Line {
    /// Place, such as `spec.template.spec.containers[web].image`.
    pub path: String,
    /// What was there; cut. `None` if nothing was.
    pub old: Option<String>,
    /// What is there; cut. `None` if nothing is.
    pub new: Option<String>,
    /// The values are secret: both texts are empty.
    pub masked: bool,
}

/// An object, or the template of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectChange {
    /// Kind.
    pub kind: String,
    /// Name without the name of the installation.
    pub name: String,
    /// Belongs to the tests.
    pub test: bool,
    /// What happened to it.
    pub change: Change,
    /// Places; empty if it was added or removed as a whole.
    pub lines: Vec<Line>,
    /// How many more places there are.
    pub more: usize,
}

/// A parameter of the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParameterChange {
    /// Path in the values, such as `kasse.iban` or `kontakte[].name`.
    pub path: String,
    /// What happened to it.
    pub change: Change,
    /// What is said of it (`type`, `required`, `default`, `stage`, `secret`, …); for one added or removed all of it.
    pub lines: Vec<Line>,
}

/// A permission that only one of the releases has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PermissionChange {
    /// What it is about.
    pub permission: Permission,
    /// Kind and name of the object, such as `Deployment web`.
    pub object: String,
    /// What exactly, in the words of Kubernetes.
    pub item: String,
    /// Added or removed.
    pub change: Change,
}

/// An image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageChange {
    /// Registry and repository.
    pub name: String,
    /// What happened to it.
    pub change: Change,
    /// Tags and digests in the old release.
    pub old: Vec<String>,
    /// In the new one.
    pub new: Vec<String>,
}

/// A component of the bill of materials.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComponentChange {
    /// What it is searched by: `type/namespace/name`.
    pub key: String,
    /// Name.
    pub name: String,
    /// What happened to it.
    pub change: Change,
    /// Versions in the old release.
    pub old: Vec<String>,
    /// In the new one.
    pub new: Vec<String>,
    /// Licences in the old release, if they differ.
    pub old_licences: Vec<String>,
    /// In the new one, if they differ.
    pub new_licences: Vec<String>,
    /// The same version has another content (SHA-256).
    pub content: bool,
}

/// How many of a kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Only in the new release.
    pub added: usize,
    /// Only in the old release.
    pub removed: usize,
    /// In both, and different.
    pub changed: usize,
}

impl Counts {
    fn of(changes: impl IntoIterator<Item = Change>) -> Self {
        let mut counts = Self::default();
        for change in changes {
            match change {
                Change::Added => counts.added += 1,
                Change::Removed => counts.removed += 1,
                Change::Changed => counts.changed += 1,
            }
        }
        counts
    }

    /// All of them.
    pub fn total(self) -> usize {
        self.added + self.removed + self.changed
    }
}

/// What there is to look at, in figures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Objects.
    pub objects: Counts,
    /// Templates.
    pub templates: Counts,
    /// Parameters.
    pub parameters: Counts,
    /// Permissions.
    pub permissions: Counts,
    /// Images.
    pub images: Counts,
    /// Components.
    pub components: Counts,
    /// Metadata.
    pub metadata: Counts,
}

impl ReleaseDiff {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.summary() == Summary::default()
    }

    /// The figures.
    pub fn summary(&self) -> Summary {
        let metadata = self.metadata.iter().map(|line| match (&line.old, &line.new) {
            (None, _) => Change::Added,
            (_, None) => Change::Removed,
            _ => Change::Changed,
        });
        Summary {
            objects: Counts::of(self.objects.iter().map(|c| c.change)),
            templates: Counts::of(self.templates.iter().map(|c| c.change)),
            parameters: Counts::of(self.parameters.iter().map(|c| c.change)),
            permissions: Counts::of(self.permissions.iter().map(|c| c.change)),
            images: Counts::of(self.images.iter().map(|c| c.change)),
            components: Counts::of(self.components.iter().map(|c| c.change)),
            metadata: Counts::of(metadata),
        }
    }
}
