//! Checks that the portal itself makes in the test environment, besides the package's own Jobs. Declared in
//! `verfahren.yaml` under `checks`.

use portal_model::Bilingual;
use portal_model::verfahren::TestDecl;
use serde::{Deserialize, Serialize};

/// What is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CheckKind {
    /// The workloads are still ready once all tests have ended.
    Workloads,
    /// A page answers with HTML that has a heading.
    Page,
    /// The intake of the OZG-Cloud takes a synthetic application and answers with a `vorgangNummer`.
    Intake,
}

/// A check as `verfahren.yaml` declares it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckDecl {
    /// Name within the package, also against those of test Jobs.
    pub id: String,
    /// What it shows, for the clerk.
    pub name: Bilingual,
    /// What is checked.
    pub kind: CheckKind,
    /// Suffix of the Service's name (`$name`); empty for workloads.
    #[serde(default)]
    pub service: String,
    /// Port of the Service.
    #[serde(default = "http")]
    pub port: u16,
    /// Path, beginning with `/`.
    #[serde(default = "root")]
    pub path: String,
}

fn http() -> u16 {
    80
}

fn root() -> String {
    "/".to_owned()
}

/// A check of one deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortalCheck {
    /// What is checked.
    pub decl: CheckDecl,
    /// Name of the Service in the namespace.
    pub service: String,
    /// Key of the Leistung that a synthetic application is for.
    pub leika: String,
}

impl CheckDecl {
    /// The check for one instance.
    pub fn of_instance(&self, instance: &str, leika: &str) -> PortalCheck {
        let service = format!("{instance}-{}", self.service);
        PortalCheck { decl: self.clone(), service, leika: leika.to_owned() }
    }

    /// In the list of tests that people read.
    pub(super) fn as_test(&self) -> TestDecl {
        TestDecl { job: self.id.clone(), name: self.name.clone() }
    }
}
