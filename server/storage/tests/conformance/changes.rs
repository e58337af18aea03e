//! What the database holds about changes of something live.

use crate::{
    common::Fresh,
    on_both,
    world::{Installed, NOW, World, id, refusal, rule, write, write_at},
};
use portal_core::ports::{Store as _, StoreError, Write};
use portal_model::{
    PersonId, RevisionId, Timestamp,
    activation::{Activation, ActivationState, Approval, Side},
    installation::{Installation, InstallationState, Revision},
    person,
    request::Request,
    verfahren::{Release, ReleaseState},
};
use portal_storage::Storage;

on_both!(
    who_took_part_before_is_a_stranger_to_a_change,
    production_goes_back_to_what_ran,
    what_is_changed_stays_adopted
);

async fn live(w: &World, s: &Storage, label: &str) -> Installed {
    let mut x = w.installed(s, label).await;
    x.installation = Installation {
        state: InstallationState::Live,
        live_since: Some(NOW),
        version: x.installation.version + 1,
        ..x.installation
    };
    write(s, vec![Write::UpdateInstallation(x.installation.clone())]).await.unwrap();
    x
}

async fn who_took_part_before_is_a_stranger_to_a_change(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let mut x = live(&w, s, "a").await;
    write(s, vec![Write::InsertAcceptance(w.acceptance(&x, w.signatory))]).await.unwrap();
    let before = s.participants(x.request.id).await.unwrap();
    assert!(before.contains(&w.clerk) && before.contains(&w.signatory));
    // Time passes: whoever took part until now is none of the change.
    let since = Timestamp(NOW.0 + 1);
    x.installation.state = InstallationState::Changing;
    x.installation.changing_since = Some(since);
    x.installation.version += 1;
    write(s, vec![Write::UpdateInstallation(x.installation.clone())]).await.unwrap();
    assert_eq!(s.participants(x.request.id).await.unwrap(), []);
    // Somebody edits it, after it was begun.
    let editor = PersonId(id());
    let person = person::Person { id: editor, name: String::new(), deactivated: false };
    let edited = Request { edited_by: Some(editor), version: x.request.version + 1, ..x.request.clone() };
    write(s, vec![Write::InsertPerson(person)]).await.unwrap();
    write_at(s, vec![Write::UpdateRequest(edited.clone())], since).await.unwrap();
    assert_eq!(s.participants(x.request.id).await.unwrap(), [editor]);
    // Somebody who edited long ago does so again.
    let again = Request { edited_by: Some(w.clerk), version: edited.version + 1, ..edited };
    write_at(s, vec![Write::UpdateRequest(again)], since).await.unwrap();
    assert!(s.participants(x.request.id).await.unwrap().contains(&w.clerk));
    let activation = w.activation(&x, editor);
    write(s, vec![Write::InsertActivation(activation.clone())]).await.unwrap();
    let yes = |side, person| vec![Write::InsertApproval(activation.id, Approval { side, person, at: since })];
    for participant in [editor, w.clerk] {
        assert_eq!(refusal(s, yes(Side::Municipality, participant)).await, rule("second_person"));
    }
    write(s, yes(Side::Municipality, w.signatory)).await.unwrap();
    write(s, yes(Side::Land, w.consultant)).await.unwrap();
}

async fn production_goes_back_to_what_ran(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let (x, other) = (live(&w, s, "a").await, live(&w, s, "b").await);
    let operation = w.operation(&x.installation, &x.production);
    let activation = w.activation(&x, w.clerk);
    w.approved(s, &activation).await;
    let ran = Revision {
        test_run: Some(x.run.id),
        activation: Some(activation.id),
        ..w.revision(&x, &x.production, operation.id)
    };
    write(s, vec![Write::InsertOperation(operation.clone()), Write::InsertRevision(ran.clone())]).await.unwrap();
    let done = Activation { state: ActivationState::Done, version: 3, ..activation.clone() };
    write(s, vec![Write::UpdateActivation(done)]).await.unwrap();
    let again = || Revision { id: RevisionId(id()), restored_from: Some(ran.id), ..ran.clone() };
    let basis = rule("production_basis");
    // It was applied, but nobody knows that it ran.
    assert_eq!(refusal(s, vec![Write::InsertRevision(again())]).await, basis);
    assert_eq!(s.healthy_revisions(x.production.id, 5).await.unwrap(), []);
    write(s, vec![Write::MarkHealthy(ran.id, NOW), Write::MarkHealthy(ran.id, NOW)]).await.unwrap();
    assert_eq!(s.healthy_revisions(x.production.id, 5).await.unwrap(), std::slice::from_ref(&ran));
    // Not without saying so, not elsewhere, and nothing else in its name.
    assert_eq!(refusal(s, vec![Write::InsertRevision(Revision { restored_from: None, ..again() })]).await, basis);
    let elsewhere = Revision { deployment: other.production.id, ..again() };
    assert_eq!(refusal(s, vec![Write::InsertRevision(elsewhere)]).await, basis);
    let another = Revision { configuration: other.configuration.id, ..again() };
    assert_eq!(refusal(s, vec![Write::InsertRevision(another)]).await, basis);
    let back = again();
    write(s, vec![Write::InsertRevision(back.clone())]).await.unwrap();
    assert_eq!(s.revision(x.production.id).await.unwrap(), Some(back));
    write(s, vec![Write::PointRevision(x.production.id, Some(ran.id))]).await.unwrap();
    assert_eq!(s.revision(x.production.id).await.unwrap(), Some(ran.clone()));
    // What was withdrawn as unsafe is never applied again.
    let release = Release { state: ReleaseState::Unsafe, state_note: "gap".to_owned(), ..w.release.clone() };
    write(s, vec![Write::UpdateRelease { from: w.release.state, release }]).await.unwrap();
    assert_eq!(refusal(s, vec![Write::InsertRevision(again())]).await, basis);
    assert_eq!(s.configuration_latest(x.request.id).await.unwrap(), Some(x.configuration));
    let gone = refusal(s, vec![Write::MarkHealthy(RevisionId(id()), NOW)]).await;
    assert_eq!(gone, StoreError::Rule("reference".to_owned()).to_string());
}

async fn what_is_changed_stays_adopted(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let mut x = live(&w, s, "a").await;
    for state in InstallationState::ALL {
        x.installation.state = *state;
        x.installation.version += 1;
        write(s, vec![Write::UpdateInstallation(x.installation.clone())]).await.unwrap();
        let adopted = s.adoption().await.unwrap().len() == 1;
        assert_eq!(adopted, x.installation.is_adopted(), "{state}");
    }
}
