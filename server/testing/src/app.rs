//! The whole app in a test: real storage, real use cases, the real engine and Kubernetes driver, and the simulated data
//! centre on a loopback port of its own.

use portal_core::{
    Actor, CoreError, Ctx, Portal,
    engine::{Engine, EngineConfig, EnginePorts, StoreReads},
    package::{Files, sample_values},
    ports::{AuditFilter, Clock, Journal, Scope, Store, SystemClock, Target},
    secrets::{CredentialKeys, KeyEncryptionKey, Keys},
    use_cases::{NewDataCentre, NewOrganisation, NewTarget, ReleaseEnd},
};
use portal_model::{
    Land, Lang, OrganisationId, PersonId, Timestamp,
    activation::Side,
    ars::Ars,
    data_centre::{Stage, TargetKind},
    form::{Field, FieldKind},
    organisation::{Area, MunicipalityKind, OrganisationKind, Role},
    reference::Reference,
    verfahren::ReleaseState,
};
use portal_storage::{Packages, Storage};
use portal_targets::{
    kubernetes::KubernetesTarget,
    simulator::{
        ClusterConfig, Simulator, SimulatorConfig,
        ledger::{Effect, EffectVerb},
    },
};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};
use tempfile::TempDir;

/// Cluster of the test's data centre.
pub const CLUSTER: &str = "test-rz";
/// Namespace of the test environment.
pub const TEST_NAMESPACE: &str = "nachnutzung-test";
/// Namespace of production.
pub const PRODUCTION_NAMESPACE: &str = "nachnutzung";
/// The credential of both; long and strange, so that it can be looked for everywhere.
pub const TARGET_TOKEN: &str = "geheim-Zugang0der0Zielumgebung0w7k2";
/// Simulated seconds per second, so that no test waits long.
const SPEED: f64 = 200.0;
/// The key that seals secrets in tests.
pub const KEY: [u8; 32] = [7; 32];
/// The key that opens credentials of targets in tests.
pub const CREDENTIAL_KEY: [u8; 32] = [8; 32];

/// The keys of a process of the test.
pub fn keys() -> Keys {
    Keys::new(KeyEncryptionKey::new(KEY), CredentialKeys::new(&CREDENTIAL_KEY))
}

/// The machine's clock, moved by some seconds: a second process need not wait for the lease of a dead one, and weeks may
/// pass between two acts.
#[derive(Debug, Default)]
pub struct ShiftedClock(AtomicI64);

impl ShiftedClock {
    /// Ahead by this many seconds.
    pub fn new(seconds: i64) -> Self {
        Self(AtomicI64::new(seconds))
    }

    /// Lets seconds pass.
    pub fn pass_seconds(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }

    /// Lets days pass.
    pub fn pass_days(&self, days: i64) {
        self.0.fetch_add(days * 86_400, Ordering::Relaxed);
    }
}

impl Clock for ShiftedClock {
    fn now(&self) -> Timestamp {
        SystemClock.now().plus_seconds(self.0.load(Ordering::Relaxed))
    }
}

/// People of the test, by what they do.
#[derive(Debug, Clone, Copy)]
pub struct People {
    /// Clerk of the municipality.
    pub clerk: PersonId,
    /// Signatory of the municipality.
    pub signatory: PersonId,
    /// Consultant of the Land.
    pub consultant: PersonId,
    /// Another one.
    pub second: PersonId,
    /// Clerk of another municipality.
    pub stranger: PersonId,
    /// Publishes for the vendor `demo-foerde`.
    pub publisher: PersonId,
    /// Publishes for another vendor.
    pub other_publisher: PersonId,
    /// Curator of the state body.
    pub curator: PersonId,
}

/// Folder of packages below that of the app.
const PACKAGES: &str = "packages";

/// The app.
pub struct TestApp {
    /// Use cases.
    pub portal: Portal,
    /// Database.
    pub storage: Arc<Storage>,
    /// Where packages lie: in memory, unless other processes need them.
    pub packages: Arc<Packages>,
    /// The portal's clock: the machine's, until days are let pass.
    pub clock: Arc<ShiftedClock>,
    /// Address of the database.
    pub url: String,
    /// The simulated data centre.
    pub simulator: Simulator,
    /// People.
    pub people: People,
    _stop: tokio::sync::oneshot::Sender<()>,
    _dir: TempDir,
}

/// A portal and an engine on a database, with the ports as they are or wrapped.
pub async fn open(url: &str, packages: Arc<Packages>, clock: Arc<dyn Clock>) -> (Arc<Storage>, Portal) {
    let storage = Arc::new(Storage::open(url).await.expect("the database opens"));
    storage.migrate().await.expect("the database migrates");
    let store: Arc<dyn Store> = storage.clone();
    let portal = Portal::open(store, packages, clock, keys(), true).await.expect("the portal opens");
    (storage, portal)
}

/// The engine as the server wires it, with a target and a journal of the caller's choice.
pub fn engine(
    portal: &Portal,
    storage: &Arc<Storage>,
    target: Arc<dyn Target>,
    journal: Arc<dyn Journal>,
    worker: &str,
) -> Engine {
    engine_with_lease(None, portal, storage, target, journal, worker)
}

/// The same with leases of this many seconds.
pub fn engine_with_lease(
    lease: Option<i64>,
    portal: &Portal,
    storage: &Arc<Storage>,
    target: Arc<dyn Target>,
    journal: Arc<dyn Journal>,
    worker: &str,
) -> Engine {
    let ports = EnginePorts {
        journal,
        reads: Arc::new(StoreReads(storage.clone())),
        packages: Arc::new(portal.clone()),
        target,
        places: Arc::new(portal.clone()),
        clock: portal.clock().clone(),
    };
    let config = EngineConfig { worker: worker.to_owned(), poll_seconds: 1, ..EngineConfig::default() };
    let config = match lease {
        // A call takes at most a third of a lease.
        Some(lease_seconds) => EngineConfig { lease_seconds, call_seconds: lease_seconds / 3, ..config },
        None => config,
    };
    Engine::new(ports, config).with_jitter(Arc::new(|_| 0))
}

/// The same with other packages, for planted bugs.
pub fn engine_with(
    portal: &Portal,
    storage: &Arc<Storage>,
    packages: Arc<dyn portal_core::engine::Packages>,
    target: Arc<dyn Target>,
    worker: &str,
) -> Engine {
    let ports = EnginePorts {
        journal: storage.clone(),
        reads: Arc::new(StoreReads(storage.clone())),
        packages,
        target,
        places: Arc::new(portal.clone()),
        clock: portal.clock().clone(),
    };
    let config = EngineConfig { worker: worker.to_owned(), poll_seconds: 1, ..EngineConfig::default() };
    Engine::new(ports, config).with_jitter(Arc::new(|_| 0))
}

impl TestApp {
    /// On SQLite in a temporary folder.
    pub async fn start() -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite://{}", dir.path().join("portal.db").display());
        Self::on(url, dir).await
    }

    /// The same, with the simulated data centre at this many simulated seconds per second.
    pub async fn start_at(speed: f64) -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite://{}", dir.path().join("portal.db").display());
        Self::on_at(url, dir, speed, Packages::in_memory()).await
    }

    /// On a fresh database of the PostgreSQL server that `PORTAL_TEST_POSTGRES` names; `None` without one.
    pub async fn start_postgres() -> Option<Self> {
        let url = fresh_postgres().await?;
        Some(Self::on(url, tempfile::tempdir().expect("a temporary folder")).await)
    }

    /// On a database of the caller's; `dir` is kept until the app is dropped.
    pub async fn on(url: String, dir: TempDir) -> Self {
        Self::on_at(url, dir, SPEED, Packages::in_memory()).await
    }

    /// Like [`TestApp::start`] or, with an address, on that database; packages lie in a folder, for workers in processes of
    /// their own: [`TestApp::packages_folder`].
    pub async fn start_for_processes(url: Option<String>) -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let url = url.unwrap_or_else(|| format!("sqlite://{}", dir.path().join("portal.db").display()));
        let packages = Packages::in_folder(&dir.path().join(PACKAGES)).expect("a folder of packages");
        Self::on_at(url, dir, SPEED, packages).await
    }

    /// Folder of a database on SQLite, and of the simulated data centre (`simulator`).
    pub fn folder(&self) -> &Path {
        self._dir.path()
    }

    /// Where packages lie for other processes.
    pub fn packages_folder(&self) -> std::path::PathBuf {
        self._dir.path().join(PACKAGES)
    }

    async fn on_at(url: String, dir: TempDir, speed: f64, packages: Packages) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let kubeconfig =
            |namespace| portal_targets::simulator::config::kubeconfig(address, CLUSTER, TARGET_TOKEN, namespace);
        let places = [
            (Stage::Test, TEST_NAMESPACE.to_owned(), kubeconfig(TEST_NAMESPACE)),
            (Stage::Production, PRODUCTION_NAMESPACE.to_owned(), kubeconfig(PRODUCTION_NAMESPACE)),
        ];
        let (app, stopped) = Self::build(url, dir, &places, speed, packages).await;
        let serving = app.simulator.clone();
        tokio::spawn(async move {
            let ended = serving.serve(listener, async { drop(stopped.await) }).await;
            drop(ended);
        });
        app
    }

    /// On SQLite in memory, for engines on a cluster of the caller's; nothing answers at the targets' addresses.
    pub async fn in_memory() -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let nowhere = || "{}".to_owned();
        let places = [
            (Stage::Test, TEST_NAMESPACE.to_owned(), nowhere()),
            (Stage::Production, PRODUCTION_NAMESPACE.to_owned(), nowhere()),
        ];
        Self::build("sqlite::memory:".to_owned(), dir, &places, SPEED, Packages::in_memory()).await.0
    }

    /// On SQLite, with namespaces (stage, name, kubeconfig) of a cluster of the caller's instead of the simulated one.
    pub async fn on_cluster(places: &[(Stage, String, String)]) -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite://{}", dir.path().join("portal.db").display());
        Self::build(url, dir, places, SPEED, Packages::in_memory()).await.0
    }

    async fn build(
        url: String,
        dir: TempDir,
        places: &[(Stage, String, String)],
        speed: f64,
        packages: Packages,
    ) -> (Self, tokio::sync::oneshot::Receiver<()>) {
        let packages = Arc::new(packages);
        let clock = Arc::new(ShiftedClock::default());
        let (storage, portal) = open(&url, packages.clone(), clock.clone()).await;
        let cluster = ClusterConfig::new(CLUSTER)
            .namespace(TEST_NAMESPACE, BTreeMap::new())
            .namespace(PRODUCTION_NAMESPACE, BTreeMap::new())
            .token(TARGET_TOKEN, &[TEST_NAMESPACE, PRODUCTION_NAMESPACE]);
        let mut config = SimulatorConfig::new(dir.path().join("simulator"), vec![cluster]);
        config.speed = speed;
        let simulator = Simulator::open(&config).expect("the simulator opens");
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let people = organisations(&portal).await;
        targets(&portal, places).await;
        (Self { portal, storage, packages, clock, url, simulator, people, _stop: stop, _dir: dir }, stopped)
    }

    /// Another municipality, a Stadt.
    pub async fn municipality(&self, name: &str, slug: &str, ars: &str, land: Land) {
        let new = NewOrganisation {
            kind: OrganisationKind::Municipality,
            name: name.to_owned(),
            slug: slug.to_owned(),
            municipality_kind: Some(MunicipalityKind::Stadt),
            ars: Ars::parse(ars),
            areas: Vec::new(),
            laender: vec![land],
            public_adopter: true,
            demo: true,
        };
        let added = self.portal.organisation_add(&self.portal.system(), new).await;
        added.expect("an organisation");
    }

    /// The files of a demonstration package.
    pub fn files(verfahren: &str, version: &str) -> Files {
        Files::from_dir(&packages().join(verfahren).join(version)).0
    }

    /// A demonstration package as an archive.
    pub fn archive(verfahren: &str, version: &str) -> Vec<u8> {
        Self::files(verfahren, version).to_tgz(Vec::new()).expect("an archive")
    }

    /// Publishes a demonstration package.
    pub async fn publish(&self, verfahren: &str, version: &str) {
        self.publish_archive(verfahren, Self::archive(verfahren, version)).await;
    }

    /// Publishes a demonstration package with further files.
    pub async fn publish_with(&self, verfahren: &str, version: &str, more: &[(&str, &str)]) {
        let mut files = Self::files(verfahren, version);
        more.iter().for_each(|(path, content)| files.insert(*path, *content));
        self.publish_files(verfahren, &files).await;
    }

    /// Publishes a package of the caller's.
    pub async fn publish_files(&self, verfahren: &str, files: &Files) {
        self.publish_archive(verfahren, files.to_tgz(Vec::new()).expect("an archive")).await;
    }

    async fn publish_archive(&self, verfahren: &str, tgz: Vec<u8>) {
        let loaded = portal_core::package::Package::from_tgz(tgz.as_slice()).into_package().expect("a package");
        let vendor = loaded.id.split('/').next().unwrap_or_default().to_owned();
        self.portal
            .release_publish(&self.portal.system(), &vendor, verfahren, Box::new(std::io::Cursor::new(tgz)))
            .await
            .expect("published");
    }

    /// Ends a release, as the portal itself.
    ///
    /// # Errors
    /// As the use case.
    pub async fn end(&self, verfahren: &str, version: &str, state: ReleaseState) -> Result<(), CoreError> {
        let end = ReleaseEnd { state: state.word().to_owned(), note: "Fehler".to_owned(), ..ReleaseEnd::default() };
        self.portal.release_end(&self.portal.system(), verfahren, version, &end).await
    }

    /// A context of somebody.
    pub async fn ctx(&self, person: PersonId) -> Ctx {
        let actor = self.portal.actor(person).await.expect("a database").unwrap_or(Actor::Anonymous);
        self.portal.ctx(actor, Lang::De)
    }

    /// An organisation by its slug.
    pub async fn organisation(&self, slug: &str) -> OrganisationId {
        self.storage.organisation_by_slug(slug).await.expect("a database").expect("an organisation").id
    }

    /// The organisation that runs the data centre.
    pub async fn operator(&self) -> OrganisationId {
        self.organisation("demo-betrieb").await
    }

    /// What the record says about a subject: action and detail.
    pub async fn audit_of(&self, subject: &Reference) -> Vec<(String, String)> {
        let filter = AuditFilter {
            scope: Scope { all: true, ..Scope::default() },
            subject: Some(subject.to_string()),
            limit: 100,
            ..AuditFilter::default()
        };
        let (found, _) = self.storage.audit_list(&filter).await.expect("a database");
        found.into_iter().map(|(e, _)| (e.action, e.detail.map(|d| d.to_string()).unwrap_or_default())).collect()
    }

    /// Current lock of a case.
    pub async fn lock(&self, ctx: &Ctx, r: &Reference) -> i64 {
        self.portal.case_page(ctx, r).await.expect("a case").head.lock
    }

    /// A request that was filled in and handed in by the clerk.
    pub async fn submitted(&self, verfahren: &str) -> Reference {
        let ctx = self.ctx(self.people.clerk).await;
        let r = self.portal.request_start(&ctx, verfahren, "flensburg").await.expect("started");
        let page = self.portal.values_page(&ctx, &r, None).await.expect("a form");
        let mut pairs = self.samples(verfahren).await;
        for field in
            page.form.groups.iter().flat_map(|g| &g.fields).filter(|f| matches!(f.kind, FieldKind::Secret { .. }))
        {
            pairs.push((field.name.clone(), "geheimes-kennwort-von-gut-32-zeichen".to_owned()));
        }
        self.portal.values_save(&ctx, &r, page.head.lock, &pairs).await.expect("values");
        let page = self.portal.target_page(&ctx, &r).await.expect("targets");
        self.portal.target_save(&ctx, &r, page.head.lock, CLUSTER).await.expect("a target");
        let lock = self.lock(&ctx, &r).await;
        self.portal.request_submit(&ctx, &r, lock).await.expect("submitted");
        r
    }

    /// Values that fit a Verfahren, as a form would post them; without secrets.
    pub async fn samples(&self, verfahren: &str) -> Vec<(String, String)> {
        let release = self.portal.catalogue().newest(verfahren).expect("a release");
        let package = self.portal.package(&release.release.digest).await.expect("a package");
        let mut samples = sample_values(&package.schema);
        if let Some(map) = samples.as_object_mut() {
            map.remove(portal_core::config::GEMEINDEN);
        }
        portal_core::config::to_form(&samples, &package.schema, Lang::De)
    }

    /// The values of a case as its form would post them unchanged.
    pub async fn entered(&self, ctx: &Ctx, r: &Reference) -> Vec<(String, String)> {
        let page = self.portal.values_page(ctx, r, None).await.expect("a form");
        let mut pairs = Vec::new();
        page.form.groups.iter().flat_map(|g| &g.fields).for_each(|f| collect(f, &mut pairs));
        pairs
    }

    /// A request that the Land accepted: its first operation is enqueued.
    pub async fn accepted(&self, verfahren: &str) -> Reference {
        let r = self.submitted(verfahren).await;
        let ctx = self.ctx(self.people.consultant).await;
        let lock = self.lock(&ctx, &r).await;
        self.portal.request_take(&ctx, &r, lock).await.expect("taken");
        self.portal.request_decide(&ctx, &r, lock + 1, "accept", "").await.expect("accepted");
        r
    }

    /// Clerk's acceptance, and an activation with both yes: its operation is enqueued.
    pub async fn approved(&self, r: &Reference) {
        let clerk = self.ctx(self.people.clerk).await;
        let page = self.portal.acceptance_page(&clerk, r).await.expect("in acceptance");
        let all = page.checklist.into_iter().map(|i| i.id).collect();
        let lock = page.head.lock;
        self.portal.acceptance_declare(&clerk, r, lock, true, all, "").await.expect("accepted");
        let lock = self.lock(&clerk, r).await;
        self.portal.activation_request(&clerk, r, lock, "").await.expect("requested");
        let lock = self.lock(&clerk, r).await;
        let signatory = self.ctx(self.people.signatory).await;
        self.portal.activation_decide(&signatory, r, lock, Side::Municipality, true, "").await.expect("first yes");
        let second = self.ctx(self.people.second).await;
        self.portal.activation_decide(&second, r, lock, Side::Land, true, "").await.expect("second yes");
    }

    /// Lets an engine work until nothing is left to do.
    pub async fn run_until_idle(&self) {
        let journal: Arc<dyn Journal> = self.storage.clone();
        let engine = engine(&self.portal, &self.storage, Arc::new(KubernetesTarget::new()), journal, "test");
        run_until_idle(&engine, self.storage.as_ref()).await;
    }

    /// Gives the database's connections back.
    pub async fn close(self) {
        self.storage.close().await;
    }

    /// What the simulated data centre was made to do.
    pub fn effects(&self) -> Vec<Effect> {
        self.simulator.ledger(CLUSTER)
    }

    /// How often each object was created, changed and deleted, by kind, name and uid; only those of `namespace`, if given.
    pub fn per_uid(&self, namespace: Option<&str>) -> BTreeMap<(String, String, String), [u64; 3]> {
        let mut counts: BTreeMap<_, [u64; 3]> = BTreeMap::new();
        let changed = |e: &Effect| e.changed && namespace.is_none_or(|namespace| e.namespace == namespace);
        for e in self.effects().into_iter().filter(changed) {
            let slot = match e.verb {
                EffectVerb::Create => 0,
                EffectVerb::Update => 1,
                EffectVerb::Delete => 2,
            };
            counts.entry((e.kind, e.name, e.uid)).or_default()[slot] += 1;
        }
        counts
    }
}

/// Lets an engine work until nothing is left to do; what waits for the cluster is waited for.
pub async fn run_until_idle(engine: &Engine, journal: &dyn Journal) {
    loop {
        if engine.run_once().await {
            continue;
        }
        match journal.next_due().await {
            Ok(Some(_)) => tokio::time::sleep(std::time::Duration::from_millis(50)).await,
            _ => return,
        }
    }
}

/// The address of a fresh database of the PostgreSQL server that `PORTAL_TEST_POSTGRES` names; `None` without one.
pub async fn fresh_postgres() -> Option<String> {
    use sqlx::Connection;
    let server = std::env::var("PORTAL_TEST_POSTGRES").ok().filter(|url| !url.is_empty())?;
    let name = format!("app_{}", uuid::Uuid::now_v7().simple());
    let mut connection = sqlx::PgConnection::connect(&server).await.expect("the PostgreSQL server");
    let statement = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
    sqlx::query(statement).execute(&mut connection).await.expect("a fresh database");
    Some(swap_database(&server, &name))
}

/// Changes a database behind the portal's back, as somebody could who got hold of it; gives the number of rows.
pub async fn tamper(url: &str, sql: &str) -> u64 {
    use sqlx::Connection;
    let sql = sqlx::AssertSqlSafe(sql.to_owned());
    if url.starts_with("sqlite") {
        let mut connection = sqlx::SqliteConnection::connect(url).await.expect("the database");
        sqlx::query(sql).execute(&mut connection).await.expect("a change").rows_affected()
    } else {
        let mut connection = sqlx::PgConnection::connect(url).await.expect("the database");
        sqlx::query(sql).execute(&mut connection).await.expect("a change").rows_affected()
    }
}

/// The address of another database of the same server.
fn swap_database(server: &str, name: &str) -> String {
    let (base, options) = server.split_once('?').map_or((server, None), |(b, o)| (b, Some(o)));
    let host = base.find("://").map_or(0, |i| i + 3);
    let base = base[host..].find('/').map_or(base, |slash| &base[..host + slash]);
    let options = options.map(|o| format!("?{o}")).unwrap_or_default();
    format!("{base}/{name}{options}")
}

/// A package with a Helm chart, made for tests.
pub fn chart_package(verfahren: &str) -> Files {
    Files::from_dir(&Path::new(env!("CARGO_MANIFEST_DIR")).join("packages").join(verfahren).join("1.0.0")).0
}

fn packages() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../demo/packages")
}

async fn organisations(portal: &Portal) -> People {
    let system = portal.system();
    let add = async |kind, name: &str, slug: &str, ars: Option<&str>| {
        let ars = ars.and_then(Ars::parse);
        let new = NewOrganisation {
            kind,
            name: name.to_owned(),
            slug: slug.to_owned(),
            municipality_kind: ars.is_some().then_some(MunicipalityKind::Stadt),
            areas: ars
                .iter()
                .map(|a| Area { ars: a.clone(), name: name.to_owned(), legal_basis: String::new() })
                .collect(),
            ars,
            laender: vec![Land::SCHLESWIG_HOLSTEIN],
            public_adopter: true,
            demo: true,
        };
        portal.organisation_add(&system, new).await.expect("an organisation")
    };
    let flensburg = add(OrganisationKind::Municipality, "Stadt Flensburg", "flensburg", Some("010010000000")).await;
    let ploen = add(OrganisationKind::Municipality, "Stadt Plön", "ploen", Some("010570057057")).await;
    let state = add(OrganisationKind::StateBody, "Demo-AöR Nord", "demo-aoer-nord", None).await;
    let foerde = add(OrganisationKind::Vendor, "Demo-Softwarehaus Förde", "demo-foerde", None).await;
    let main = add(OrganisationKind::Vendor, "Demo-Verfahrenswerk Main", "demo-main", None).await;
    add(OrganisationKind::Operator, "Demo-Betrieb", "demo-betrieb", None).await;
    let person = async |name: &str, organisation, role| {
        portal.person_add(&system, name, &[(organisation, role)]).await.expect("a person")
    };
    People {
        clerk: person("Sachbearbeitung", flensburg, Role::Clerk).await,
        signatory: person("Zeichnungsberechtigt", flensburg, Role::Signatory).await,
        consultant: person("Beratung", state, Role::Consultant).await,
        second: person("Beratung 2", state, Role::Consultant).await,
        stranger: person("Sachbearbeitung Plön", ploen, Role::Clerk).await,
        publisher: person("Herausgabe", foerde, Role::Publisher).await,
        other_publisher: person("Herausgabe Main", main, Role::Publisher).await,
        curator: person("Verfahrensprüfung", state, Role::Curator).await,
    }
}

async fn targets(portal: &Portal, places: &[(Stage, String, String)]) {
    let system = portal.system();
    let data_centre = NewDataCentre {
        name: "Test-RZ".into(),
        slug: CLUSTER.into(),
        operator: "demo-betrieb".into(),
        laender: vec![Land::SCHLESWIG_HOLSTEIN],
        evidence_until: None,
        simulated: true,
    };
    portal.data_centre_add(&system, data_centre).await.expect("a data centre");
    for (stage, namespace, kubeconfig) in places {
        let target = NewTarget {
            data_centre: CLUSTER.into(),
            kind: TargetKind::Kubernetes,
            stage: *stage,
            namespace: namespace.clone(),
            endpoint: "https://cluster.example".to_owned(),
            only_for: None,
            domain: "test.example".into(),
            ingress_class: "test".into(),
            storage_class: "test".into(),
            tls_secret: "test-tls".into(),
            capacity: 10_000,
            credential: kubeconfig.clone(),
        };
        portal.target_add(&system, target).await.expect("a target");
    }
}

fn collect(field: &Field, pairs: &mut Vec<(String, String)>) {
    match &field.kind {
        FieldKind::Group { fields } => fields.iter().for_each(|f| collect(f, pairs)),
        FieldKind::List { items, .. } => items.iter().for_each(|f| collect(f, pairs)),
        FieldKind::Checkbox => {
            pairs.push((field.name.clone(), if field.value == "true" { "1" } else { "0" }.to_owned()))
        }
        _ => pairs.push((field.name.clone(), field.value.clone())),
    }
}
