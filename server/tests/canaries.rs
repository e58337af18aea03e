//! R10: distinctive values in every secret field of a whole Nachnutzung, with failures on the way; then everything that is
//! stored, logged, shown and sent is searched for them, also in other spellings.
#![expect(clippy::unwrap_used, reason = "helpers of tests: a panic is how a test fails")]

use axum::{
    Router,
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use base64::Engine as _;
use http_body_util::BodyExt as _;
use parking_lot::Mutex;
use portal::{
    AppState, router,
    routes::table::{addresses, routes},
    state::WebSettings,
    web::assets::Site,
    worker::WorkerStatus,
};
use portal_core::use_cases::NewToken;
use portal_model::{
    PersonId, form::FieldKind, installation::InstallationState, organisation::Role, reference::Reference,
};
use portal_targets::simulator::faults::{Fault, FaultAction};
use portal_testing::{
    TestApp,
    app::{TARGET_TOKEN, fresh_postgres},
};
use std::{io, path::Path, sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

const VERFAHREN: &str = "fundsachen";
/// What people type into secret fields: accepted, refused, too late.
const VALUE: &str = "Kanarie0Wert0angenommen0q8xz7v";
const REFUSED: &str = "Kanarie0Wert0abgelehnt0m3ht5r";
const SHORT: &str = "Kan0kurz0j4";
const LATE: &str = "Kanarie0Wert0zu0spaet0p6wd2k";

/// Everything that was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A text and how else it could be written.
fn spellings(secret: &str) -> Vec<String> {
    let mut all = vec![secret.to_owned(), hex::encode(secret), hex::encode_upper(secret)];
    // In base64 a text looks different by where it begins.
    for before in 0..3 {
        let padded = [vec![b' '; before], secret.as_bytes().to_vec()].concat();
        let text = base64::engine::general_purpose::STANDARD_NO_PAD.encode(&padded);
        let from = [0, 2, 3][before];
        let to = padded.len() / 3 * 4;
        all.push(text[from..to].to_owned());
    }
    all
}

/// The places that were searched, and the secrets that are to be nowhere.
struct Search {
    secrets: Vec<(&'static str, String)>,
    found: Vec<String>,
    bytes: usize,
    places: usize,
}

impl Search {
    fn look(&mut self, place: &str, bytes: &[u8]) {
        self.bytes += bytes.len();
        self.places += 1;
        // As text, whose search is in the standard library and so fast in a test, too.
        let text = String::from_utf8_lossy(bytes);
        for (name, secret) in &self.secrets {
            if spellings(secret).iter().any(|s| text.contains(s.as_str())) {
                self.found.push(format!("{name} in {place}"));
            }
        }
    }

    fn look_into(&mut self, folder: &Path, skip: &[&str]) {
        let Ok(entries) = std::fs::read_dir(folder) else { return };
        for path in entries.map(|e| e.unwrap().path()) {
            if skip.iter().any(|s| path.ends_with(s)) {
                continue;
            }
            match path.is_dir() {
                true => self.look_into(&path, skip),
                false => self.look(&path.display().to_string(), &std::fs::read(&path).unwrap()),
            }
        }
    }
}

fn contains(bytes: &[u8], part: &str) -> bool {
    String::from_utf8_lossy(bytes).contains(part)
}

#[test]
fn the_search_finds_other_spellings() {
    let mut search = Search { secrets: vec![("it", VALUE.to_owned())], found: vec![], bytes: 0, places: 0 };
    search.look("nothing", b"Kanarie0Wert0");
    assert!(search.found.is_empty());
    let basic = base64::engine::general_purpose::STANDARD.encode(format!("user:{VALUE}:x"));
    let other = base64::engine::general_purpose::STANDARD.encode(format!("u:{VALUE}"));
    for text in [VALUE.to_owned(), format!("a{VALUE}b"), hex::encode(VALUE), basic, other] {
        search.look(&text, text.as_bytes());
    }
    assert_eq!(search.found.len(), 5, "{:?}", search.found);
}

/// What was asked, and what came back.
type Answer = (String, Vec<u8>);

/// A browser; everything that comes back is kept.
#[derive(Clone)]
struct Browser {
    router: Router,
    cookie: Option<String>,
    seen: Arc<Mutex<Vec<Answer>>>,
}

impl Browser {
    async fn send(&self, method: Method, path: &str, kind: &str, body: String) -> (StatusCode, String) {
        let mut request = Request::builder().method(method.clone()).uri(path).header(header::HOST, "portal.test");
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        if !kind.is_empty() {
            request = request.header(header::CONTENT_TYPE, kind).header("sec-fetch-site", "same-origin");
        }
        let answer = self.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let (parts, mut body) = answer.into_parts();
        let mut bytes = format!("{:?}", parts.headers).into_bytes();
        // Live events never end.
        let patience = Duration::from_millis(if path.ends_with("/events") { 50 } else { 20_000 });
        while let Ok(Some(Ok(frame))) = tokio::time::timeout(patience, body.frame()).await {
            bytes.extend_from_slice(frame.data_ref().map_or(&[][..], |d| d));
        }
        self.seen.lock().push((format!("{method} {path} {}", parts.status), bytes));
        let location = parts.headers.get(header::LOCATION).and_then(|l| l.to_str().ok()).unwrap_or_default();
        (parts.status, location.to_owned())
    }

    async fn post(&self, path: &str, fields: &[(String, String)]) -> (StatusCode, String) {
        let body = serde_urlencoded::to_string(fields).unwrap();
        self.send(Method::POST, path, "application/x-www-form-urlencoded", body).await
    }

    async fn signed_in(&self, person: PersonId) -> Self {
        let fields = [("person", person.to_string()), ("next", "/".to_owned())];
        let body = serde_urlencoded::to_string(fields).unwrap();
        let request = Request::builder()
            .method(Method::POST)
            .uri("/anmelden")
            .header(header::HOST, "portal.test")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        let answer = self.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
        Self { cookie: Some(cookie), ..self.clone() }
    }
}

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}

/// The form of values as somebody fills it in, with this in its secret field.
async fn values(app: &TestApp, r: &Reference, secret: &str) -> Vec<(String, String)> {
    let clerk = app.ctx(app.people.clerk).await;
    let page = app.portal.values_page(&clerk, r, None).await.unwrap();
    let fields = page.form.groups.iter().flat_map(|g| &g.fields);
    let names = fields.filter(|f| matches!(f.kind, FieldKind::Secret { .. })).map(|f| f.name.clone());
    let mut pairs = owned(&[("lock", &page.head.lock.to_string()), ("aktion", "weiter")]);
    pairs.extend(app.samples(VERFAHREN).await);
    pairs.extend(names.map(|name| (name, secret.to_owned())));
    pairs
}

/// From the start to live and gone, with what goes wrong on the way; gives the case.
async fn nachnutzung(app: &TestApp, clerk: &Browser) -> Reference {
    app.publish(VERFAHREN, "1.0.0").await;
    let begin = format!("/verfahren/{VERFAHREN}/nachnutzen");
    let (_, started) = clerk.post(&begin, &owned(&[("fuer", "flensburg")])).await;
    let tasks = started.strip_suffix("?ok=started").unwrap().to_owned();
    let r = Reference::parse(tasks.strip_suffix("/antrag").unwrap().rsplit('/').next().unwrap()).unwrap();
    let form = format!("{tasks}/werte");
    // Too short; with another field wrong; with an old lock; by somebody who is signed out.
    let (status, _) = clerk.post(&form, &values(app, &r, SHORT).await).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut wrong = values(app, &r, REFUSED).await;
    wrong.iter_mut().filter(|(n, _)| n == "w.kontakt_email").for_each(|(_, v)| *v = "keine Adresse".to_owned());
    let (status, _) = clerk.post(&form, &wrong).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut late = values(app, &r, LATE).await;
    let (status, _) = Browser { cookie: None, ..clerk.clone() }.post(&form, &late).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    late[0].1 = "-1".to_owned();
    let (status, _) = clerk.post(&form, &late).await;
    assert_eq!(status, StatusCode::CONFLICT);
    let api = format!("/api/v1/requests/{r}/values");
    let json = serde_json::json!({ "lock": -1, "values": { "datenbank_passwort": LATE } }).to_string();
    clerk.send(Method::PUT, &api, "application/json", json).await;
    let (status, _) = clerk.post(&form, &values(app, &r, VALUE).await).await;
    assert_eq!(status, StatusCode::SEE_OTHER);

    let person = app.ctx(app.people.clerk).await;
    let lock = app.lock(&person, &r).await;
    app.portal.target_save(&person, &r, lock, portal_testing::app::CLUSTER).await.unwrap();
    let lock = app.lock(&person, &r).await;
    app.portal.request_submit(&person, &r, lock).await.unwrap();
    let consultant = app.ctx(app.people.consultant).await;
    let lock = app.lock(&consultant, &r).await;
    app.portal.request_take(&consultant, &r, lock).await.unwrap();
    app.portal.request_decide(&consultant, &r, lock + 1, "accept", "").await.unwrap();
    // The target refuses what holds the secret, then everything, then it works.
    let fault = |kind: Option<&str>, code, count| {
        let action = FaultAction::Status { code, retry_after: None };
        let fault = serde_json::json!({ "kind": kind, "count": count, "action": action });
        app.simulator.add_fault(serde_json::from_value::<Fault>(fault).unwrap());
    };
    fault(Some("Secret"), 422, 1);
    app.run_until_idle().await;
    let operations = app.portal.case_page(&person, &r).await.unwrap().operations;
    fault(None, 401, 1);
    app.portal.operation_retry(&person, &operations[0].reference).await.unwrap();
    app.run_until_idle().await;
    app.portal.operation_retry(&person, &operations[0].reference).await.unwrap();
    app.run_until_idle().await;
    app.approved(&r).await;
    app.run_until_idle().await;
    assert_eq!(app.portal.case_page(&person, &r).await.unwrap().installation, Some(InstallationState::Live));
    r
}

/// Asks every address as everybody, with what is known filled in.
async fn walk(browsers: &[Browser], app: &TestApp, r: &Reference) {
    let person = app.ctx(app.people.clerk).await;
    let operation = app.portal.case_page(&person, r).await.unwrap().operations[0].reference.to_string();
    for browser in browsers {
        for route in routes() {
            // Signing out ends the walk.
            if route.path == "/abmelden" {
                continue;
            }
            for address in addresses(route.kind, route.path) {
                let reference = match route.path.contains("operations") || route.path.contains("bereitstellungen") {
                    true => operation.as_str(),
                    false => r.as_str(),
                };
                let path = address.replace("{ref}", reference).replace("{slug}", VERFAHREN);
                let path = path.replace("{version}", "1.0.0").replace("{*file}", "portal.css");
                let path = path.replace("{id}", &uuid::Uuid::nil().to_string()).replace("{trial}", &operation);
                let (kind, body) = match (route.method == Method::GET, path.contains("/api/")) {
                    (true, _) => ("", ""),
                    (false, true) => ("application/json", "{\"lock\":-1}"),
                    (false, false) => ("application/x-www-form-urlencoded", "lock=-1"),
                };
                browser.send(route.method.clone(), &path, kind, body.to_owned()).await;
            }
        }
    }
}

/// All tables of a PostgreSQL database as text.
async fn dump(url: &str) -> String {
    let pool = sqlx::PgPool::connect(url).await.unwrap();
    let tables: Vec<String> = sqlx::query_scalar("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'")
        .fetch_all(&pool)
        .await
        .unwrap();
    let mut text = String::new();
    for table in tables {
        let rows = sqlx::AssertSqlSafe(format!("SELECT coalesce(string_agg(t::text, chr(10)), '') FROM \"{table}\" t"));
        text += &sqlx::query_scalar::<_, String>(rows).fetch_one(&pool).await.unwrap();
    }
    pool.close().await;
    text
}

async fn nowhere(app: TestApp, log: &Log) {
    let stop = CancellationToken::new();
    let storage = app.storage.as_ref().clone();
    let state = AppState::new(
        app.portal.clone(),
        storage,
        Site::default(),
        WebSettings::default(),
        WorkerStatus::default(),
        stop.clone(),
    );
    let nobody = Browser { router: router(state), cookie: None, seen: Arc::default() };
    let people = app.people;
    let body = app.organisation("demo-aoer-nord").await;
    let operator = app.operator().await;
    let add = async |name, organisation, role| {
        app.portal.person_add(&app.portal.system(), name, &[(organisation, role)]).await.unwrap()
    };
    let auditor = add("Prüfung", body, Role::Auditor).await;
    let operator = add("Betrieb", operator, Role::Operator).await;
    let clerk = nobody.signed_in(people.clerk).await;
    let r = nachnutzung(&app, &clerk).await;
    let new = NewToken { name: "Pipeline".to_owned(), days: "30".to_owned(), verfahren: vec![] };
    let publisher = app.ctx(people.publisher).await;
    let key = app.portal.token_add(&publisher, &new).await.unwrap().to_string();

    let mut browsers = vec![nobody.clone(), clerk.clone()];
    for person in
        [people.signatory, people.second, people.stranger, people.publisher, people.curator, auditor, operator]
    {
        browsers.push(nobody.signed_in(person).await);
    }
    walk(&browsers, &app, &r).await;
    let session = clerk.cookie.clone().unwrap().split_once('=').unwrap().1.to_owned();
    let secrets = vec![
        ("value", VALUE.to_owned()),
        ("refused value", REFUSED.to_owned()),
        ("short value", SHORT.to_owned()),
        ("late value", LATE.to_owned()),
        ("credential", TARGET_TOKEN.to_owned()),
        ("session", session),
        ("access key", key),
    ];
    let mut search = Search { secrets, found: vec![], bytes: 0, places: 0 };
    for (place, bytes) in nobody.seen.lock().iter() {
        search.look(place, bytes);
    }
    search.look("the log", &log.0.lock());
    // Of the simulated data centre only the ledger: the rest is the target, where secrets belong.
    search.look_into(app.folder(), &["simulator"]);
    search.look("the ledger", format!("{:?}", app.effects()).as_bytes());
    if app.url.starts_with("postgres") {
        search.look("the database", dump(&app.url).await.as_bytes());
    }
    let site = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/site");
    search.look_into(&site, &[]);
    assert_eq!(search.found, Vec::<String>::new());
    // It would have found them: in the target, where they belong.
    let mut target = Search { secrets: search.secrets.clone(), found: vec![], bytes: 0, places: 0 };
    target.look_into(&app.folder().join("simulator"), &[]);
    assert!(target.found.iter().any(|f| f.starts_with("value in ")), "{:?}", target.found);
    // It looked where things are.
    assert!(search.places > 500 && search.bytes > 1_000_000, "{} places, {} bytes", search.places, search.bytes);
    let is_case = |(p, b): &Answer| p.contains(r.as_str()) && contains(b, "Stadt Flensburg");
    assert!(nobody.seen.lock().iter().any(is_case), "pages of the case");
    assert!(contains(&log.0.lock(), "portal"), "the log");
    let stored = match app.url.strip_prefix("sqlite://") {
        Some(_) => {
            ["portal.db", "portal.db-wal"].map(|f| std::fs::read(app.folder().join(f)).unwrap_or_default()).concat()
        }
        None => dump(&app.url).await.into_bytes(),
    };
    assert!(contains(&stored, r.as_str()), "the case in the database");
    println!("{} places, {} bytes", search.places, search.bytes);
    stop.cancel();
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_found_nowhere() {
    let log = Log::default();
    let writer = log.clone();
    // More than anybody would switch on; the libraries below at what an operator may switch on.
    let filter = tracing_subscriber::EnvFilter::new(
        "debug,portal=trace,portal_core=trace,portal_storage=trace,portal_targets=trace",
    );
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(move || writer.clone()).finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();
    nowhere(TestApp::start().await, &log).await;
    match fresh_postgres().await {
        Some(url) => nowhere(TestApp::on(url, tempfile::tempdir().unwrap()).await, &log).await,
        None => println!("skipped on PostgreSQL: PORTAL_TEST_POSTGRES is not set"),
    }
}
