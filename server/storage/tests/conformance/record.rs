//! The record: filters, erasure, seals, and that tampering shows.

use crate::{Storage, common::Fresh, on_both, world::*};
use portal_core::ports::*;
use portal_model::{AuditId, Land, organisation::OrganisationKind};

on_both!(
    entries_and_filters,
    acts_without_a_tenant_have_a_scope,
    sealed_and_whole,
    erasing_details_keeps_it_whole,
    tampering_shows,
    from_a_checkpoint_only_what_is_new_is_read,
);

async fn entry(s: &Storage, audit: NewAudit) {
    s.commit(&token(), Commit { writes: Vec::new(), audit, events: Vec::new() }).await.unwrap();
}

/// The check of everything.
async fn whole(s: &Storage) -> SealState {
    s.audit_verify(&Checkpoint::default()).await.unwrap().0
}

fn all() -> AuditFilter {
    AuditFilter { scope: Scope { all: true, ..Scope::default() }, limit: 100, ..AuditFilter::default() }
}

async fn entries_and_filters(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let request = w.request();
    write(s, vec![Write::InsertRequest(request.clone())]).await.unwrap();
    let mine = NewAudit {
        at: NOW.plus_seconds(1),
        person: Some(w.clerk),
        acting_as: Some(w.municipality.id),
        municipality: Some(w.municipality.id),
        land: Some(Land::SCHLESWIG_HOLSTEIN),
        subject: request.reference.to_string(),
        request: Some(request.id),
        detail: Some(serde_json::json!({"note": "ä"})),
        ..audit("request_submit")
    };
    entry(s, mine).await;
    let (found, count) = s.audit_list(&all()).await.unwrap();
    assert_eq!((found.len(), count), (3, 3));
    let (newest, reference) = &found[0];
    assert_eq!(newest.action, "request_submit");
    assert_eq!(reference.as_ref(), Some(&request.reference));
    assert_eq!(newest.person_name.as_deref(), Some("Sachbearbeitung"));
    assert_eq!(newest.acting_as_name.as_deref(), Some("amt-nordsee"));
    assert_eq!(newest.municipality_name.as_deref(), Some("amt-nordsee"));
    assert_eq!(newest.detail.as_deref(), Some(r#"{"note":"ä"}"#));

    let ids =
        |found: &[(portal_model::audit::AuditEntry, _)]| found.iter().map(|(e, _)| e.id).collect::<Vec<AuditId>>();
    let page = AuditFilter { before: Some(newest.id), limit: 1, ..all() };
    let (older, count) = s.audit_list(&page).await.unwrap();
    assert_eq!((ids(&older), count), (vec![found[1].0.id], 3));
    let count = |f: AuditFilter| async move { s.audit_list(&f).await.unwrap().1 };
    assert_eq!(count(AuditFilter { action: Some("request_submit".to_owned()), ..all() }).await, 1);
    assert_eq!(count(AuditFilter { municipality: Some(w.municipality.id), ..all() }).await, 1);
    assert_eq!(count(AuditFilter { subject: Some(request.reference.to_string()), ..all() }).await, 1);
    assert_eq!(count(AuditFilter { request: Some(request.id), ..all() }).await, 1);
    assert_eq!(count(AuditFilter { from: Some(NOW.plus_seconds(1)), ..all() }).await, 1);
    assert_eq!(count(AuditFilter { until: Some(NOW.plus_seconds(1)), ..all() }).await, 2);
    let scoped = |scope| count(AuditFilter { scope, ..all() });
    assert_eq!(scoped(Scope::default()).await, 0);
    assert_eq!(scoped(Scope { laender: vec![Land::SCHLESWIG_HOLSTEIN], ..Scope::default() }).await, 1);
    assert_eq!(scoped(Scope { laender: vec![Land::BAYERN], ..Scope::default() }).await, 0);
    assert_eq!(scoped(Scope { tenants: vec![w.municipality.id], ..Scope::default() }).await, 1);
}

async fn acts_without_a_tenant_have_a_scope(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let mut south = organisation(OrganisationKind::Vendor, "sued", Land::BAYERN);
    south.laender = vec![Land::BAYERN, Land::from_key("10").unwrap()];
    write(s, vec![Write::InsertOrganisation(south.clone(), Vec::new())]).await.unwrap();
    let before = s.audit_list(&all()).await.unwrap().1;
    let act = |name: &str, acting_as| NewAudit { acting_as, subject: name.to_owned(), ..audit("package_upload") };
    entry(s, act("north", Some(w.state_body.id))).await;
    entry(s, act("south", Some(south.id))).await;
    entry(s, act("machine", None)).await;
    let of_case = NewAudit {
        municipality: Some(w.municipality.id),
        land: Some(Land::SCHLESWIG_HOLSTEIN),
        ..act("case", Some(south.id))
    };
    entry(s, of_case).await;
    let seen = async |scope: Scope| {
        let (found, count) = s.audit_list(&AuditFilter { scope, ..all() }).await.unwrap();
        assert_eq!(found.len() as i64, count);
        let mut names: Vec<String> = found.into_iter().map(|(e, _)| e.subject).collect();
        names.retain(|name| ["north", "south", "machine", "case"].contains(&name.as_str()));
        names.sort();
        names.join(" ")
    };
    let auditor = |keys: &[&str]| Scope {
        laender: keys.iter().map(|key| Land::from_key(key).unwrap()).collect(),
        ..Scope::default()
    };
    assert_eq!(seen(auditor(&["01"])).await, "case north");
    assert_eq!(seen(auditor(&["09"])).await, "south");
    assert_eq!(seen(auditor(&["10"])).await, "south");
    assert_eq!(seen(auditor(&["01", "09"])).await, "case north south");
    assert_eq!(seen(auditor(&["02"])).await, "");
    assert_eq!(seen(Scope { untenanted: true, ..Scope::default() }).await, "machine north south");
    assert_eq!(seen(Scope { tenants: vec![w.municipality.id], ..Scope::default() }).await, "case");
    assert_eq!(seen(Scope { tenants: vec![south.id], ..Scope::default() }).await, "");
    assert_eq!(s.audit_list(&all()).await.unwrap().1, before + 4);
}

async fn sealed_and_whole(fresh: &Fresh) {
    let s = &fresh.storage;
    assert_eq!(s.audit_seal(NOW).await.unwrap(), 0);
    assert_eq!(whole(s).await, SealState { sealed: 0, intact: true });
    for _ in 0..3 {
        entry(s, audit("a")).await;
    }
    // Two seal at once: each entry is sealed once.
    let (a, b) = tokio::join!(s.audit_seal(NOW), s.audit_seal(NOW));
    assert_eq!(a.unwrap() + b.unwrap(), 3);
    entry(s, audit("b")).await;
    assert_eq!(whole(s).await, SealState { sealed: 3, intact: true });
    assert_eq!(s.audit_seal(NOW).await.unwrap(), 1);
    assert_eq!(whole(s).await, SealState { sealed: 4, intact: true });
}

async fn erasing_details_keeps_it_whole(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    entry(s, NewAudit { person: Some(w.clerk), detail: Some(serde_json::json!(1)), ..audit("a") }).await;
    s.audit_seal(NOW).await.unwrap();
    fresh.tamper("DELETE FROM audit_detail").await;
    assert!(whole(s).await.intact);
    let (found, _) = s.audit_list(&all()).await.unwrap();
    assert_eq!((found[0].0.person, &found[0].0.person_name, &found[0].0.detail), (Some(w.clerk), &None, &None));
}

/// Each of these was done past the portal by somebody with access to the database.
async fn tampering_shows(fresh: &Fresh) {
    let s = &fresh.storage;
    for n in 0..4 {
        entry(s, NewAudit { detail: Some(serde_json::json!({"n": n})), ..audit("a") }).await;
        if n == 1 || n == 2 {
            s.audit_seal(NOW).await.unwrap();
        }
    }
    assert_eq!(whole(s).await, SealState { sealed: 3, intact: true });
    fresh.drop_trigger("audit_entry_immutable", "audit_entry").await;
    fresh.drop_trigger("audit_entry_kept", "audit_entry").await;
    fresh.drop_trigger("audit_seal_immutable", "audit_seal").await;
    fresh.drop_trigger("audit_seal_kept", "audit_seal").await;
    let changes = [
        (
            "UPDATE audit_entry SET subject = 'x' WHERE seq = 1",
            "UPDATE audit_entry SET subject = 'subject' WHERE seq = 1",
        ),
        ("UPDATE audit_entry SET at = at + 1 WHERE seq = 4", "UPDATE audit_entry SET at = at - 1 WHERE seq = 4"),
        (
            "UPDATE audit_detail SET detail = '{\"n\":7}' WHERE detail = '{\"n\":0}'",
            "UPDATE audit_detail SET detail = '{\"n\":0}' WHERE detail = '{\"n\":7}'",
        ),
        (
            "UPDATE audit_seal SET head = 'x' || head WHERE number = 1",
            "UPDATE audit_seal SET head = substr(head, 2) WHERE number = 1",
        ),
        ("UPDATE audit_seal SET last_seq = 1 WHERE number = 1", "UPDATE audit_seal SET last_seq = 2 WHERE number = 1"),
        ("UPDATE audit_entry SET seq = -seq WHERE seq = 2", "UPDATE audit_entry SET seq = -seq WHERE seq = -2"),
        ("UPDATE journal_position SET audit = 2", "UPDATE journal_position SET audit = 4"),
    ];
    for (change, back) in changes {
        fresh.tamper(change).await;
        assert!(!whole(s).await.intact, "{change}");
        fresh.tamper(back).await;
        assert!(whole(s).await.intact, "{back}");
    }
    fresh.tamper("DELETE FROM audit_seal WHERE number = 1").await;
    assert!(!whole(s).await.intact);
}

async fn from_a_checkpoint_only_what_is_new_is_read(fresh: &Fresh) {
    let s = &fresh.storage;
    let append = async |names: &[&str]| {
        for name in names {
            entry(s, audit(name)).await;
        }
        s.audit_seal(NOW).await.unwrap();
    };
    append(&["a", "b"]).await;
    let (state, checkpoint) = s.audit_verify(&Checkpoint::default()).await.unwrap();
    assert_eq!((state, checkpoint.seal, checkpoint.last), (SealState { sealed: 2, intact: true }, 1, 2));
    append(&["c", "d"]).await;
    let since = async || s.audit_verify(&checkpoint).await.unwrap();
    let (state, newer) = since().await;
    assert_eq!((state, newer.seal, newer.last), (SealState { sealed: 4, intact: true }, 2, 4));

    fresh.drop_trigger("audit_entry_immutable", "audit_entry").await;
    fresh.drop_trigger("audit_seal_immutable", "audit_seal").await;
    // What was checked before is not read again; the check of everything still finds it.
    fresh.tamper("UPDATE audit_entry SET subject = 'x' WHERE seq = 1").await;
    assert!(since().await.0.intact && !whole(s).await.intact);
    fresh.tamper("UPDATE audit_entry SET subject = 'subject' WHERE seq = 1").await;
    // What is new is read, and that the checkpoint's own seal is still there as it was.
    for (change, back) in [
        (
            "UPDATE audit_entry SET subject = 'x' WHERE seq = 3",
            "UPDATE audit_entry SET subject = 'subject' WHERE seq = 3",
        ),
        (
            "UPDATE audit_seal SET head = 'x' || head WHERE number = 1",
            "UPDATE audit_seal SET head = substr(head, 2) WHERE number = 1",
        ),
        ("UPDATE audit_seal SET number = 9 WHERE number = 1", "UPDATE audit_seal SET number = 1 WHERE number = 9"),
    ] {
        fresh.tamper(change).await;
        assert!(!since().await.0.intact, "{change}");
        fresh.tamper(back).await;
        assert!(since().await.0.intact, "{back}");
    }
}
