//! The portal on a database of its own, with two municipalities and one Verfahren, and a browser to ask it with.

pub mod packages;
pub mod store;

use axum::{
    Router,
    body::{Body, Bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
    response::Response,
};
use http_body_util::BodyExt;
use portal::{
    AppState, router,
    state::WebSettings,
    web::{assets::Site, session::cookie_name},
    worker::WorkerStatus,
};
use portal_core::{
    Portal,
    ports::SystemClock,
    secrets::KeyEncryptionKey,
    use_cases::{NewDataCentre, NewOrganisation, NewTarget},
};
use portal_model::{
    Land, Lang, OrganisationId, PersonId,
    ars::Ars,
    data_centre::{Stage, TargetKind},
    organisation::{Area, MunicipalityKind, OrganisationKind, Role},
    reference::Reference,
};
use portal_storage::{Packages, Storage};
use portal_testing::TestApp;
use std::{path::Path, sync::Arc};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// Slug of the one Verfahren.
pub const VERFAHREN: &str = "osterfeuer";

/// A running portal.
pub struct World {
    pub portal: Portal,
    pub storage: Storage,
    pub app: Router,
    /// The store of packages, whose line can be cut.
    pub packages: Arc<store::Line>,
    pub stop: CancellationToken,
    pub clerk: PersonId,
    pub signatory: PersonId,
    pub consultant: PersonId,
    /// A clerk of another municipality.
    pub stranger: PersonId,
    /// Publishes for the vendor of the Verfahren.
    pub publisher: PersonId,
    /// Decides about packages.
    pub curator: PersonId,
    folder: TempDir,
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub async fn of(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        Self { status: parts.status, headers: parts.headers, body: body.collect().await.unwrap().to_bytes() }
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }
}

/// Somebody with a browser.
#[derive(Clone)]
pub struct Browser {
    app: Router,
    pub cookie: Option<String>,
}

impl Browser {
    pub fn request(&self, method: Method, path: &str, kind: &str, body: impl Into<Body>) -> Request<Body> {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, "portal.test");
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        if !kind.is_empty() {
            request = request.header(header::CONTENT_TYPE, kind).header("sec-fetch-site", "same-origin");
        }
        request.body(body.into()).unwrap()
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        Answer::of(self.app.clone().oneshot(request).await.unwrap()).await
    }

    pub async fn open(&self, request: Request<Body>) -> Response {
        self.app.clone().oneshot(request).await.unwrap()
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path, "", Body::empty())).await
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = serde_urlencoded::to_string(fields).unwrap();
        self.send(self.request(Method::POST, path, "application/x-www-form-urlencoded", body)).await
    }

    pub async fn json(&self, method: Method, path: &str, body: &serde_json::Value) -> Answer {
        self.send(self.request(method, path, "application/json", body.to_string())).await
    }
}

impl World {
    pub async fn new() -> Self {
        Self::reached_by(WebSettings::default()).await
    }

    pub async fn reached_by(web: WebSettings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/portal.sqlite", folder.path().display());
        Self::on(&url, web, folder).await
    }

    /// On a fresh database of a PostgreSQL server; `None` if there is none here.
    pub async fn on_postgres() -> Option<Self> {
        let url = portal_testing::app::fresh_postgres().await?;
        Some(Self::on(&url, WebSettings::default(), tempfile::tempdir().unwrap()).await)
    }

    async fn on(url: &str, web: WebSettings, folder: TempDir) -> Self {
        let storage = Storage::open(url).await.unwrap();
        storage.migrate().await.unwrap();
        let keys = KeyEncryptionKey::new([7; 32]);
        let store = Arc::new(storage.clone());
        let packages = Arc::new(store::Line::to(Packages::in_memory()));
        let portal = Portal::open(store, packages.clone(), Arc::new(SystemClock), keys, true).await.unwrap();
        let north = municipality(&portal, "nordstadt", "010010000000").await;
        let south = municipality(&portal, "suedstadt", "010020000000").await;
        let land = organisation(&portal, "aoer", OrganisationKind::StateBody).await;
        let vendor = organisation(&portal, "demo-foerde", OrganisationKind::Vendor).await;
        organisation(&portal, "betrieb", OrganisationKind::Operator).await;
        let person = async |name: &str, at: OrganisationId, role: Role| {
            portal.person_add(&portal.system(), name, &[(at, role)]).await.unwrap()
        };
        let clerk = person("Sachbearbeitung, Nordstadt", north, Role::Clerk).await;
        let signatory = person("Zeichnungsberechtigt, Nordstadt", north, Role::Signatory).await;
        let stranger = person("Sachbearbeitung, Südstadt", south, Role::Clerk).await;
        let consultant = person("Beratung, AöR", land, Role::Consultant).await;
        let publisher = person("Herausgabe, Förde", vendor, Role::Publisher).await;
        let curator = person("Verfahrensprüfung, AöR", land, Role::Curator).await;
        publish(&portal).await;
        data_centre(&portal).await;
        let stop = CancellationToken::new();
        let (site, worker) = (Site::default(), WorkerStatus::default());
        let state = AppState::new(portal.clone(), storage.clone(), site, web, worker, stop.clone());
        let app = router(state);
        Self {
            portal,
            storage,
            app,
            packages,
            stop,
            clerk,
            signatory,
            consultant,
            stranger,
            publisher,
            curator,
            folder,
        }
    }

    /// Where the database lies.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn anonymous(&self) -> Browser {
        Browser { app: self.app.clone(), cookie: None }
    }

    pub async fn signed_in(&self, person: PersonId) -> Browser {
        let mut browser = self.anonymous();
        let answer = browser.post("/anmelden", &[("person", &person.to_string()), ("next", "/")]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
        assert!(cookie.starts_with(cookie_name(false)) || cookie.starts_with(cookie_name(true)), "{cookie}");
        browser.cookie = Some(cookie);
        browser
    }

    /// A request that the clerk has begun.
    pub async fn draft(&self) -> Reference {
        let actor = self.portal.actor(self.clerk).await.unwrap().unwrap();
        self.portal.request_start(&self.portal.ctx(actor, Lang::De), VERFAHREN, "nordstadt").await.unwrap()
    }

    /// A request of the clerk that is complete and handed in.
    pub async fn submitted(&self) -> Reference {
        let r = self.draft().await;
        let actor = self.portal.actor(self.clerk).await.unwrap().unwrap();
        let ctx = self.portal.ctx(actor, Lang::De);
        let lock = async || self.portal.case_page(&ctx, &r).await.unwrap().head.lock;
        let values: Vec<(String, String)> = VALUES.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        self.portal.values_save(&ctx, &r, lock().await, &values).await.unwrap();
        self.portal.target_save(&ctx, &r, lock().await, "rz").await.unwrap();
        self.portal.request_submit(&ctx, &r, lock().await).await.unwrap();
        r
    }

    /// Publishes another Verfahren of the demonstration.
    pub async fn publish(&self, verfahren: &str, version: &str) {
        let tgz = TestApp::archive(verfahren, version);
        let package = portal_core::package::Package::from_tgz(tgz.as_slice()).into_package().unwrap();
        let vendor = package.id.split('/').next().unwrap().to_owned();
        if vendor != "demo-foerde" {
            organisation(&self.portal, &vendor, OrganisationKind::Vendor).await;
        }
        let archive = Box::new(std::io::Cursor::new(tgz));
        self.portal.release_publish(&self.portal.system(), &vendor, verfahren, archive).await.unwrap();
    }

    /// What the hidden field `lock` of the case's forms holds.
    pub async fn lock(&self, r: &Reference) -> String {
        let actor = self.portal.actor(self.clerk).await.unwrap().unwrap();
        self.portal.case_page(&self.portal.ctx(actor, Lang::De), r).await.unwrap().head.lock.to_string()
    }
}

/// Values that fit the Verfahren.
pub const VALUES: &[(&str, &str)] = &[
    ("w.behoerde", "Stadt Nordstadt"),
    ("w.kontakt_email", "ordnung@nordstadt.example"),
    ("w.frist_tage", "14"),
    ("w.abstand_gebaeude", "100"),
    ("w.abstand_wald", "100"),
    ("w.gebuehr", "12,50"),
    ("w.auflagen", "Das Feuer ist ständig von zwei Erwachsenen zu beaufsichtigen."),
];

async fn municipality(portal: &Portal, slug: &str, key: &str) -> OrganisationId {
    let ars = Ars::parse(key).unwrap();
    let area = Area { ars: ars.clone(), name: slug.to_owned(), legal_basis: "§ 1".to_owned() };
    let new = NewOrganisation {
        kind: OrganisationKind::Municipality,
        name: format!("Stadt {slug}"),
        slug: slug.to_owned(),
        municipality_kind: Some(MunicipalityKind::Stadt),
        laender: vec![ars.land()],
        ars: Some(ars),
        areas: vec![area],
        public_adopter: true,
        demo: true,
    };
    portal.organisation_add(&portal.system(), new).await.unwrap()
}

async fn organisation(portal: &Portal, slug: &str, kind: OrganisationKind) -> OrganisationId {
    let new = NewOrganisation {
        kind,
        name: slug.to_owned(),
        slug: slug.to_owned(),
        municipality_kind: None,
        ars: None,
        laender: vec![Land::SCHLESWIG_HOLSTEIN],
        areas: Vec::new(),
        public_adopter: false,
        demo: true,
    };
    portal.organisation_add(&portal.system(), new).await.unwrap()
}

async fn publish(portal: &Portal) {
    let tgz = TestApp::archive(VERFAHREN, "1.0.0");
    portal
        .release_publish(&portal.system(), "demo-foerde", VERFAHREN, Box::new(std::io::Cursor::new(tgz)))
        .await
        .unwrap();
}

async fn data_centre(portal: &Portal) {
    let new = NewDataCentre {
        name: "RZ".to_owned(),
        slug: "rz".to_owned(),
        operator: "betrieb".to_owned(),
        laender: vec![Land::SCHLESWIG_HOLSTEIN],
        evidence_until: None,
        simulated: true,
    };
    portal.data_centre_add(&portal.system(), new).await.unwrap();
    for stage in [Stage::Test, Stage::Production] {
        let new = NewTarget {
            data_centre: "rz".to_owned(),
            kind: TargetKind::Kubernetes,
            stage,
            namespace: format!("kommunen-{stage}"),
            endpoint: "http://127.0.0.1:1".to_owned(),
            only_for: None,
            domain: "rz.example".to_owned(),
            ingress_class: String::new(),
            storage_class: String::new(),
            tls_secret: String::new(),
            capacity: 10,
            credential: "{}".to_owned(),
        };
        portal.target_add(&portal.system(), new).await.unwrap();
    }
}
