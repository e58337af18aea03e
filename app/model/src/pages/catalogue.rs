//! The catalogue and the Steckbrief of a Verfahren.

use crate::{
    Bilingual, Timestamp,
    data_centre::TargetKind,
    organisation::MunicipalityKind,
    pages::Choice,
    reference::Reference,
    verfahren::{DocumentNeed, Leistung, ProtectionNeed, Provisioning, ReleaseState},
    words,
};
use serde::{Deserialize, Serialize};

words! {
    /// Order of the catalogue.
    CatalogueSort {
        /// Best match; without a search the same as by name.
        Relevance = "relevance",
        /// By name.
        Name = "name",
        /// Most used first.
        Adoption = "adoption",
        /// Newest version first.
        Newest = "newest",
    }
}

/// Filters of the catalogue as they stand in the address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct CatalogueQuery {
    /// Search text.
    pub q: String,
    /// Topics.
    pub thema: Vec<String>,
    /// Two-digit keys of Länder.
    pub land: Vec<String>,
    /// Kinds of Verwaltung.
    pub fuer: Vec<String>,
    /// Kinds of target.
    pub ziel: Vec<String>,
    /// Order.
    pub sort: Option<CatalogueSort>,
    /// Page, from 1. (The catalogue is in memory, so numbered pages are exact and cheap.)
    pub seite: Option<i64>,
}

/// A facet with its choices and counts.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Facet {
    /// Name in the address: `thema`, `land`, `fuer`, `ziel`.
    pub name: String,
    /// Choices.
    pub choices: Vec<Choice>,
}

/// The catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct CataloguePage {
    /// What was asked.
    pub query: CatalogueQuery,
    /// Facets with counts.
    pub facets: Vec<Facet>,
    /// Entries of this page.
    pub entries: Vec<CatalogueEntry>,
    /// Entries in all.
    pub total: i64,
    /// This page, from 1.
    pub page: i64,
    /// Number of pages, at least 1.
    pub pages: i64,
}

/// An entry of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CatalogueEntry {
    /// Name in addresses.
    pub slug: String,
    /// Name.
    pub name: Bilingual,
    /// One sentence.
    pub summary: Bilingual,
    /// Topic.
    pub topic: Bilingual,
    /// Vendor.
    pub vendor: String,
    /// Newest offered version.
    pub version: String,
    /// How many Verwaltungen run it.
    pub adopters: i64,
    /// Kinds of target.
    pub target_kinds: Vec<TargetKind>,
    /// Deployed or connected.
    pub provisioning: Provisioning,
    /// Keys of its Leistungen.
    pub leistungen: Vec<String>,
}

/// The Steckbrief.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerfahrenPage {
    /// Name in addresses.
    pub slug: String,
    /// Name.
    pub name: Bilingual,
    /// One sentence.
    pub summary: Bilingual,
    /// Paragraphs.
    pub description: Bilingual,
    /// Topic.
    pub topic: Bilingual,
    /// Vendor.
    pub vendor: String,
    /// Package id `vendor/name`.
    pub package_id: String,
    /// Deployed or connected.
    pub provisioning: Provisioning,
    /// Need for protection.
    pub protection: ProtectionNeed,
    /// Kinds of Verwaltung; empty means all.
    pub audience: Vec<MunicipalityKind>,
    /// Names of Länder; empty means all.
    pub laender: Vec<String>,
    /// Leistungen.
    pub leistungen: Vec<Leistung>,
    /// Kinds of target.
    pub target_kinds: Vec<TargetKind>,
    /// What it needs.
    pub needs: Vec<Bilingual>,
    /// Cost per year in cents.
    pub cost_per_year_cents: Option<i64>,
    /// What the figure covers.
    pub cost_note: Bilingual,
    /// Own effort.
    pub effort: Bilingual,
    /// Documents.
    pub documents: Vec<DocumentNeed>,
    /// SPDX expression.
    pub licence: String,
    /// Address of the source.
    pub source: String,
    /// What it was derived from, as it says itself (`isBasedOn` in `publiccode.yml`).
    pub based_on: Vec<Origin>,
    /// Verfahren of the catalogue that say so of this one, by name.
    pub derived: Vec<Related>,
    /// Versions, newest first.
    pub versions: Vec<VersionRow>,
    /// How many Verwaltungen run it.
    pub adopter_count: i64,
    /// Those that may be named.
    pub adopters: Vec<Adopter>,
    /// For each Verwaltung the person can ask for: what fits and what is missing.
    pub suitability: Vec<Suitability>,
    /// The person can start a request for at least one Verwaltung.
    pub may_request: bool,
}

/// Software that a Verfahren was derived from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Address of its source.
    pub url: String,
    /// The Verfahren of the catalogue that has this source.
    pub verfahren: Option<Related>,
}

/// Another Verfahren of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Related {
    /// Name in addresses.
    pub slug: String,
    /// Name.
    pub name: Bilingual,
    /// Vendor.
    pub vendor: String,
}

/// A version of a Verfahren.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionRow {
    /// SemVer.
    pub version: String,
    /// When.
    pub published_at: Timestamp,
    /// State.
    pub state: ReleaseState,
    /// Names of the Länder that it is limited to; empty means all.
    pub laender: Vec<String>,
    /// How many Verwaltungen it is limited to; 0 means all.
    pub pilots: i64,
    /// A security fix.
    pub security_fix: bool,
    /// What changed.
    pub changes: Bilingual,
    /// SHA-256 of the package.
    pub digest: String,
    /// How many Verwaltungen run it.
    pub adopters: i64,
}

/// A Verwaltung that runs a Verfahren.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adopter {
    /// Name.
    pub name: String,
    /// Land.
    pub land: String,
    /// Since when it is live.
    pub since: Option<Timestamp>,
}

/// Whether a Verfahren suits a Verwaltung.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suitability {
    /// Slug of the Verwaltung.
    pub municipality: String,
    /// Name of the Verwaltung.
    pub name: String,
    /// What is missing, as stable words: `audience`, `land`, `target`, `test_target`; empty means suitable.
    pub missing: Vec<String>,
    /// The Nachnutzung that exists already.
    pub existing: Option<Reference>,
}

/// Choosing for whom a request is started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartRequestPage {
    /// Verfahren.
    pub slug: String,
    /// Its name.
    pub name: Bilingual,
    /// Verwaltungen the person may ask for.
    pub municipalities: Vec<Suitability>,
    /// Chosen one.
    pub chosen: Option<String>,
    /// The person signs for one of them, and could not approve what they begun themselves (R2).
    pub signs: bool,
    /// Errors.
    pub errors: Vec<crate::form::FieldError>,
}
