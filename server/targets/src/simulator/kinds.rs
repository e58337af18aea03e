//! The kinds that the simulated data centre knows, and which verbs each of them has.

/// What a client may do with a kind, apart from RBAC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// Every verb.
    Full,
    /// get, list, watch; and delete, because a pod may be thrown away to get a new one.
    ReadDelete,
    /// get, list, watch.
    Read,
}

/// One kind of object.
#[derive(Debug)]
pub(super) struct Kind {
    /// API group, empty for core.
    pub group: &'static str,
    /// Version inside the group.
    pub version: &'static str,
    /// Name of the kind.
    pub kind: &'static str,
    /// Plural as in the URL.
    pub plural: &'static str,
    /// Plural with group as in messages (`deployments.apps`); the key of this kind in the store.
    pub qualified: &'static str,
    /// Short names for command line tools.
    pub short: &'static [&'static str],
    /// False for Namespace only.
    pub namespaced: bool,
    /// Verbs.
    pub access: Access,
    /// Whether `metadata.generation` counts changes of the spec.
    pub generation: bool,
}

impl Kind {
    /// `apps/v1` or `v1`.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() { self.version.to_owned() } else { format!("{}/{}", self.group, self.version) }
    }

    /// Verbs in the order of the discovery document.
    pub fn verbs(&self) -> &'static [&'static str] {
        match self.access {
            Access::Full => &["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
            Access::ReadDelete => &["delete", "deletecollection", "get", "list", "watch"],
            Access::Read => &["get", "list", "watch"],
        }
    }
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.qualified == other.qualified
    }
}

macro_rules! kinds {
    ($($name:ident = $group:literal $version:literal $kind:literal $plural:literal $qualified:literal
        [$($short:literal),*] $namespaced:literal $access:ident $generation:literal;)*) => {
        $(pub(super) static $name: Kind = Kind {
            group: $group, version: $version, kind: $kind, plural: $plural, qualified: $qualified,
            short: &[$($short),*], namespaced: $namespaced, access: Access::$access, generation: $generation,
        };)*
        /// Every kind.
        pub(super) static KINDS: &[&Kind] = &[$(&$name),*];
    };
}

kinds! {
    NAMESPACE = "" "v1" "Namespace" "namespaces" "namespaces" ["ns"] false Read false;
    SERVICE = "" "v1" "Service" "services" "services" ["svc"] true Full false;
    CONFIG_MAP = "" "v1" "ConfigMap" "configmaps" "configmaps" ["cm"] true Full false;
    SECRET = "" "v1" "Secret" "secrets" "secrets" [] true Full false;
    CLAIM = "" "v1" "PersistentVolumeClaim" "persistentvolumeclaims" "persistentvolumeclaims" ["pvc"] true Full false;
    SERVICE_ACCOUNT = "" "v1" "ServiceAccount" "serviceaccounts" "serviceaccounts" ["sa"] true Full false;
    POD = "" "v1" "Pod" "pods" "pods" ["po"] true ReadDelete false;
    QUOTA = "" "v1" "ResourceQuota" "resourcequotas" "resourcequotas" ["quota"] true Read false;
    EVENT = "" "v1" "Event" "events" "events" ["ev"] true Read false;
    DEPLOYMENT = "apps" "v1" "Deployment" "deployments" "deployments.apps" ["deploy"] true Full true;
    REPLICA_SET = "apps" "v1" "ReplicaSet" "replicasets" "replicasets.apps" ["rs"] true Read true;
    STATEFUL_SET = "apps" "v1" "StatefulSet" "statefulsets" "statefulsets.apps" ["sts"] true Full true;
    JOB = "batch" "v1" "Job" "jobs" "jobs.batch" [] true Full true;
    CRON_JOB = "batch" "v1" "CronJob" "cronjobs" "cronjobs.batch" ["cj"] true Full true;
    INGRESS = "networking.k8s.io" "v1" "Ingress" "ingresses" "ingresses.networking.k8s.io" ["ing"] true Full true;
    NETWORK_POLICY = "networking.k8s.io" "v1" "NetworkPolicy" "networkpolicies" "networkpolicies.networking.k8s.io" ["netpol"] true Full true;
    DISRUPTION_BUDGET = "policy" "v1" "PodDisruptionBudget" "poddisruptionbudgets" "poddisruptionbudgets.policy" ["pdb"] true Full true;
    ROLE = "rbac.authorization.k8s.io" "v1" "Role" "roles" "roles.rbac.authorization.k8s.io" [] true Read false;
    ROLE_BINDING = "rbac.authorization.k8s.io" "v1" "RoleBinding" "rolebindings" "rolebindings.rbac.authorization.k8s.io" [] true Read false;
    LEASE = "coordination.k8s.io" "v1" "Lease" "leases" "leases.coordination.k8s.io" [] true Full false;
}

/// The kind behind a URL.
pub(super) fn by_plural(group: &str, version: &str, plural: &str) -> Option<&'static Kind> {
    KINDS.iter().copied().find(|kind| kind.group == group && kind.version == version && kind.plural == plural)
}

/// The kind with this key of the store.
pub(super) fn by_qualified(qualified: &str) -> Option<&'static Kind> {
    KINDS.iter().copied().find(|kind| kind.qualified == qualified)
}

/// Groups and versions, core first, each once.
pub(super) fn group_versions() -> Vec<(&'static str, &'static str)> {
    let mut found: Vec<(&'static str, &'static str)> = Vec::new();
    for kind in KINDS {
        if !found.contains(&(kind.group, kind.version)) {
            found.push((kind.group, kind.version));
        }
    }
    found
}
