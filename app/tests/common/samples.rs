//! One sample per page model. Every text holds `x`, so that a payload reaches each place.
#![expect(clippy::unwrap_used, reason = "a sample that cannot be read should stop the test")]

use portal_model::{
    AuditId, Bilingual, InstallationId, MandateId, OperationId, OrganisationId, PersonId, RequestId, TargetId,
    Timestamp,
    activation::{ActivationState, Side},
    audit::AuditEntry,
    data_centre::{Stage, TargetKind},
    event::{Event, EventCode},
    form::{
        Condition, ErrorLine, Field, FieldError, FieldErrorText, FieldKind, Form, GemeindeRow, GemeindeTable, Group,
        SelectOption,
    },
    installation::InstallationState,
    leika::LeikaKey,
    operation::{Failure, FailureCause, OperationKind, OperationState, StepKind},
    organisation::{MunicipalityKind, OrganisationKind, Role},
    pages::{
        Choice, Page,
        activation::{AcceptancePage, ActivationPage, ActivationView},
        audit::{AuditPage, AuditQuery, AuditRow},
        case::*,
        catalogue::*,
        data_centres::{DataCentreView, DataCentresPage, TargetView},
        home::{HomePage, TodoItem, WishItem},
        installations::{InstallationListPage, InstallationRow, RemovePage},
        operation::{OperationPage, StepState, StepView},
        request::*,
        sign_in::{DemoOrganisation, DemoPerson, SignInPage, UnsentPage},
        work_list::{WorkListPage, WorkRow},
    },
    phase::Phase,
    reference::Reference,
    request::RequestState,
    verfahren::{ChecklistItem, DocumentDue, DocumentNeed, Leistung, ProtectionNeed, Provisioning, ReleaseState},
};
use uuid::Uuid;

pub const AT: Timestamp = Timestamp(1_795_000_000_000_000);

pub fn both(text: &str, x: &str) -> Bilingual {
    Bilingual { de: format!("{text}{x}"), en: format!("{text} (en){x}") }
}

pub fn na() -> Reference {
    Reference::parse("NA-7K3M-Q2XD").unwrap()
}

pub fn be() -> Reference {
    Reference::parse("BE-4H8T-W9RN").unwrap()
}

pub fn choice(value: &str, label: &str, selected: bool, count: i64, x: &str) -> Choice {
    Choice { value: format!("{value}{x}"), label: format!("{label}{x}"), selected, count: Some(count) }
}

pub fn lies_with(whom: LiesWithWhom, name: &str, x: &str) -> LiesWith {
    LiesWith { whom, name: format!("{name}{x}"), since: AT }
}

pub fn head(x: &str) -> RequestHead {
    RequestHead {
        reference: na(),
        verfahren: both("Hundesteuer", x),
        slug: "hundesteuer".into(),
        version: format!("2.4.0{x}"),
        municipality: format!("Amt Lütjenburg{x}"),
        on_behalf: !x.is_empty(),
        state: RequestState::Returned,
        lock: 7,
        question: Some(format!("Bitte ergänzen Sie den Steuersatz für Panker.{x}")),
        stopped: None,
        signs: true,
        signing: Some(Signing {
            can: if x.is_empty() { vec!["Zeichnungsberechtigt".into()] } else { Vec::new() },
            took_part: vec![format!("Zeichnungsberechtigt 2{x}")],
            only_you: x.is_empty(),
        }),
    }
}

pub fn home(x: &str) -> HomePage {
    let item = |whom, name: &str, phase, verfahren: &str| TodoItem {
        reference: na(),
        verfahren: format!("{verfahren}{x}"),
        municipality: format!("Amt Lütjenburg{x}"),
        phase,
        lies_with: lies_with(whom, name, x),
        since: AT,
    };
    HomePage {
        verfahren_count: 16,
        municipality_count: 1234,
        topics: vec![
            choice("steuern", "Steuern und Abgaben", false, 4, x),
            choice("ordnung", "Ordnung und Sicherheit", false, 5, x),
            choice("personenstand", "Personenstand", false, 2, x),
            choice("bauen", "Bauen und Wohnen", false, 3, x),
        ],
        mine: vec![
            item(LiesWithWhom::Municipality, "Amt Lütjenburg", Phase::Acceptance, "Hundesteuer"),
            item(LiesWithWhom::Municipality, "Amt Lütjenburg", Phase::Test, "Fundsachen"),
        ],
        packages: vec![super::packages::row(x, portal_model::submission::SubmissionState::Returned)],
        evidence: super::targets::warnings(x),
        wishes: vec![WishItem {
            slug: "hundesteuer".into(),
            verfahren: both("Hundesteuer", x),
            organisation: format!("Stadt Plön{x}"),
            kind: portal_model::feedback::FeedbackKind::Wish,
            at: AT,
        }],
        packages_waiting: vec![super::packages::row(x, portal_model::submission::SubmissionState::InReview)],
        packages_declined: vec![super::packages::row(x, portal_model::submission::SubmissionState::Declined)],
        waiting: vec![item(LiesWithWhom::Land, "ITV.SH", Phase::Request, "Zweitwohnungssteuer")],
        running: vec![item(LiesWithWhom::Portal, "", Phase::Test, "Mängelmelder")],
    }
}

pub fn entry(x: &str, name: &str) -> CatalogueEntry {
    CatalogueEntry {
        slug: format!("hundesteuer{x}"),
        name: both(name, x),
        summary: both("Anmelden, ändern und abmelden von Hunden, mit den Sätzen jeder Gemeinde.", x),
        topic: both("Steuern und Abgaben", x),
        vendor: format!("Demo-Softwarehaus Nord{x}"),
        version: format!("2.4.0{x}"),
        adopters: 12,
        target_kinds: TargetKind::ALL.to_vec(),
        provisioning: Provisioning::Connected,
        leistungen: vec![format!("99102013000000{x}")],
    }
}

pub fn catalogue(x: &str) -> CataloguePage {
    let names = ["Hundesteuer", "Zweitwohnungssteuer", "Kurabgabe", "Fundsachen", "Mängelmelder"];
    CataloguePage {
        query: CatalogueQuery {
            q: format!("steuer{x}"),
            thema: vec![format!("steuern{x}")],
            seite: Some(2),
            ..CatalogueQuery::default()
        },
        facets: vec![
            Facet {
                name: "thema".into(),
                choices: vec![
                    choice("steuern", "Steuern und Abgaben", true, 4, x),
                    choice("ordnung", "Ordnung und Sicherheit", false, 5, x),
                ],
            },
            Facet {
                name: "fuer".into(),
                choices: vec![choice("amt", "amt", false, 11, ""), choice("kreis", "kreis", false, 5, x)],
            },
            Facet { name: "ziel".into(), choices: vec![choice("kubernetes", "kubernetes", false, 14, "")] },
        ],
        entries: names.iter().map(|name| entry(x, name)).collect(),
        total: 48,
        page: 2,
        pages: 9,
    }
}

fn document(x: &str) -> DocumentNeed {
    DocumentNeed {
        id: "avv".into(),
        name: both("Vereinbarung zur Auftragsverarbeitung", x),
        due: DocumentDue::Production,
    }
}

pub fn verfahren(x: &str) -> VerfahrenPage {
    let version = |version: &str, state, security_fix| VersionRow {
        version: format!("{version}{x}"),
        published_at: AT,
        state,
        laender: vec!["Bayern".into()],
        pilots: 1,
        security_fix,
        changes: both("Neue Ermäßigung für Rettungshunde.", x),
        digest: format!("{}{x}", "3f".repeat(32)),
        adopters: 7,
    };
    VerfahrenPage {
        slug: "hundesteuer".into(),
        name: both("Hundesteuer", x),
        summary: both("Hunde anmelden, ändern und abmelden, mit den Sätzen jeder Gemeinde.", x),
        description: both(
            "Bürgerinnen und Bürger melden Hunde online an.\n\nDer Bescheid entsteht im Fachverfahren.",
            x,
        ),
        topic: both("Steuern und Abgaben", x),
        vendor: format!("Demo-Softwarehaus Nord{x}"),
        package_id: format!("demo-softwarehaus-nord/hundesteuer{x}"),
        provisioning: Provisioning::Deploy,
        protection: ProtectionNeed::Normal,
        audience: vec![MunicipalityKind::Amt, MunicipalityKind::Stadt],
        laender: vec![format!("Schleswig-Holstein{x}")],
        leistungen: vec![Leistung {
            leika: LeikaKey::parse("99102013000000").unwrap(),
            name: format!("Hundesteuer Anmeldung{x}"),
        }],
        target_kinds: vec![TargetKind::Kubernetes],
        needs: vec![both("Schnittstelle zum Kassenverfahren", x)],
        cost_per_year_cents: Some(124_950),
        cost_note: both("Pflege und Betrieb, bis 20.000 Einwohner", x),
        effort: both("Zwei Tage für Sätze, Texte und Abnahme", x),
        documents: vec![document(x)],
        licence: format!("EUPL-1.2{x}"),
        source: format!("https://example.org/hundesteuer{x}"),
        based_on: vec![
            Origin { url: format!("https://example.org/hunde{x}"), verfahren: None },
            Origin { url: format!("https://example.org/katzen{x}"), verfahren: Some(related(x)) },
        ],
        derived: vec![related(x)],
        versions: vec![version("2.4.0", ReleaseState::Published, true), version("2.3.1", ReleaseState::Unsafe, false)],
        adopter_count: 12,
        adopters: vec![
            Adopter { name: format!("Stadt Flensburg{x}"), land: format!("Schleswig-Holstein{x}"), since: Some(AT) },
            Adopter { name: format!("Stadt Plön{x}"), land: format!("Schleswig-Holstein{x}"), since: None },
        ],
        suitability: suitability(x),
        may_request: true,
    }
}

fn related(x: &str) -> Related {
    Related { slug: "katzensteuer".into(), name: both("Katzensteuer", x), vendor: format!("Stadt Flensburg{x}") }
}

fn suitability(x: &str) -> Vec<Suitability> {
    let one = |name: &str, missing: &[&str], existing| Suitability {
        municipality: format!("amt-luetjenburg{x}"),
        name: format!("{name}{x}"),
        missing: missing.iter().map(|m| (*m).to_owned()).collect(),
        existing,
    };
    vec![
        one("Amt Lütjenburg", &[], None),
        one("Kreis Plön", &["audience", "test_target"], None),
        one("Gemeinde Helgoland", &[], Some(na())),
    ]
}

pub fn start(x: &str) -> StartRequestPage {
    StartRequestPage {
        slug: "hundesteuer".into(),
        name: both("Hundesteuer", x),
        municipalities: suitability(x),
        chosen: Some(format!("amt-luetjenburg{x}")),
        signs: true,
        errors: vec![FieldError::new("fuer", "choose_municipality")],
    }
}

pub fn task_list(x: &str) -> TaskListPage {
    TaskListPage {
        head: head(x),
        tasks: vec![
            (Task::Areas, TaskState::Done),
            (Task::Values, TaskState::Partial),
            (Task::Target, TaskState::Open),
            (Task::Summary, TaskState::Blocked),
        ],
        documents: vec![document(x)],
        organisation: vec![
            (format!("Name{x}"), format!("Amt Lütjenburg{x}")),
            ("Schlüssel (ARS)".into(), "010575727000".into()),
        ],
        may_withdraw: true,
    }
}

const GEMEINDEN: [(&str, &str); 6] = [
    ("010575727004", "Behrensdorf"),
    ("010575727007", "Blekendorf"),
    ("010575727013", "Dannau"),
    ("010575727021", "Giekau"),
    ("010575727026", "Helmstorf"),
    ("010575727027", "Högsdorf"),
];

pub fn areas(x: &str) -> AreasPage {
    AreasPage {
        head: head(x),
        areas: GEMEINDEN
            .iter()
            .map(|(ars, name)| Choice {
                value: format!("{ars}{x}"),
                label: format!("{name}{x}"),
                selected: *name != "Dannau",
                count: None,
            })
            .collect(),
        legal_basis: format!("§ 3 AO SH{x}"),
        errors: vec![FieldError::new("ars", "choose_area")],
    }
}

fn field(name: &str, label: &str, kind: FieldKind, x: &str) -> Field {
    Field {
        help: format!("Hinweis zu {label}{x}"),
        value: if matches!(kind, FieldKind::Secret { .. }) { String::new() } else { format!("12,50{x}") },
        kind,
        required: true,
        ..Field::new(name, format!("{label}{x}"))
    }
}

fn error(x: &str) -> Option<FieldErrorText> {
    Some(FieldErrorText { code: "number".into(), text: format!("Bitte geben Sie eine Zahl ein.{x}") })
}

/// A form with every kind of field.
pub fn form(x: &str) -> Form {
    let text = FieldKind::Text { min_length: None, max_length: Some(80), pattern: None };
    let options = vec![
        SelectOption { value: format!("jahr{x}"), label: format!("Jährlich{x}") },
        SelectOption { value: "quartal".into(), label: "Vierteljährlich".into() },
    ];
    let number = FieldKind::Number { integer: false, min: Some("0".into()), max: Some(format!("2.000{x}")) };
    let rate = Field {
        error: error(x),
        neighbour_value: Some(format!("120,00{x}")),
        per_gemeinde: true,
        ..field("w.steuersatz", "Steuersatz im Jahr", number.clone(), x)
    };
    let conditional = Field {
        condition: Some(Condition { name: "w.zahlweise".into(), equals: "quartal".into() }),
        ..field("w.faellig", "Fälligkeit", FieldKind::Date, x)
    };
    let contact = FieldKind::Group {
        fields: vec![
            field("w.kontakte.0.name", "Stelle", text.clone(), x),
            field("w.kontakte.0.mail", "Postfach", FieldKind::Email, x),
        ],
    };
    let list = FieldKind::List {
        items: vec![field("w.kontakte.0", "Ansprechstelle", contact, x)],
        can_add: true,
        next_name: "w.kontakte.1".into(),
    };
    let cell = |ars: &str, name: &str, label: &str, kind: FieldKind, value: &str, wrong: bool| Field {
        value: value.to_owned(),
        inherited: Some(format!("120,00{x}")),
        error: if wrong { error(x) } else { None },
        ..field(&format!("g.{ars}.{name}"), label, kind, x)
    };
    let rows = GEMEINDEN.iter().enumerate().map(|(i, (ars, name))| GemeindeRow {
        ars: (*ars).to_owned(),
        name: format!("{name}{x}"),
        fields: vec![
            cell(ars, "steuersatz", "Steuersatz", number.clone(), ["", "90,00", "abc", "", "", "110"][i], i == 2),
            cell(ars, "zweithund", "Zweithund", number.clone(), "", false),
            cell(ars, "zahlweise", "Zahlweise", FieldKind::Select { options: options.clone() }, "", false),
            cell(ars, "ermaessigung", "Ermäßigung", FieldKind::Checkbox, "", false),
        ],
    });
    Form {
        groups: vec![
            Group {
                id: "steuer".into(),
                title: format!("Steuersätze{x}"),
                help: format!("Aus Ihrer Satzung{x}"),
                fields: vec![
                    rate,
                    field("w.zahlweise", "Zahlweise", FieldKind::Select { options: options.clone() }, x),
                    conditional,
                    field("w.online", "Anmeldung online anbieten", FieldKind::Checkbox, x),
                ],
            },
            Group {
                id: "kontakt".into(),
                title: "Kontakt und Anbindung".into(),
                help: String::new(),
                fields: vec![
                    field("w.kontakte", "Ansprechstellen", list, x),
                    field("w.text", "Begrüßungstext", FieldKind::LongText { max_length: Some(2000) }, x),
                    field("w.url", "Satzung im Netz", FieldKind::Url, x),
                    field("w.schluessel", "Zugang zum Kassenverfahren", FieldKind::Secret { is_set: true }, x),
                    Field { stage_value: true, without_test: true, ..field("w.titel", "Titel", text, x) },
                ],
            },
        ],
        gemeinden: Some(GemeindeTable {
            columns: vec![format!("Steuersatz{x}"), "Zweithund".into(), "Zahlweise".into(), "Ermäßigung".into()],
            rows: rows.collect(),
        }),
    }
}

pub fn values(x: &str, purpose: ValuesPurpose) -> ValuesPage {
    ValuesPage { head: head(x), form: form(x), purpose, errors: vec![] }
}

pub fn target(x: &str) -> TargetPage {
    let one = |value: &str, name: &str, refused: Option<&str>| DataCentreChoice {
        value: format!("{value}{x}"),
        name: format!("{name}{x}"),
        operator: format!("Demo-Betrieb{x}"),
        selected: false,
        refused: refused.map(str::to_owned),
        simulated: true,
    };
    TargetPage {
        head: head(x),
        data_centres: vec![
            one("nord", "Demo-Landes-RZ Nord", None),
            one("zweckverband", "Demo-IT-Zweckverband", None),
            one("kreis", "Demo-Kreis-RZ", Some("no_test_target")),
        ],
        errors: vec![FieldError::new("ziel", "choose_target")],
    }
}

pub fn value_groups(x: &str) -> Vec<ValueGroup> {
    vec![
        ValueGroup {
            title: format!("Steuersätze{x}"),
            rows: vec![
                (format!("Steuersatz im Jahr{x}"), format!("120,00 €{x}")),
                ("Zahlweise".into(), "Jährlich".into()),
            ],
        },
        ValueGroup { title: "Panker".into(), rows: vec![("Steuersatz im Jahr".into(), "90,00 €".into())] },
    ]
}

fn names(x: &str) -> Vec<String> {
    GEMEINDEN.iter().map(|(_, name)| format!("{name}{x}")).collect()
}

pub fn summary(x: &str, complete: bool) -> SummaryPage {
    SummaryPage {
        head: head(x),
        areas: names(x),
        data_centre: Some(format!("Demo-Landes-RZ Nord{x}")),
        values: value_groups(x),
        missing: if complete { vec![] } else { missing(x) },
        open_tasks: if complete { vec![] } else { vec![Task::Target] },
        errors: vec![],
    }
}

fn missing(x: &str) -> Vec<ErrorLine> {
    let line = |html_id: &str, label: String| ErrorLine {
        html_id: html_id.to_owned(),
        label,
        text: format!("Bitte füllen Sie dieses Feld aus.{x}"),
    };
    vec![
        line("w-kasse-iban", format!("IBAN{x}")),
        line("g-010575727055-satz", format!("Panker{x}: Satz")),
        line("", String::new()),
    ]
}

fn history(x: &str) -> Vec<HistoryRow> {
    let row = |action: &str, who: &str, note: Option<&str>| HistoryRow {
        at: AT,
        who: if who.is_empty() { String::new() } else { format!("{who}{x}") },
        on_behalf: who.contains("Beratung"),
        action: action.to_owned(),
        note: note.map(|n| format!("{n}{x}")),
        answer: None,
        operation: None,
    };
    let step = |state, step| HistoryRow {
        operation: Some(HistoryOperation {
            reference: Reference::parse("BE-4H8T-W9RN").unwrap(),
            reached: Some((OperationKind::Install, state)),
            step,
        }),
        ..row("operation_step", "", None)
    };
    vec![
        step(OperationState::Done, None),
        step(OperationState::Running, Some(StepKind::Test)),
        step(OperationState::Stuck, Some(StepKind::Observe)),
        HistoryRow { answer: Some(false), ..row("activation_decide_land", "Beratung, ITV.SH", Some("Noch nicht.")) },
        HistoryRow { answer: Some(true), ..row("activation_decide_municipality", "Zeichnung, Amt Lütjenburg", None) },
        row("request_accept", "Beratung, ITV.SH", Some("Bitte bis zum 15.01. abnehmen.")),
        row("request_submit", "Sachbearbeitung, Amt Lütjenburg", None),
        row("request_start", "Sachbearbeitung, Amt Lütjenburg", None),
    ]
}

pub fn test_run(x: &str, passed: bool) -> TestRunView {
    let case = |title: &str, passed, log: &str| TestCaseView {
        title: both(title, x),
        passed,
        duration_ms: 2340,
        log: format!("{log}{x}"),
    };
    TestRunView {
        passed,
        finished_at: AT,
        cases: vec![
            case("Das Formular ist erreichbar.", true, "GET / 200"),
            case("Der Rechenkern stimmt.", passed, "Steuersatz für Panker: erwartet 90,00"),
        ],
    }
}

pub fn activation_view(x: &str) -> ActivationView {
    ActivationView {
        state: ActivationState::Requested,
        requested_by: format!("Sachbearbeitung, Amt Lütjenburg{x}"),
        requested_at: AT,
        not_before: Some(AT),
        approvals: vec![(Side::Municipality, format!("Zeichnungsberechtigt, Amt Lütjenburg{x}"), AT)],
    }
}

fn operation_row(state: OperationState) -> OperationRow {
    OperationRow { reference: be(), kind: OperationKind::Install, state, created_at: AT, finished_at: Some(AT) }
}

pub fn case(x: &str) -> CasePage {
    CasePage {
        head: RequestHead { state: RequestState::Accepted, question: None, ..head(x) },
        phase: Phase::Acceptance,
        installation: Some(InstallationState::InAcceptance),
        lies_with: lies_with(LiesWithWhom::Municipality, "Amt Lütjenburg", x),
        next: NextStep::Accept,
        change: Some(ChangeView { from: format!("2.3.0{x}"), to: format!("2.4.0{x}"), since: AT }),
        also: vec![
            "change".into(),
            "discard".into(),
            "rollback".into(),
            "suspend".into(),
            "resume".into(),
            "remove".into(),
            "values".into(),
            "withdraw".into(),
            format!("neu{x}"),
        ],
        decision_note: Some(format!("Steuersätze vor der Freischaltung vom Ausschuss bestätigen lassen.{x}")),
        data_centre: Some((format!("Demo-Landes-RZ Nord{x}"), true)),
        target_notices: super::targets::notices(x),
        areas: names(x),
        test_link: Some(format!("https://hundesteuer-test.example.org/{x}")),
        production_link: Some(format!("javascript:alert(1){x}")),
        values: value_groups(x),
        values_unread: false,
        operations: vec![operation_row(OperationState::Done)],
        test_run: Some(test_run(x, true)),
        activation: Some(activation_view(x)),
        acceptance: Some((false, format!("Der Satz für Panker stimmt nicht.{x}"), format!("Sachbearbeitung{x}"), AT)),
        history: history(x),
        last_event: 42,
    }
}

pub fn withdraw(x: &str) -> WithdrawPage {
    WithdrawPage { head: head(x), errors: vec![FieldError::new("", "conflict")] }
}

pub fn review(x: &str, state: RequestState, took_part: bool) -> ReviewPage {
    ReviewPage {
        head: RequestHead { state, ..head(x) },
        areas: names(x),
        data_centre: Some(format!("Demo-Landes-RZ Nord{x}")),
        values: value_groups(x),
        history: history(x),
        took_part,
        decision: "return".into(),
        note: format!("Bitte den Steuersatz begründen.{x}"),
        errors: vec![
            FieldError::new("begruendung", "note_required"),
            FieldError::new("", format!("unbekannt{x}").as_str()),
        ],
    }
}

pub fn case_row(x: &str) -> CaseRow {
    CaseRow {
        reference: na(),
        verfahren: both("Hundesteuer", x),
        municipality: format!("Amt Lütjenburg{x}"),
        state: RequestState::Accepted,
        installation: Some(InstallationState::TestFailed),
        phase: Phase::Test,
        lies_with: lies_with(LiesWithWhom::Municipality, "Amt Lütjenburg", x),
        updated_at: AT,
    }
}

pub fn request_list(x: &str) -> RequestListPage {
    RequestListPage {
        q: format!("hund{x}"),
        phases: vec![choice("test", "test", true, 2, ""), choice("live", "live", false, 1, x)],
        municipalities: vec![choice("amt-luetjenburg", "Amt Lütjenburg", false, 3, x)],
        rows: Page { items: vec![case_row(x), case_row(x)], next: Some(format!("abc{x}")), total: 1200 },
    }
}

pub fn work_list(x: &str) -> WorkListPage {
    let row = WorkRow {
        case: case_row(x),
        assigned_to: Some(format!("Beratung, ITV.SH{x}")),
        submitted_at: Some(AT),
        age_days: 3,
    };
    WorkListPage {
        q: format!("hund{x}"),
        todo: vec![choice("submitted", "submitted", true, 2, ""), choice("all", "all", false, 9, "")],
        assigned: vec![choice("mine", "mine", true, 1, ""), choice("all", "all", false, 9, x)],
        municipalities: vec![choice("amt-luetjenburg", "Amt Lütjenburg", false, 3, x)],
        rows: Page { items: vec![row.clone(), WorkRow { assigned_to: None, ..row }], next: Some("n".into()), total: 2 },
    }
}

pub fn acceptance(x: &str) -> AcceptancePage {
    AcceptancePage {
        head: head(x),
        test_link: Some(format!("https://hundesteuer-test.example.org/{x}")),
        checklist: vec![
            ChecklistItem { id: format!("anmelden{x}"), text: both("Einen Hund anmelden", x) },
            ChecklistItem { id: "satz".into(), text: both("Der Steuersatz jeder Gemeinde stimmt", x) },
        ],
        ticked: vec!["satz".into()],
        test_run: Some(test_run(x, true)),
        decision: "defect".into(),
        note: format!("Der Satz für Panker stimmt nicht.{x}"),
        errors: vec![FieldError::new("bemerkung", "note_required")],
    }
}

pub fn activation(x: &str, may_request: bool) -> ActivationPage {
    ActivationPage {
        head: head(x),
        activation: (!may_request).then(|| activation_view(x)),
        may_request,
        may_approve: Side::ALL.to_vec(),
        took_part: false,
        test_run: Some(test_run(x, true)),
        outdated: None,
        may_test_again: false,
        change: (!may_request).then(|| super::changes::consent(x)),
        production: Some(format!("Demo-Landes-RZ Nord, Produktion{x}")),
        from: format!("2026-12-01{x}"),
        note: format!("Anmerkung{x}"),
        errors: vec![FieldError::new("bemerkung", "note_required")],
    }
}

/// The test has become too old meanwhile.
pub fn outdated_activation(x: &str, may_test_again: bool) -> ActivationPage {
    ActivationPage { outdated: Some(30), may_test_again, ..activation(x, false) }
}

pub fn installations(x: &str) -> InstallationListPage {
    let row = InstallationRow {
        reference: na(),
        verfahren: both("Hundesteuer", x),
        version: format!("2.4.0{x}"),
        municipality: format!("Amt Lütjenburg{x}"),
        state: InstallationState::Live,
        phase: Phase::Live,
        data_centre: Some(format!("Demo-Landes-RZ Nord{x}")),
        live_since: Some(AT),
    };
    InstallationListPage {
        q: x.to_owned(),
        municipalities: vec![choice("amt-luetjenburg", "Amt Lütjenburg", true, 3, x)],
        rows: Page { items: vec![row], next: None, total: 1 },
    }
}

pub fn remove(x: &str) -> RemovePage {
    RemovePage {
        head: head(x),
        confirm_with: format!("NA-7K3M-Q2XD{x}"),
        is_live: true,
        typed: format!("NA-7K3M{x}"),
        errors: vec![FieldError::new("bestaetigung", "type_reference")],
    }
}

fn event(seq: i64, code: EventCode, params: &[(&str, &str)], x: &str) -> Event {
    Event {
        seq,
        at: AT.plus_seconds(seq),
        municipality: Some(OrganisationId(Uuid::nil())),
        request: Some(RequestId(Uuid::nil())),
        installation: Some(InstallationId(Uuid::nil())),
        operation: Some(OperationId(Uuid::nil())),
        code,
        params: params.iter().map(|(k, v)| ((*k).to_owned(), format!("{v}{x}"))).collect(),
    }
}

pub fn operation(x: &str) -> OperationPage {
    let step = |step, state, attempts, millis| StepView { step, state, attempts, millis };
    OperationPage {
        reference: be(),
        case: na(),
        verfahren: both("Hundesteuer", x),
        municipality: format!("Amt Lütjenburg{x}"),
        target: format!("Demo-Landes-RZ Nord, Test{x}"),
        simulated: true,
        kind: OperationKind::Install,
        state: OperationState::Stuck,
        phase: Phase::Test,
        lies_with: lies_with(LiesWithWhom::DataCentre, "Demo-Landes-RZ Nord", x),
        steps: vec![
            step(StepKind::Check, StepState::Done, 1, Some(840)),
            step(StepKind::Apply, StepState::Done, 2, Some(12_400)),
            step(StepKind::Observe, StepState::Failed, 3, None),
            step(StepKind::Test, StepState::Open, 0, None),
        ],
        failure: Some(Failure { cause: FailureCause::QuotaExceeded, detail: format!("pods: 10 von 10{x}") }),
        created_at: AT,
        finished_at: None,
        events: vec![
            event(1, EventCode::OperationState, &[("state", "running"), ("kind", "install")], ""),
            event(2, EventCode::StepStarted, &[("step", "apply"), ("attempt", "2")], ""),
            event(3, EventCode::Progress, &[("what", "created"), ("detail", "Deployment/hundesteuer")], x),
            event(4, EventCode::StepRetried, &[("step", "apply"), ("cause", "unreachable"), ("detail", "timeout")], x),
            event(5, EventCode::Log, &[("line", "listening on :8080")], x),
            event(6, EventCode::TestCase, &[("name", "rechenkern"), ("passed", "false"), ("millis", "12")], x),
            event(7, EventCode::StepFailed, &[("step", "observe"), ("cause", "quota_exceeded")], ""),
            event(8, EventCode::Act, &[("action", "operation_retry")], x),
        ],
        last_event: 8,
        may_retry: true,
        may_cancel: true,
        data_at_risk: true,
        may_abandon: true,
        reason: format!("Das Rechenzentrum wird abgelöst.{x}"),
        errors: vec![FieldError::new("begruendung", "note_required")],
        auto: Some(10),
    }
}

/// The same while it runs: it may be called off.
pub fn running(x: &str) -> OperationPage {
    OperationPage { may_retry: false, may_abandon: false, ..operation(x) }
}

pub fn audit(x: &str) -> AuditPage {
    let entry = AuditEntry {
        id: AuditId(Uuid::nil()),
        at: AT,
        person: Some(PersonId(Uuid::nil())),
        person_name: Some(format!("Beratung, ITV.SH{x}")),
        acting_as: Some(OrganisationId(Uuid::nil())),
        acting_as_name: Some(format!("ITV.SH{x}")),
        municipality: Some(OrganisationId(Uuid::nil())),
        municipality_name: Some(format!("Amt Lütjenburg{x}")),
        land: None,
        mandate: Some(MandateId(Uuid::nil())),
        action: format!("request_accept{x}"),
        subject: format!("NA-7K3M-Q2XD{x}"),
        request: None,
        detail: Some(format!("{{\"state\":\"accepted{x}\"}}")),
    };
    let row = |entry, case| AuditRow { entry, case, note: Some(format!("Gern.{x}")), answer: None, operation: None };
    let erased = AuditEntry { person_name: None, action: "activation_request".into(), ..entry.clone() };
    AuditPage {
        query: AuditQuery {
            q: format!("NA{x}"),
            von: format!("2026-11-01{x}"),
            bis: "2026-11-30".into(),
            ..AuditQuery::default()
        },
        actions: vec![choice("request_accept", "request_accept", true, 3, x)],
        municipalities: vec![choice("amt-luetjenburg", "Amt Lütjenburg", false, 3, x)],
        rows: Page { items: vec![row(entry, None), row(erased, Some(na()))], next: Some("n".into()), total: 15_000 },
        sealed: 14_998,
        intact: true,
    }
}

pub fn data_centres(x: &str) -> DataCentresPage {
    let target = |name: &str, stage, stuck, closed| TargetView {
        id: TargetId(Uuid::nil()),
        name: format!("{name}{x}"),
        kind: TargetKind::Kubernetes,
        stage,
        closed,
        stopped: stuck > 0,
        maintenance: closed,
        deployments: 12,
        capacity: 50,
        running: 2,
        stuck,
        trials: i64::from(stage == Stage::Test),
        may_admit_trials: stage == Stage::Test,
    };
    let one = |name: &str, targets| DataCentreView {
        name: format!("{name}{x}"),
        slug: "demo-rz".to_owned(),
        may_change: true,
        warnings: super::targets::warnings(x),
        operator: format!("Demo-Betrieb Nord{x}"),
        laender: vec![format!("Schleswig-Holstein{x}")],
        simulated: true,
        evidence_until: Some(AT),
        targets,
    };
    DataCentresPage {
        data_centres: vec![
            one(
                "Demo-Landes-RZ Nord",
                vec![target("ozg-test", Stage::Test, 1, false), target("ozg-prod", Stage::Production, 0, false)],
            ),
            one("Demo-Kreis-RZ", vec![target("kreis-prod", Stage::Production, 0, true)]),
        ],
    }
}

pub fn sign_in(x: &str) -> SignInPage {
    let person =
        |name: &str, role| DemoPerson { id: PersonId(Uuid::nil()), name: format!("{name}{x}"), roles: vec![role] };
    SignInPage {
        next: format!("/nachnutzungen{x}"),
        organisations: vec![
            DemoOrganisation {
                id: OrganisationId(Uuid::nil()),
                name: format!("Amt Lütjenburg{x}"),
                kind: OrganisationKind::Municipality,
                people: vec![
                    person("Sachbearbeitung Steuern", Role::Clerk),
                    person("Zeichnungsberechtigte Leitung", Role::Signatory),
                ],
            },
            DemoOrganisation {
                id: OrganisationId(Uuid::from_u128(1)),
                name: format!("ITV.SH{x}"),
                kind: OrganisationKind::StateBody,
                people: vec![person("Beratung", Role::Consultant)],
            },
        ],
        failed: true,
    }
}

pub fn unsent(x: &str) -> UnsentPage {
    let field = |name: &str, value: &str| (name.to_owned(), format!("{value}{x}"));
    UnsentPage {
        fields: vec![
            field("lock", "7"),
            field("bemerkung", "Stimmt.\n\nGeprüft."),
            field("w.kontakt.e_mail", "amt@example.de"),
        ],
        left_out: true,
    }
}

pub fn api(x: &str) -> portal_model::pages::api::ApiPage {
    use portal_model::pages::api::{ApiAccess, ApiGroup, ApiOperation, ApiPage};
    let operation = |id: &str, access, takes| ApiOperation {
        id: id.into(),
        method: "POST".into(),
        path: format!("/api/v1/packages/{{ref}}{x}"),
        summary: format!("Hand the package to the curators{x}"),
        access,
        parameters: vec![("ref".into(), "path".into(), format!("Reference{x}"))],
        takes,
        answers: vec![
            ("204".into(), format!("Done{x}"), None),
            ("409".into(), format!("Conflict{x}"), Some("Error".into())),
        ],
    };
    ApiPage {
        version: format!("0.1.0{x}"),
        about: format!("How to sign in.{x}"),
        groups: vec![ApiGroup {
            name: format!("Packages{x}"),
            operations: vec![
                operation("public", ApiAccess::Public, None),
                operation("people", ApiAccess::SignedIn, Some((format!("application/gzip{x}"), None))),
                operation("keys", ApiAccess::Keys, Some(("application/json".into(), Some("Lock".into())))),
            ],
        }],
        schemas: vec![("Lock".into(), format!("{{}}{x}")), ("Error".into(), "{}".into())],
    }
}
