//! Organisations and people of the demonstration. People are named by their role.

use anyhow::{Context, Result};
use portal_core::{
    Portal,
    use_cases::{NewMandate, NewOrganisation},
};
use portal_model::{
    Land, OrganisationId, PersonId,
    ars::Ars,
    mandate::MandateScope,
    organisation::{Area, MunicipalityKind as M, OrganisationKind as K, Role},
};
use std::collections::HashMap;

/// Ids by slug, and people by `slug/role` (`slug/role2` for the second of that role).
#[derive(Default)]
pub struct Organisations {
    ids: HashMap<String, OrganisationId>,
    people: HashMap<String, PersonId>,
}

impl Organisations {
    pub fn person(&self, key: &str) -> Result<PersonId> {
        self.people.get(key).copied().with_context(|| format!("nobody is {key}"))
    }
}

struct Municipality {
    slug: &'static str,
    name: &'static str,
    kind: M,
    ars: &'static str,
    areas: &'static [(&'static str, &'static str)],
    basis: &'static str,
}

/// Gemeinden of Amt Lütjenburg: the last three digits of the key, and the name.
const LUETJENBURG: [(&str, &str); 15] = [
    ("010575727004", "Behrensdorf"),
    ("010575727007", "Blekendorf"),
    ("010575727013", "Dannau"),
    ("010575727021", "Giekau"),
    ("010575727026", "Helmstorf"),
    ("010575727027", "Högsdorf"),
    ("010575727029", "Hohenfelde"),
    ("010575727030", "Hohwacht"),
    ("010575727034", "Kirchnüchel"),
    ("010575727035", "Klamp"),
    ("010575727038", "Kletkamp"),
    ("010575727048", "Lütjenburg"),
    ("010575727055", "Panker"),
    ("010575727076", "Schwartbuck"),
    ("010575727082", "Tröndel"),
];

const FLADUNGEN: [(&str, &str); 3] =
    [("096735637123", "Fladungen"), ("096735637129", "Hausen"), ("096735637147", "Nordheim v.d.Rhön")];

const MUNICIPALITIES: [Municipality; 8] = [
    Municipality {
        slug: "flensburg",
        name: "Stadt Flensburg",
        kind: M::Stadt,
        ars: "010010000000",
        areas: &[],
        basis: "",
    },
    Municipality {
        slug: "kreis-ploen",
        name: "Kreis Plön",
        kind: M::Kreis,
        ars: "010570000000",
        areas: &[],
        basis: "",
    },
    Municipality { slug: "ploen", name: "Stadt Plön", kind: M::Stadt, ars: "010570057057", areas: &[], basis: "" },
    Municipality {
        slug: "helgoland",
        name: "Gemeinde Helgoland",
        kind: M::Gemeinde,
        ars: "010560025025",
        areas: &[],
        basis: "",
    },
    Municipality {
        slug: "amt-luetjenburg",
        name: "Amt Lütjenburg",
        kind: M::Amt,
        ars: "010575727000",
        areas: &LUETJENBURG,
        basis: "§ 3 AO SH",
    },
    Municipality {
        slug: "vg-fladungen",
        name: "Verwaltungsgemeinschaft Fladungen",
        kind: M::Verwaltungsgemeinschaft,
        ars: "096735637000",
        areas: &FLADUNGEN,
        basis: "Art. 4 VGemO",
    },
    Municipality {
        slug: "rhoen-grabfeld",
        name: "Landkreis Rhön-Grabfeld",
        kind: M::Kreis,
        ars: "096730000000",
        areas: &[],
        basis: "",
    },
    Municipality {
        slug: "rothenburg",
        name: "Stadt Rothenburg ob der Tauber",
        kind: M::Stadt,
        ars: "095710193193",
        areas: &[],
        basis: "",
    },
];

/// The other organisations: slug, name, kind, Länder, and the roles of their people.
type Other = (&'static str, &'static str, K, &'static [Land], &'static [(&'static str, &'static [Role])]);
const SH: &[Land] = &[Land::SCHLESWIG_HOLSTEIN];
const BY: &[Land] = &[Land::BAYERN];
const BOTH: &[Land] = &[Land::SCHLESWIG_HOLSTEIN, Land::BAYERN];
const OTHERS: [Other; 11] = [
    (
        "demo-aoer-nord",
        "Demo-AöR Nord",
        K::StateBody,
        SH,
        &[
            ("Beratung", &[Role::Consultant]),
            ("Beratung 2", &[Role::Consultant]),
            ("Verfahrensprüfung", &[Role::Curator]),
        ],
    ),
    (
        "demo-aoer-sued",
        "Demo-AöR Süd",
        K::StateBody,
        BY,
        &[
            ("Beratung", &[Role::Consultant]),
            ("Beratung 2", &[Role::Consultant]),
            ("Verfahrensprüfung", &[Role::Curator]),
        ],
    ),
    ("demo-beratung-kueste", "Demo-Beratung Küste", K::Consultancy, SH, &[("Beratung", &[Role::Consultant])]),
    ("demo-foerde", "Demo-Softwarehaus Förde", K::Vendor, BOTH, &[("Herausgabe", &[Role::Publisher])]),
    ("demo-main", "Demo-Verfahrenswerk Main", K::Vendor, BOTH, &[("Herausgabe", &[Role::Publisher])]),
    ("demo-betrieb-nord", "Demo-Rechenzentrumsbetrieb Nord", K::Operator, SH, &[("Betrieb", &[Role::Operator])]),
    ("demo-zweckverband", "Demo-IT-Zweckverband", K::Operator, SH, &[("Betrieb", &[Role::Operator])]),
    ("demo-betrieb-sued", "Demo-Rechenzentrumsbetrieb Süd", K::Operator, BY, &[("Betrieb", &[Role::Operator])]),
    ("demo-betrieb-west", "Demo-Rechenzentrumsbetrieb West", K::Operator, BOTH, &[("Betrieb", &[Role::Operator])]),
    ("demo-revision", "Demo-Revision", K::Audit, BOTH, &[("Revision", &[Role::Auditor])]),
    ("demo-portal", "Demo-Portalbetrieb", K::Portal, BOTH, &[("Administration", &[Role::PortalAdmin])]),
];

pub async fn create(portal: &Portal) -> Result<Organisations> {
    let mut made = Organisations::default();
    for m in &MUNICIPALITIES {
        let ars = Ars::parse(m.ars).with_context(|| m.ars)?;
        // A Stadt or Gemeinde with an administration of its own serves itself.
        let itself = [(m.ars, m.name)];
        let serves = match m.kind {
            M::Stadt | M::Gemeinde => &itself[..],
            _ => m.areas,
        };
        let areas = serves.iter().map(|(key, name)| {
            let ars = Ars::parse(key).with_context(|| *key)?;
            Ok(Area { ars, name: (*name).to_owned(), legal_basis: m.basis.to_owned() })
        });
        let new = NewOrganisation {
            kind: K::Municipality,
            name: m.name.to_owned(),
            slug: m.slug.to_owned(),
            municipality_kind: Some(m.kind),
            laender: vec![ars.land()],
            ars: Some(ars),
            areas: areas.collect::<Result<_>>()?,
            public_adopter: true,
            demo: true,
        };
        let id = portal.organisation_add(&portal.system(), new).await?;
        made.ids.insert(m.slug.to_owned(), id);
        // Helgoland is the two-person case: one clerk, one signatory. The others have a second clerk.
        let mut people: Vec<(&str, &str, Role)> =
            vec![("Sachbearbeitung", "clerk", Role::Clerk), ("Zeichnungsberechtigt", "signatory", Role::Signatory)];
        if m.slug != "helgoland" {
            people.push(("Sachbearbeitung 2", "clerk2", Role::Clerk));
        }
        for (word, key, role) in people {
            let id = portal.person_add(&portal.system(), &format!("{word}, {}", m.name), &[(id, role)]).await?;
            made.people.insert(format!("{}/{key}", m.slug), id);
        }
    }
    for (slug, name, kind, laender, people) in OTHERS {
        let new = NewOrganisation {
            kind,
            name: name.to_owned(),
            slug: slug.to_owned(),
            municipality_kind: None,
            ars: None,
            laender: laender.to_vec(),
            areas: Vec::new(),
            public_adopter: false,
            demo: true,
        };
        let id = portal.organisation_add(&portal.system(), new).await?;
        made.ids.insert(slug.to_owned(), id);
        for (i, (word, roles)) in people.iter().enumerate() {
            let roles: Vec<(OrganisationId, Role)> = roles.iter().map(|r| (id, *r)).collect();
            let person = portal.person_add(&portal.system(), &format!("{word}, {name}"), &roles).await?;
            made.people.insert(format!("{slug}/{i}"), person);
        }
    }
    mandates(portal, &made).await?;
    Ok(made)
}

/// Vollmachten: Helgoland lets a consultancy do its paperwork; that one ends in nine days. Kreis Plön's is for a year.
async fn mandates(portal: &Portal, made: &Organisations) -> Result<()> {
    let id = |slug: &str| made.ids.get(slug).copied().with_context(|| slug.to_owned());
    for (municipality, scopes, days) in [
        ("helgoland", vec![MandateScope::Request, MandateScope::Activate], 9),
        ("kreis-ploen", vec![MandateScope::Request], 365),
    ] {
        let ctx = portal.system();
        let new = NewMandate {
            municipality: id(municipality)?,
            land: Land::SCHLESWIG_HOLSTEIN,
            holder: id("demo-beratung-kueste")?,
            scopes,
            verfahren: Vec::new(),
            until: ctx.now.plus_days(days),
        };
        portal.mandate_grant(&ctx, new).await?;
    }
    Ok(())
}
