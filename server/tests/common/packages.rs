//! Vendors, their access keys and packages.

use super::{Answer, VERFAHREN, World, organisation};
use axum::{
    Router,
    body::Body,
    http::{Method, Request, header},
};
use portal_core::{ports::Store, use_cases::NewToken};
use portal_model::{
    Lang, OrganisationId, PersonId,
    organisation::{OrganisationKind, Role},
};
use portal_testing::TestApp;
use tower::ServiceExt;

/// The vendor of the one Verfahren.
pub const VENDOR: &str = "demo-foerde";

/// The package of the one Verfahren under another id and version.
pub fn archive(id: &str, version: &str) -> Vec<u8> {
    changed(id, version, |_, text| text.to_owned())
}

/// The same, with a change in its files.
pub fn changed(id: &str, version: &str, change: impl Fn(&str, &str) -> String) -> Vec<u8> {
    let original = TestApp::files(VERFAHREN, "1.0.0");
    let mut files = original.clone();
    for path in original.paths() {
        let text = String::from_utf8(original.get(path).unwrap().to_vec()).unwrap();
        let text = match path {
            "verfahren.yaml" | "publiccode.yml" | "sbom.cdx.json" | "CHANGELOG.md" => {
                text.replace("1.0.0", version).replace("demo-foerde/osterfeuer", id)
            }
            _ => text,
        };
        files.insert(path, change(path, &text));
    }
    files.to_tgz(Vec::new()).unwrap()
}

/// A package that the rules of admission refuse.
pub fn broken(id: &str, version: &str) -> Vec<u8> {
    changed(id, version, |name, text| match name {
        "verfahren.yaml" => format!("{text}\nunbekannt: 1\n"),
        _ => text.to_owned(),
    })
}

/// A program with an access key.
pub struct Pipeline {
    app: Router,
    pub key: String,
}

impl Pipeline {
    pub fn request(&self, method: Method, path: &str, kind: &str, body: impl Into<Body>) -> Request<Body> {
        let request = Request::builder().method(method).uri(path).header(header::HOST, "portal.test");
        let request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.key));
        let request = if kind.is_empty() { request } else { request.header(header::CONTENT_TYPE, kind) };
        request.body(body.into()).unwrap()
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        Answer::of(self.app.clone().oneshot(request).await.unwrap()).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path, "", Body::empty())).await
    }

    pub async fn json(&self, method: Method, path: &str, body: &serde_json::Value) -> Answer {
        self.send(self.request(method, path, "application/json", body.to_string())).await
    }

    pub async fn upload(&self, tgz: Vec<u8>) -> Answer {
        self.send(self.request(Method::POST, "/api/v1/packages", "application/gzip", tgz)).await
    }
}

impl World {
    pub fn pipeline(&self, key: &str) -> Pipeline {
        Pipeline { app: self.app.clone(), key: key.to_owned() }
    }

    /// A pipeline of somebody who publishes for an organisation.
    pub async fn pipeline_of(&self, slug: &str, kind: OrganisationKind) -> Pipeline {
        let organisation = self.organisation(slug, kind).await;
        let roles = [(organisation, Role::Publisher)];
        let person = self.portal.person_add(&self.portal.system(), "Herausgabe", &roles).await.unwrap();
        self.pipeline(&self.key(person, &[]).await)
    }

    pub async fn organisation(&self, slug: &str, kind: OrganisationKind) -> OrganisationId {
        match self.storage.organisation_by_slug(slug).await.unwrap() {
            Some(found) => found.id,
            None => organisation(&self.portal, slug, kind).await,
        }
    }

    /// Somebody who publishes for a vendor, which is made if it is missing.
    pub async fn publisher(&self, vendor: &str) -> PersonId {
        let vendor = self.organisation(vendor, OrganisationKind::Vendor).await;
        let roles = [(vendor, Role::Publisher)];
        self.portal.person_add(&self.portal.system(), "Herausgabe", &roles).await.unwrap()
    }

    /// Somebody who decides about packages.
    pub async fn curator(&self) -> PersonId {
        let land = self.organisation("aoer", OrganisationKind::StateBody).await;
        self.portal.person_add(&self.portal.system(), "Kuratierung", &[(land, Role::Curator)]).await.unwrap()
    }

    /// An access key of somebody, limited to these Verfahren.
    pub async fn key(&self, maker: PersonId, verfahren: &[&str]) -> String {
        let ctx = self.portal.ctx(self.portal.actor(maker).await.unwrap().unwrap(), Lang::De);
        let new = NewToken {
            name: "Pipeline".to_owned(),
            days: "30".to_owned(),
            verfahren: verfahren.iter().map(|v| (*v).to_owned()).collect(),
        };
        self.portal.token_add(&ctx, &new).await.unwrap().to_string()
    }

    /// Lets vendors try packages in the test environment.
    pub async fn admit_trials(&self) {
        let system = self.portal.system();
        let target = self.portal.target_named(&system, "rz", "kommunen-test").await.unwrap();
        self.portal.trials_admit(&system, target.id, 2).await.unwrap();
    }

    /// What no use case does: straight into the database.
    pub async fn sql(&self, statement: &'static str) {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(self.folder().join("portal.sqlite"));
        let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
        sqlx::raw_sql(statement).execute(&pool).await.unwrap();
        pool.close().await;
    }
}
