//! Samples of the pages about packages, versions, keys and feedback.
#![expect(clippy::unwrap_used, reason = "a sample that cannot be read should stop the test")]

use super::samples::{AT, both, choice, form, na, verfahren};
use portal_model::{
    FeedbackId, Land, OrganisationId, ReleaseId, TokenId, VendorKeyId,
    feedback::FeedbackKind,
    finding::{Finding, Rule},
    form::FieldError,
    installation::InstallationState,
    operation::FailureCause,
    pages::{Page, packages::*, release_diff::*},
    reference::Reference,
    submission::{SubmissionSide, SubmissionState},
    verfahren::{ReleaseLimits, ReleaseState},
};
use uuid::Uuid;

pub fn pa() -> Reference {
    Reference::parse("PA-7K3M-Q2XD").unwrap()
}

pub fn row(x: &str, state: SubmissionState) -> PackageRow {
    PackageRow {
        reference: pa(),
        name: both("Hundesteuer", x),
        vendor: format!("Demo-Softwarehaus Förde{x}"),
        package_id: format!("demo-foerde/hundesteuer{x}"),
        version: format!("2.5.0{x}"),
        state,
        since: AT,
        warnings: 2,
        hints: 1,
        security_fix: true,
        signed: true,
        assigned_to: Some(format!("Verfahrensprüfung, Demo-AöR Nord{x}")),
    }
}

fn findings(x: &str) -> Vec<Finding> {
    vec![
        Finding::new(Rule::KeyMissing, format!("verfahren.yaml{x}"), format!("tests[0]{x}"))
            .with("name", format!("job{x}")),
        Finding::new(Rule::SbomMissing, "", ""),
        Finding::new(Rule::EnglishMissing, "verfahren.yaml", "summary"),
        Finding { rule: format!("frueher{x}"), ..Finding::new(Rule::Kind, "manifests/web.yaml", "kind") },
    ]
}

fn limits() -> ReleaseLimits {
    ReleaseLimits { laender: vec![Land::SCHLESWIG_HOLSTEIN], municipalities: vec![OrganisationId(Uuid::nil())] }
}

pub fn list(x: &str, is_curator: bool) -> PackageListPage {
    PackageListPage {
        q: format!("hund{x}"),
        states: vec![
            choice("open", "open", true, 3, ""),
            choice("in_review", "in_review", false, 1, ""),
            choice("all", "all", false, 9, x),
        ],
        rows: Page {
            items: SubmissionState::ALL.iter().map(|s| row(x, *s)).collect(),
            next: Some(format!("abc{x}")),
            total: 7,
        },
        may_upload: !is_curator,
        is_curator,
        verfahren: vec![OwnVerfahren {
            slug: "hundesteuer".into(),
            name: both("Hundesteuer", x),
            version: format!("2.4.0{x}"),
            adopters: 12,
        }],
    }
}

pub fn upload(x: &str, refused: bool) -> UploadPage {
    UploadPage {
        signatures: SigningPolicy { by_portal: refused, by_vendor: true },
        vendors: vec![format!("Demo-Softwarehaus Förde{x}")],
        max_bytes: 20 * 1024 * 1024,
        replaces: refused.then(|| row(x, SubmissionState::Returned)),
        findings: if refused { findings(x) } else { Vec::new() },
        signature: format!("MEUCIQ{x}"),
        errors: if refused {
            Vec::new()
        } else {
            vec![
                FieldError::new("paket", "other_vendor").with("vendors", x),
                FieldError::new("signatur", "signature_wrong"),
            ]
        },
    }
}

pub fn package(x: &str, state: SubmissionState) -> PackagePage {
    let in_review = state == SubmissionState::InReview;
    PackagePage {
        lacks_signature: matches!(state, SubmissionState::Draft | SubmissionState::InReview),
        trials: super::trials::of_package(x, state),
        row: row(x, state),
        lock: 7,
        digest: format!("{}{x}", "3f".repeat(32)),
        created_at: AT,
        uploaded_at: AT.plus_days(1),
        submitted_at: Some(AT),
        findings: findings(x),
        messages: vec![
            MessageView {
                at: AT,
                person: format!("Verfahrensprüfung, Demo-AöR Nord{x}"),
                side: SubmissionSide::Curator,
                text: format!("Bitte die Lizenz der Schriften nennen.{x}"),
            },
            MessageView {
                at: AT,
                person: format!("Herausgabe{x}"),
                side: SubmissionSide::Vendor,
                text: format!("Steht jetzt in publiccode.yml.{x}"),
            },
        ],
        changes: both("Neue Ermäßigung für Rettungshunde.", x),
        previous: Some(format!("2.4.0{x}")),
        signed_with: Some(format!("Freigabeschlüssel{x}")),
        verfahren: (state == SubmissionState::Released).then(|| "hundesteuer".into()),
        limits: limits(),
        limit_names: vec!["Schleswig-Holstein".into(), format!("Stadt Plön{x}")],
        laender: vec![choice("01", "Schleswig-Holstein", true, 1, x)],
        municipalities: format!("Stadt Plön\nFlensburg{x}"),
        may: PackageCapabilities {
            upload: state.is_open_for_upload(),
            submit: state.may_become(SubmissionState::Submitted),
            discard: state.may_become(SubmissionState::Discarded),
            message: !state.is_closed(),
            take: state.may_become(SubmissionState::InReview),
            decide: in_review,
        },
        took_part: false,
        decision: "return".into(),
        note: format!("Bitte ergänzen.{x}"),
        message: format!("Welche Lizenz haben die Schriften?{x}"),
        errors: if in_review {
            vec![FieldError::new("begruendung", "note_required"), FieldError::new("nachricht", "note_required")]
        } else {
            Vec::new()
        },
    }
}

pub fn preview(x: &str) -> PackagePreview {
    let object = |kind: &str, file: &str, is_test| PreviewObject {
        kind: format!("{kind}{x}"),
        name: format!("sample-web{x}"),
        file: if file.is_empty() { String::new() } else { format!("{file}{x}") },
        is_test,
        yaml: format!("kind: {kind}\nmetadata:\n  name: \"{x}\"\n"),
    };
    PackagePreview {
        reference: pa(),
        version: format!("2.5.0{x}"),
        verfahren: verfahren(x),
        form: form(x),
        objects: vec![
            object("Deployment", "manifests/web.yaml", false),
            object("Job", "tests/erreichbar.yaml", true),
            object("NetworkPolicy", "", false),
        ],
    }
}

fn release(x: &str, state: ReleaseState) -> ReleaseRow {
    ReleaseRow {
        id: ReleaseId(Uuid::nil()),
        version: format!("2.4.0{x}"),
        state,
        note: format!("Die Bibliothek wird nicht mehr gepflegt.{x}"),
        published_at: AT,
        security_fix: true,
        limits: vec![format!("Schleswig-Holstein{x}")],
        replaced_by: Some(format!("2.5.0{x}")),
        runs: vec![(InstallationState::Live, 12), (InstallationState::InTest, 1)],
    }
}

pub fn releases(x: &str) -> ReleasesPage {
    ReleasesPage {
        slug: "hundesteuer".into(),
        name: both("Hundesteuer", x),
        releases: ReleaseState::ALL.iter().map(|s| release(x, *s)).collect(),
        failures: vec![
            FailureRow {
                version: format!("2.4.0{x}"),
                what: FailureKind::Test(both("Die Kasse antwortet", x)),
                installations: 3,
            },
            FailureRow {
                version: format!("2.4.0{x}"),
                what: FailureKind::Operation(FailureCause::QuotaExceeded),
                installations: 1,
            },
        ],
        adopters: vec![(format!("Stadt Plön{x}"), format!("2.4.0{x}"))],
        may_withdraw: true,
        may_limit: true,
    }
}

pub fn release_end(x: &str, confirm: bool) -> ReleaseEndPage {
    ReleaseEndPage {
        slug: "hundesteuer".into(),
        name: both("Hundesteuer", x),
        release: release(x, ReleaseState::Published),
        states: vec![ReleaseState::Deprecated, ReleaseState::Withdrawn, ReleaseState::Unsafe],
        replacements: vec![choice("2.5.0", "2.5.0", true, 1, x)],
        adopters: 12,
        installations: 15,
        offered_after: Some(format!("2.3.0{x}")),
        is_offered: true,
        may_withdraw: true,
        may_limit: true,
        laender: vec![choice("01", "Schleswig-Holstein", false, 1, x)],
        municipalities: format!("Stadt Plön{x}"),
        confirm,
        state: "withdrawn".into(),
        note: format!("Falsche Bescheide bei Mehrhundhaltung.{x}"),
        errors: if confirm {
            Vec::new()
        } else {
            vec![FieldError::new("ersatz", "enum"), FieldError::new("land", "enum")]
        },
    }
}

pub fn keys(x: &str, fresh: bool) -> KeysPage {
    let token = |live, revoked_at| TokenRow {
        id: TokenId(Uuid::nil()),
        name: format!("Pipeline{x}"),
        verfahren: vec![format!("Hundesteuer{x}")],
        created_by: format!("Herausgabe{x}"),
        created_at: AT,
        expires_at: AT,
        revoked_at,
        last_used_at: None,
        live,
    };
    KeysPage {
        signatures: SigningPolicy { by_portal: !fresh, by_vendor: fresh },
        vendor: format!("Demo-Softwarehaus Förde{x}"),
        tokens: vec![token(true, None), token(false, Some(AT)), token(false, None)],
        keys: vec![VendorKeyRow {
            id: VendorKeyId(Uuid::nil()),
            name: format!("Freigabeschlüssel{x}"),
            fingerprint: format!("{}{x}", "9a".repeat(32)),
            created_at: AT,
            revoked_at: None,
        }],
        verfahren: vec![choice("hundesteuer", "Hundesteuer", true, 1, x)],
        fresh: fresh.then(|| format!("ozgp_geheim{x}")),
        name: format!("Pipeline{x}"),
        days: format!("4000{x}"),
        key_name: format!("Freigabe{x}"),
        pem: format!("-----BEGIN PUBLIC KEY-----{x}"),
        errors: if fresh {
            Vec::new()
        } else {
            vec![FieldError::new("tage", "between").with("min", 1).with("max", 366), FieldError::new("pem", "key_form")]
        },
    }
}

pub fn version(x: &str, state: ReleaseState) -> VersionPage {
    VersionPage {
        slug: "hundesteuer".into(),
        name: both("Hundesteuer", x),
        version: format!("2.4.0{x}"),
        state,
        note: format!("Die Bibliothek wird nicht mehr gepflegt.{x}"),
        replaced_by: Some(format!("2.5.0{x}")),
        published_at: AT,
        laender: vec!["Bayern".into()],
        pilots: 2,
        security_fix: true,
        changes: both("Neue Ermäßigung für Rettungshunde.", x),
        changelog: format!("# 2.4.0\n\n- Rettungshunde{x}\n"),
        changelog_unread: false,
        licence: format!("EUPL-1.2{x}"),
        digest: format!("{}{x}", "3f".repeat(32)),
        signed_with: Some((format!("Freigabeschlüssel{x}"), format!("{}{x}", "9a".repeat(32)))),
        components: vec![(format!("openssl{x}"), format!("3.0.1{x}"), format!("Apache-2.0{x}"))],
        may_manage: true,
        may_search: true,
    }
}

pub fn feedback(x: &str) -> FeedbackPage {
    let row = |kind, n: u128, answered| FeedbackRow {
        id: FeedbackId(Uuid::from_u128(n)),
        organisation: format!("Stadt Plön{x}"),
        kind,
        text: format!("Können Halter den Hund auch abmelden?{x}"),
        at: AT,
        answer: if answered { format!("Ja, ab 2.5.0.{x}") } else { String::new() },
        answered_at: answered.then_some(AT),
    };
    FeedbackPage {
        slug: "hundesteuer".into(),
        name: both("Hundesteuer", x),
        rows: Page {
            items: vec![row(FeedbackKind::Question, 1, true), row(FeedbackKind::Wish, 2, false)],
            next: Some(format!("abc{x}")),
            total: 0,
        },
        speaks_for: vec![choice("ploen", "Stadt Plön", true, 1, x), choice("kreis-ploen", "Kreis Plön", false, 1, x)],
        may_answer: true,
        kind: "wish".into(),
        text: format!("Ein Feld für die Chipnummer.{x}"),
        errors: vec![
            FieldError::new("text", "note_required"),
            FieldError::new(format!("antwort-{}", FeedbackId(Uuid::from_u128(2))).as_str(), "note_required"),
        ],
    }
}

pub fn components(x: &str) -> ComponentPage {
    let row = |installation| ComponentRow {
        component: format!("openssl{x}"),
        component_version: format!("3.0.1{x}"),
        slug: "hundesteuer".into(),
        verfahren: both("Hundesteuer", x),
        version: format!("2.4.0{x}"),
        state: ReleaseState::Deprecated,
        installation,
    };
    ComponentPage {
        q: format!("openssl{x}"),
        version: format!("3.0.1{x}"),
        rows: vec![row(Some((format!("Stadt Plön{x}"), na()))), row(None)],
        next: Some(format!("abc{x}")),
    }
}

pub fn difference(x: &str) -> ReleaseDiff {
    let line = |masked| Line {
        path: format!("spec.image{x}"),
        old: Some(if masked { String::new() } else { format!("web:1{x}") }),
        new: if masked { Some(String::new()) } else { None },
        masked,
    };
    let object = |change, lines: Vec<Line>, more| ObjectChange {
        kind: format!("Deployment{x}"),
        name: format!("web{x}"),
        test: true,
        change,
        lines,
        more,
    };
    let name = |version: &str| ReleaseName { version: format!("{version}{x}"), digest: format!("3f3f{x}") };
    ReleaseDiff {
        old: name("2.4.0"),
        new: name("2.5.0"),
        objects: vec![
            object(Change::Changed, vec![line(false), line(true)], 3),
            object(Change::Removed, Vec::new(), 0),
        ],
        templates: vec![object(Change::Added, Vec::new(), 0)],
        parameters: vec![ParameterChange {
            path: format!("kasse.iban{x}"),
            change: Change::Added,
            lines: vec![line(false)],
        }],
        permissions: Permission::ALL
            .iter()
            .map(|permission| PermissionChange {
                permission: *permission,
                object: format!("Deployment web{x}"),
                item: format!("NET_BIND_SERVICE{x}"),
                change: Change::Added,
            })
            .collect(),
        images: vec![ImageChange {
            name: format!("registry.example/web{x}"),
            change: Change::Changed,
            old: vec![format!("1@sha256:aa{x}")],
            new: Vec::new(),
        }],
        components: vec![ComponentChange {
            key: format!("deb/debian/openssl{x}"),
            name: format!("openssl{x}"),
            change: Change::Changed,
            old: vec![format!("3.0.1{x}")],
            new: vec![format!("3.0.2{x}")],
            old_licences: vec![format!("Apache-2.0{x}")],
            new_licences: Vec::new(),
            content: true,
        }],
        metadata: vec![line(false)],
    }
}
