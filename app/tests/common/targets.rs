//! Samples of targets as their operators run them.

use super::samples::{AT, both, choice};
use portal_model::{
    MaintenanceId, TargetId,
    data_centre::{Stage, TargetKind},
    form::FieldError,
    installation::InstallationState,
    operating::{EvidenceKind, EvidenceState, Excess, NamespaceSurvey, Stopped, Survey, Window},
    operation::{Failure, FailureCause, OperationKind, OperationState},
    pages::targets::*,
    reference::{Reference, ReferenceKind},
};
use uuid::Uuid;

fn head(x: &str) -> TargetHead {
    TargetHead {
        id: TargetId(Uuid::nil()),
        name: format!("kommunen{x}"),
        kind: TargetKind::Kubernetes,
        stage: Stage::Production,
        data_centre: format!("Demo-Landes-RZ Nord{x}"),
        simulated: true,
    }
}

fn evidence_row(x: &str, kind: EvidenceKind, state: EvidenceState) -> EvidenceRow {
    EvidenceRow { kind, valid_until: AT, state, note: format!("Demo-Prüfstelle{x}") }
}

pub fn warnings(x: &str) -> Vec<EvidenceWarning> {
    let one = |kind, state| EvidenceWarning {
        data_centre: format!("Demo-RZ West{x}"),
        slug: "demo-rz-west".to_owned(),
        row: evidence_row(x, kind, state),
    };
    vec![one(EvidenceKind::C5, EvidenceState::Ended), one(EvidenceKind::Iso27001, EvidenceState::Ends(30))]
}

pub fn notices(x: &str) -> Vec<TargetNotice> {
    let maintenance = |now| TargetNotice::Maintenance {
        stage: Stage::Test,
        from: AT,
        until: AT.plus_days(1),
        text: format!("Neue Platten{x}"),
        now,
    };
    let stopped = TargetNotice::Stopped { stage: Stage::Production, at: AT, reason: format!("Störung{x}") };
    vec![maintenance(true), maintenance(false), stopped]
}

fn survey(x: &str, quotas: Option<Vec<String>>) -> Survey {
    let namespace = |missing: &[&str], excess: &[&str], quotas| NamespaceSurvey {
        namespace: format!("kommunen{x}"),
        missing: missing.iter().map(|m| format!("{m}{x}")).collect(),
        excess: excess.iter().map(|m| format!("{m}{x}")).collect(),
        quotas,
    };
    Survey {
        at: AT,
        version: format!("v1.33.0{x}"),
        namespaces: vec![
            namespace(&[], &["delete pods"], quotas),
            namespace(&["create secrets"], &[], None),
            namespace(&[], &[], Some(Vec::new())),
        ],
        beyond: Excess::ALL.to_vec(),
        ingress_classes: None,
        storage_classes: Some(vec![format!("schnell{x}")]),
    }
}

pub fn plan(x: &str) -> PlanPage {
    PlanPage {
        data_centre: format!("Demo-Landes-RZ Nord{x}"),
        slug: "demo".to_owned(),
        simulated: true,
        has_test: false,
        form: PlanForm {
            stage: "test".to_owned(),
            mode: "each".to_owned(),
            namespace: format!("kommunen{x}"),
            pattern: format!("{{verwaltung}}-test{x}"),
            municipalities: vec!["amt".to_owned()],
            domain: format!("apps.example{x}"),
            ingress_class: format!("nginx{x}"),
            storage_class: format!("fast{x}"),
            tls_secret: format!("tls{x}"),
            capacity: format!("10{x}"),
        },
        municipalities: vec![choice("amt", "Amt Lütjenburg", false, 1, x)],
        begun: vec![(TargetId(Uuid::nil()), format!("kommunen-test{x}"), AT)],
        errors: vec![FieldError::new("namespace", "namespace"), FieldError::new("verwaltungen", "choose_one")],
    }
}

pub fn registration(x: &str, checked: bool) -> RegistrationPage {
    RegistrationPage {
        id: TargetId(Uuid::nil()),
        data_centre: format!("Demo-Landes-RZ Nord{x}"),
        slug: "demo".to_owned(),
        simulated: true,
        stage: Stage::Test,
        namespaces: vec![(format!("a{x}"), Some(format!("Amt Lütjenburg{x}"))), (format!("b{x}"), None)],
        domain: format!("apps.example{x}"),
        capacity: 10,
        ingress_class: format!("nginx{x}"),
        storage_class: format!("fast{x}"),
        yaml: format!("kind: Role{x}\n"),
        account: (format!("ozg-portal{x}"), format!("a{x}")),
        has_test: !checked,
        credential: CredentialForm {
            way: "parts".to_owned(),
            server: format!("https://k.example{x}"),
            ca: format!("-----BEGIN{x}"),
            failure: (!checked).then(|| Failure { cause: FailureCause::Unreachable, detail: format!("refused{x}") }),
            survey: None,
        },
        endpoint: checked.then(|| format!("https://k.example{x}")),
        survey: checked.then(|| survey(x, Some(vec![format!("kontingent: pods 1/10{x}")]))),
        may_register: checked,
        errors: if checked { vec![FieldError::new("trotzdem", "permissions_excessive")] } else { Vec::new() },
    }
}

pub fn show(x: &str, full: bool) -> TargetPage {
    let tenant = |version: Option<&str>| TenantRow {
        municipality: format!("Amt Lütjenburg{x}"),
        verfahren: both("Hundesteuer", x),
        version: version.map(|v| format!("{v}{x}")),
        state: InstallationState::Live,
        since: version.map(|_| AT),
    };
    let failure = FailureRow {
        reference: Reference::from_random(ReferenceKind::Bereitstellung, [3; 8]),
        kind: OperationKind::Activate,
        municipality: Some(format!("Amt Lütjenburg{x}")),
        state: OperationState::Stuck,
        cause: FailureCause::QuotaExceeded,
        since: AT,
    };
    TargetPage {
        head: head(x),
        endpoint: format!("https://k.example{x}"),
        only_for: full.then(|| format!("Amt Lütjenburg{x}")),
        domain: format!("apps.example{x}"),
        closed: false,
        taken: 12,
        capacity: 50,
        running: 2,
        stuck: i64::from(full),
        trials: 0,
        may_admit_trials: full,
        at_once: full.then_some(2),
        default_at_once: 4,
        per_second: full.then_some(10),
        windows: if full {
            vec![Window { from: 1320, until: 1800 }, Window { from: 2000, until: 2100 }]
        } else {
            Vec::new()
        },
        outside_windows: full,
        mirrors: if full { vec![(format!("docker.io{x}"), format!("spiegel.example{x}"))] } else { Vec::new() },
        stopped: full.then(|| Stopped { at: AT, reason: format!("Störung{x}") }),
        maintenance: if full { rows(x) } else { Vec::new() },
        tenants: if full { vec![tenant(Some("2.4.0")), tenant(None)] } else { Vec::new() },
        versions: if full { vec![(both("Hundesteuer", x), format!("2.4.0{x}"), 1)] } else { Vec::new() },
        failures: if full { vec![failure] } else { Vec::new() },
        may_change: true,
        reason: format!("Grund{x}"),
        errors: if full { Vec::new() } else { vec![FieldError::new("begruendung", "note_required")] },
    }
}

fn rows(x: &str) -> Vec<MaintenanceRow> {
    let row = |now| MaintenanceRow {
        id: MaintenanceId(Uuid::nil()),
        from: AT,
        until: AT.plus_days(1),
        text: format!("Neue Platten{x}"),
        now,
    };
    vec![row(true), row(false)]
}

pub fn settings(x: &str) -> TargetSettingsPage {
    TargetSettingsPage {
        head: head(x),
        at_once: format!("2{x}"),
        default_at_once: 4,
        per_second: format!("10{x}"),
        windows: format!("Mo 22:00-24:00{x}"),
        mirrors: format!("docker.io = spiegel.example{x}"),
        errors: vec![FieldError::new("zeitfenster", "window_line").with("line", format!("Mo{x}"))],
    }
}

pub fn credential(x: &str) -> TargetCredentialPage {
    TargetCredentialPage {
        head: head(x),
        endpoint: format!("https://k.example{x}"),
        others: vec![format!("andere{x}")],
        all: true,
        running: 2,
        credential: CredentialForm {
            way: "kubeconfig".to_owned(),
            failure: Some(Failure { cause: FailureCause::Unauthorised, detail: format!("401{x}") }),
            survey: Some(survey(x, None)),
            ..CredentialForm::default()
        },
        errors: vec![FieldError::new("kubeconfig", "permissions_missing")],
    }
}

pub fn maintenance(x: &str, full: bool) -> MaintenancePage {
    MaintenancePage {
        head: head(x),
        from: format!("2026-11-23T22:00{x}"),
        until: String::new(),
        text: format!("Neue Platten{x}"),
        rows: if full { rows(x) } else { Vec::new() },
        errors: if full { vec![FieldError::new("bis", "required")] } else { Vec::new() },
    }
}

pub fn evidence(x: &str, full: bool) -> EvidencePage {
    let states = [EvidenceState::Ended, EvidenceState::Ends(7), EvidenceState::Valid];
    let rows = EvidenceKind::ALL.iter().zip(states).map(|(kind, state)| evidence_row(x, *kind, state));
    EvidencePage {
        data_centre: format!("Demo-Landes-RZ Nord{x}"),
        slug: "demo".to_owned(),
        simulated: true,
        rows: if full { rows.collect() } else { Vec::new() },
        kind: "c5".to_owned(),
        until: format!("2027-06-30{x}"),
        note: format!("Demo-Prüfstelle{x}"),
        errors: if full { vec![FieldError::new("bis", "date")] } else { Vec::new() },
    }
}
