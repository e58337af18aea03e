//! Judged queries over the demonstration as it is published: packages, order and withdrawals of `catalogue.yaml`, read into
//! the catalogue by the same code as in the portal.

use portal::demo;
use portal_core::{Portal, ports::SystemClock, secrets::KeyEncryptionKey, use_cases::NewOrganisation};
use portal_model::{Land, Lang, organisation::OrganisationKind, pages::catalogue::CatalogueQuery};
use portal_storage::{Packages, Storage};
use serde::Deserialize;
use std::{path::Path, sync::Arc};

#[derive(Deserialize)]
struct Vendors {
    vendors: Vec<Vendor>,
}

#[derive(Deserialize)]
struct Vendor {
    slug: String,
    name: String,
}

/// What somebody typed, and the first three answers (fewer if there are no more).
#[derive(Deserialize)]
struct Judged {
    query: String,
    first: Vec<String>,
}

async fn portal() -> Portal {
    let storage = Storage::open("sqlite::memory:").await.expect("a database");
    storage.migrate().await.expect("tables");
    let packages = Arc::new(Packages::in_memory());
    let keys = KeyEncryptionKey::new([7; 32]);
    let portal = Portal::open(Arc::new(storage), packages, Arc::new(SystemClock), keys, true).await.expect("a portal");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("demo");
    let list = std::fs::read_to_string(folder.join("catalogue.yaml")).expect("catalogue.yaml");
    let Vendors { vendors } = serde_saphyr::from_str(&list).expect("vendors");
    for Vendor { slug, name } in vendors {
        let new = NewOrganisation {
            kind: OrganisationKind::Vendor,
            name,
            slug,
            municipality_kind: None,
            ars: None,
            laender: vec![Land::SCHLESWIG_HOLSTEIN],
            areas: Vec::new(),
            public_adopter: false,
            demo: true,
        };
        portal.organisation_add(&portal.system(), new).await.expect("a vendor");
    }
    for after_opening in [false, true] {
        demo::publish(&portal, &folder.join("packages"), after_opening).await.expect("published");
    }
    portal
}

#[tokio::test]
async fn judged_queries_find_the_expected_in_the_demonstration() {
    let judged: Vec<Judged> = serde_saphyr::from_str(include_str!("search/queries.yaml")).expect("queries");
    assert!(judged.len() >= 60, "too few queries to say anything");
    let portal = portal().await;
    let anonymous = portal.ctx(portal_core::Actor::Anonymous, Lang::De);
    let mut wrong = Vec::new();
    for Judged { query, first } in judged {
        let asked = CatalogueQuery { q: query.clone(), ..CatalogueQuery::default() };
        let page = portal.catalogue_page(&anonymous, &asked).await.expect("a page");
        let found: Vec<String> = page.entries.into_iter().map(|e| e.slug).collect();
        // The page and the suggestions while typing are the same search.
        let suggested = portal.catalogue_suggest(&anonymous, &query, 20).await.expect("suggestions");
        let suggested: Vec<String> = suggested.into_iter().map(|e| e.slug).collect();
        assert_eq!(suggested, found, "{query}");
        if found[..found.len().min(3)] != first[..] {
            wrong.push(format!("{query}: expected {first:?}, found {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}
