//! Data centres and what they offer.

use crate::{DataCentreId, Land, OrganisationId, TargetId, Timestamp, operating::Operating, words};
use serde::{Deserialize, Serialize};

words! {
    /// What a target is.
    TargetKind {
        /// A Kubernetes namespace.
        Kubernetes = "kubernetes",
        /// A virtual machine.
        Vm = "vm",
    }
}

words! {
    /// Test or production.
    Stage {
        /// The mandatory test environment.
        Test = "test",
        /// Production.
        Production = "production",
    }
}

/// A data centre.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataCentre {
    /// Id.
    pub id: DataCentreId,
    /// Name.
    pub name: String,
    /// Unique short name.
    pub slug: String,
    /// Who runs it.
    pub operator: OrganisationId,
    /// For municipalities of these Länder.
    pub laender: Vec<Land>,
    /// End of the C5 evidence, if there is one.
    pub evidence_until: Option<Timestamp>,
    /// Simulated: it says so wherever it shows.
    pub simulated: bool,
}

/// A target environment (Zielumgebung).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Id.
    pub id: TargetId,
    /// Where.
    pub data_centre: DataCentreId,
    /// Kind.
    pub kind: TargetKind,
    /// Stage.
    pub stage: Stage,
    /// Kubernetes: the namespace; VM: the host.
    pub namespace: String,
    /// Address of the API server or host.
    pub endpoint: String,
    /// Only for this municipality (a namespace per Verwaltung); `None` is shared.
    pub only_for: Option<OrganisationId>,
    /// Host names of what runs here are `<instance>.<domain>`.
    pub domain: String,
    /// Class of Ingress objects there; empty: the cluster's default.
    pub ingress_class: String,
    /// Class of volumes there; empty: the cluster's default.
    pub storage_class: String,
    /// Secret with the certificate for the domain, kept by the data centre; empty: the ingress has one of its own.
    pub tls_secret: String,
    /// Accepts no new work.
    pub closed: bool,
    /// How many installations it takes.
    pub capacity: i64,
    /// How many trials of packages its operator admits at the same time; 0: none. Only a shared test environment has any.
    pub trials: i64,
    /// What its operator sets while it runs.
    pub operating: Operating,
}

impl Target {
    /// Whether its operator can admit trials here: never in production, never in the environment of one Verwaltung, and
    /// only where this portal provisions.
    pub fn may_admit_trials(&self) -> bool {
        self.stage == Stage::Test && self.only_for.is_none() && self.kind == TargetKind::Kubernetes
    }
}
