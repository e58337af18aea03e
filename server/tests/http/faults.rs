//! Input that nobody should send, over every route, as people of every kind: it is refused or passed over, never our
//! fault. Chance has a seed, which is printed; `PORTAL_TEST_SEED` repeats one.

use crate::common::{Browser, VALUES, VERFAHREN, World};
use axum::{
    body::{Body, Bytes},
    http::{Method, Request, StatusCode, header},
};
use http_body_util::BodyExt;
use portal::routes::table::{addresses, routes};
use portal_core::use_cases::NewOrganisation;
use portal_model::{
    Lang, PersonId,
    organisation::{OrganisationKind, Role},
    reference::Reference,
};
use portal_testing::Random;
use serde_json::{Value, json};

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

/// Chance, and what it picks from.
struct Chance {
    random: Random,
    references: Vec<String>,
    locks: Vec<i64>,
}

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.random.below(bound as u64) as usize
    }

    fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    fn odds(&mut self, one_in: usize) -> bool {
        self.below(one_in) == 0
    }

    /// Something where a text is expected.
    fn text(&mut self) -> String {
        let known = self.one(&["nordstadt", "rz", "accept", "request", "municipality", "010010000000", "defect", "a"]);
        match self.below(10) {
            0 => String::new(),
            1 => "\0".to_owned(),
            2 => format!("a\0b{}", "x".repeat(self.below(50))),
            3 => "ä\u{202e}\u{feff}𝔊\u{301}".repeat(1 + self.below(40)),
            4 => "9".repeat(1 + self.below(400)),
            5 => self
                .one(&["-1", "9223372036854775807", "-9223372036854775808", "1e400", "NaN", "0x10", " 1 "])
                .to_owned(),
            6 => "A".repeat(1 + self.below(60_000)),
            7 => "\r\n\t<script>'\"--;%s{}$ref..//\\".to_owned(),
            8 => self
                .one(&["0~0", "9223372036854775807~00000000-0000-0000-0000-000000000000", "~", "x~y", "-1~-1"])
                .to_owned(),
            _ => known.to_owned(),
        }
    }

    /// A segment of an address, encoded or raw.
    fn segment(&mut self) -> String {
        let reference = self.references.clone();
        match self.below(9) {
            0 => "%00".to_owned(),
            1 => "%FF%FE".to_owned(),
            2 => "NA-".repeat(1 + self.below(15_000)),
            3 => self
                .one(&["%2e%2e%2f", "..%2f..%2fetc%2fpasswd", "%", "%zz", "a%2Fb", "NA-0000-0000", "-", "%C3%A4"])
                .to_owned(),
            _ => self.one(&reference),
        }
    }

    fn path(&mut self, template: &str) -> String {
        let mut path = template.to_owned();
        for (variable, usual) in [("{slug}", VERFAHREN), ("{*file}", "portal.css")] {
            if path.contains(variable) {
                let filled = if self.odds(2) { usual.to_owned() } else { self.segment() };
                path = path.replace(variable, &filled);
            }
        }
        if path.contains("{trial}") {
            path = path.replace("{trial}", &self.segment());
        }
        let reference = self.segment();
        path.replace("{ref}", &reference)
    }

    fn query(&mut self) -> String {
        const NAMES: &[&str] = &[
            "q",
            "nach",
            "seite",
            "sort",
            "phase",
            "verwaltung",
            "aktion",
            "von",
            "bis",
            "thema",
            "land",
            "fuer",
            "ziel",
            "limit",
            "after",
            "auto",
            "next",
            "ok",
            "lang",
            "aufgabe",
            "zustaendig",
            "lock",
        ];
        let mut query = String::new();
        for _ in 0..self.below(6) {
            let value = match self.below(5) {
                0 => self
                    .one(&["%00", "%FF", "%", "%zz", "=&=", "%f0%28%8c%28", "+++", "2026-02-31", "9999-12-31"])
                    .to_owned(),
                1 => "%C3".repeat(1 + self.below(5_000)),
                _ => serde_urlencoded::to_string([("", self.text())]).unwrap()[1..].chars().take(20_000).collect(),
            };
            query.push_str(&format!("{}={value}&", self.one(NAMES)));
        }
        query.truncate(query.len().min(60_000));
        query
    }

    fn lock(&mut self) -> Value {
        let usual = self.locks.clone();
        match self.below(6) {
            0 => json!("1"),
            1 => json!(1.5),
            2 => json!(u64::MAX),
            _ => json!(self.one(&usual)),
        }
    }

    fn value(&mut self, depth: usize) -> Value {
        match self.below(9) {
            0 => Value::Null,
            1 => json!(self.odds(2)),
            2 => json!(self.below(1 << 20) as i64 - 1000),
            3 if depth < 4 => (0..self.below(4)).map(|_| self.value(depth + 1)).collect(),
            4 if depth < 4 => (0..self.below(4))
                .map(|_| (self.text(), self.value(depth + 1)))
                .collect::<serde_json::Map<_, _>>()
                .into(),
            _ => json!(self.text()),
        }
    }

    fn json(&mut self) -> Bytes {
        const NAMES: &[&str] = &[
            "lock",
            "ars",
            "data_centre",
            "values",
            "decision",
            "note",
            "ticked",
            "action",
            "side",
            "confirm",
            "reason",
            "verfahren",
            "fuer",
            "unbekannt",
        ];
        let mut body = serde_json::Map::new();
        if !self.odds(8) {
            body.insert("lock".to_owned(), self.lock());
        }
        for _ in 0..self.below(6) {
            let name = if self.odds(12) { self.text() } else { self.one(NAMES).to_owned() };
            let value = match name.as_str() {
                "lock" => self.lock(),
                "ars" | "ticked" if self.odds(2) => (0..self.below(4)).map(|_| json!(self.text())).collect(),
                "values" if self.odds(2) => VALUES
                    .iter()
                    .map(|(n, _)| ((*n).to_owned(), json!(self.text())))
                    .collect::<serde_json::Map<_, _>>()
                    .into(),
                "action" => json!(self.one(&["request", "approve", "refuse", "x"])),
                "side" => json!(self.one(&["municipality", "land", "x"])),
                "decision" => json!(self.one(&["accept", "return", "decline", "defect", "x"])),
                "verfahren" => json!(VERFAHREN),
                _ => self.value(0),
            };
            body.insert(name, value);
        }
        let mut bytes = Value::Object(body).to_string().into_bytes();
        match self.below(12) {
            0 => bytes = "[".repeat(1 + self.below(100_000)).into_bytes(),
            1 => bytes = b"\xef\xbb\xbf{}".to_vec(),
            2 => bytes.truncate(self.below(bytes.len() + 1)),
            3 => bytes.insert(self.below(bytes.len() + 1), 0xff),
            4 => bytes = br#"{"lock":1,"reason":"\ud800","note":"\u0000","lock":2}"#.to_vec(),
            5 => bytes = br#"{"reason":"a\u0000b"}"#.to_vec(),
            _ => {}
        }
        bytes.into()
    }

    fn form(&mut self) -> Bytes {
        const NAMES: &[&str] = &[
            "lock",
            "aktion",
            "ars",
            "ziel",
            "entscheidung",
            "begruendung",
            "bemerkung",
            "punkt",
            "seite",
            "bestaetigung",
            "person",
            "next",
            "fuer",
            "w.frist_tage",
            "w.behoerde",
            "w.a.b.c",
            "w",
            "g.010010000000.x",
            "w..",
            "unbekannt",
        ];
        const ACTIONS: &[&str] = &[
            "uebernehmen",
            "entscheiden",
            "beantragen",
            "zustimmen",
            "ablehnen",
            "wiederholen",
            "aufgeben",
            "speichern",
            "weiter",
            "zeile.w",
            "zeile.w.behoerde",
            "zeile.",
            "x",
        ];
        let mut fields: Vec<(String, String)> = Vec::new();
        if !self.odds(6) {
            fields.push(("lock".to_owned(), self.lock().to_string()));
        }
        if self.odds(3) {
            fields.extend(VALUES.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())));
        }
        for _ in 0..self.below(6) {
            let name = if self.odds(12) { self.text() } else { self.one(NAMES).to_owned() };
            let value = match name.as_str() {
                "aktion" => self.one(ACTIONS).to_owned(),
                "entscheidung" => self.one(&["accept", "return", "decline", "defect", "x"]).to_owned(),
                "seite" => self.one(&["municipality", "land", "x"]).to_owned(),
                _ => self.text(),
            };
            fields.push((name, value));
        }
        let mut bytes = serde_urlencoded::to_string(&fields).unwrap().into_bytes();
        match self.below(10) {
            0 => bytes = (0..self.below(2_000)).map(|_| self.below(256) as u8).collect(),
            1 => bytes.extend(b"&lock=%ff&w.behoerde=%00&%zz=%&=&&"),
            2 => bytes.extend("w.behoerde.".repeat(1 + self.below(5_000)).bytes()),
            3 => bytes.insert(self.below(bytes.len() + 1), 0xff),
            4 => bytes = "a=1&".repeat(self.below(3_000)).into_bytes(),
            _ => {}
        }
        bytes.into()
    }

    fn request(&mut self, browser: &Browser, method: &Method, template: &str) -> Option<Request<Body>> {
        let (path, query) = (self.path(template), self.query());
        let uri = if query.is_empty() { path } else { format!("{path}?{query}") };
        // What is no address at all is refused by the HTTP library, before us.
        uri.parse::<axum::http::Uri>().ok()?;
        let (kind, body) = match (*method == Method::GET, template.contains("/api/")) {
            (true, _) => (String::new(), Bytes::new()),
            (false, true) if !self.odds(10) => (JSON.to_owned(), self.json()),
            (false, false) if !self.odds(10) => (FORM.to_owned(), self.form()),
            _ => (
                self.one(&[FORM, JSON, "text/plain", "multipart/form-data", ";;", "application/json; charset=x"])
                    .to_owned(),
                self.form(),
            ),
        };
        let mut request = browser.request(method.clone(), &uri, &kind, body);
        if self.odds(4) {
            let odd: [(&str, &[u8]); 6] = [
                ("last-event-id", b"99999999999999999999"),
                ("last-event-id", b"\xff"),
                ("accept-encoding", b"br;q=\xff, gzip;q=0,,;"),
                ("if-none-match", b"W/\"\", *, \xff"),
                ("cookie", b"sid=\xff; sid=; __Host-sid=AAAAAAAAAAAAAAAAAAAAAA; ="),
                ("origin", b"null"),
            ];
            let (name, value) = self.one(&odd);
            request.headers_mut().insert(name, header::HeaderValue::from_bytes(value).unwrap());
        }
        Some(request)
    }
}

/// Sends and says what is wrong with the answer, if anything.
async fn fault(browser: &Browser, request: Request<Body>) -> Option<String> {
    let asked: String = format!("{} {}", request.method(), request.uri()).chars().take(300).collect();
    let api = request.uri().path().starts_with("/api/");
    let response = browser.open(request).await;
    let (parts, body) = response.into_parts();
    if parts.status.is_server_error() {
        return Some(format!("{asked}: {}", parts.status));
    }
    let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    if kind == "text/event-stream" {
        return None;
    }
    let Ok(body) = body.collect().await else { return Some(format!("{asked}: the answer broke off")) };
    let errors_are_named = api.then(|| serde_json::from_slice::<Value>(&body.to_bytes()).ok());
    match errors_are_named {
        Some(answer) if parts.status.is_client_error() => {
            let whole = answer.is_some_and(|a| a["code"].is_string() && a["request_id"].is_string());
            (!whole).then(|| format!("{asked}: {} without a code", parts.status))
        }
        _ if parts.status.is_client_error() && !kind.starts_with("text/html") => {
            Some(format!("{asked}: {} as {kind:?}", parts.status))
        }
        _ => None,
    }
}

/// A case with an operation of the one municipality, a draft of the other, and people of every kind.
async fn setting(world: &World) -> (Vec<Browser>, Vec<String>) {
    let ctx = async |person: PersonId| world.portal.ctx(world.portal.actor(person).await.unwrap().unwrap(), Lang::De);
    let (clerk, consultant) = (ctx(world.clerk).await, ctx(world.consultant).await);
    let (p, r) = (&world.portal, world.draft().await);
    let lock = async || world.lock(&r).await.parse::<i64>().unwrap();
    p.areas_save(&clerk, &r, lock().await, vec!["010010000000".into()]).await.unwrap();
    let pairs: Vec<_> = VALUES.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    p.values_save(&clerk, &r, lock().await, &pairs).await.unwrap();
    p.target_save(&clerk, &r, lock().await, "rz").await.unwrap();
    p.request_submit(&clerk, &r, lock().await).await.unwrap();
    p.request_take(&consultant, &r, lock().await).await.unwrap();
    p.request_decide(&consultant, &r, lock().await, "accept", "").await.unwrap();
    let operation = p.case_page(&clerk, &r).await.unwrap().operations[0].reference.clone();
    let draft = p.request_start(&ctx(world.stranger).await, VERFAHREN, "suedstadt").await.unwrap();

    let mut people = vec![world.anonymous()];
    for person in [world.clerk, world.consultant, world.stranger] {
        people.push(world.signed_in(person).await);
    }
    for (kind, role) in [(OrganisationKind::Audit, Role::Auditor), (OrganisationKind::Portal, Role::PortalAdmin)] {
        let new = NewOrganisation {
            kind,
            name: kind.to_string(),
            slug: kind.to_string(),
            municipality_kind: None,
            ars: None,
            laender: vec![portal_model::Land::SCHLESWIG_HOLSTEIN],
            areas: Vec::new(),
            public_adopter: false,
            demo: true,
        };
        let at = p.organisation_add(&p.system(), new).await.unwrap();
        let person = p.person_add(&p.system(), "Muster", &[(at, role)]).await.unwrap();
        people.push(world.signed_in(person).await);
    }
    let unknown = Reference::parse("NA-2222-2222").unwrap();
    (people, [r, operation, draft, unknown].iter().map(ToString::to_string).collect())
}

async fn walk(world: &World, seed: u64, rounds: usize) {
    let (people, references) = setting(world).await;
    let mut chance = Chance { random: Random::new(seed, 0), references, locks: (1..10).collect() };
    let mut faults = Vec::new();
    // Signing in and out last: it would make strangers of the people.
    let mut all = routes();
    all.sort_by_key(|route| route.path.ends_with("melden"));
    for route in all {
        for address in addresses(route.kind, route.path) {
            for _ in 0..rounds {
                let browser = chance.one(&people);
                if let Some(request) = chance.request(&browser, &route.method, &address) {
                    faults.extend(fault(&browser, request).await);
                }
            }
        }
    }
    assert!(faults.is_empty(), "seed {seed}: {} faults\n{}", faults.len(), faults.join("\n"));
}

/// The seed that was asked for, or these.
fn seeds() -> Vec<u64> {
    let asked = std::env::var("PORTAL_TEST_SEED").ok().and_then(|s| s.parse().ok());
    asked.map_or_else(|| (1..=4).collect(), |seed| vec![seed])
}

#[tokio::test]
async fn nothing_that_is_sent_is_our_fault() {
    for seed in seeds() {
        println!("seed {seed}");
        walk(&World::new().await, seed, 12).await;
    }
}

/// PostgreSQL minds things that SQLite does not.
#[tokio::test]
async fn nothing_that_is_sent_is_our_fault_on_postgres() {
    for seed in seeds() {
        println!("seed {seed}");
        let Some(world) = World::on_postgres().await else {
            println!("skipped: PORTAL_TEST_POSTGRES is not set");
            return;
        };
        walk(&world, seed, 12).await;
        world.storage.close().await;
    }
}

#[tokio::test]
async fn ten_megabytes_are_refused_everywhere() {
    let world = World::new().await;
    let (people, references) = setting(&world).await;
    let huge = Bytes::from("a=1&w.behoerde=".to_owned() + &"a".repeat(10 << 20));
    for route in routes().into_iter().filter(|r| r.method != Method::GET) {
        let path =
            route.path.replace("{ref}", &references[2]).replace("{slug}", VERFAHREN).replace("{trial}", &references[1]);
        let kind = if path.starts_with("/api/") { JSON } else { FORM };
        for browser in &people {
            let answer = browser.send(browser.request(route.method.clone(), &path, kind, huge.clone())).await;
            let seen = format!("{} {path}: {}", route.method, answer.status);
            // Addresses that read no body answer without it.
            let expected = matches!(
                answer.status,
                StatusCode::PAYLOAD_TOO_LARGE
                    | StatusCode::UNAUTHORIZED
                    | StatusCode::NOT_FOUND
                    | StatusCode::SEE_OTHER
            );
            assert!(expected, "{seen}");
            assert!(answer.body.len() < 1 << 20, "{seen}");
        }
    }
}
