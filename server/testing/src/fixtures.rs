//! A municipality with cases, from the organisation down to the deployments: the rows that operations refer to.

use portal_core::{
    engine::Content,
    ports::{PackageRow, Write, new_reference},
};
use portal_model::{
    ActivationId, Bilingual, ConfigurationId, DataCentreId, DeploymentId, InstallationId, Land, OperationId,
    OrganisationId, PersonId, ReleaseId, RequestId, SubmissionId, TargetId, TestRunId, Timestamp, TrialId, VerfahrenId,
    activation::{Activation, ActivationState},
    data_centre::{DataCentre, Stage, Target, TargetKind},
    installation::{Configuration, Deployment, Installation, InstallationState},
    organisation::{MunicipalityKind, Organisation, OrganisationKind},
    person::Person,
    reference::ReferenceKind,
    request::{Request, RequestState},
    test_run::{TestCase, TestRun},
    trial::Trial,
    verfahren::{ProtectionNeed, Provisioning, Release, ReleaseFacts, ReleaseLimits, ReleaseState, Verfahren},
};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// A fixed id: the same numbers give the same id.
pub fn id(kind: u64, number: u64) -> Uuid {
    Uuid::from_u128((u128::from(kind) << 64 | u128::from(number)) | 0x7000_8000 << 64)
}

/// One case with its installation.
#[derive(Debug, Clone)]
pub struct FixtureCase {
    /// Request.
    pub request: Request,
    /// Its values.
    pub configuration: Configuration,
    /// Installation.
    pub installation: Installation,
    /// Test deployment.
    pub test: Deployment,
    /// Production deployment.
    pub production: Deployment,
}

/// A municipality, a Verfahren, a data centre with two targets, and cases.
#[derive(Debug, Clone)]
pub struct Fixture {
    /// Now.
    pub now: Timestamp,
    /// Release of all cases.
    pub release: Release,
    /// Test and production target.
    pub targets: Vec<Target>,
    /// Cases.
    pub cases: Vec<FixtureCase>,
}

const MUNICIPALITY: OrganisationId = OrganisationId(Uuid::from_u128(0x0170_0080_0001));
const VENDOR: OrganisationId = OrganisationId(Uuid::from_u128(0x0170_0080_0002));
const OPERATOR: OrganisationId = OrganisationId(Uuid::from_u128(0x0170_0080_0003));
const CLERK: PersonId = PersonId(Uuid::from_u128(0x0170_0080_0004));
const CONSULTANT: PersonId = PersonId(Uuid::from_u128(0x0170_0080_0007));
const VERFAHREN: VerfahrenId = VerfahrenId(Uuid::from_u128(0x0170_0080_0005));
const DATA_CENTRE: DataCentreId = DataCentreId(Uuid::from_u128(0x0170_0080_0006));

impl Fixture {
    /// With this many cases.
    pub fn new(now: Timestamp, cases: u64) -> Self {
        let release = release(now);
        let cases = (0..cases).map(|n| case(now, n, release.id)).collect();
        Self { now, release, targets: Stage::ALL.iter().map(|s| target(*s)).collect(), cases }
    }

    /// What the deployments of a case are to hold.
    pub fn content(&self, case: &FixtureCase) -> Content {
        Content {
            release: self.release.id,
            configuration: case.configuration.id,
            package_digest: self.release.digest.clone(),
            config_digest: case.configuration.digest.clone(),
        }
    }

    /// A passed test run of a case, by this operation.
    pub fn test_run(&self, case: &FixtureCase, operation: OperationId) -> TestRun {
        let log = String::new();
        TestRun {
            id: TestRunId(id(20, 1)),
            operation,
            installation: case.installation.id,
            package_digest: self.release.digest.clone(),
            config_digest: case.configuration.digest.clone(),
            data_centre: DATA_CENTRE,
            passed: true,
            cases: vec![TestCase { name: "smoke".into(), passed: true, duration_ms: 10, log }],
            started_at: self.now,
            finished_at: self.now,
        }
    }

    /// A trial of the release's package, as if it were not released yet, in the test target.
    pub fn trial(&self) -> Trial {
        Trial {
            id: TrialId(id(22, 1)),
            reference: new_reference(ReferenceKind::Bereitstellung),
            submission: SubmissionId(id(23, 1)),
            digest: self.release.digest.clone(),
            target: target(Stage::Test).id,
            instance: "probe-1".into(),
            version: 1,
            started_by: CLERK,
            token: None,
            cancelled_by: None,
            result: None,
            failure: None,
            cases: Vec::new(),
            given_up_by: None,
            started_at: self.now,
            finished_at: None,
        }
    }

    /// An approved activation of a case.
    pub fn activation(&self, case: &FixtureCase, test_run: TestRunId) -> Activation {
        Activation {
            id: ActivationId(id(21, 1)),
            installation: case.installation.id,
            test_run,
            requested_by: CLERK,
            mandate: None,
            state: ActivationState::Approved,
            version: 1,
            requested_at: self.now,
            not_before: None,
            approvals: Vec::new(),
        }
    }

    /// The rows, parents first.
    pub fn writes(&self) -> Vec<Write> {
        let organisation = |id, kind, slug: &str| {
            let municipality_kind = (kind == OrganisationKind::Municipality).then_some(MunicipalityKind::Gemeinde);
            let laender = vec![Land::SCHLESWIG_HOLSTEIN];
            let (name, slug) = (slug.to_owned(), slug.to_owned());
            let (public_adopter, demo) = (true, false);
            let row =
                Organisation { id, kind, name, slug, municipality_kind, ars: None, laender, public_adopter, demo };
            Write::InsertOrganisation(row, Vec::new())
        };
        let mut writes = vec![
            organisation(MUNICIPALITY, OrganisationKind::Municipality, "gemeinde"),
            organisation(VENDOR, OrganisationKind::Vendor, "hersteller"),
            organisation(OPERATOR, OrganisationKind::Operator, "betreiber"),
            Write::InsertPerson(Person { id: CLERK, name: "Sachbearbeitung".into(), deactivated: false }),
            Write::InsertPerson(Person { id: CONSULTANT, name: "Beratung".into(), deactivated: false }),
            Write::InsertVerfahren(Verfahren {
                id: VERFAHREN,
                slug: "verfahren".into(),
                package_id: "hersteller/verfahren".into(),
                vendor: VENDOR,
            }),
            Write::InsertPackage(PackageRow { digest: self.release.digest.clone(), components: Vec::new() }),
            Write::InsertRelease(self.release.clone()),
            Write::InsertDataCentre(DataCentre {
                id: DATA_CENTRE,
                name: "Rechenzentrum".into(),
                slug: "rechenzentrum".into(),
                operator: OPERATOR,
                laender: vec![Land::SCHLESWIG_HOLSTEIN],
                evidence_until: None,
                simulated: true,
            }),
        ];
        writes.extend(self.targets.iter().cloned().map(Write::InsertTarget));
        for case in &self.cases {
            writes.push(Write::InsertRequest(case.request.clone()));
            writes.push(Write::InsertConfiguration(case.configuration.clone()));
            writes.push(Write::InsertInstallation(case.installation.clone()));
            writes.push(Write::InsertDeployment(case.test.clone()));
            writes.push(Write::InsertDeployment(case.production.clone()));
        }
        writes
    }
}

fn digest(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}

fn target(stage: Stage) -> Target {
    let number = u64::from(stage == Stage::Production);
    Target {
        id: TargetId(id(7, number)),
        data_centre: DATA_CENTRE,
        kind: TargetKind::Kubernetes,
        stage,
        namespace: format!("portal-{stage}"),
        endpoint: "https://cluster.example".into(),
        only_for: None,
        domain: "example.org".into(),
        ingress_class: String::new(),
        storage_class: String::new(),
        tls_secret: String::new(),
        closed: false,
        capacity: 100,
        trials: if stage == Stage::Test { 2 } else { 0 },
        operating: portal_model::operating::Operating::default(),
    }
}

fn case(now: Timestamp, n: u64, release: ReleaseId) -> FixtureCase {
    let request = RequestId(id(10, n));
    let installation = InstallationId(id(11, n));
    let configuration = ConfigurationId(id(12, n));
    let deployment = |stage: Stage| Deployment {
        id: DeploymentId(id(13, 2 * n + u64::from(stage == Stage::Production))),
        installation,
        stage,
        target: target(stage).id,
        revision: None,
    };
    FixtureCase {
        request: Request {
            id: request,
            reference: new_reference(ReferenceKind::Nachnutzung),
            municipality: MUNICIPALITY,
            land: Land::SCHLESWIG_HOLSTEIN,
            verfahren: VERFAHREN,
            release,
            state: RequestState::Accepted,
            version: 1,
            created_by: CLERK,
            mandate: None,
            submitted_by: Some(CLERK),
            edited_by: None,
            assigned_to: None,
            data_centre: Some(DATA_CENTRE),
            areas: Vec::new(),
            values: json!({}),
            done_tasks: Vec::new(),
            decision_note: String::new(),
            decided_by: Some(CONSULTANT),
            created_at: now,
            submitted_at: Some(now),
            state_since: now,
        },
        configuration: Configuration {
            id: configuration,
            request,
            number: 1,
            values: json!({}),
            digest: digest(&format!("configuration {n}")),
            created_at: now,
        },
        installation: Installation {
            id: installation,
            request,
            municipality: MUNICIPALITY,
            land: Land::SCHLESWIG_HOLSTEIN,
            verfahren: VERFAHREN,
            release,
            label: if n == 0 { String::new() } else { format!("nr{n}") },
            instance: format!("verfahren-{n}"),
            data_centre: Some(DATA_CENTRE),
            areas: Vec::new(),
            configuration: Some(configuration),
            state: InstallationState::InTest,
            version: 1,
            state_since: now,
            live_since: None,
            changing_since: None,
        },
        test: deployment(Stage::Test),
        production: deployment(Stage::Production),
    }
}

fn release(now: Timestamp) -> Release {
    let text = || Bilingual { de: "Verfahren".into(), en: "Application".into() };
    Release {
        id: ReleaseId(id(6, 1)),
        verfahren: VERFAHREN,
        version: "1.0.0".into(),
        digest: digest("package"),
        state: ReleaseState::Published,
        published_at: now,
        facts: ReleaseFacts {
            name: text(),
            summary: text(),
            description: text(),
            topic: String::new(),
            audience: Vec::new(),
            laender: Vec::new(),
            leistungen: Vec::new(),
            target_kinds: vec![TargetKind::Kubernetes],
            provisioning: Provisioning::Deploy,
            protection: ProtectionNeed::Normal,
            needs: Vec::new(),
            cost_per_year_cents: None,
            cost_note: text(),
            effort: text(),
            documents: Vec::new(),
            checklist: Vec::new(),
            licence: "EUPL-1.2".into(),
            source: "https://example.org".into(),
            changes: text(),
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
