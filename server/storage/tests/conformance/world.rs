//! A small municipality with everything it needs, and entities in the states that the tests begin with.

use crate::common::Fresh;
use portal_core::{
    Actor, Ctx,
    authz::{Action, Authorized, Resource},
    ports::*,
};
use portal_model::{
    acceptance::Acceptance,
    activation::{Activation, ActivationState, Approval, Side},
    ars::Ars,
    data_centre::{DataCentre, Stage, Target, TargetKind},
    event::{EventCode, NewEvent},
    installation::{Configuration, Deployment, Installation, InstallationState, Revision},
    operation::{Basis, OfCase, Operation, OperationKind, OperationState, StepKind, Subject},
    organisation::{Area, MunicipalityKind, Organisation, OrganisationKind, Role},
    person::Person,
    reference::ReferenceKind,
    request::{Request, RequestState},
    test_run::{TestCase, TestRun},
    verfahren::{ProtectionNeed, Provisioning, Release, ReleaseFacts, ReleaseLimits, ReleaseState, Verfahren},
    *,
};
use portal_storage::Storage;
use uuid::Uuid;

/// The moment at which everything in these tests happens.
pub const NOW: Timestamp = Timestamp(1_700_000_000_000_000);

pub fn id() -> Uuid {
    new_uuid(NOW)
}

pub fn token() -> Authorized {
    let ctx = Ctx { actor: Actor::System, lang: Lang::De, now: NOW };
    ctx.authorize(Action::OperationStep, &Resource::portal()).unwrap()
}

pub fn audit(action: &str) -> NewAudit {
    NewAudit {
        at: NOW,
        person: None,
        acting_as: None,
        municipality: None,
        land: None,
        mandate: None,
        action: action.to_owned(),
        subject: "subject".to_owned(),
        request: None,
        detail: None,
    }
}

pub async fn write(storage: &Storage, writes: Vec<Write>) -> StoreResult<()> {
    storage.commit(&token(), Commit { writes, audit: audit("test"), events: Vec::new() }).await
}

/// The same at another moment.
pub async fn write_at(storage: &Storage, writes: Vec<Write>, at: Timestamp) -> StoreResult<()> {
    let audit = NewAudit { at, ..audit("test") };
    storage.commit(&token(), Commit { writes, audit, events: Vec::new() }).await
}

pub fn rule(name: &str) -> String {
    StoreError::Rule(name.to_owned()).to_string()
}

/// The text of the refusal.
pub async fn refusal(storage: &Storage, writes: Vec<Write>) -> String {
    write(storage, writes).await.unwrap_err().to_string()
}

pub fn organisation(kind: OrganisationKind, slug: &str, land: Land) -> Organisation {
    let municipality = kind == OrganisationKind::Municipality;
    Organisation {
        id: OrganisationId(id()),
        kind,
        name: slug.to_owned(),
        slug: slug.to_owned(),
        municipality_kind: municipality.then_some(MunicipalityKind::Amt),
        ars: municipality.then(|| Ars::parse("010570057057").unwrap()),
        laender: vec![land],
        public_adopter: true,
        demo: true,
    }
}

pub struct World {
    pub municipality: Organisation,
    pub state_body: Organisation,
    pub clerk: PersonId,
    pub signatory: PersonId,
    pub consultant: PersonId,
    pub verfahren: Verfahren,
    pub release: Release,
    pub data_centre: DataCentre,
    pub test_target: Target,
    pub production_target: Target,
}

pub fn target(data_centre: DataCentreId, stage: Stage) -> Target {
    Target {
        id: TargetId(id()),
        data_centre,
        kind: TargetKind::Kubernetes,
        stage,
        namespace: format!("ns-{}", id()),
        endpoint: "https://cluster.example".to_owned(),
        only_for: None,
        domain: "apps.example".to_owned(),
        ingress_class: "nginx".to_owned(),
        storage_class: String::new(),
        tls_secret: "apps-tls".to_owned(),
        closed: false,
        capacity: 100,
        trials: 0,
        operating: portal_model::operating::Operating::default(),
    }
}

pub fn release(verfahren: VerfahrenId, version: &str, digest: &str) -> Release {
    let text = |t: &str| Bilingual { de: t.to_owned(), en: String::new() };
    Release {
        id: ReleaseId(id()),
        verfahren,
        version: version.to_owned(),
        digest: digest.to_owned(),
        state: ReleaseState::Published,
        published_at: NOW,
        facts: ReleaseFacts {
            name: text("Hundesteuer"),
            summary: text(""),
            description: text(""),
            topic: "Steuern".to_owned(),
            audience: Vec::new(),
            laender: Vec::new(),
            leistungen: Vec::new(),
            target_kinds: vec![TargetKind::Kubernetes],
            provisioning: Provisioning::Deploy,
            protection: ProtectionNeed::Normal,
            needs: Vec::new(),
            cost_per_year_cents: None,
            cost_note: text(""),
            effort: text(""),
            documents: Vec::new(),
            checklist: Vec::new(),
            licence: "EUPL-1.2".to_owned(),
            source: String::new(),
            changes: text(""),
            security_fix: false,
            based_on: Vec::new(),
            tests: Vec::new(),
            secrets: Vec::new(),
        },
        limits: ReleaseLimits::default(),
        security_fix: false,
        state_note: String::new(),
        replaced_by: None,
        submission: None,
        signed_with: None,
    }
}

/// A release that goes from its state to another.
pub fn ended(release: &Release, state: ReleaseState) -> Write {
    let ended = Release { state, state_note: "Grund".to_owned(), ..release.clone() };
    Write::UpdateRelease { from: release.state, release: ended }
}

/// A package without components.
pub fn package(digest: &str) -> Write {
    Write::InsertPackage(PackageRow { digest: digest.to_owned(), components: Vec::new() })
}

/// An installation with everything up to a passed test.
pub struct Installed {
    pub request: Request,
    pub installation: Installation,
    pub configuration: Configuration,
    pub test: Deployment,
    pub production: Deployment,
    pub install: Operation,
    pub run: TestRun,
}

impl World {
    pub async fn new(fresh: &Fresh) -> Self {
        let land = Land::SCHLESWIG_HOLSTEIN;
        let municipality = organisation(OrganisationKind::Municipality, "amt-nordsee", land);
        let state_body = organisation(OrganisationKind::StateBody, "landesstelle", land);
        let vendor = organisation(OrganisationKind::Vendor, "hersteller", land);
        let operator = organisation(OrganisationKind::Operator, "betreiber", land);
        let [clerk, signatory, consultant] = [PersonId(id()), PersonId(id()), PersonId(id())];
        let person = |id, name: &str| Write::InsertPerson(Person { id, name: name.to_owned(), deactivated: false });
        let verfahren = Verfahren {
            id: VerfahrenId(id()),
            slug: "hundesteuer".to_owned(),
            package_id: "hersteller/hundesteuer".to_owned(),
            vendor: vendor.id,
        };
        let release = release(verfahren.id, "1.0.0", "package-1");
        let data_centre = DataCentre {
            id: DataCentreId(id()),
            name: "Rechenzentrum Nord".to_owned(),
            slug: "rz-nord".to_owned(),
            operator: operator.id,
            laender: vec![land],
            evidence_until: Some(NOW.plus_days(100)),
            simulated: true,
        };
        let test_target = target(data_centre.id, Stage::Test);
        let production_target = target(data_centre.id, Stage::Production);
        let area = |ars: &str, name: &str| Area {
            ars: Ars::parse(ars).unwrap(),
            name: name.to_owned(),
            legal_basis: "§ 3 AO SH".to_owned(),
        };
        let areas = vec![area("010570057058", "Ölby"), area("010570057057", "Norderdorf")];
        let writes = vec![
            Write::InsertOrganisation(municipality.clone(), areas),
            Write::InsertOrganisation(state_body.clone(), Vec::new()),
            Write::InsertOrganisation(vendor, Vec::new()),
            Write::InsertOrganisation(operator, Vec::new()),
            person(clerk, "Sachbearbeitung"),
            person(signatory, "Zeichnungsberechtigt"),
            person(consultant, "Beratung"),
            Write::InsertMembership(clerk, municipality.id, Role::Clerk, None),
            Write::InsertMembership(signatory, municipality.id, Role::Signatory, Some(NOW)),
            Write::InsertMembership(consultant, state_body.id, Role::Consultant, None),
            Write::InsertIdentity(clerk, "issuer".to_owned(), "clerk".to_owned()),
            Write::InsertVerfahren(verfahren.clone()),
            package(&release.digest),
            Write::InsertRelease(release.clone()),
            Write::InsertDataCentre(data_centre.clone()),
            Write::InsertTarget(test_target.clone()),
            Write::InsertTarget(production_target.clone()),
        ];
        super::world::write(&fresh.storage, writes).await.unwrap();
        Self {
            municipality,
            state_body,
            clerk,
            signatory,
            consultant,
            verfahren,
            release,
            data_centre,
            test_target,
            production_target,
        }
    }

    /// A request that is over: of those there may be as many as one likes.
    pub fn request(&self) -> Request {
        Request {
            id: RequestId(id()),
            reference: new_reference(ReferenceKind::Nachnutzung),
            municipality: self.municipality.id,
            land: Land::SCHLESWIG_HOLSTEIN,
            verfahren: self.verfahren.id,
            release: self.release.id,
            state: RequestState::Withdrawn,
            version: 1,
            created_by: self.clerk,
            mandate: None,
            submitted_by: None,
            edited_by: None,
            assigned_to: None,
            data_centre: Some(self.data_centre.id),
            areas: vec![Ars::parse("010570057057").unwrap()],
            values: serde_json::json!({"kasse": {"iban": "ä"}}),
            done_tasks: vec!["areas".to_owned()],
            decision_note: String::new(),
            decided_by: None,
            created_at: NOW,
            submitted_at: None,
            state_since: NOW,
        }
    }

    pub fn installation(&self, request: &Request, label: &str) -> Installation {
        Installation {
            id: InstallationId(id()),
            request: request.id,
            municipality: self.municipality.id,
            land: Land::SCHLESWIG_HOLSTEIN,
            verfahren: self.verfahren.id,
            release: self.release.id,
            label: label.to_owned(),
            instance: format!("hundesteuer-{label}"),
            data_centre: Some(self.data_centre.id),
            areas: Vec::new(),
            configuration: None,
            state: InstallationState::InTest,
            version: 1,
            state_since: NOW,
            live_since: None,
            changing_since: None,
        }
    }

    pub fn operation(&self, i: &Installation, d: &Deployment) -> Operation {
        Operation {
            id: OperationId(id()),
            reference: new_reference(ReferenceKind::Bereitstellung),
            kind: OperationKind::Install,
            subject: Subject::Case(OfCase {
                request: i.request,
                municipality: i.municipality,
                land: i.land,
                installation: i.id,
                deployment: d.id,
            }),
            target: d.target,
            basis: (d.stage == Stage::Production).then_some(Basis::Approval),
            activation: None,
            input: serde_json::json!({"format": 1}),
            steps: vec![StepKind::Check, StepKind::Apply],
            step: 0,
            attempt: 0,
            state: OperationState::Queued,
            failure: None,
            created_at: NOW,
            run_after: NOW,
            finished_at: None,
        }
    }

    /// An installation that passed its tests; the operation that ran them is done.
    pub async fn installed(&self, storage: &Storage, label: &str) -> Installed {
        let request = self.request();
        let mut installation = self.installation(&request, label);
        let configuration = Configuration {
            id: ConfigurationId(id()),
            request: request.id,
            number: 1,
            values: serde_json::json!({"kasse": 1}),
            digest: "config-1".to_owned(),
            created_at: NOW,
        };
        installation.configuration = Some(configuration.id);
        let deployment = |stage, target| Deployment {
            id: DeploymentId(id()),
            installation: installation.id,
            stage,
            target,
            revision: None,
        };
        let test = deployment(Stage::Test, self.test_target.id);
        let production = deployment(Stage::Production, self.production_target.id);
        let mut install = self.operation(&installation, &test);
        install.state = OperationState::Done;
        install.finished_at = Some(NOW);
        let run = TestRun {
            id: TestRunId(id()),
            operation: install.id,
            installation: installation.id,
            package_digest: self.release.digest.clone(),
            config_digest: configuration.digest.clone(),
            data_centre: self.data_centre.id,
            passed: true,
            cases: vec![TestCase { name: "rauch".to_owned(), passed: true, duration_ms: 3, log: "ok".to_owned() }],
            started_at: NOW,
            finished_at: NOW,
        };
        let writes = vec![
            Write::InsertRequest(request.clone()),
            Write::InsertConfiguration(configuration.clone()),
            Write::InsertInstallation(installation.clone()),
            Write::InsertDeployment(test.clone()),
            Write::InsertDeployment(production.clone()),
            Write::InsertOperation(install.clone()),
            Write::InsertTestRun(run.clone()),
        ];
        write(storage, writes).await.unwrap();
        Installed { request, installation, configuration, test, production, install, run }
    }

    pub fn acceptance(&self, x: &Installed, person: PersonId) -> Acceptance {
        Acceptance {
            id: AcceptanceId(id()),
            installation: x.installation.id,
            test_run: x.run.id,
            person,
            mandate: None,
            accepted: true,
            ticked: vec!["a".to_owned()],
            note: String::new(),
            at: NOW,
        }
    }

    pub fn activation(&self, x: &Installed, person: PersonId) -> Activation {
        Activation {
            id: ActivationId(id()),
            installation: x.installation.id,
            test_run: x.run.id,
            requested_by: person,
            mandate: None,
            state: ActivationState::Requested,
            version: 1,
            requested_at: NOW,
            not_before: None,
            approvals: Vec::new(),
        }
    }

    /// Stores an activation with both yes.
    pub async fn approved(&self, storage: &Storage, activation: &Activation) {
        let yes = |side, person| Write::InsertApproval(activation.id, Approval { side, person, at: NOW });
        let approved = Activation { state: ActivationState::Approved, version: 2, ..activation.clone() };
        let writes = vec![
            Write::InsertActivation(activation.clone()),
            yes(Side::Municipality, self.signatory),
            yes(Side::Land, self.consultant),
            Write::UpdateActivation(approved),
        ];
        write(storage, writes).await.unwrap();
    }

    pub fn revision(&self, x: &Installed, d: &Deployment, operation: OperationId) -> Revision {
        Revision {
            id: RevisionId(id()),
            deployment: d.id,
            stage: d.stage,
            operation,
            release: self.release.id,
            configuration: x.configuration.id,
            package_digest: self.release.digest.clone(),
            config_digest: x.configuration.digest.clone(),
            data_centre: self.data_centre.id,
            test_run: None,
            activation: None,
            restored_from: None,
            applied_at: NOW,
        }
    }

    pub fn event(&self, request: RequestId, operation: Option<OperationId>) -> NewEvent {
        NewEvent {
            at: NOW,
            municipality: Some(self.municipality.id),
            request: Some(request),
            installation: None,
            operation,
            code: EventCode::Log,
            params: [("line".to_owned(), "ä".to_owned())].into(),
        }
    }
}
