//! What the operator of a data centre does, through the whole app: real storage, the real driver, simulated clusters.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use portal_core::{
    CoreError, Ctx, Portal,
    engine::Places as _,
    ports::{AuditFilter, Scope, Store as _},
    target_rights,
    use_cases::{CredentialInput, CredentialRefused, EvidenceForm, LimitsForm, MaintenanceForm},
};
use portal_model::{
    PortalError, TargetId, Timestamp,
    form::FieldError,
    operating::{EvidenceKind, EvidenceState, Excess},
    operation::{FailureCause, OperationState},
    organisation::Role,
    pages::targets::{PlanForm, TargetNotice},
};
use portal_targets::simulator::{ClusterConfig, RuleConfig, Simulator, SimulatorConfig, TokenConfig, config};
use portal_testing::{
    DriverProbe, TestApp,
    app::{PRODUCTION_NAMESPACE, TEST_NAMESPACE},
    probe::FORBIDDEN_HOST,
};
use std::{collections::BTreeMap, net::SocketAddr, sync::Arc};

fn portal_error<T: std::fmt::Debug>(result: Result<T, CoreError>) -> PortalError {
    result.expect_err("an error").public()
}

fn rule(name: &str) -> PortalError {
    PortalError::Rule { rule: name.to_owned() }
}

/// Field and code of the first error.
fn at<T: std::fmt::Debug>(result: Result<T, CoreError>) -> (String, String) {
    match portal_error(result) {
        PortalError::Invalid { fields } => (fields[0].path.clone(), fields[0].code.clone()),
        other => panic!("{other:?}"),
    }
}

struct Setting {
    app: TestApp,
    portal: Portal,
    operator: Ctx,
    stranger: Ctx,
    test: TargetId,
    production: TargetId,
}

impl Setting {
    async fn new() -> Self {
        let app = TestApp::start().await;
        let system = app.portal.system();
        let test = app.portal.target_named(&system, "test-rz", TEST_NAMESPACE).await.unwrap().id;
        let production = app.portal.target_named(&system, "test-rz", PRODUCTION_NAMESPACE).await.unwrap().id;
        let body = app.operator().await;
        let person = app.portal.person_add(&system, "Betrieb", &[(body, Role::Operator)]).await.unwrap();
        let operator = app.ctx(person).await;
        let stranger = app.ctx(app.people.publisher).await;
        let portal = app.portal.clone().with_probe(Arc::new(DriverProbe::default()));
        Self { app, portal, operator, stranger, test, production }
    }

    /// The operator a while later: a context stands still.
    fn later(&self) -> Ctx {
        self.portal.ctx(self.operator.actor.clone(), self.operator.lang)
    }

    async fn audited(&self, action: &str) -> usize {
        let filter = AuditFilter {
            scope: Scope { all: true, ..Scope::default() },
            action: Some(action.to_owned()),
            limit: 100,
            ..AuditFilter::default()
        };
        let (entries, _) = self.app.storage.audit_list(&filter).await.unwrap();
        let person = self.operator.person_id();
        // The portal itself registered what was there from the beginning.
        assert!(entries.iter().all(|(e, _)| e.person == person || e.person.is_none()), "{entries:?}");
        entries.iter().filter(|(e, _)| e.person == person).count()
    }
}

/// A cluster with two namespaces and tokens that may too little, too much, and just enough.
struct Cluster {
    address: SocketAddr,
    _folder: tempfile::TempDir,
}

impl Cluster {
    async fn start() -> Self {
        let texts = |value: &serde_json::Value| {
            value.as_array().into_iter().flatten().filter_map(|v| v.as_str()).map(str::to_owned).collect::<Vec<_>>()
        };
        let exact: Vec<RuleConfig> = target_rights::rules()
            .iter()
            .map(|r| RuleConfig {
                groups: texts(&r["apiGroups"]),
                resources: texts(&r["resources"]),
                verbs: texts(&r["verbs"]),
            })
            .collect();
        let mut narrow = exact.clone();
        narrow.retain(|r| r.groups != ["batch"]);
        let mut cluster = ClusterConfig::new("neu")
            .namespace("neu-test", BTreeMap::from([("pods".to_owned(), "20".to_owned())]))
            .namespace("nordstadt-neu", BTreeMap::new())
            .token("weit", &["neu-test"])
            .token("alles", &["*"]);
        for (token, rules) in [("genau", &exact), ("genau2", &exact), ("eng", &narrow)] {
            cluster.tokens.push(TokenConfig {
                token: token.to_owned(),
                user: None,
                namespaces: vec!["neu-test".to_owned(), "nordstadt-neu".to_owned()],
                rules: Some(rules.clone()),
            });
        }
        let folder = tempfile::tempdir().unwrap();
        let simulator = Simulator::open(&SimulatorConfig::new(folder.path(), vec![cluster])).unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(simulator.serve(listener, std::future::pending()));
        Self { address, _folder: folder }
    }

    fn input(&self, token: &str) -> CredentialInput {
        let kubeconfig = config::kubeconfig(self.address, "neu", token, "neu-test").into();
        CredentialInput { way: "kubeconfig".to_owned(), kubeconfig, ..CredentialInput::default() }
    }
}

fn plan(namespace: &str) -> PlanForm {
    PlanForm {
        stage: "test".to_owned(),
        mode: "shared".to_owned(),
        namespace: namespace.to_owned(),
        domain: "neu.example".to_owned(),
        capacity: "7".to_owned(),
        ..PlanForm::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_is_registered_step_by_step() {
    let (s, cluster) = (Setting::new().await, Cluster::start().await);
    let (portal, operator) = (&s.portal, &s.operator);
    assert_eq!(portal_error(portal.registration_start_page(&s.stranger, "test-rz").await), PortalError::NotFound);
    let refused = portal.registration_start(&s.stranger, "test-rz", &plan("neu-test")).await;
    assert_eq!(portal_error(refused), PortalError::NotFound);
    assert_eq!(at(portal.registration_start(operator, "test-rz", &plan("Nein!")).await).0, "namespace");

    let id = portal.registration_start(operator, "test-rz", &plan("neu-test")).await.unwrap();
    assert_eq!(portal_error(portal.registration_page(&s.stranger, id).await), PortalError::NotFound);
    let page = portal.registration_page(operator, id).await.unwrap();
    assert!(page.yaml.contains("kind: RoleBinding") && page.yaml.contains("neu-test") && !page.may_register);
    assert_eq!(portal_error(portal.registration_finish(operator, id, true).await), rule("check_outdated"));

    // Too little: told, and nothing is registered with it.
    portal.registration_check(operator, id, &cluster.input("eng")).await.unwrap();
    let page = portal.registration_page(operator, id).await.unwrap();
    let survey = page.survey.unwrap();
    let missing = &survey.namespaces[0].missing;
    assert!(missing.contains(&"create jobs.batch".to_owned()) && missing.iter().all(|m| m.ends_with(".batch")));
    assert!(!page.may_register);
    assert_eq!(portal_error(portal.registration_finish(operator, id, true).await), rule("permissions_missing"));

    // Too much: told, and only taken by somebody who says so.
    portal.registration_check(operator, id, &cluster.input("alles")).await.unwrap();
    let survey = portal.registration_page(operator, id).await.unwrap().survey.unwrap();
    assert!(survey.is_complete() && survey.beyond.contains(&Excess::AllSecrets), "{:?}", survey.beyond);
    let refused = portal.registration_finish(operator, id, false).await;
    assert_eq!(at(refused), ("trotzdem".to_owned(), "permissions_excessive".to_owned()));
    portal.registration_check(operator, id, &cluster.input("weit")).await.unwrap();
    let survey = portal.registration_page(operator, id).await.unwrap().survey.unwrap();
    assert!(survey.beyond.is_empty() && survey.namespaces[0].excess.iter().any(|e| e.contains("pods")), "{survey:?}");

    // Just enough.
    portal.registration_check(operator, id, &cluster.input("genau")).await.unwrap();
    let page = portal.registration_page(operator, id).await.unwrap();
    let survey = page.survey.unwrap();
    assert!(survey.is_complete() && !survey.is_excessive() && page.may_register, "{survey:?}");
    assert_eq!(survey.namespaces[0].quotas.as_deref(), Some(&["kontingent: pods 0/20".to_owned()][..]));
    let stored: Vec<u8> = s.app.storage.secrets(id.0).await.unwrap().into_iter().flat_map(|r| r.sealed.0).collect();
    assert!(!stored.is_empty() && !String::from_utf8_lossy(&stored).contains("genau"), "sealed from the first moment");
    portal.registration_finish(operator, id, false).await.unwrap();

    assert!(s.app.storage.secrets(id.0).await.unwrap().is_empty(), "the draft's credential is gone");
    assert_eq!(portal_error(portal.registration_finish(operator, id, false).await), PortalError::NotFound);
    let found = s.app.storage.target_list().await.unwrap();
    let found = found.into_iter().find(|t| t.namespace == "neu-test").unwrap();
    assert_eq!((found.capacity, found.domain.as_str(), found.only_for), (7, "neu.example", None));
    let place = portal.place(found.id).await.unwrap();
    assert!(place.credential.contains("genau"));
    assert_eq!(s.audited("target_add").await, 6, "begun, four checks, registered");

    // The same place once more.
    let id = portal.registration_start(operator, "test-rz", &plan("neu-test")).await.unwrap();
    portal.registration_check(operator, id, &cluster.input("genau")).await.unwrap();
    assert_eq!(portal_error(portal.registration_finish(operator, id, false).await), PortalError::Exists);
    portal.registration_discard(operator, id).await.unwrap();
    assert!(s.app.storage.secrets(id.0).await.unwrap().is_empty());
    s.app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_reached_is_not_kept() {
    let (s, cluster) = (Setting::new().await, Cluster::start().await);
    let (portal, operator) = (&s.portal, &s.operator);
    let id = portal.registration_start(operator, "test-rz", &plan("neu-test")).await.unwrap();
    let check = async |input: &CredentialInput| portal.registration_check(operator, id, input).await.unwrap_err();
    let cause = |refused: CredentialRefused| match refused {
        CredentialRefused::Target(failure) => failure.cause,
        other => panic!("{other:?}"),
    };
    assert_eq!(cause(check(&cluster.input("falsch")).await), FailureCause::Unauthorised);
    let mut nowhere = cluster.input("genau");
    nowhere.kubeconfig = nowhere.kubeconfig.replace(&cluster.address.port().to_string(), "1").into();
    assert_eq!(cause(check(&nowhere).await), FailureCause::Unreachable);
    let mut forbidden = cluster.input("genau");
    let server = format!("http://{}", cluster.address);
    forbidden.kubeconfig = forbidden.kubeconfig.replace(&server, &format!("https://{FORBIDDEN_HOST}")).into();
    let code = |refused: CredentialRefused| match refused {
        CredentialRefused::Core(error) => at::<()>(Err(error)),
        other => panic!("{other:?}"),
    };
    assert_eq!(code(check(&forbidden).await), ("kubeconfig".to_owned(), "address_network".to_owned()));
    let empty = CredentialInput { way: "kubeconfig".to_owned(), ..CredentialInput::default() };
    assert_eq!(code(check(&empty).await), ("kubeconfig".to_owned(), "required".to_owned()));
    assert!(s.app.storage.secrets(id.0).await.unwrap().is_empty());
    assert!(portal.registration_page(operator, id).await.unwrap().survey.is_none());

    let missing = portal.registration_start(operator, "test-rz", &plan("gibt-es-nicht")).await.unwrap();
    let refused = portal.registration_check(operator, missing, &cluster.input("alles")).await.unwrap_err();
    assert_eq!(cause(refused), FailureCause::NamespaceMissing);
    s.app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credential_is_replaced_once_it_was_checked() {
    let (s, cluster) = (Setting::new().await, Cluster::start().await);
    let (portal, operator) = (&s.portal, &s.operator);
    let id = portal.registration_start(operator, "test-rz", &plan("neu-test")).await.unwrap();
    portal.registration_check(operator, id, &cluster.input("genau")).await.unwrap();
    portal.registration_finish(operator, id, false).await.unwrap();
    let target = portal.target_named(&portal.system(), "test-rz", "neu-test").await.unwrap().id;
    let used = async || portal.place(target).await.unwrap().credential.to_string();
    let rotate = async |token: &str| portal.credential_rotate(operator, target, false, &cluster.input(token)).await;

    assert!(matches!(rotate("falsch").await.unwrap_err(), CredentialRefused::Target(_)));
    let CredentialRefused::Survey(survey, FieldError { code, .. }) = rotate("eng").await.unwrap_err() else { panic!() };
    assert_eq!((survey.is_complete(), code.as_str()), (false, "permissions_missing"));
    assert!(matches!(rotate("weit").await.unwrap_err(), CredentialRefused::Survey(..)));
    assert!(used().await.contains("\"genau\""), "the old one is used until the new one is stored");
    let refused = portal.credential_rotate(&s.stranger, target, false, &cluster.input("genau2")).await.unwrap_err();
    assert!(matches!(refused, CredentialRefused::Core(e) if e.public() == PortalError::NotFound));

    rotate("genau2").await.unwrap();
    assert!(used().await.contains("\"genau2\""));
    assert_eq!(s.audited("credential_rotate").await, 1);

    // A credential of another cluster would send everything elsewhere.
    let other = portal.credential_rotate(operator, s.test, false, &cluster.input("genau")).await.unwrap_err();
    let CredentialRefused::Core(error) = other else { panic!("{other:?}") };
    assert_eq!(at::<()>(Err(error)).1, "other_server");
    s.app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_target_waits_and_its_people_read_why() {
    let s = Setting::new().await;
    let (portal, operator) = (&s.portal, &s.operator);
    s.app.publish("fundsachen", "1.0.0").await;
    let r = s.app.accepted("fundsachen").await;
    assert_eq!(at(portal.target_stop(operator, s.test, " ").await).0, "begruendung");
    assert_eq!(portal_error(portal.target_stop(&s.stranger, s.test, "x").await), PortalError::NotFound);
    portal.target_stop(operator, s.test, "Störung im Speicher").await.unwrap();
    assert_eq!(portal_error(portal.target_stop(operator, s.test, "noch einmal").await), PortalError::Conflict);
    s.app.run_until_idle().await;
    assert!(s.app.effects().is_empty());
    let clerk = s.app.ctx(s.app.people.clerk).await;
    let page = portal.case_page(&clerk, &r).await.unwrap();
    assert!(
        matches!(page.target_notices.as_slice(), [TargetNotice::Stopped { reason, .. }] if reason == "Störung im Speicher")
    );
    assert_eq!(page.operations[0].state, OperationState::Queued);
    let seen = portal.operated_target_page(operator, s.test).await.unwrap();
    assert_eq!((seen.running, seen.stopped.is_some(), seen.tenants.len()), (1, true, 1));

    portal.target_go_on(operator, s.test).await.unwrap();
    s.app.run_until_idle().await;
    let page = portal.case_page(&clerk, &r).await.unwrap();
    assert_eq!((page.operations[0].state, page.target_notices.len()), (OperationState::Done, 0));
    let seen = portal.operated_target_page(&s.later(), s.test).await.unwrap();
    assert_eq!(seen.versions.iter().map(|(_, v, n)| (v.as_str(), *n)).collect::<Vec<_>>(), [("1.0.0", 1)]);
    assert_eq!(portal_error(portal.operated_target_page(&s.stranger, s.test).await), PortalError::NotFound);
    assert_eq!(s.audited("target_stop").await, 2);
    s.app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ended_evidence_stops_what_is_new_and_nothing_else() {
    let s = Setting::new().await;
    let (portal, operator) = (&s.portal, &s.operator);
    s.app.publish("fundsachen", "1.0.0").await;
    let r = s.app.accepted("fundsachen").await;
    s.app.run_until_idle().await;
    let record = async |kind: EvidenceKind, until: &str| {
        let form = EvidenceForm { kind: kind.word().to_owned(), until: until.to_owned(), note: String::new() };
        portal.evidence_record(&s.later(), "test-rz", &form).await
    };
    assert_eq!(at(record(EvidenceKind::C5, "bald").await), ("bis".to_owned(), "date".to_owned()));
    let unknown = EvidenceForm::default();
    assert_eq!(portal_error(portal.evidence_record(&s.stranger, "test-rz", &unknown).await), PortalError::NotFound);
    record(EvidenceKind::C5, "2099-12-31").await.unwrap();
    record(EvidenceKind::PenetrationTest, "2020-01-31").await.unwrap();
    let warnings = portal.home_page(&s.later()).await.unwrap().evidence;
    assert_eq!(
        warnings.iter().map(|w| (w.row.kind, w.row.state)).collect::<Vec<_>>(),
        [(EvidenceKind::PenetrationTest, EvidenceState::Ended)]
    );
    let clerk = s.app.ctx(s.app.people.clerk).await;
    assert!(portal.home_page(&clerk).await.unwrap().evidence.is_empty());

    let page = portal.acceptance_page(&clerk, &r).await.unwrap();
    let all = page.checklist.into_iter().map(|i| i.id).collect();
    portal.acceptance_declare(&clerk, &r, page.head.lock, true, all, "").await.unwrap();
    let lock = s.app.lock(&clerk, &r).await;
    assert_eq!(portal_error(portal.activation_request(&clerk, &r, lock, "").await), rule("evidence_ended"));

    // Within the warning of 7 days it may go on, and it is renewed in time.
    let soon = operator.now.plus_days(3).berlin_date();
    record(EvidenceKind::PenetrationTest, &soon).await.unwrap();
    let warnings = portal.home_page(&s.later()).await.unwrap().evidence;
    assert_eq!(warnings[0].row.state, EvidenceState::Ends(7));
    portal.activation_request(&clerk, &r, lock, "").await.unwrap();
    record(EvidenceKind::PenetrationTest, "31.12.2020").await.unwrap();
    let signatory = s.app.ctx(s.app.people.signatory).await;
    let lock = s.app.lock(&clerk, &r).await;
    let side = portal_model::activation::Side::Municipality;
    let yes = portal.activation_decide(&signatory, &r, lock, side, true, "").await;
    assert_eq!(portal_error(yes), rule("evidence_ended"), "a yes would bring something new to production");
    portal.activation_decide(&signatory, &r, lock, side, false, "erst der Nachweis").await.unwrap();
    assert_eq!(s.audited("evidence_record").await, 4);
    s.app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_mirrors_and_maintenance_are_checked_and_recorded() {
    let s = Setting::new().await;
    let (portal, operator) = (&s.portal, &s.operator);
    let limits = |at_once: &str, per_second: &str, windows: &str| LimitsForm {
        at_once: at_once.to_owned(),
        per_second: per_second.to_owned(),
        windows: windows.to_owned(),
    };
    assert_eq!(at(portal.target_limits(operator, s.test, &limits("0", "", "")).await).0, "gleichzeitig");
    assert_eq!(at(portal.target_limits(operator, s.test, &limits("", "viele", "")).await).0, "anfragen");
    assert_eq!(at(portal.target_limits(operator, s.test, &limits("", "", "nachts")).await).1, "window_line");
    portal.target_limits(operator, s.test, &limits("2", "10", "Mo-Fr 22:00-06:00\nSa 08:00-12:00")).await.unwrap();
    let page = portal.target_settings_page(operator, s.test).await.unwrap();
    assert_eq!((page.at_once.as_str(), page.per_second.as_str()), ("2", "10"));
    // What is shown reads as the same windows.
    portal.target_limits(operator, s.test, &limits("2", "10", &page.windows)).await.unwrap();
    assert_eq!(portal.target_settings_page(operator, s.test).await.unwrap().windows, page.windows);

    assert_eq!(at(portal.target_mirrors(operator, s.test, "docker.io").await).1, "mirror_line");
    assert_eq!(at(portal.target_mirrors(operator, s.test, "a.b = c.d\na.b=e.f").await).1, "mirror_twice");
    portal.target_mirrors(operator, s.test, "docker.io = spiegel.example/hub").await.unwrap();
    assert_eq!(portal.operated_target_page(operator, s.test).await.unwrap().mirrors.len(), 1);

    let maintenance = |from: Timestamp, until: Timestamp, text: &str| MaintenanceForm {
        from: from.berlin_minute(),
        until: until.berlin_minute(),
        text: text.to_owned(),
    };
    let tomorrow = operator.now.plus_days(1);
    let backwards = maintenance(tomorrow, operator.now, "x");
    assert_eq!(at(portal.maintenance_announce(operator, s.test, &backwards).await).1, "ends_before_it_begins");
    let form = maintenance(tomorrow, tomorrow.plus_seconds(7200), "Neue Platten");
    portal.maintenance_announce(operator, s.test, &form).await.unwrap();
    s.app.publish("fundsachen", "1.0.0").await;
    let r = s.app.accepted("fundsachen").await;
    let clerk = s.app.ctx(s.app.people.clerk).await;
    let notices = portal.case_page(&clerk, &r).await.unwrap().target_notices;
    assert!(
        matches!(notices.as_slice(), [TargetNotice::Maintenance { text, now: false, .. }] if text == "Neue Platten")
    );
    let rows = portal.maintenance_page(operator, s.test).await.unwrap().rows;
    let foreign = portal.maintenance_cancel(operator, s.production, rows[0].id).await;
    assert_eq!(portal_error(foreign), PortalError::NotFound);
    portal.maintenance_cancel(operator, s.test, rows[0].id).await.unwrap();
    assert!(portal.case_page(&clerk, &r).await.unwrap().target_notices.is_empty());

    for refused in [
        portal.target_limits(&s.stranger, s.test, &limits("", "", "")).await,
        portal.target_mirrors(&s.stranger, s.test, "").await,
        portal.maintenance_announce(&s.stranger, s.test, &form).await,
        portal.maintenance_cancel(&s.stranger, s.test, rows[0].id).await,
        portal.target_go_on(&s.stranger, s.test).await,
    ] {
        assert_eq!(portal_error(refused), PortalError::NotFound);
    }
    for (action, times) in
        [("target_limit", 2), ("target_mirror", 1), ("maintenance_announce", 1), ("maintenance_cancel", 1)]
    {
        assert_eq!(s.audited(action).await, times, "{action}");
    }
    s.app.close().await;
}
