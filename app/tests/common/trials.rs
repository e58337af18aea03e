//! Samples of trials.

use super::samples::{self, AT, both, choice};
use portal_model::{
    Lang, TargetId,
    form::FieldError,
    operation::{Failure, FailureCause, OperationState},
    pages::{operation::OperationPage, trials::*},
    reference::{Reference, ReferenceKind},
    submission::SubmissionState,
    trial::TrialResult,
};

fn row(x: &str, result: Option<TrialResult>, earlier_content: bool) -> TrialRow {
    TrialRow {
        reference: Reference::from_random(ReferenceKind::Bereitstellung, [3; 8]),
        package: super::packages::pa(),
        package_id: format!("demo-foerde/hundesteuer{x}"),
        version: format!("2.4.0{x}"),
        data_centre: format!("Demo-Landes-RZ Nord{x}"),
        result,
        cancelling: result.is_none() && earlier_content,
        earlier_content,
        tests: 3,
        passed_tests: 2,
        millis: 14_200,
        started_by: format!("Herausgabe{x}"),
        by_key: earlier_content,
        given_up: result == Some(TrialResult::Cancelled),
        started_at: AT,
        finished_at: result.filter(|r| *r != TrialResult::Broken).map(|_| AT),
    }
}

/// Every way in which a trial can stand.
fn rows(x: &str) -> Vec<TrialRow> {
    let ended = TrialResult::ALL.iter().map(|r| row(x, Some(*r), false));
    [row(x, None, false), row(x, None, true), row(x, Some(TrialResult::Passed), true)]
        .into_iter()
        .chain(ended)
        .collect()
}

pub fn of_package(x: &str, state: SubmissionState) -> PackageTrials {
    let place = |value: &str, name: &str| choice(value, name, false, 1, x);
    match state {
        SubmissionState::Draft => PackageTrials {
            may_start: true,
            places: vec![place("a", "Demo-Landes-RZ Nord · kommunen-test"), place("b", "Demo-RZ West · west-test")],
            offered: true,
            rows: Vec::new(),
        },
        SubmissionState::Returned => PackageTrials {
            may_start: true,
            places: vec![place("a", "Demo-Landes-RZ Nord · kommunen-test")],
            offered: true,
            rows: vec![row(x, Some(TrialResult::Broken), false)],
        },
        SubmissionState::Submitted => PackageTrials { offered: true, ..PackageTrials::default() },
        SubmissionState::InReview => PackageTrials { rows: rows(x), ..PackageTrials::default() },
        _ => PackageTrials::default(),
    }
}

pub fn trial(x: &str, may_see_package: bool) -> TrialPage {
    let OperationPage { steps, events, last_event, .. } = samples::operation(x);
    TrialPage {
        row: row(x, may_see_package.then_some(TrialResult::Failed), true),
        name: both("Hundesteuer", x),
        vendor: format!("Demo-Softwarehaus Förde{x}"),
        target: format!("kommunen-test{x}"),
        simulated: true,
        cancelled_by: may_see_package.then(|| format!("Betrieb, Demo-Landes-RZ Nord{x}")),
        given_up_by: may_see_package.then(|| format!("Betriebsleitung{x}")),
        digest: format!("{}{x}", "3f".repeat(32)),
        state: if may_see_package { OperationState::Done } else { OperationState::Running },
        steps,
        failure: Some(Failure { cause: FailureCause::NotReady, detail: format!("Deployment/web 0/1{x}") }),
        report: samples::case(x).test_run,
        events,
        last_event,
        may_cancel: !may_see_package,
        may_give_up: !may_see_package,
        may_see_package,
        auto: None,
    }
}

pub fn target(x: &str, may_admit: bool) -> TrialTargetPage {
    TrialTargetPage {
        id: TargetId(uuid::Uuid::nil()),
        name: format!("kommunen-test{x}"),
        data_centre: format!("Demo-Landes-RZ Nord{x}"),
        simulated: true,
        may_admit,
        admitted: true,
        at_once: format!("2{x}"),
        trials: if may_admit { rows(x) } else { Vec::new() },
        errors: if may_admit {
            vec![FieldError::new("gleichzeitig", "between").with("min", 1).with("max", 20)]
        } else {
            Vec::new()
        },
    }
}

/// What the page of a package says of a trial to curators.
pub fn said(lang: Lang) -> String {
    let date = AT.date(lang);
    lang.pick("Probelauf bestanden am {} im Rechenzentrum", "Trial passed on {} in the data centre")
        .replace("{}", &date)
}
