//! Requests and installations, and the lists of cases.

use crate::{common::Fresh, on_both, world::*};
use portal_core::ports::*;
use portal_model::{
    activation::{Approval, Side},
    installation::InstallationState,
    operation::OperationState,
    request::RequestState,
    *,
};

on_both!(a_case_with_everything, updates_need_the_version, lists_filter_and_page, scopes, adoption, details);

fn all() -> CaseQuery {
    CaseQuery { scope: Scope { all: true, ..Scope::default() }, limit: 50, ..CaseQuery::default() }
}

async fn ids(s: &portal_storage::Storage, q: &CaseQuery) -> (Vec<RequestId>, i64) {
    let cases = s.case_list(q).await.unwrap();
    let (lines, count) = s.case_lines(q).await.unwrap();
    assert_eq!(cases.iter().map(CaseRecord::line).collect::<Vec<_>>(), lines);
    (cases.into_iter().map(|c| c.request.id).collect(), count)
}

async fn a_case_with_everything(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let mut x = w.installed(s, "a").await;
    let mut activation = w.activation(&x, w.clerk);
    let yes = Approval { side: Side::Land, person: w.consultant, at: NOW };
    x.request.version = 2;
    x.request.assigned_to = Some(w.consultant);
    let writes = vec![
        Write::InsertActivation(activation.clone()),
        Write::InsertApproval(activation.id, yes.clone()),
        Write::UpdateRequest(x.request.clone()),
    ];
    write(s, writes).await.unwrap();
    activation.approvals.push(yes);
    let case = s.case(x.request.id).await.unwrap().unwrap();
    assert_eq!(case.request, x.request);
    assert_eq!(case.installation, Some(x.installation.clone()));
    assert_eq!(case.activation, Some(activation.clone()));
    assert_eq!(case.operation, Some((x.install.reference.clone(), OperationState::Done)));
    assert_eq!((case.municipality_slug.as_str(), case.verfahren_slug.as_str()), ("amt-nordsee", "hundesteuer"));
    assert_eq!((case.verfahren_name.de.as_str(), case.version.as_str()), ("Hundesteuer", "1.0.0"));
    assert_eq!(case.assigned_to_name.as_deref(), Some("Beratung"));
    assert_eq!(case.data_centre_name.as_deref(), Some("Rechenzentrum Nord"));
    assert_eq!(s.case_by_reference(&x.request.reference).await.unwrap(), Some(case));
    assert_eq!(s.activation_latest(x.installation.id).await.unwrap(), Some(activation));
    assert_eq!(s.case(RequestId(id())).await.unwrap(), None);
}

async fn updates_need_the_version(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let mut request = w.request();
    let mut installation = w.installation(&request, "a");
    write(s, vec![Write::InsertRequest(request.clone()), Write::InsertInstallation(installation.clone())])
        .await
        .unwrap();
    let stale = (request.clone(), installation.clone());
    request.version = 2;
    request.state = RequestState::Submitted;
    request.submitted_by = Some(w.clerk);
    request.submitted_at = Some(NOW);
    installation.version = 2;
    installation.state = InstallationState::TestFailed;
    write(s, vec![Write::UpdateRequest(request.clone()), Write::UpdateInstallation(installation.clone())])
        .await
        .unwrap();
    let case = s.case(request.id).await.unwrap().unwrap();
    assert_eq!((&case.request, case.installation.as_ref()), (&request, Some(&installation)));
    let conflict = StoreError::Conflict.to_string();
    for write in [Write::UpdateRequest(stale.0), Write::UpdateRequest(request), Write::UpdateInstallation(stale.1)] {
        assert_eq!(refusal(s, vec![write]).await, conflict);
    }
}

async fn lists_filter_and_page(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let mut requests = Vec::new();
    for n in 0..5 {
        let mut r = w.request();
        r.created_at = NOW.plus_seconds(n);
        // Handed in the other way round.
        r.submitted_at = (n > 0).then(|| NOW.plus_seconds(100 - n));
        r.state = if n > 0 { RequestState::Withdrawn } else { RequestState::Draft };
        r.assigned_to = (n == 4).then_some(w.consultant);
        write(s, vec![Write::InsertRequest(r.clone())]).await.unwrap();
        requests.push(r);
    }
    let expect = |picked: &[usize]| picked.iter().map(|n| requests[*n].id).collect::<Vec<_>>();
    assert_eq!(ids(s, &all()).await, (expect(&[4, 3, 2, 1, 0]), 5));
    let oldest = CaseQuery { order: CaseOrder::OldestFirst, ..all() };
    assert_eq!(ids(s, &oldest).await.0, expect(&[0, 4, 3, 2, 1]));
    let page = CaseQuery { limit: 2, after: Some((requests[3].created_at, requests[3].id)), ..all() };
    assert_eq!(ids(s, &page).await, (expect(&[2, 1]), 5));
    let page = CaseQuery { after: Some((NOW.plus_seconds(97), requests[3].id)), ..oldest };
    assert_eq!(ids(s, &page).await.0, expect(&[2, 1]));
    let by = |q: CaseQuery| async move { ids(s, &q).await.0 };
    assert_eq!(by(CaseQuery { states: vec![RequestState::Draft], ..all() }).await, expect(&[0]));
    assert_eq!(by(CaseQuery { assigned_to: Some(w.consultant), ..all() }).await, expect(&[4]));
    assert_eq!(by(CaseQuery { unassigned: true, states: vec![RequestState::Draft], ..all() }).await, expect(&[0]));
    let reference = Some(requests[2].reference.clone());
    assert_eq!(by(CaseQuery { reference: reference.clone(), ..all() }).await, expect(&[2]));
    assert_eq!(by(CaseQuery { verfahren_any: Some(Vec::new()), ..all() }).await, []);
    assert_eq!(by(CaseQuery { reference, verfahren_any: Some(Vec::new()), ..all() }).await, expect(&[2]));
    assert_eq!(by(CaseQuery { verfahren_any: Some(vec![w.verfahren.id]), ..all() }).await.len(), 5);
    assert_eq!(by(CaseQuery { verfahren: Some(VerfahrenId(id())), ..all() }).await, []);
    assert_eq!(by(CaseQuery { municipality: Some(w.municipality.id), ..all() }).await.len(), 5);
    assert_eq!(by(CaseQuery { installed_only: true, ..all() }).await, []);
    let installation = w.installation(&requests[1], "a");
    write(s, vec![Write::InsertInstallation(installation)]).await.unwrap();
    assert_eq!(by(CaseQuery { installed_only: true, ..all() }).await, expect(&[1]));
    let in_test = vec![InstallationState::InTest];
    assert_eq!(by(CaseQuery { installation_states: in_test.clone(), ..all() }).await, expect(&[1]));
    let either = CaseQuery { states: vec![RequestState::Draft], installation_states: in_test, ..all() };
    assert_eq!(by(either).await, expect(&[1, 0]));

    // Whoever sees everything through a tenant, a Land or both sees the same lists, page by page.
    let (tenant, land) = (vec![w.municipality.id], vec![Land::SCHLESWIG_HOLSTEIN]);
    for scope in [
        Scope { tenants: tenant.clone(), ..Scope::default() },
        Scope { laender: land.clone(), ..Scope::default() },
        Scope { tenants: tenant, laender: land, ..Scope::default() },
    ] {
        let by = async |q: CaseQuery| ids(s, &CaseQuery { scope: scope.clone(), ..q }).await;
        assert_eq!(by(all()).await, (expect(&[4, 3, 2, 1, 0]), 5));
        assert_eq!(by(CaseQuery { order: CaseOrder::OldestFirst, ..all() }).await.0, expect(&[0, 4, 3, 2, 1]));
        let page = CaseQuery { limit: 2, after: Some((requests[3].created_at, requests[3].id)), ..all() };
        assert_eq!(by(page).await, (expect(&[2, 1]), 5));
        let drafts = vec![RequestState::Draft];
        let in_test = vec![InstallationState::InTest];
        assert_eq!(by(CaseQuery { states: drafts.clone(), ..all() }).await, (expect(&[0]), 1));
        assert_eq!(by(CaseQuery { installed_only: true, ..all() }).await, (expect(&[1]), 1));
        assert_eq!(
            by(CaseQuery { states: drafts, installation_states: in_test, limit: 1, ..all() }).await,
            (expect(&[1]), 2)
        );
        assert_eq!(by(CaseQuery { unassigned: true, ..all() }).await.0, expect(&[3, 2, 1, 0]));
        assert_eq!(by(CaseQuery { municipality: Some(w.municipality.id), ..all() }).await.1, 5);
        assert_eq!(by(CaseQuery { municipality: Some(w.state_body.id), ..all() }).await, (vec![], 0));
    }
}

async fn scopes(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let request = w.request();
    write(s, vec![Write::InsertRequest(request.clone())]).await.unwrap();
    let seen = |scope| async { ids(s, &CaseQuery { scope, ..all() }).await.1 };
    assert_eq!(seen(Scope::default()).await, 0);
    assert_eq!(seen(Scope { tenants: vec![w.municipality.id], ..Scope::default() }).await, 1);
    assert_eq!(seen(Scope { tenants: vec![w.state_body.id], ..Scope::default() }).await, 0);
    assert_eq!(seen(Scope { laender: vec![Land::SCHLESWIG_HOLSTEIN], ..Scope::default() }).await, 1);
    assert_eq!(seen(Scope { laender: vec![Land::BAYERN], ..Scope::default() }).await, 0);
    let both = Scope { tenants: vec![w.municipality.id], laender: vec![Land::BAYERN], ..Scope::default() };
    assert_eq!(seen(both).await, 1);
    // A mandate for some Verfahren lets see those, and those of no other municipality.
    let limited = |tenant, verfahren: &[VerfahrenId]| Scope {
        limited: vec![(w.state_body.id, vec![w.verfahren.id]), (tenant, verfahren.to_vec())],
        ..Scope::default()
    };
    assert_eq!(seen(limited(w.municipality.id, &[VerfahrenId(id()), w.verfahren.id])).await, 1);
    assert_eq!(seen(limited(w.municipality.id, &[VerfahrenId(id())])).await, 0);
    assert_eq!(seen(limited(w.municipality.id, &[])).await, 0);
    assert_eq!(seen(limited(OrganisationId(id()), &[w.verfahren.id])).await, 0);
}

async fn adoption(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let mut x = w.installed(s, "a").await;
    assert!(s.adoption().await.unwrap().is_empty());
    x.installation.state = InstallationState::Live;
    x.installation.live_since = Some(NOW);
    x.installation.version = 2;
    write(s, vec![Write::UpdateInstallation(x.installation)]).await.unwrap();
    let rows = s.adoption().await.unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].municipality, rows[0].live_since), (w.municipality.id, Some(NOW)));
}

async fn details(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let x = w.installed(s, "a").await;
    let deployments = s.deployments(x.installation.id).await.unwrap();
    assert_eq!(deployments, [x.test.clone(), x.production.clone()]);
    assert_eq!(s.revision(x.test.id).await.unwrap(), None);
    let revision = w.revision(&x, &x.test, x.install.id);
    let acceptance = w.acceptance(&x, w.signatory);
    write(s, vec![Write::InsertRevision(revision.clone()), Write::InsertAcceptance(acceptance.clone())]).await.unwrap();
    assert_eq!(s.revision(x.test.id).await.unwrap(), Some(revision));
    assert_eq!(s.configuration(x.configuration.id).await.unwrap(), Some(x.configuration.clone()));
    assert_eq!(s.configuration_count(x.request.id).await.unwrap(), 1);
    assert_eq!(s.configuration_count(RequestId(id())).await.unwrap(), 0);
    assert_eq!(s.test_run(x.run.id).await.unwrap(), Some(x.run.clone()));
    assert_eq!(s.test_run_latest(x.installation.id).await.unwrap(), Some(x.run.clone()));
    assert_eq!(s.acceptance_latest(x.installation.id).await.unwrap(), Some(acceptance));
    assert_eq!(s.operation_by_reference(&x.install.reference).await.unwrap(), Some(x.install.clone()));
    assert_eq!(s.operations(x.request.id).await.unwrap(), std::slice::from_ref(&x.install));
    let mut expected = vec![w.clerk, w.signatory];
    expected.sort();
    assert_eq!(s.participants(x.request.id).await.unwrap(), expected);
}
