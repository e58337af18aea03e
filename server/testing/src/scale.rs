//! Amounts: a catalogue with thousands of entries, and cases by the thousand, each like one that went through the portal.
//! For benchmarks, where making each by hand would take hours.

use crate::TestApp;
use portal_core::{
    authz::{Action, Authorized, Resource},
    engine::{Content, new_install},
    ports::{Commit, Component, NewAudit, PackageRow, PackageStore, Store, Write, new_reference, new_uuid},
    search::Document,
};
use portal_model::{
    ConfigurationId, DeploymentId, InstallationId, Land, OrganisationId, ReleaseId, RequestId, VerfahrenId,
    data_centre::Stage,
    installation::{Configuration, InstallationState},
    leika::LeikaKey,
    organisation::{MunicipalityKind, Organisation},
    reference::{Reference, ReferenceKind},
    request::{Request, RequestState},
    verfahren::{Leistung, Release, Verfahren},
};
use sha2::{Digest as _, Sha256};

/// Rows written in one transaction.
const BATCH: usize = 500;
/// Verwaltungen of a large Land.
const OTHERS: usize = 1_100;

const SUBJECTS: [&str; 24] = [
    "Hund",
    "Wohnung",
    "Gewerbe",
    "Geburt",
    "Bau",
    "Straße",
    "Abfall",
    "Wasser",
    "Jagd",
    "Schule",
    "Wahl",
    "Markt",
    "Grundstück",
    "Fischerei",
    "Kinder",
    "Pflege",
    "Denkmal",
    "Lärm",
    "Bäder",
    "Fahrzeug",
    "Waffen",
    "Spiel",
    "Forst",
    "Gräber",
];
const MIDDLES: [&str; 16] = [
    "",
    "halter",
    "schutz",
    "nutzungs",
    "betriebs",
    "verkehrs",
    "sonder",
    "flächen",
    "gebühren",
    "zweck",
    "anlagen",
    "haus",
    "register",
    "prüfungs",
    "kosten",
    "plan",
];
const HEADS: [&str; 20] = [
    "steuer",
    "urkunde",
    "anmeldung",
    "genehmigung",
    "ausweis",
    "bescheinigung",
    "erlaubnis",
    "abgabe",
    "zuschuss",
    "antrag",
    "befreiung",
    "auskunft",
    "karte",
    "prüfung",
    "zulassung",
    "anzeige",
    "vertrag",
    "beratung",
    "förderung",
    "aufsicht",
];

/// The n-th entry of a made-up catalogue.
pub fn document(n: usize) -> Document {
    let (a, b, c) = (SUBJECTS[n % 24], MIDDLES[n / 24 % 16], HEADS[n / 384 % 20]);
    let other = |k: usize| {
        let n = n.wrapping_mul(2_654_435_761).wrapping_add(k * 7_919);
        format!("{}{}{}", SUBJECTS[n % 24], MIDDLES[n / 24 % 16], HEADS[n / 384 % 20])
    };
    let name = format!("{a}{b}{c}");
    Document {
        key: format!("verfahren-{n}"),
        summary: format!("{} und {} online beantragen.", other(1), other(2)),
        description: (3..40)
            .map(|k| format!("{} für Ort{} mit {}.", other(k), n * 7 % 9_000 + k, HEADS[k % 20]))
            .collect(),
        leistungen: (0..3)
            .map(|k| (format!("99{:03}{:03}{:06}", n % 150, n % 997, n * 3 + k), format!("{name} {}", HEADS[k])))
            .collect(),
        vendor: format!("Anbieter {}", n % 40),
        topic: format!("Themenfeld {}", SUBJECTS[n % 14]),
        name,
        keywords: Vec::new(),
    }
}

/// What people type: whole names, beginnings, parts, typos, keys, sentences; also the costly single letters.
pub fn queries(documents: &[Document]) -> Vec<String> {
    let mut queries: Vec<String> =
        ["s", "h", "st", "steuer", "e", "an", "xyzxyz", "Wie melde ich meinen Hund an?", "99", "kfz"]
            .map(String::from)
            .to_vec();
    queries.push(["Hundehaltersteuxer", "Wohnungsantargs", "qwertzuiopasdf"].join(" ").repeat(8));
    for document in documents.iter().step_by(50) {
        let letters: Vec<char> = document.name.chars().collect();
        let mut swapped = letters.clone();
        swapped.swap(letters.len() / 2, letters.len() / 2 - 1);
        let middle = letters.len() / 2;
        queries.push(document.name.clone());
        queries.push(letters[..letters.len().min(5)].iter().collect());
        queries.push(swapped.iter().collect());
        queries.push([&letters[..middle], &[' '], &letters[middle..]].concat().iter().collect());
        queries.push(document.leistungen[0].0[..8].to_owned());
        queries.push(format!("{} beantragen in der Gemeinde", document.summary));
    }
    queries
}

async fn write(app: &TestApp, token: &Authorized, writes: Vec<Write>) {
    let audit = NewAudit {
        at: app.portal.clock().now(),
        person: None,
        acting_as: None,
        municipality: None,
        land: None,
        mandate: None,
        action: "seed".to_owned(),
        subject: String::new(),
        request: None,
        detail: None,
    };
    app.storage.commit(token, Commit { writes, audit, events: Vec::new() }).await.expect("rows that fit");
}

fn token(app: &TestApp) -> Authorized {
    app.portal.system().authorize(Action::OperationStep, &Resource::portal()).expect("the portal itself")
}

impl TestApp {
    /// Entries of the catalogue besides a published one, with its package but facts of their own.
    pub async fn fill_catalogue(&self, like: &str, entries: usize) {
        let model = self.portal.catalogue().newest(like).expect("a release").release.clone();
        let files = self.packages.get(&model.digest).await.expect("a store").expect("a package");
        let list = self.storage.verfahren_list().await.expect("a database");
        let vendor = list.iter().find(|v| v.id == model.verfahren).expect("its entry").vendor;
        let token = token(self);
        let now = self.portal.clock().now();
        let numbers: Vec<usize> = (0..entries).collect();
        for batch in numbers.chunks(BATCH) {
            let mut writes = Vec::new();
            for &n in batch {
                let id = VerfahrenId(new_uuid(now));
                let slug = format!("verfahren-{n}");
                let mut release = release(&model, id, n);
                let mut own = files.clone();
                own.insert("README.md", format!("# {slug}\n"));
                release.digest = self.packages.put(&own).await.expect("a store");
                writes.push(Write::InsertVerfahren(Verfahren { id, package_id: format!("demo/{slug}"), slug, vendor }));
                let row = PackageRow { digest: release.digest.clone(), components: Vec::new() };
                writes.push(Write::InsertPackage(row));
                writes.push(Write::InsertRelease(release));
            }
            write(self, &token, writes).await;
        }
        self.portal.catalogue_now().await.expect("the catalogue");
    }

    /// As many packages with as many components each, every one of them a release of an entry like a published one. The
    /// k-th component of the n-th package is [`component`].
    pub async fn fill_components(&self, like: &str, packages: usize, each: usize) {
        let model = self.portal.catalogue().newest(like).expect("a release").release.clone();
        let list = self.storage.verfahren_list().await.expect("a database");
        let vendor = list.iter().find(|v| v.id == model.verfahren).expect("its entry").vendor;
        let token = token(self);
        let now = self.portal.clock().now();
        for n in 0..packages {
            let id = VerfahrenId(new_uuid(now));
            let slug = format!("teile-{n}");
            let mut release = release(&model, id, n);
            // No files: nobody reads them here.
            release.digest = hex::encode(Sha256::digest(&slug));
            let components = (0..each).map(|k| component(n, k)).collect();
            let writes = vec![
                Write::InsertVerfahren(Verfahren { id, package_id: format!("demo/{slug}"), slug, vendor }),
                Write::InsertPackage(PackageRow { digest: release.digest.clone(), components }),
                Write::InsertRelease(release),
            ];
            write(self, &token, writes).await;
        }
        self.portal.catalogue_now().await.expect("the catalogue");
    }

    /// Cases like an accepted one, each with an operation that sets it up and is due.
    pub async fn installs_like(&self, r: &Reference, cases: usize) {
        let case = self.storage.case_by_reference(r).await.expect("a database").expect("a case");
        let model = case.installation.expect("an installation");
        let deployments = self.storage.deployments(model.id).await.expect("a database");
        let configuration = model.configuration.expect("values");
        let configuration = self.storage.configuration(configuration).await.expect("a database").expect("values");
        let release = self.storage.release(model.release).await.expect("a database").expect("a release");
        let token = token(self);
        let now = self.portal.clock().now();
        for _ in 0..cases {
            let request = Request {
                id: RequestId(new_uuid(now)),
                reference: new_reference(ReferenceKind::Nachnutzung),
                ..case.request.clone()
            };
            let values =
                Configuration { id: ConfigurationId(new_uuid(now)), request: request.id, ..configuration.clone() };
            let mut installation = model.clone();
            installation.id = InstallationId(new_uuid(now));
            installation.request = request.id;
            installation.configuration = Some(values.id);
            installation.state = InstallationState::InTest;
            installation.version = 1;
            installation.label = hex::encode(&Sha256::digest(installation.id.to_string())[..8]);
            installation.instance = format!("n{}", installation.label);
            let content = Content {
                release: release.id,
                configuration: values.id,
                package_digest: release.digest.clone(),
                config_digest: values.digest.clone(),
            };
            let mut writes = vec![
                Write::InsertRequest(request),
                Write::InsertConfiguration(values),
                Write::InsertInstallation(installation.clone()),
            ];
            for model in &deployments {
                let mut deployment = model.clone();
                deployment.id = DeploymentId(new_uuid(now));
                deployment.installation = installation.id;
                deployment.revision = None;
                writes.push(Write::InsertDeployment(deployment.clone()));
                if deployment.stage == Stage::Test {
                    writes.push(Write::InsertOperation(new_install(&installation, &deployment, content.clone(), now)));
                }
            }
            write(self, &token, writes).await;
        }
    }

    /// Requests like an accepted one in all states, a second apart, of a Verwaltung that has very many and of a thousand
    /// others; gives some of their references.
    pub async fn requests_like(&self, r: &Reference, cases: usize) -> Vec<Reference> {
        let model = self.storage.case_by_reference(r).await.expect("a database").expect("a case").request;
        let open = (0..cases).filter(|n| !state(*n).is_closed()).count();
        // Of one Verfahren a Verwaltung has one open request.
        self.fill_catalogue("maengelmelder", open.div_ceil(OTHERS)).await;
        let verfahren = self.storage.verfahren_list().await.expect("a database");
        let others = self.municipalities_like(model.municipality, OTHERS).await;
        let token = token(self);
        let (mut some, mut opened) = (Vec::new(), 0);
        let numbers: Vec<usize> = (0..cases).collect();
        for batch in numbers.chunks(BATCH) {
            let mut writes = Vec::new();
            for &n in batch {
                let mut request = model.clone();
                request.created_at = model.created_at.plus_seconds(n as i64 - cases as i64);
                request.id = RequestId(new_uuid(request.created_at));
                request.reference = new_reference(ReferenceKind::Nachnutzung);
                request.state = state(n);
                if request.state.is_closed() {
                    request.municipality = if n % 2 == 0 { model.municipality } else { others[n % OTHERS] };
                } else {
                    let entry = &verfahren[opened / OTHERS];
                    let release = self.portal.catalogue().newest(&entry.slug).expect("a release").release.id;
                    (request.verfahren, request.release) = (entry.id, release);
                    request.municipality = others[opened % OTHERS];
                    opened += 1;
                }
                request.submitted_at = Some(request.created_at.plus_seconds(60));
                if n % (cases / 100).max(1) == 0 {
                    some.push(request.reference.clone());
                }
                writes.push(Write::InsertRequest(request));
            }
            write(self, &token, writes).await;
        }
        some
    }

    /// Verwaltungen like another one.
    async fn municipalities_like(&self, id: OrganisationId, count: usize) -> Vec<OrganisationId> {
        let model = self.storage.organisation(id).await.expect("a database").expect("a Verwaltung");
        let now = self.portal.clock().now();
        let (mut ids, mut writes) = (Vec::new(), Vec::new());
        for n in 0..count {
            let id = OrganisationId(new_uuid(now));
            let (name, slug) = (format!("Gemeinde {n}"), format!("gemeinde-{n}"));
            writes.push(Write::InsertOrganisation(Organisation { id, name, slug, ..model.clone() }, Vec::new()));
            ids.push(id);
        }
        write(self, &token(self), writes).await;
        ids
    }
}

/// The n-th of very many: most are done; one in fifty waits for the Land.
fn state(n: usize) -> RequestState {
    match n % 100 {
        0 => RequestState::Submitted,
        50 => RequestState::InReview,
        1..=4 => RequestState::Draft,
        5..=9 => RequestState::Returned,
        10..=29 => RequestState::Withdrawn,
        30..=39 => RequestState::Declined,
        _ => RequestState::Accepted,
    }
}

/// The k-th component of the n-th package: ten packages in a row have the same one, in versions of their own.
pub fn component(n: usize, k: usize) -> Component {
    let (name, version) = (format!("teil-{}-{k}", n / 10), format!("1.{}.0", n % 10));
    Component {
        purl: format!("pkg:cargo/{name}@{version}"),
        search_key: format!("cargo/{name}"),
        name_key: name.clone(),
        licence: "MIT".to_owned(),
        name,
        version,
    }
}

fn release(model: &Release, verfahren: VerfahrenId, n: usize) -> Release {
    let document = document(n);
    let mut release = model.clone();
    release.id = ReleaseId(new_uuid(model.published_at));
    release.verfahren = verfahren;
    let facts = &mut release.facts;
    facts.name.de = document.name;
    facts.name.en = format!("Service {n}");
    facts.summary.de = document.summary;
    facts.description.de = document.description;
    facts.topic = document.topic;
    let leistungen = document.leistungen.into_iter();
    facts.leistungen =
        leistungen.filter_map(|(key, name)| Some(Leistung { leika: LeikaKey::parse(&key)?, name })).collect();
    facts.laender = [vec![], vec![Land::SCHLESWIG_HOLSTEIN], vec![Land::BAYERN]][n % 3].clone();
    facts.audience = MunicipalityKind::ALL.iter().copied().skip(n % 6).collect();
    release
}
