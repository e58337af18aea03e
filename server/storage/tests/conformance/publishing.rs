//! Submissions, access keys, public keys, feedback.

use crate::{common::Fresh, on_both, world::*};
use portal_core::ports::*;
use portal_model::{
    feedback::{Feedback, FeedbackKind},
    installation::InstallationState,
    operation::{FailureCause, OperationState},
    reference::ReferenceKind,
    submission::{Submission, SubmissionMessage, SubmissionSide, SubmissionState as S},
    test_run::{TestCase, TestRun},
    token::AccessToken,
    vendor_key::VendorKey,
    verfahren::{Release, ReleaseLimits},
    *,
};
use portal_storage::Storage;

on_both!(
    submissions,
    a_second_person_releases,
    what_was_reviewed_is_released,
    access_keys,
    public_keys,
    feedback,
    failures,
    sweeping
);

pub(crate) fn submission(w: &World, version: &str, digest: &str) -> Submission {
    Submission {
        id: SubmissionId(id()),
        reference: new_reference(ReferenceKind::Paket),
        vendor: w.verfahren.vendor,
        verfahren: Some(w.verfahren.id),
        slug: w.verfahren.slug.clone(),
        package_id: w.verfahren.package_id.clone(),
        version: version.to_owned(),
        digest: digest.to_owned(),
        facts: w.release.facts.clone(),
        findings: Vec::new(),
        state: S::Draft,
        lock: 1,
        uploaded_by: w.clerk,
        token: None,
        submitted_by: None,
        assigned_to: None,
        decided_by: None,
        limits: ReleaseLimits { laender: vec![Land::BAYERN], municipalities: Vec::new() },
        security_fix: true,
        signed_with: None,
        release: None,
        created_at: NOW,
        uploaded_at: NOW,
        submitted_at: None,
        state_since: NOW,
    }
}

pub(crate) async fn insert(s: &Storage, x: &Submission) {
    let writes = vec![package(&x.digest), Write::InsertSubmission(x.clone(), Some("sig".to_owned()))];
    write(s, writes).await.unwrap();
}

fn next(x: &Submission, state: S) -> Submission {
    Submission { state, lock: x.lock + 1, ..x.clone() }
}

async fn submissions(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let first = submission(&w, "2.0.0", "package-2");
    insert(s, &first).await;
    let read = s.submission_by_reference(&first.reference).await.unwrap().unwrap();
    assert_eq!(
        (&read.submission, read.signature.as_deref(), read.vendor_name.as_str()),
        (&first, Some("sig"), "hersteller")
    );
    let twice = submission(&w, "2.0.0", "package-2");
    assert_eq!(refusal(s, vec![Write::InsertSubmission(twice, None)]).await, "exists already: submission");

    let mut sent = next(&first, S::Submitted);
    sent.submitted_by = Some(w.signatory);
    sent.submitted_at = Some(NOW.plus_days(1));
    write(s, vec![Write::UpdateSubmission(sent.clone(), None)]).await.unwrap();
    let stale = vec![Write::UpdateSubmission(next(&first, S::Discarded), None)];
    assert_eq!(refusal(s, stale).await, StoreError::Conflict.to_string());
    assert_eq!(s.submission_participants(first.id).await.unwrap().len(), 2);

    let second = submission(&w, "2.1.0", "package-3");
    insert(s, &second).await;
    let own = Scope { tenants: vec![w.verfahren.vendor], ..Scope::default() };
    let query = SubmissionQuery { scope: own, limit: 1, ..SubmissionQuery::default() };
    let (rows, total) = s.submission_list(&query).await.unwrap();
    assert_eq!((rows[0].submission.id, total), (second.id, 2), "in the order of the queue");
    let after = SubmissionQuery { after: Some((NOW, second.id)), ..query.clone() };
    assert_eq!(s.submission_list(&after).await.unwrap().0[0].submission.id, first.id);
    for (query, expected) in [
        (SubmissionQuery { states: vec![S::Submitted], ..query.clone() }, 1),
        (SubmissionQuery { exactly: Some(second.reference.to_string()), ..query.clone() }, 1),
        (SubmissionQuery { exactly: Some("hersteller/hundesteuer".to_owned()), ..query.clone() }, 2),
        (SubmissionQuery { verfahren_any: Some(Vec::new()), ..query.clone() }, 0),
        (SubmissionQuery { scope: Scope { tenants: vec![w.state_body.id], ..Scope::default() }, ..query.clone() }, 0),
        (SubmissionQuery { scope: Scope { all: true, ..Scope::default() }, ..query.clone() }, 2),
    ] {
        assert_eq!(s.submission_list(&query).await.unwrap().1, expected, "{query:?}");
    }
    let open = s.submission_of_version("hersteller/hundesteuer", "2.1.0").await.unwrap();
    assert_eq!(open.map(|r| r.submission.id), Some(second.id));

    let said = |at, text: &str| SubmissionMessage {
        submission: first.id,
        at,
        person: w.consultant,
        side: SubmissionSide::Curator,
        text: text.to_owned(),
    };
    let (early, late) = (said(NOW, "Warum?"), said(NOW.plus_days(1), "Danke."));
    write(s, vec![Write::InsertMessage(late.clone()), Write::InsertMessage(early.clone())]).await.unwrap();
    assert_eq!(s.submission_messages(first.id).await.unwrap(), [early, late]);
    assert!(fresh.try_tamper("UPDATE submission_message SET body = ''").await.is_err());
    assert!(fresh.try_tamper("DELETE FROM submission_message").await.is_err());
}

async fn a_second_person_releases(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let mut x = submission(&w, "2.0.0", "package-2");
    x.state = S::InReview;
    insert(s, &x).await;
    let decided = |by| Submission { decided_by: by, ..next(&x, S::Released) };
    assert_eq!(refusal(s, vec![Write::UpdateSubmission(decided(None), None)]).await, rule("submission_decided"));
    let uploader = vec![Write::UpdateSubmission(decided(Some(w.clerk)), None)];
    assert_eq!(refusal(s, uploader).await, rule("second_person"));
    // Somebody else uploaded anew: the first uploader is still no stranger.
    let mut anew = next(&x, S::InReview);
    anew.uploaded_by = w.signatory;
    write(s, vec![Write::UpdateSubmission(anew.clone(), None)]).await.unwrap();
    for person in [w.clerk, w.signatory] {
        let decided = Submission { decided_by: Some(person), ..next(&anew, S::Released) };
        assert_eq!(refusal(s, vec![Write::UpdateSubmission(decided, None)]).await, rule("second_person"));
    }
    let decided = Submission { decided_by: Some(w.consultant), ..next(&anew, S::Released) };
    write(s, vec![Write::UpdateSubmission(decided, None)]).await.unwrap();
}

async fn what_was_reviewed_is_released(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let x = submission(&w, "2.0.0", "package-2");
    insert(s, &x).await;
    let other = Release { submission: Some(x.id), ..release(w.verfahren.id, "2.0.0", "package-3") };
    let swapped = vec![package("package-3"), Write::InsertRelease(other)];
    assert_eq!(refusal(s, swapped).await, rule("reference"));
    let same = Release { submission: Some(x.id), ..release(w.verfahren.id, "2.0.0", "package-2") };
    write(s, vec![Write::InsertRelease(same.clone())]).await.unwrap();
    let read = s.submission_by_reference(&x.reference).await.unwrap().unwrap();
    assert_eq!(read.submission.release, Some(same.id));
    let again = Submission { digest: "package-1".to_owned(), ..next(&x, S::Draft) };
    assert_eq!(refusal(s, vec![Write::UpdateSubmission(again, None)]).await, rule("reference"));
}

async fn access_keys(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let token = AccessToken {
        id: TokenId(id()),
        organisation: w.verfahren.vendor,
        verfahren: vec![w.verfahren.id],
        name: "Pipeline".to_owned(),
        created_by: w.clerk,
        created_at: NOW,
        expires_at: NOW.plus_days(9),
        revoked_at: None,
        last_used_at: None,
    };
    write(s, vec![Write::InsertToken(token.clone(), "hash".to_owned())]).await.unwrap();
    assert_eq!(s.token_by_hash("other", NOW).await.unwrap(), None);
    assert_eq!(s.token_by_hash("hash", NOW).await.unwrap(), Some(token.clone()));
    let used = |at| AccessToken { last_used_at: Some(at), ..token.clone() };
    assert_eq!(s.token_by_hash("hash", NOW.plus_seconds(60)).await.unwrap(), Some(used(NOW)), "noted once an hour");
    assert_eq!(s.tokens(w.verfahren.vendor).await.unwrap(), [used(NOW)]);
    assert_eq!(s.tokens(w.state_body.id).await.unwrap(), []);
    write(s, vec![Write::RevokeToken(token.id, NOW)]).await.unwrap();
    assert_eq!(s.token_by_hash("hash", NOW).await.unwrap().unwrap().revoked_at, Some(NOW));
    assert_eq!(refusal(s, vec![Write::RevokeToken(token.id, NOW)]).await, StoreError::Conflict.to_string());
    assert!(fresh.try_tamper("UPDATE access_token SET expires_at = 0").await.is_err());
}

async fn public_keys(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let key = |fingerprint: &str| VendorKey {
        id: VendorKeyId(id()),
        organisation: w.verfahren.vendor,
        name: "Signatur".to_owned(),
        pem: "pem".to_owned(),
        fingerprint: fingerprint.to_owned(),
        created_by: w.clerk,
        created_at: NOW,
        revoked_at: None,
    };
    let first = key("a");
    write(s, vec![Write::InsertVendorKey(first.clone())]).await.unwrap();
    assert_eq!(refusal(s, vec![Write::InsertVendorKey(key("a"))]).await, "exists already: vendor_key");
    write(s, vec![Write::RevokeVendorKey(first.id, NOW)]).await.unwrap();
    let revoked = VendorKey { revoked_at: Some(NOW), ..first };
    assert_eq!(s.vendor_keys(w.verfahren.vendor).await.unwrap(), [revoked]);
    assert!(fresh.try_tamper("UPDATE vendor_key SET pem = 'other'").await.is_err());
    let (vendor, other) = (w.verfahren.vendor, w.state_body.id);
    assert!(!s.signatures_required(vendor).await.unwrap(), "not until somebody says so");
    for required in [true, true, false, true] {
        write(s, vec![Write::RequireSignatures(vendor, required, w.clerk, NOW)]).await.unwrap();
        assert_eq!(s.signatures_required(vendor).await.unwrap(), required);
    }
    assert!(!s.signatures_required(other).await.unwrap(), "of one vendor only");
}

async fn feedback(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let said = |at, text: &str| Feedback {
        id: FeedbackId(id()),
        verfahren: w.verfahren.id,
        organisation: w.municipality.id,
        person: w.clerk,
        kind: FeedbackKind::Wish,
        text: text.to_owned(),
        at,
        answer: String::new(),
        answered_by: None,
        answered_at: None,
    };
    let (old, new) = (said(NOW, "Ratenzahlung"), said(NOW.plus_days(1), "Barrierefreie Belege"));
    write(s, vec![Write::InsertFeedback(old.clone()), Write::InsertFeedback(new.clone())]).await.unwrap();
    let name = w.municipality.name.clone();
    let open = s.feedback_open(&[w.verfahren.id], 10).await.unwrap();
    assert_eq!(open.iter().map(|(f, _)| f.id).collect::<Vec<_>>(), [old.id, new.id], "the oldest first");
    assert!(s.feedback_open(&[], 10).await.unwrap().is_empty());
    let all = s.feedback(w.verfahren.id, None, 10).await.unwrap();
    assert_eq!(all, [(new.clone(), name.clone()), (old.clone(), name.clone())]);
    assert_eq!(s.feedback(w.verfahren.id, Some((new.at, new.id)), 10).await.unwrap(), [(old.clone(), name)]);
    let answered = Feedback {
        answer: "Kommt.".to_owned(),
        answered_by: Some(w.consultant),
        answered_at: Some(NOW),
        ..old.clone()
    };
    write(s, vec![Write::AnswerFeedback(answered.clone())]).await.unwrap();
    assert_eq!(s.feedback_by_id(old.id).await.unwrap(), Some(answered));
    let open = s.feedback_open(&[w.verfahren.id], 10).await.unwrap();
    assert_eq!(open.iter().map(|(f, _)| f.id).collect::<Vec<_>>(), [new.id]);
    assert_eq!(s.release_runs(w.verfahren.id).await.unwrap(), []);
    let x = w.installed(s, "").await;
    let runs = ReleaseRuns { release: w.release.id, state: x.installation.state, installations: 1 };
    assert_eq!(s.release_runs(w.verfahren.id).await.unwrap(), [runs]);
}

/// By the newest test run and the newest operation of each installation, and only while it is at a stand.
async fn failures(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let found = async || {
        let all = s.release_failures(w.verfahren.id).await.unwrap();
        assert!(all.iter().all(|f| f.release == w.release.id), "{all:?}");
        all.into_iter().map(|f| (f.what, f.installations)).collect::<Vec<_>>()
    };
    let case = |name: &str, passed| TestCase { name: name.to_owned(), passed, duration_ms: 1, log: "IBAN".to_owned() };
    let mut installed = Vec::new();
    for label in ["a", "b", "c"] {
        let mut x = w.installed(s, label).await;
        let red = TestRun {
            id: TestRunId(id()),
            passed: false,
            cases: vec![case("rauch", true), case("kasse", false), case("frist", label != "a")],
            finished_at: NOW.plus_seconds(1),
            ..x.run.clone()
        };
        x.installation.state = InstallationState::TestFailed;
        x.installation.version = 2;
        write(s, vec![Write::InsertTestRun(red), Write::UpdateInstallation(x.installation.clone())]).await.unwrap();
        installed.push(x);
    }
    let test = |name: &str| FailedAt::Test(name.to_owned());
    assert_eq!(found().await, [(test("kasse"), 3), (test("frist"), 1)]);
    // The newest run is green, or the clerk has corrected values and it runs again: nothing of the old one counts.
    let green = TestRun { id: TestRunId(id()), finished_at: NOW.plus_seconds(2), ..installed[0].run.clone() };
    let again = installation::Installation {
        state: InstallationState::InTest,
        version: 3,
        ..installed[1].installation.clone()
    };
    write(s, vec![Write::InsertTestRun(green), Write::UpdateInstallation(again)]).await.unwrap();
    assert_eq!(found().await, [(test("kasse"), 1)]);
    let stuck = operation::Operation {
        state: OperationState::Stuck,
        failure: Some(operation::Failure { cause: FailureCause::QuotaExceeded, detail: "pods".to_owned() }),
        created_at: NOW.plus_seconds(3),
        ..w.operation(&installed[1].installation, &installed[1].test)
    };
    write(s, vec![Write::InsertOperation(stuck)]).await.unwrap();
    let both = [(test("kasse"), 1), (FailedAt::Operation(FailureCause::QuotaExceeded), 1)];
    assert_eq!(found().await, both);
    // Taking down says nothing of the version.
    let removal = operation::Operation {
        id: OperationId(id()),
        kind: operation::OperationKind::Remove,
        state: OperationState::Stuck,
        failure: Some(operation::Failure { cause: FailureCause::Unreachable, detail: String::new() }),
        created_at: NOW.plus_seconds(4),
        ..w.operation(&installed[0].installation, &installed[0].test)
    };
    write(s, vec![Write::InsertOperation(removal)]).await.unwrap();
    assert_eq!(found().await, both);
    assert_eq!(s.release_failures(VerfahrenId(id())).await.unwrap(), []);
}

async fn sweeping(fresh: &Fresh) {
    let (w, s) = (World::new(fresh).await, &fresh.storage);
    let x = submission(&w, "2.0.0", "package-2");
    insert(s, &x).await;
    let anew = Submission { digest: "package-3".to_owned(), ..next(&x, S::Draft) };
    write(s, vec![package("package-3"), Write::UpdateSubmission(anew, None)]).await.unwrap();
    assert_eq!(s.packages_sweep().await.unwrap(), ["package-1", "package-3"], "what nobody refers to is gone");
    write(s, vec![package("package-2")]).await.expect("it may come again");
    assert_eq!(s.packages_sweep().await.unwrap(), ["package-1", "package-3"]);
}
