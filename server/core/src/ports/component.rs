//! Packages and what they are made of, as the database knows them.

use portal_model::{InstallationId, OrganisationId, ReleaseId, reference::Reference};
use std::collections::BTreeSet;

/// A package as the database knows it; its files are in the store of packages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageRow {
    /// SHA-256 over the index, hex.
    pub digest: String,
    /// What it is made of.
    pub components: Vec<Component>,
}

/// A component of a package, by its software bill of materials.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Component {
    /// Name.
    pub name: String,
    /// Version; empty if the bill says none.
    pub version: String,
    /// Package URL; empty if the bill says none.
    pub purl: String,
    /// Type, namespace and name of its package URL in small letters.
    pub search_key: String,
    /// Its name in small letters.
    pub name_key: String,
    /// Licence; empty if the bill says none.
    pub licence: String,
}

/// Parts of a component's name by which it is found: real names have fewer, and each is a row.
const MAX_PARTS: usize = 12;

impl Component {
    /// The name by which a component is found: without what stands before the last slash, in small letters, with hyphens
    /// where somebody typed blanks.
    pub fn name_key_of(name: &str) -> String {
        let last = name.trim().rsplit('/').next().unwrap_or_default();
        last.split_whitespace().collect::<Vec<_>>().join("-").to_lowercase()
    }

    /// The words by which it is found: its name, and the first parts of it.
    pub fn words(&self) -> BTreeSet<&str> {
        let parts = self.name_key.split(|c: char| !c.is_alphanumeric()).filter(|part| part.chars().count() >= 2);
        parts.take(MAX_PARTS).chain([self.name_key.as_str()]).filter(|word| !word.is_empty()).collect()
    }
}

/// By what a component is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ComponentSearch {
    /// Type, namespace and name of its package URL.
    Key(String),
    /// Its name or a part of it, whatever its type.
    Word(String),
}

/// Where a page of uses ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComponentCursor {
    /// Version of the component.
    pub version: String,
    /// Release.
    pub release: ReleaseId,
    /// Place of the component in its bill.
    pub number: i64,
    /// Installation, if the row had one.
    pub installation: Option<InstallationId>,
}

/// Where a component is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComponentUse {
    /// Component.
    pub component: Component,
    /// Its place in its bill.
    pub number: i64,
    /// Release that contains it.
    pub release: ReleaseId,
    /// The installation of the next field.
    pub installation_id: Option<InstallationId>,
    /// Installations that run this release and may be seen: municipality, its name, and reference of the case.
    pub installation: Option<(OrganisationId, String, Reference)>,
}
