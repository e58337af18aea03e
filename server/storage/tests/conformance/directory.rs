//! Organisations, people, mandates, the catalogue, data centres, secrets.

use crate::{common::Fresh, on_both, world::*};
use portal_core::ports::*;
use portal_model::{
    mandate::{Mandate, MandateScope},
    organisation::Role,
    person::Person,
    verfahren::{Release, ReleaseLimits, ReleaseState},
    *,
};

on_both!(
    releases_end,
    components,
    organisations_and_areas,
    people_and_memberships,
    mandates,
    catalogue,
    data_centres,
    secrets_and_keys
);

async fn organisations_and_areas(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let all: Vec<String> = s.organisation_list().await.unwrap().into_iter().map(|o| o.slug).collect();
    assert_eq!(all, ["amt-nordsee", "betreiber", "hersteller", "landesstelle"]);
    assert_eq!(s.organisation(w.municipality.id).await.unwrap(), Some(w.municipality.clone()));
    assert_eq!(s.organisation_by_slug("landesstelle").await.unwrap(), Some(w.state_body.clone()));
    assert_eq!(s.organisation_by_slug("nichts").await.unwrap(), None);
    let areas = s.areas(w.municipality.id).await.unwrap();
    assert_eq!(areas.iter().map(|a| a.name.as_str()).collect::<Vec<_>>(), ["Norderdorf", "Ölby"]);

    let mut twin = w.municipality.clone();
    twin.id = OrganisationId(id());
    let refused = refusal(s, vec![Write::InsertOrganisation(twin, Vec::new())]).await;
    assert_eq!(refused, "exists already: organisation");
}

async fn people_and_memberships(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    assert_eq!(s.person(w.clerk).await.unwrap().unwrap().name, "Sachbearbeitung");
    assert_eq!(s.person(PersonId(id())).await.unwrap(), None);
    assert_eq!(s.person_by_identity("issuer", "clerk").await.unwrap(), Some(w.clerk));
    assert_eq!(s.person_by_identity("issuer", "nobody").await.unwrap(), None);
    let taken = Write::InsertIdentity(w.signatory, "issuer".to_owned(), "clerk".to_owned());
    assert_eq!(refusal(s, vec![taken]).await, "exists already: identity");
    let names = s.person_names(&[w.clerk, w.consultant, w.clerk]).await.unwrap();
    assert_eq!(names.len(), 2);
    let memberships = s.memberships(w.consultant, NOW).await.unwrap();
    assert_eq!(memberships.len(), 1);
    assert_eq!(memberships[0].organisation_name, "landesstelle");
    assert_eq!(memberships[0].laender, [Land::SCHLESWIG_HOLSTEIN]);
    assert!(s.memberships(w.signatory, NOW).await.unwrap().is_empty(), "it ended");
    assert_eq!(s.memberships(w.signatory, NOW.plus_seconds(-1)).await.unwrap().len(), 1);
    assert_eq!(s.demo_memberships().await.unwrap().len(), 3);

    let before = NOW.plus_seconds(-1);
    assert_eq!(s.signatories(w.state_body.id, before).await.unwrap(), []);
    let signatory = (w.signatory, s.person(w.signatory).await.unwrap().unwrap().name);
    let [first, gone] = [("Anfang", false), ("Gegangen", true)].map(|(name, deactivated)| Person {
        id: PersonId(id()),
        name: name.to_owned(),
        deactivated,
    });
    for person in [&first, &gone] {
        let member = Write::InsertMembership(person.id, w.municipality.id, Role::Signatory, None);
        write(s, vec![Write::InsertPerson(person.clone()), member]).await.unwrap();
    }
    let other = Write::InsertMembership(first.id, w.state_body.id, Role::Consultant, None);
    write(s, vec![other]).await.unwrap();
    let first = (first.id, first.name);
    assert_eq!(s.signatories(w.municipality.id, before).await.unwrap(), [first.clone(), signatory], "by name");
    assert_eq!(s.signatories(w.municipality.id, NOW).await.unwrap(), [first], "one membership ended");
}

async fn mandates(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let mandate = Mandate {
        id: MandateId(id()),
        municipality: w.municipality.id,
        holder: w.state_body.id,
        scopes: vec![MandateScope::Request, MandateScope::Activate],
        verfahren: vec![w.verfahren.id],
        from: NOW,
        until: NOW.plus_days(1),
        revoked_at: None,
    };
    write(s, vec![Write::InsertMandate(mandate.clone())]).await.unwrap();
    let holders = [w.state_body.id, w.municipality.id];
    assert_eq!(s.mandates_held(&holders, NOW).await.unwrap(), std::slice::from_ref(&mandate));
    assert!(s.mandates_held(&[], NOW).await.unwrap().is_empty());
    assert!(s.mandates_held(&holders, NOW.plus_days(1)).await.unwrap().is_empty());
    write(s, vec![Write::RevokeMandate(mandate.id, NOW)]).await.unwrap();
    assert!(s.mandates_held(&holders, NOW).await.unwrap().is_empty());
    let again = refusal(s, vec![Write::RevokeMandate(mandate.id, NOW)]).await;
    assert_eq!(again, StoreError::Conflict.to_string());
}

async fn catalogue(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let mut newer = release(w.verfahren.id, "1.1.0", "package-2");
    newer.published_at = NOW.plus_days(1);
    write(s, vec![package("package-2"), Write::InsertRelease(newer.clone())]).await.unwrap();
    assert_eq!(s.verfahren_list().await.unwrap(), std::slice::from_ref(&w.verfahren));
    assert_eq!(s.release_list().await.unwrap(), [newer.clone(), w.release.clone()]);
    let same = release(w.verfahren.id, "1.1.0", "package-3");
    let row = PackageRow { digest: "package-3".to_owned(), components: vec![component("1.0.0")] };
    let again = vec![Write::InsertPackage(row), Write::InsertRelease(same)];
    assert_eq!(refusal(s, again).await, "exists already: release");
    assert_eq!(s.components("package-3").await.unwrap(), [], "nothing stays of a refused commit");
    let nowhere = Write::InsertRelease(release(w.verfahren.id, "1.2.0", "package-9"));
    assert!(write(s, vec![nowhere]).await.is_err(), "a release has a package");
}

async fn releases_end(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let newer = release(w.verfahren.id, "1.1.0", "package-2");
    write(s, vec![package("package-2"), Write::InsertRelease(newer.clone())]).await.unwrap();
    let ended = Release {
        state: ReleaseState::Unsafe,
        state_note: "Lücke".to_owned(),
        replaced_by: Some(newer.id),
        security_fix: true,
        limits: ReleaseLimits { laender: vec![Land::BAYERN], municipalities: vec![w.municipality.id] },
        ..w.release.clone()
    };
    let end = |from, release: &Release| vec![Write::UpdateRelease { from, release: release.clone() }];
    let silent = Release { state_note: String::new(), ..ended.clone() };
    assert_eq!(refusal(s, end(ReleaseState::Published, &silent)).await, rule("state_note"), "why must be said");
    write(s, end(ReleaseState::Published, &ended)).await.unwrap();
    assert_eq!(s.release(w.release.id).await.unwrap(), Some(ended.clone()));
    assert_eq!(refusal(s, end(ReleaseState::Published, &ended)).await, StoreError::Conflict.to_string());
}

fn component(version: &str) -> Component {
    Component {
        name: "log4j-core".to_owned(),
        version: version.to_owned(),
        purl: format!("pkg:maven/org.apache/log4j-core@{version}"),
        search_key: "maven/org.apache/log4j-core".to_owned(),
        name_key: "log4j-core".to_owned(),
        licence: "Apache-2.0".to_owned(),
    }
}

async fn components(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let x = w.installed(s, "").await;
    let newer = release(w.verfahren.id, "1.1.0", "package-2");
    let parts = vec![component("2.17.0"), component("2.14.1")];
    let row = PackageRow { digest: "package-2".to_owned(), components: parts.clone() };
    let again = Write::InsertPackage(row.clone());
    write(s, vec![Write::InsertPackage(row), Write::InsertRelease(newer.clone()), again]).await.unwrap();
    assert_eq!(s.components("package-2").await.unwrap(), parts);
    let mut installation = x.installation.clone();
    installation.release = newer.id;
    installation.version += 1;
    write(s, vec![Write::UpdateInstallation(installation)]).await.unwrap();

    let key = &ComponentSearch::Key("maven/org.apache/log4j-core".to_owned());
    let everywhere = Scope { all: true, ..Scope::default() };
    let uses = s.component_uses(&everywhere, key, None, None, 10).await.unwrap();
    assert_eq!(uses.iter().map(|u| u.component.version.as_str()).collect::<Vec<_>>(), ["2.14.1", "2.17.0"]);
    let shown = (w.municipality.id, w.municipality.name.clone(), x.request.reference.clone());
    assert!(uses.iter().all(|u| u.release == newer.id && u.installation.as_ref() == Some(&shown)));
    let one = s.component_uses(&everywhere, key, Some("2.14.1"), None, 10).await.unwrap();
    assert_eq!(one.len(), 1);
    // Page after page, nothing is lost and nothing comes twice.
    let first = s.component_uses(&everywhere, key, None, None, 1).await.unwrap().remove(0);
    let after = ComponentCursor {
        version: first.component.version.clone(),
        release: first.release,
        number: first.number,
        installation: first.installation_id,
    };
    assert_eq!(first.installation_id, Some(x.installation.id));
    let rest = s.component_uses(&everywhere, key, None, Some(after), 10).await.unwrap();
    assert_eq!(rest, uses[1..]);
    // Somebody else sees that the release has it, not who runs it.
    let stranger = Scope { tenants: vec![w.state_body.id], ..Scope::default() };
    let uses = s.component_uses(&stranger, key, None, None, 10).await.unwrap();
    assert!(uses.len() == 2 && uses.iter().all(|u| u.installation.is_none()), "{uses:?}");
    for (word, found) in [("log4j-core", 2), ("log4j", 2), ("core", 2), ("log4", 0), ("", 0)] {
        let word = ComponentSearch::Word(word.to_owned());
        assert_eq!(s.component_uses(&everywhere, &word, None, None, 10).await.unwrap().len(), found, "{word:?}");
    }
    let word = ComponentSearch::Word("log4j".to_owned());
    assert_eq!(s.component_uses(&everywhere, &word, Some("2.17.0"), None, 10).await.unwrap().len(), 1);
    // Of an endless name the first twelve parts are words, and the whole of it; each would be a row.
    let parts: Vec<String> = (1..=40).map(|n| format!("teil{n:02}")).collect();
    let long = Component { name: parts.join("-"), name_key: parts.join("-"), ..component("1.0.0") };
    assert_eq!(long.words().len(), 13);
    let row = PackageRow { digest: "package-3".to_owned(), components: vec![long.clone()] };
    let third = release(w.verfahren.id, "1.2.0", "package-3");
    write(s, vec![Write::InsertPackage(row), Write::InsertRelease(third)]).await.unwrap();
    for (word, found) in [("teil01", 1), ("teil12", 1), ("teil13", 0), ("teil40", 0), (long.name_key.as_str(), 1)] {
        let word = ComponentSearch::Word(word.to_owned());
        assert_eq!(s.component_uses(&everywhere, &word, None, None, 10).await.unwrap().len(), found, "{word:?}");
    }
    let other = ComponentSearch::Key("npm/left-pad".to_owned());
    assert!(s.component_uses(&everywhere, &other, None, None, 10).await.unwrap().is_empty());
}

async fn data_centres(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    assert_eq!(s.data_centre_list().await.unwrap(), std::slice::from_ref(&w.data_centre));
    assert_eq!(s.target_list().await.unwrap().len(), 2);
    assert_eq!(s.target(w.test_target.id).await.unwrap(), Some(w.test_target.clone()));
    assert!(s.target_load().await.unwrap().is_empty());

    let x = w.installed(s, "a").await;
    let revision = w.revision(&x, &x.test, x.install.id);
    let operation = w.operation(&x.installation, &x.test);
    write(s, vec![Write::InsertRevision(revision), Write::InsertOperation(operation)]).await.unwrap();
    let test = TargetLoad { deployments: 1, promised: 1, running: 1, stuck: 0, trials: 0 };
    let production = TargetLoad { promised: 1, ..TargetLoad::default() };
    let mut expected = [(w.test_target.id, test), (w.production_target.id, production)];
    expected.sort_by_key(|(id, _)| *id);
    assert_eq!(s.target_load().await.unwrap(), expected);
    write(s, vec![Write::PointRevision(x.test.id, None)]).await.unwrap();
    assert!(s.target_load().await.unwrap().iter().all(|(_, load)| load.deployments == 0));
}

async fn secrets_and_keys(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let (tenant, object) = (w.municipality.id, id());
    let secret = |version, sealed: &[u8]| SecretRow {
        tenant,
        object,
        field: "datenbank.kennwort".to_owned(),
        version,
        sealed: Sealed(sealed.to_vec()),
    };
    write(s, vec![Write::PutSecret(secret(1, b"one"))]).await.unwrap();
    write(s, vec![Write::PutSecret(secret(2, b"two"))]).await.unwrap();
    assert_eq!(s.secrets(object).await.unwrap(), [secret(2, b"two")]);
    let older = refusal(s, vec![Write::PutSecret(secret(2, b"three"))]).await;
    assert_eq!(older, StoreError::Conflict.to_string());
    assert_eq!(s.data_key(tenant).await.unwrap(), None);
    write(s, vec![Write::InsertDataKey(tenant, vec![1])]).await.unwrap();
    let second = refusal(s, vec![Write::InsertDataKey(tenant, vec![2])]).await;
    assert_eq!(second, StoreError::Exists("data_key".to_owned()).to_string());
    assert_eq!(s.data_key(tenant).await.unwrap(), Some(vec![1]));

    let rewrap = |from: u8, to: u8| vec![Write::RewrapDataKey { tenant, from: vec![from], to: vec![to] }];
    write(s, rewrap(1, 3)).await.unwrap();
    assert_eq!(refusal(s, rewrap(1, 4)).await, StoreError::Conflict.to_string(), "it is no longer as it was read");
    let all = s.data_keys(None, 100).await.unwrap();
    assert!(all.contains(&(tenant, vec![3])) && all.is_sorted_by_key(|(t, _)| t.to_string()), "{all:?}");
    let after = s.data_keys(Some(tenant), 100).await.unwrap();
    assert!(after.iter().all(|(t, _)| t.to_string() > tenant.to_string()));
    assert_eq!(s.data_keys(None, 1).await.unwrap(), all[..1]);
}
