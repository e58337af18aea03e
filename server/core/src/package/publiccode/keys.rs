//! The keys of `publiccode.yml` 0 to 0.7 with the forms of their values.

/// What a value looks like.
#[derive(Debug, Clone, Copy)]
pub enum Form {
    /// Text, and if words are named one of them.
    Text(&'static [&'static str]),
    /// Several such texts.
    Texts(&'static [&'static str]),
    /// One or several texts.
    TextOrTexts,
    /// Yes or no.
    Flag,
    /// A day as YYYY-MM-DD.
    Date,
    /// Further keys.
    Map,
    /// Several of them.
    Maps,
    /// Not looked into.
    Any,
}

/// Whether a key is still to be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// Part of the standard.
    Current,
    /// Was part of it.
    Deprecated,
}

use Form::{Any, Date, Flag, Map, Maps, Text, TextOrTexts, Texts};
use Listed::{Current, Deprecated};

const STATUS: &[&str] = &["concept", "development", "beta", "stable", "obsolete"];
const TYPES: &[&str] = &[
    "standalone/mobile",
    "standalone/iot",
    "standalone/desktop",
    "standalone/web",
    "standalone/backend",
    "standalone/other",
    "addon",
    "library",
    "configurationFiles",
];
const MAINTENANCE: &[&str] = &["internal", "contract", "community", "none"];

/// Path, form, state. `*` stands for a language.
pub const KEYS: &[(&str, Form, Listed)] = &[
    ("publiccodeYmlVersion", Text(&[]), Current),
    ("name", Text(&[]), Current),
    ("applicationSuite", Text(&[]), Current),
    ("url", Text(&[]), Current),
    ("landingURL", Text(&[]), Current),
    ("isBasedOn", TextOrTexts, Current),
    ("softwareVersion", Text(&[]), Current),
    ("releaseDate", Date, Current),
    ("logo", Text(&[]), Current),
    ("monochromeLogo", Text(&[]), Deprecated),
    ("inputTypes", Texts(&[]), Deprecated),
    ("outputTypes", Texts(&[]), Deprecated),
    ("organizationUri", Text(&[]), Deprecated),
    ("platforms", TextOrTexts, Current),
    ("categories", Texts(CATEGORIES), Current),
    ("usedBy", Texts(&[]), Current),
    ("fundedBy", Maps, Current),
    ("fundedBy.name", Text(&[]), Current),
    ("fundedBy.uri", Text(&[]), Current),
    ("roadmap", Text(&[]), Current),
    ("developmentStatus", Text(STATUS), Current),
    ("softwareType", Text(TYPES), Current),
    ("organisation", Map, Current),
    ("organisation.name", Text(&[]), Current),
    ("organisation.uri", Text(&[]), Current),
    ("intendedAudience", Map, Current),
    ("intendedAudience.countries", Texts(&[]), Current),
    ("intendedAudience.unsupportedCountries", Texts(&[]), Current),
    ("intendedAudience.scope", Texts(SCOPES), Current),
    ("description", Map, Current),
    ("description.*", Map, Current),
    ("description.*.localisedName", Text(&[]), Current),
    ("description.*.genericName", Text(&[]), Deprecated),
    ("description.*.shortDescription", Text(&[]), Current),
    ("description.*.longDescription", Text(&[]), Current),
    ("description.*.documentation", Text(&[]), Current),
    ("description.*.apiDocumentation", Text(&[]), Current),
    ("description.*.features", Texts(&[]), Current),
    ("description.*.screenshots", Texts(&[]), Current),
    ("description.*.videos", Texts(&[]), Current),
    ("description.*.awards", Texts(&[]), Current),
    ("legal", Map, Current),
    ("legal.license", Text(&[]), Current),
    ("legal.mainCopyrightOwner", Text(&[]), Current),
    ("legal.repoOwner", Text(&[]), Deprecated),
    ("legal.authorsFile", Text(&[]), Deprecated),
    ("maintenance", Map, Current),
    ("maintenance.type", Text(MAINTENANCE), Current),
    ("maintenance.contractors", Maps, Current),
    ("maintenance.contractors.name", Text(&[]), Current),
    ("maintenance.contractors.until", Date, Current),
    ("maintenance.contractors.email", Text(&[]), Current),
    ("maintenance.contractors.website", Text(&[]), Current),
    ("maintenance.contacts", Maps, Current),
    ("maintenance.contacts.name", Text(&[]), Current),
    ("maintenance.contacts.email", Text(&[]), Current),
    ("maintenance.contacts.phone", Text(&[]), Current),
    ("maintenance.contacts.affiliation", Text(&[]), Current),
    ("localisation", Map, Current),
    ("localisation.localisationReady", Flag, Current),
    ("localisation.availableLanguages", Texts(&[]), Current),
    ("dependsOn", Map, Current),
    ("dependsOn.open", Maps, Current),
    ("dependsOn.open.name", Text(&[]), Current),
    ("dependsOn.open.version", Text(&[]), Current),
    ("dependsOn.open.versionMin", Text(&[]), Current),
    ("dependsOn.open.versionMax", Text(&[]), Current),
    ("dependsOn.open.optional", Flag, Current),
    ("dependsOn.proprietary", Maps, Current),
    ("dependsOn.proprietary.name", Text(&[]), Current),
    ("dependsOn.proprietary.version", Text(&[]), Current),
    ("dependsOn.proprietary.versionMin", Text(&[]), Current),
    ("dependsOn.proprietary.versionMax", Text(&[]), Current),
    ("dependsOn.proprietary.optional", Flag, Current),
    ("dependsOn.hardware", Maps, Current),
    ("dependsOn.hardware.name", Text(&[]), Current),
    ("dependsOn.hardware.version", Text(&[]), Current),
    ("dependsOn.hardware.versionMin", Text(&[]), Current),
    ("dependsOn.hardware.versionMax", Text(&[]), Current),
    ("dependsOn.hardware.optional", Flag, Current),
    ("supports", Maps, Current),
    ("supports.id", Text(&[]), Current),
    // The German draft (docs/de): read for the Leistungen.
    ("de", Map, Current),
    ("de.leika", Maps, Current),
    ("de.leika.themenfeld", Text(&[]), Current),
    ("de.leika.lebenslage", Text(&[]), Current),
    ("de.leika.ozg-id", Text(&[]), Current),
    ("de.leika.leika-id", Text(&[]), Current),
    // Sections of other countries.
    ("it", Any, Deprecated),
    ("IT", Any, Deprecated),
];

/// Scope list of the standard, with words that earlier versions had.
const SCOPES: &[&str] = &[
    "agriculture",
    "culture",
    "defence",
    "education",
    "emergency-services",
    "employment",
    "energy",
    "environment",
    "finance-and-economic-development",
    "foreign-affairs",
    "government",
    "healthcare",
    "infrastructures",
    "justice",
    "local-authorities",
    "manufacturing",
    "research",
    "science-and-technology",
    "security",
    "society",
    "sport",
    "sports",
    "tourism",
    "transportation",
    "welfare",
];

/// List of software categories of the standard.
#[rustfmt::skip]
const CATEGORIES: &[&str] = &[
    "accounting", "agile-project-management", "applicant-tracking", "application-development",
    "appointment-scheduling", "backup", "billing-and-invoicing", "blog", "budgeting", "business-intelligence",
    "business-process-management", "cad", "call-center-management", "cloud-management", "collaboration",
    "communications", "compliance-management", "contact-management", "content-management", "crm",
    "customer-service-and-support", "data-analytics", "data-collection", "data-visualization", "design",
    "design-system", "digital-asset-management", "digital-citizenship", "document-management", "donor-management",
    "e-commerce", "e-signature", "educational-content", "email-management", "email-marketing",
    "employee-management", "enterprise-project-management", "enterprise-social-networking", "erp",
    "event-management", "facility-management", "feedback-and-reviews-management", "financial-reporting",
    "fleet-management", "fundraising", "gamification", "geographic-information-systems", "grant-management",
    "graphic-design", "help-desk", "hr", "ide", "identity-management", "instant-messaging",
    "inventory-management", "it-asset-management", "it-development", "it-management", "it-security",
    "it-service-management", "knowledge-management", "learning-management-system", "marketing", "mind-mapping",
    "mobile-marketing", "mobile-payment", "network-management", "office", "online-booking", "online-community",
    "other", "payment-gateway", "payroll", "predictive-analysis", "procurement", "productivity-suite",
    "project-collaboration", "project-management", "property-management", "real-estate-management",
    "remote-support", "resource-management", "sales-management", "seo", "service-desk",
    "social-media-management", "survey", "talent-management", "task-management", "taxes-management",
    "test-management", "time-management", "time-tracking", "translation", "video-conferencing", "video-editing",
    "visitor-management", "voip", "warehouse-management", "web-collaboration", "web-conferencing",
    "website-builder", "whistleblowing", "workflow-management",
];
