//! Organisations, their areas, and the roles people have in them.

use crate::{Land, OrganisationId, ars::Ars};
use serde::{Deserialize, Serialize};

/// A closed set of words with a stable name in databases and addresses.
#[macro_export]
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $word)] $variant,)*
        }

        impl $name {
            /// Every word of the set, in its natural order.
            pub const ALL: &'static [$name] = &[$($name::$variant,)*];

            /// The stable name.
            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word,)* }
            }

            /// From the stable name.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some($name::$variant),)* _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.word())
            }
        }
    };
}

words! {
    /// What an organisation is.
    OrganisationKind {
        /// A Verwaltung: the customer and tenant.
        Municipality = "municipality",
        /// A state-level body that advises and decides for a Land (an AöR such as ITV.SH).
        StateBody = "state_body",
        /// A firm that works under mandates.
        Consultancy = "consultancy",
        /// A maker of Verfahren.
        Vendor = "vendor",
        /// An operator of data centres.
        Operator = "operator",
        /// A body that audits.
        Audit = "audit",
        /// The body that runs the portal.
        Portal = "portal",
    }
}

impl OrganisationKind {
    /// Whether its publishers may bring Verfahren into the catalogue. A Verwaltung may too: it changes software that it
    /// runs, and hands on what came of it.
    pub fn publishes(self) -> bool {
        matches!(self, OrganisationKind::Vendor | OrganisationKind::Municipality)
    }
}

words! {
    /// The kind of a Verwaltung.
    MunicipalityKind {
        /// Stadt.
        Stadt = "stadt",
        /// Gemeinde with an administration of its own.
        Gemeinde = "gemeinde",
        /// Amt (Schleswig-Holstein): administers several Gemeinden.
        Amt = "amt",
        /// Verwaltungsgemeinschaft (Bayern).
        Verwaltungsgemeinschaft = "vg",
        /// Kreis or Landkreis.
        Kreis = "kreis",
        /// Zweckverband.
        Zweckverband = "zweckverband",
    }
}

words! {
    /// What a person may do in an organisation.
    Role {
        /// Sachbearbeitung.
        Clerk = "clerk",
        /// Zeichnungsberechtigt: decides for the municipality.
        Signatory = "signatory",
        /// Beratung: works for many municipalities; decides for the Land in a state body.
        Consultant = "consultant",
        /// Verfahrensprüfung: releases what vendors publish.
        Curator = "curator",
        /// Herausgabe: publishes for a vendor.
        Publisher = "publisher",
        /// Rechenzentrumsbetrieb.
        Operator = "operator",
        /// Revision: reads everything in scope, changes nothing.
        Auditor = "auditor",
        /// Organisationsverwaltung.
        OrganisationAdmin = "organisation_admin",
        /// Administration of the portal itself.
        PortalAdmin = "portal_admin",
    }
}

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// Id.
    pub id: OrganisationId,
    /// Kind.
    pub kind: OrganisationKind,
    /// Official name.
    pub name: String,
    /// Unique short name for addresses and object names: `[a-z0-9-]`, at most 40 characters.
    pub slug: String,
    /// Kind of Verwaltung; only for municipalities.
    pub municipality_kind: Option<MunicipalityKind>,
    /// Key with its level; only for municipalities.
    pub ars: Option<Ars>,
    /// The Länder in which it is admitted.
    pub laender: Vec<Land>,
    /// Whether its name is shown publicly among those that run a Verfahren.
    pub public_adopter: bool,
    /// Part of the marked demonstration.
    pub demo: bool,
}

/// A Gemeinde that a Verwaltung serves, for all Leistungen unless `legal_basis` says otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Area {
    /// Twelve-digit key of the Gemeinde.
    pub ars: Ars,
    /// Official name.
    pub name: String,
    /// Why this Verwaltung is responsible, such as „§ 3 AO SH".
    pub legal_basis: String,
}
