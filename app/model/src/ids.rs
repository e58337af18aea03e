//! One newtype per kind of id, so that no id is passed where another is meant. All are UUIDv7.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(s).map(Self)
            }
        }
    )*};
}

ids! {
    /// An organisation: municipality, state body, vendor, operator …
    OrganisationId;
    /// A human being.
    PersonId;
    /// A mandate (Vollmacht).
    MandateId;
    /// A catalogue entry.
    VerfahrenId;
    /// An immutable, published version of a Verfahren.
    ReleaseId;
    /// A data centre.
    DataCentreId;
    /// A target environment (Zielumgebung): one namespace or host of one stage.
    TargetId;
    /// A request for adoption (Nachnutzungsantrag).
    RequestId;
    /// One version of the values a Verfahren is set up with.
    ConfigurationId;
    /// A Verfahren set up for a municipality.
    InstallationId;
    /// The test or the production side of an installation.
    DeploymentId;
    /// What was applied to a deployment once.
    RevisionId;
    /// A piece of durable work (Bereitstellung).
    OperationId;
    /// One run of a package's automated tests.
    TestRunId;
    /// The clerk's functional acceptance (Abnahme).
    AcceptanceId;
    /// A go-live (Freischaltung).
    ActivationId;
    /// An entry of the record (Protokoll).
    AuditId;
    /// A package that a vendor handed to the portal.
    SubmissionId;
    /// An access key (Zugangsschlüssel) of a vendor's pipeline.
    TokenId;
    /// A public key with which a vendor signs.
    VendorKeyId;
    /// A wish, question or praise for a Verfahren.
    FeedbackId;
    /// A trial (Probelauf) of a package that is not released yet.
    TrialId;
    /// Announced work on a target.
    MaintenanceId;
}
