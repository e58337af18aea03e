//! What operators set for their targets. What the claim makes of it: `journal_conformance.rs` of the tests' crate.

use crate::{common::Fresh, on_both, world::*};
use portal_core::ports::*;
use portal_model::{
    data_centre::{Stage, Target},
    installation::InstallationState,
    operating::{
        Evidence, EvidenceKind, Excess, Maintenance, Mirror, NamespaceSurvey, Operating, Stopped, Survey, TargetDraft,
        TargetPlan, Window,
    },
    operation::{FailureCause, OperationKind, OperationState},
    *,
};

on_both!(limits_and_mirrors, the_stop_switch, maintenance, evidence, drafts, tenants_and_failures);

async fn limits_and_mirrors(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let target = w.test_target.id;
    assert!(s.target_windows(target).await.unwrap().is_empty());
    let windows = vec![Window { from: 0, until: 60 }, Window { from: 1320, until: 1440 }];
    let set = |at_once, per_second, windows: &[Window]| Write::SetLimits {
        target,
        at_once,
        per_second,
        windows: windows.to_vec(),
    };
    let mirror = Mirror { from: "docker.io".to_owned(), to: "mirror.example/hub".to_owned() };
    write(s, vec![set(Some(2), Some(10), &windows), Write::SetMirrors(target, vec![mirror.clone()])]).await.unwrap();
    assert_eq!(s.target_windows(target).await.unwrap(), windows);
    let operating = Operating { at_once: Some(2), per_second: Some(10), mirrors: vec![mirror], stopped: None };
    assert_eq!(s.target(target).await.unwrap(), Some(Target { operating, ..w.test_target.clone() }));
    assert!(s.target_windows(w.production_target.id).await.unwrap().is_empty());

    write(s, vec![set(None, None, &windows[1..])]).await.unwrap();
    assert_eq!(s.target_windows(target).await.unwrap(), &windows[1..], "in place of what was set before");
    assert_eq!(refusal(s, vec![set(Some(0), None, &[])]).await, rule("target_at_once"));
    assert_eq!(refusal(s, vec![set(None, Some(-1), &[])]).await, rule("target_per_second"));
    let beyond = [Window { from: 10_000, until: 10_081 }];
    assert_eq!(refusal(s, vec![set(None, None, &beyond)]).await, rule("target_window_times"));
    assert_eq!(s.target_windows(target).await.unwrap(), &windows[1..], "a refused commit leaves nothing");
    let unknown = Write::SetMirrors(TargetId(id()), Vec::new());
    assert_eq!(refusal(s, vec![unknown]).await, "changed in the meantime");
}

async fn the_stop_switch(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let target = w.test_target.id;
    let stop = |reason: &str| Write::SetStopped(target, Some(Stopped { at: NOW, reason: reason.to_owned() }));
    assert!(!s.target_halted(target, NOW).await.unwrap());
    assert_eq!(refusal(s, vec![stop("")]).await, rule("target_stopped"));
    write(s, vec![stop("fire")]).await.unwrap();
    assert!(s.target_halted(target, NOW).await.unwrap());
    assert!(!s.target_halted(w.production_target.id, NOW).await.unwrap());
    let stopped = s.target(target).await.unwrap().unwrap().operating.stopped;
    assert_eq!(stopped, Some(Stopped { at: NOW, reason: "fire".to_owned() }));
    assert_eq!(refusal(s, vec![stop("flood")]).await, "changed in the meantime", "somebody else was faster");
    write(s, vec![Write::SetStopped(target, None)]).await.unwrap();
    assert!(!s.target_halted(target, NOW).await.unwrap());
    assert_eq!(refusal(s, vec![Write::SetStopped(target, None)]).await, "changed in the meantime");
}

async fn maintenance(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let at = |from, until| Maintenance {
        id: MaintenanceId(id()),
        target: w.test_target.id,
        from: NOW.plus_seconds(from),
        until: NOW.plus_seconds(until),
        text: "Neue Platten".to_owned(),
        announced_by: w.consultant,
        announced_at: NOW,
        cancelled_at: None,
    };
    let (later, soon) = (at(100, 200), at(10, 20));
    let insert = |m: &Maintenance| Write::InsertMaintenance(m.clone());
    write(s, vec![insert(&later), insert(&soon)]).await.unwrap();
    assert_eq!(s.maintenance(NOW).await.unwrap(), [soon.clone(), later.clone()]);
    assert_eq!(s.maintenance(soon.until).await.unwrap(), std::slice::from_ref(&later), "what is over is not told");
    assert_eq!(refusal(s, vec![insert(&at(10, 10))]).await, rule("maintenance_times"));
    let halted = async |seconds| s.target_halted(w.test_target.id, NOW.plus_seconds(seconds)).await.unwrap();
    assert_eq!([halted(9).await, halted(10).await, halted(19).await, halted(20).await], [false, true, true, false]);
    assert!(!s.target_halted(w.production_target.id, soon.from).await.unwrap());

    write(s, vec![Write::CancelMaintenance(soon.id, NOW)]).await.unwrap();
    assert!(!halted(10).await);
    assert_eq!(s.maintenance(NOW).await.unwrap(), std::slice::from_ref(&later));
    for (id, at) in [(soon.id, NOW), (later.id, later.until), (MaintenanceId(id()), NOW)] {
        assert_eq!(refusal(s, vec![Write::CancelMaintenance(id, at)]).await, "changed in the meantime");
    }
}

async fn evidence(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let of = |kind, days, note: &str| Evidence {
        data_centre: w.data_centre.id,
        kind,
        valid_until: NOW.plus_days(days),
        note: note.to_owned(),
        recorded_at: NOW,
    };
    let until = async || s.data_centre_list().await.unwrap()[0].evidence_until;
    let (c5, iso) = (of(EvidenceKind::C5, 300, "Prüfer"), of(EvidenceKind::Iso27001, 100, ""));
    write(s, vec![Write::PutEvidence(c5.clone()), Write::PutEvidence(iso)]).await.unwrap();
    assert_eq!(until().await, Some(NOW.plus_days(100)), "the first that ends");
    let renewed = of(EvidenceKind::Iso27001, 900, "neu");
    write(s, vec![Write::PutEvidence(renewed.clone())]).await.unwrap();
    assert_eq!(until().await, Some(NOW.plus_days(300)));
    assert_eq!(s.evidence().await.unwrap(), [c5, renewed]);
    let unknown = Evidence { data_centre: DataCentreId(id()), ..of(EvidenceKind::C5, 1, "") };
    assert!(write(s, vec![Write::PutEvidence(unknown)]).await.is_err());

    let known = data_centre::DataCentre {
        id: DataCentreId(id()),
        slug: "anderswo".to_owned(),
        evidence_until: Some(NOW.plus_days(5)),
        ..w.data_centre.clone()
    };
    write(s, vec![Write::InsertDataCentre(known.clone())]).await.unwrap();
    let found = s.evidence().await.unwrap();
    let first = found.iter().find(|e| e.data_centre == known.id).unwrap();
    assert_eq!((first.kind, first.valid_until), (EvidenceKind::C5, NOW.plus_days(5)));
}

async fn drafts(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let draft = TargetDraft {
        id: TargetId(id()),
        data_centre: w.data_centre.id,
        started_by: Some(w.consultant),
        started_at: NOW,
        plan: TargetPlan {
            stage: Stage::Test,
            namespaces: vec![("amt-test".to_owned(), Some(w.municipality.id)), ("alle".to_owned(), None)],
            domain: "apps.example".to_owned(),
            ingress_class: String::new(),
            storage_class: "fast".to_owned(),
            tls_secret: String::new(),
            capacity: 10,
        },
        endpoint: None,
        survey: None,
    };
    let put = |d: &TargetDraft| Write::PutTargetDraft(Box::new(d.clone()));
    write(s, vec![put(&draft)]).await.unwrap();
    assert_eq!(s.target_draft(draft.id).await.unwrap(), Some(draft.clone()));
    let namespace = NamespaceSurvey {
        namespace: "alle".to_owned(),
        missing: vec!["create jobs.batch".to_owned()],
        excess: Vec::new(),
        quotas: Some(vec!["kontingent: pods 1/10".to_owned()]),
    };
    let survey = Survey { namespaces: vec![namespace], beyond: vec![Excess::Nodes], ..Survey::default() };
    let checked = TargetDraft { endpoint: Some("https://k.example".to_owned()), survey: Some(survey), ..draft.clone() };
    let secret = SecretRow {
        tenant: w.data_centre.operator,
        object: draft.id.0,
        field: "credential".to_owned(),
        version: 1,
        sealed: Sealed(vec![1]),
    };
    write(s, vec![put(&checked), Write::PutSecret(secret.clone())]).await.unwrap();
    assert_eq!(s.target_drafts(w.data_centre.id, 10).await.unwrap(), std::slice::from_ref(&checked));
    assert!(s.target_drafts(DataCentreId(id()), 10).await.unwrap().is_empty());

    write(s, vec![Write::SweepTargetDrafts(NOW)]).await.unwrap();
    assert_eq!(
        (s.target_draft(draft.id).await.unwrap().is_some(), s.secrets(draft.id.0).await.unwrap().len()),
        (true, 1)
    );
    write(s, vec![Write::SweepTargetDrafts(NOW.plus_seconds(1))]).await.unwrap();
    assert_eq!((s.target_draft(draft.id).await.unwrap(), s.secrets(draft.id.0).await.unwrap()), (None, Vec::new()));
    assert_eq!(refusal(s, vec![Write::DeleteTargetDraft(draft.id)]).await, "changed in the meantime");
    write(s, vec![put(&draft), Write::DeleteTargetDraft(draft.id)]).await.unwrap();
    assert_eq!(s.target_draft(draft.id).await.unwrap(), None);
}

async fn tenants_and_failures(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let target = w.test_target.id;
    assert!(s.target_tenants(target, 10).await.unwrap().is_empty());
    let x = w.installed(s, "a").await;
    let place = TargetTenant {
        municipality: w.municipality.id,
        verfahren: w.verfahren.id,
        release: None,
        state: x.installation.state,
        applied_at: None,
    };
    assert_eq!(s.target_tenants(target, 10).await.unwrap(), std::slice::from_ref(&place));
    let revision = w.revision(&x, &x.test, x.install.id);
    write(s, vec![Write::InsertRevision(revision.clone())]).await.unwrap();
    let set_up = TargetTenant { release: Some(w.release.id), applied_at: Some(revision.applied_at), ..place };
    assert_eq!(s.target_tenants(target, 10).await.unwrap(), [set_up]);

    assert!(s.target_failures(target, 10).await.unwrap().is_empty());
    let operation = operation::Operation {
        state: OperationState::Stuck,
        failure: Some(operation::Failure { cause: FailureCause::QuotaExceeded, detail: "geheim".to_owned() }),
        ..w.operation(&x.installation, &x.test)
    };
    write(s, vec![Write::InsertOperation(operation.clone())]).await.unwrap();
    let failure = TargetFailure {
        reference: operation.reference.clone(),
        kind: OperationKind::Install,
        municipality: Some(w.municipality.id),
        state: OperationState::Stuck,
        cause: FailureCause::QuotaExceeded,
        since: operation.created_at,
    };
    assert_eq!(s.target_failures(target, 10).await.unwrap(), [failure]);
    assert!(s.target_failures(w.production_target.id, 10).await.unwrap().is_empty());

    let installation = installation::Installation {
        state: InstallationState::Removed,
        version: x.installation.version + 1,
        ..x.installation
    };
    write(s, vec![Write::UpdateInstallation(installation)]).await.unwrap();
    assert!(s.target_tenants(target, 10).await.unwrap().is_empty(), "who is gone is not named");
}
