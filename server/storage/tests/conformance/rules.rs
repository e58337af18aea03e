//! Rules that the database keeps, whatever the use cases do.

use crate::{common::Fresh, on_both, world::*};
use portal_core::ports::*;
use portal_model::{
    activation::{ActivationState, Approval, Side},
    data_centre::{DataCentre, Stage},
    installation::InstallationState,
    operation::OperationState,
    request::RequestState,
    *,
};

on_both!(
    a_refused_commit_leaves_nothing,
    who_asks_does_not_decide,
    earlier_submitters_do_not_decide,
    who_edits_does_not_decide,
    who_decided_may_correct_later,
    two_persons_activate,
    the_test_gate,
    one_live_operation,
    production_needs_a_basis,
    production_needs_two_yes,
    places_are_given_once,
    unsafe_is_for_ever,
    no_text_holds_a_nul,
    giving_up_needs_person_and_reason,
    labels_are_unique_until_removed,
    one_deployment_per_stage,
    one_open_activation,
    one_open_request,
    what_was_published_stays,
);

async fn a_refused_commit_leaves_nothing(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let request = w.request();
    let before = (s.last_event().await.unwrap(), entries(s).await);
    let writes = vec![Write::InsertRequest(request.clone()), Write::InsertRequest(request.clone())];
    let commit = Commit { writes, audit: audit("twice"), events: vec![w.event(request.id, None)] };
    let refused = s.commit(&token(), commit).await.unwrap_err();
    assert_eq!(refused.to_string(), "exists already: request");
    assert_eq!(s.case(request.id).await.unwrap(), None);
    assert_eq!((s.last_event().await.unwrap(), entries(s).await), before);
    write(s, vec![Write::InsertRequest(request)]).await.unwrap();
}

async fn entries(s: &portal_storage::Storage) -> i64 {
    let filter = AuditFilter { scope: Scope { all: true, ..Scope::default() }, limit: 1, ..AuditFilter::default() };
    s.audit_list(&filter).await.unwrap().1
}

async fn who_asks_does_not_decide(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let mut request = w.request();
    request.submitted_by = Some(w.signatory);
    write(s, vec![Write::InsertRequest(request.clone())]).await.unwrap();
    request.version = 2;
    for state in [RequestState::Accepted, RequestState::Declined] {
        request.state = state;
        for person in [w.clerk, w.signatory] {
            request.decided_by = Some(person);
            assert_eq!(refusal(s, vec![Write::UpdateRequest(request.clone())]).await, rule("second_person"));
        }
        request.decided_by = None;
        assert_eq!(refusal(s, vec![Write::UpdateRequest(request.clone())]).await, rule("decided_by"));
    }
    request.decided_by = Some(w.consultant);
    write(s, vec![Write::UpdateRequest(request)]).await.unwrap();
}

async fn earlier_submitters_do_not_decide(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let mut request = w.request();
    request.submitted_by = Some(w.consultant);
    write(s, vec![Write::InsertRequest(request.clone())]).await.unwrap();
    request.version = 2;
    request.submitted_by = Some(w.clerk);
    write(s, vec![Write::UpdateRequest(request.clone())]).await.unwrap();
    assert!(s.participants(request.id).await.unwrap().contains(&w.consultant));
    request.version = 3;
    request.state = RequestState::Accepted;
    request.decided_by = Some(w.consultant);
    assert_eq!(refusal(s, vec![Write::UpdateRequest(request)]).await, rule("second_person"));
}

/// Whoever changed what is asked for took part, also if others changed it after them and others handed it in.
async fn who_edits_does_not_decide(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let mut x = w.installed(s, "a").await;
    for editor in [w.signatory, w.consultant, w.clerk] {
        x.request.version += 1;
        x.request.edited_by = Some(editor);
        write(s, vec![Write::UpdateRequest(x.request.clone())]).await.unwrap();
    }
    assert_eq!(s.case(x.request.id).await.unwrap().unwrap().request, x.request);
    assert!(s.participants(x.request.id).await.unwrap().contains(&w.consultant));
    x.request.version += 1;
    for state in [RequestState::Accepted, RequestState::Declined] {
        x.request.state = state;
        x.request.decided_by = Some(w.consultant);
        assert_eq!(refusal(s, vec![Write::UpdateRequest(x.request.clone())]).await, rule("second_person"));
    }
    let activation = w.activation(&x, w.clerk);
    write(s, vec![Write::InsertActivation(activation.clone())]).await.unwrap();
    for (side, person) in [(Side::Municipality, w.signatory), (Side::Land, w.consultant)] {
        let yes = Write::InsertApproval(activation.id, Approval { side, person, at: NOW });
        assert_eq!(refusal(s, vec![yes]).await, rule("second_person"), "{side}");
    }
}

/// A decision stays what it was. Correcting values afterwards is allowed and makes a participant of what follows.
async fn who_decided_may_correct_later(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let mut request = w.request();
    write(s, vec![Write::InsertRequest(request.clone())]).await.unwrap();
    request.state = RequestState::Accepted;
    request.decided_by = Some(w.consultant);
    for edited_by in [None, Some(w.consultant), Some(w.clerk)] {
        request.version += 1;
        request.edited_by = edited_by;
        write(s, vec![Write::UpdateRequest(request.clone())]).await.unwrap();
    }
    assert!(s.participants(request.id).await.unwrap().contains(&w.consultant));
    // A participant is not put in the place of who decided.
    request.version += 1;
    request.edited_by = Some(w.signatory);
    write(s, vec![Write::UpdateRequest(request.clone())]).await.unwrap();
    request.version += 1;
    request.decided_by = Some(w.signatory);
    assert_eq!(refusal(s, vec![Write::UpdateRequest(request)]).await, rule("second_person"));
}

async fn two_persons_activate(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let x = w.installed(s, "a").await;
    let [accepting, asking, other] = [PersonId(id()), PersonId(id()), PersonId(id())];
    for id in [accepting, asking, other] {
        let person = person::Person { id, name: String::new(), deactivated: false };
        write(s, vec![Write::InsertPerson(person)]).await.unwrap();
    }
    let mut activation = w.activation(&x, asking);
    let writes =
        vec![Write::InsertAcceptance(w.acceptance(&x, accepting)), Write::InsertActivation(activation.clone())];
    write(s, writes).await.unwrap();
    let yes = |side, person| vec![Write::InsertApproval(activation.id, Approval { side, person, at: NOW })];
    for participant in [w.clerk, accepting, asking] {
        assert_eq!(refusal(s, yes(Side::Municipality, participant)).await, rule("second_person"));
    }
    write(s, yes(Side::Municipality, w.signatory)).await.unwrap();
    assert_eq!(refusal(s, yes(Side::Land, w.signatory)).await, rule("second_person"));
    assert_eq!(refusal(s, yes(Side::Municipality, other)).await, "exists already: approval");
    write(s, yes(Side::Land, w.consultant)).await.unwrap();
    assert_eq!(s.activation_latest(x.installation.id).await.unwrap().unwrap().approvals.len(), 2);
    activation.state = ActivationState::Approved;
    activation.version = 2;
    write(s, vec![Write::UpdateActivation(activation.clone())]).await.unwrap();
    let again = refusal(s, vec![Write::UpdateActivation(activation.clone())]).await;
    assert_eq!(again, StoreError::Conflict.to_string());
    // Once it is over, who asked then is no participant of what comes next.
    activation.state = ActivationState::Ended;
    activation.version = 3;
    write(s, vec![Write::UpdateActivation(activation)]).await.unwrap();
    assert!(!s.participants(x.request.id).await.unwrap().contains(&asking));
}

async fn the_test_gate(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let x = w.installed(s, "a").await;
    let operation = w.operation(&x.installation, &x.production);
    let activation = w.activation(&x, w.clerk);
    w.approved(s, &activation).await;
    let elsewhere = DataCentre { id: DataCentreId(id()), slug: "rz-2".to_owned(), ..w.data_centre.clone() };
    let (mut red, mut other_place, mut other_values) = (x.run.clone(), x.run.clone(), x.run.clone());
    red.id = TestRunId(id());
    red.passed = false;
    other_place.id = TestRunId(id());
    other_place.data_centre = elsewhere.id;
    other_values.id = TestRunId(id());
    other_values.config_digest = "config-2".to_owned();
    let writes = vec![
        Write::InsertOperation(operation.clone()),
        Write::InsertDataCentre(elsewhere.clone()),
        Write::InsertTestRun(red.clone()),
        Write::InsertTestRun(other_place.clone()),
        Write::InsertTestRun(other_values.clone()),
    ];
    write(s, writes).await.unwrap();
    let good = installation::Revision {
        test_run: Some(x.run.id),
        activation: Some(activation.id),
        ..w.revision(&x, &x.production, operation.id)
    };
    let gate = rule("test_gate");
    let bad = [
        installation::Revision { test_run: None, ..good.clone() },
        installation::Revision { activation: None, ..good.clone() },
        installation::Revision { test_run: Some(red.id), ..good.clone() },
        installation::Revision { test_run: Some(other_place.id), ..good.clone() },
        installation::Revision { test_run: Some(other_values.id), ..good.clone() },
        // What a revision says of itself cannot be made up to fit the test run.
        installation::Revision { test_run: Some(other_place.id), data_centre: elsewhere.id, ..good.clone() },
        installation::Revision {
            test_run: Some(other_values.id),
            config_digest: "config-2".to_owned(),
            ..good.clone()
        },
    ];
    for revision in bad {
        assert_eq!(refusal(s, vec![Write::InsertRevision(revision.clone())]).await, gate, "{revision:?}");
    }
    let masked = installation::Revision { stage: Stage::Test, test_run: None, ..good.clone() };
    assert_eq!(refusal(s, vec![Write::InsertRevision(masked)]).await, rule("reference"));
    write(s, vec![Write::InsertRevision(good.clone())]).await.unwrap();
    assert_eq!(s.revision(x.production.id).await.unwrap(), Some(good));
}

async fn one_live_operation(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let x = w.installed(s, "a").await;
    for (n, state) in OperationState::ALL.iter().enumerate().filter(|(_, o)| !o.is_final()) {
        let mut first = w.operation(&x.installation, &x.test);
        first.state = *state;
        write(s, vec![Write::InsertOperation(first.clone())]).await.unwrap();
        let second = w.operation(&x.installation, &x.test);
        assert_eq!(refusal(s, vec![Write::InsertOperation(second)]).await, rule("live_operation"), "{n}");
        let done = Write::MoveOperation {
            id: first.id,
            from: *state,
            to: OperationState::Unwound,
            run_after: NOW,
            abandoned: None,
        };
        write(s, vec![done]).await.unwrap();
    }
}

async fn production_needs_a_basis(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let x = w.installed(s, "a").await;
    let mut operation = w.operation(&x.installation, &x.production);
    operation.basis = None;
    assert_eq!(refusal(s, vec![Write::InsertOperation(operation)]).await, rule("production_basis"));
}

async fn production_needs_two_yes(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let (x, other) = (w.installed(s, "a").await, w.installed(s, "b").await);
    let operation = w.operation(&x.installation, &x.production);
    let mut activation = w.activation(&x, w.clerk);
    let foreign = w.activation(&other, w.clerk);
    w.approved(s, &foreign).await;
    let writes = vec![Write::InsertOperation(operation.clone()), Write::InsertActivation(activation.clone())];
    write(s, writes).await.unwrap();
    let revision = installation::Revision {
        test_run: Some(x.run.id),
        activation: Some(activation.id),
        ..w.revision(&x, &x.production, operation.id)
    };
    let refused = rule("production_basis");
    let yes = |side, person| Write::InsertApproval(activation.id, Approval { side, person, at: NOW });
    write(s, vec![yes(Side::Municipality, w.signatory)]).await.unwrap();
    activation.state = ActivationState::Approved;
    activation.version = 2;
    write(s, vec![Write::UpdateActivation(activation.clone())]).await.unwrap();
    assert_eq!(refusal(s, vec![Write::InsertRevision(revision.clone())]).await, refused, "one yes only");
    write(s, vec![Write::InsertApproval(activation.id, Approval { side: Side::Land, person: w.consultant, at: NOW })])
        .await
        .unwrap();
    let borrowed = installation::Revision { activation: Some(foreign.id), ..revision.clone() };
    assert_eq!(refusal(s, vec![Write::InsertRevision(borrowed)]).await, refused, "somebody else's yes");
    for over in [ActivationState::Refused, ActivationState::Ended, ActivationState::Done] {
        activation.state = over;
        activation.version += 1;
        let writes = vec![Write::UpdateActivation(activation.clone()), Write::InsertRevision(revision.clone())];
        assert_eq!(refusal(s, writes).await, refused, "{over}");
        activation.version -= 1;
    }
    write(s, vec![Write::InsertRevision(revision)]).await.unwrap();
}

/// R5: of the acceptances that read the same last free place, one gets it.
async fn places_are_given_once(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let small = data_centre::Target { capacity: 1, ..target(w.data_centre.id, Stage::Test) };
    let rooms: Vec<_> = (0..4).map(|n| (w.request(), format!("nr{n}"))).collect();
    write(s, vec![Write::InsertTarget(small.clone())]).await.unwrap();
    let mut waiting = Vec::new();
    for (request, label) in rooms {
        let installation = w.installation(&request, &label);
        let deployment = installation::Deployment {
            id: DeploymentId(id()),
            installation: installation.id,
            stage: Stage::Test,
            target: small.id,
            revision: None,
        };
        write(s, vec![Write::InsertRequest(request)]).await.unwrap();
        waiting.push((installation, deployment));
    }
    let tries = waiting
        .iter()
        .map(|(i, d)| write(s, vec![Write::InsertInstallation(i.clone()), Write::InsertDeployment(d.clone())]));
    let results = futures::future::join_all(tries).await;
    assert_eq!(results.iter().filter(|r| r.is_ok()).count(), 1, "{results:?}");
    for refused in results.iter().filter_map(|r| r.as_ref().err()) {
        assert_eq!(refused.to_string(), rule("full"));
    }
    let load = s.target_load().await.unwrap();
    assert_eq!(load, [(small.id, TargetLoad { promised: 1, ..TargetLoad::default() })]);
    // A removed installation gives its place back.
    let winner = results.iter().position(Result::is_ok).unwrap();
    let mut gone = waiting[winner].0.clone();
    gone.state = InstallationState::Removed;
    gone.version = 2;
    let (installation, deployment) = waiting.swap_remove((winner + 1) % 4);
    let writes = vec![
        Write::UpdateInstallation(gone),
        Write::InsertInstallation(installation),
        Write::InsertDeployment(deployment),
    ];
    write(s, writes).await.unwrap();
}

async fn unsafe_is_for_ever(fresh: &Fresh) {
    use verfahren::ReleaseState::{Published, Unsafe, Withdrawn};
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let now = async || s.release(w.release.id).await.unwrap().unwrap();
    write(s, vec![ended(&now().await, Withdrawn)]).await.unwrap();
    assert_eq!(refusal(s, vec![ended(&now().await, Published)]).await, StoreError::Conflict.to_string());
    write(s, vec![ended(&now().await, Unsafe)]).await.unwrap();
    for milder in [Withdrawn, Published] {
        assert_eq!(refusal(s, vec![ended(&now().await, milder)]).await, StoreError::Conflict.to_string());
    }
    assert_eq!(now().await.state, Unsafe);
}

/// PostgreSQL cannot store one; both say so in the same way, wherever it comes from.
async fn no_text_holds_a_nul(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let mut request = w.request();
    request.decision_note = "a\0b".to_owned();
    assert_eq!(refusal(s, vec![Write::InsertRequest(request)]).await, rule("malformed"));
    assert_eq!(s.organisation_by_slug("\0").await.unwrap_err().to_string(), rule("malformed"));
    // In JSON it is written with letters.
    let mut request = w.request();
    request.values = serde_json::json!({"a": "\0"});
    write(s, vec![Write::InsertRequest(request.clone())]).await.unwrap();
    assert_eq!(s.case(request.id).await.unwrap().unwrap().request, request);
}

async fn giving_up_needs_person_and_reason(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let x = w.installed(s, "a").await;
    let mut operation = w.operation(&x.installation, &x.test);
    operation.state = OperationState::Stuck;
    operation.attempt = 5;
    write(s, vec![Write::InsertOperation(operation.clone())]).await.unwrap();
    let moved =
        |from, to, abandoned| vec![Write::MoveOperation { id: operation.id, from, to, run_after: NOW, abandoned }];
    use OperationState::{Abandoned, Queued, Stuck};
    for who in [None, Some((w.consultant, String::new()))] {
        assert_eq!(refusal(s, moved(Stuck, Abandoned, who)).await, rule("abandoned_by"));
    }
    write(s, moved(Stuck, Queued, None)).await.unwrap();
    let retried = s.operation_by_reference(&operation.reference).await.unwrap().unwrap();
    assert_eq!((retried.state, retried.attempt), (Queued, 0));
    let late = refusal(s, moved(Stuck, Queued, None)).await;
    assert_eq!(late, StoreError::Conflict.to_string());
    write(s, moved(Queued, Stuck, None)).await.unwrap();
    write(s, moved(Stuck, Abandoned, Some((w.consultant, "kaputt".to_owned())))).await.unwrap();
    let given_up = s.operation_by_reference(&operation.reference).await.unwrap().unwrap();
    assert_eq!((given_up.state, given_up.finished_at), (Abandoned, Some(NOW)));
}

async fn labels_are_unique_until_removed(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let (first, second) = (w.request(), w.request());
    let mut installation = w.installation(&first, "a");
    let mut twin = w.installation(&second, "a");
    let writes = vec![
        Write::InsertRequest(first),
        Write::InsertRequest(second),
        Write::InsertInstallation(installation.clone()),
    ];
    write(s, writes).await.unwrap();
    let exists = "exists already: installation";
    assert_eq!(refusal(s, vec![Write::InsertInstallation(twin.clone())]).await, exists);
    twin.label = "b".to_owned();
    assert_eq!(refusal(s, vec![Write::InsertInstallation(twin.clone())]).await, exists, "the name in targets");
    twin.label = "a".to_owned();
    installation.state = InstallationState::Removed;
    installation.version = 2;
    write(s, vec![Write::UpdateInstallation(installation), Write::InsertInstallation(twin)]).await.unwrap();
}

async fn one_deployment_per_stage(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let x = w.installed(s, "a").await;
    let twin = installation::Deployment { id: DeploymentId(id()), ..x.test.clone() };
    assert_eq!(refusal(s, vec![Write::InsertDeployment(twin)]).await, "exists already: deployment");
    // Production in a test target.
    let second = w.request();
    let other = w.installation(&second, "b");
    let mixed = installation::Deployment {
        id: DeploymentId(id()),
        installation: other.id,
        stage: Stage::Production,
        ..x.test.clone()
    };
    let writes = vec![Write::InsertRequest(second), Write::InsertInstallation(other), Write::InsertDeployment(mixed)];
    assert_eq!(refusal(s, writes).await, rule("reference"));
}

async fn one_open_activation(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let x = w.installed(s, "a").await;
    write(s, vec![Write::InsertActivation(w.activation(&x, w.clerk))]).await.unwrap();
    let second = vec![Write::InsertActivation(w.activation(&x, w.signatory))];
    assert_eq!(refusal(s, second).await, "exists already: activation");
}

async fn one_open_request(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let open: Vec<RequestState> = RequestState::ALL.iter().copied().filter(|state| !state.is_closed()).collect();
    let mut first = w.request();
    write(s, vec![Write::InsertRequest(first.clone())]).await.unwrap();
    for state in &open {
        first.state = *state;
        first.version += 1;
        write(s, vec![Write::UpdateRequest(first.clone())]).await.unwrap();
        for other in &open {
            let second = request::Request { state: *other, ..w.request() };
            let refused = refusal(s, vec![Write::InsertRequest(second)]).await;
            assert_eq!(refused, "exists already: request", "{other} beside {state}");
        }
    }
    first.state = RequestState::Withdrawn;
    first.version += 1;
    let second = request::Request { state: RequestState::Draft, ..w.request() };
    write(s, vec![Write::UpdateRequest(first), Write::InsertRequest(second)]).await.unwrap();
}

async fn what_was_published_stays(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let x = w.installed(s, "a").await;
    let writes = vec![
        Write::InsertRevision(w.revision(&x, &x.test, x.install.id)),
        Write::InsertAcceptance(w.acceptance(&x, w.clerk)),
    ];
    write(s, writes).await.unwrap();
    for sql in [
        "UPDATE configuration SET field_values = '{}'",
        "UPDATE acceptance SET accepted = 0",
        "UPDATE test_run SET cases = '[]'",
        "UPDATE release SET version = '6.6.6'",
        "UPDATE release SET facts = '{}'",
        "UPDATE package SET digest = digest",
        "UPDATE release SET signed_with = NULL",
        "DELETE FROM release",
        "UPDATE deployment SET revision = NULL; DELETE FROM revision",
        "DELETE FROM package",
        "DELETE FROM audit_entry",
        "UPDATE audit_entry SET action = 'nothing'",
    ] {
        assert!(fresh.try_tamper(sql).await.is_err(), "{sql}");
    }
    assert_eq!(s.release(w.release.id).await.unwrap(), Some(w.release));
}
