//! The client for addresses that people enter, against real sockets: a server that may be called (127.0.0.1), a canary that
//! may not (127.0.0.2, same port), and a name server that answers what each test wants. No connection reaches the canary.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests; clippy knows only the test functions themselves"
)]

mod lab;
mod tls;

use http::{HeaderMap, Method, StatusCode};
use lab::{CANARY, Lab, SERVER};
use portal::outbound::{Call, Limits, Links, OutboundError};
use portal_core::{
    guard::Refusal,
    ports::{LinkAnswer, LinkCheck as _},
};
use std::time::Duration;

fn code(result: Result<portal::outbound::Answer, OutboundError>) -> &'static str {
    match result {
        Ok(answer) => panic!("answered with {}", answer.status),
        Err(error) => error.code(),
    }
}

#[tokio::test]
async fn calls_reach_the_server_as_they_should() {
    let lab = Lab::start().await;
    lab.name("hook.example.org", &[&[SERVER]]);
    let client = lab.client(Limits::default());
    let mut call = Call::post_json(lab.at("hook.example.org", "/echo?a=b#teil"), "{\"a\":1}");
    for (name, value) in
        [("authorization", "Bearer x"), ("host", "falsch.example.org"), ("transfer-encoding", "chunked")]
    {
        call.headers.insert(name, value.parse().unwrap());
    }
    let answer = client.send(call).await.unwrap();
    let body = String::from_utf8(answer.body.to_vec()).unwrap();
    assert_eq!(answer.status, StatusCode::OK);
    let host = format!("host: hook.example.org:{}", lab.port);
    for line in ["POST /echo?a=b", &host, "authorization: Bearer x", "content-length: 7", "{\"a\":1}"] {
        assert!(body.lines().any(|l| l == line), "{line} in\n{body}");
    }
    for line in ["accept-encoding: identity", "user-agent: ozg-portal", "content-type: application/json"] {
        assert!(body.lines().any(|l| l == line), "{line} in\n{body}");
    }
    assert_eq!((lab.queries(), lab.canary()), (1, 0), "a name is asked for once");
    let checked = client.check(&lab.at("hook.example.org", "/")).await.unwrap();
    assert_eq!(checked.ips(), [SERVER.parse::<std::net::IpAddr>().unwrap()]);
    let answer = client.send(Call::get(lab.at("hook.example.org", "/teapot"))).await.unwrap();
    assert_eq!(answer.status, StatusCode::IM_A_TEAPOT, "an error is an answer");
}

#[tokio::test]
async fn a_name_that_changes_its_mind_gets_nowhere() {
    let lab = Lab::start().await;
    lab.name("rebind.example.org", &[&[SERVER], &[CANARY]]);
    lab.name("mixed.example.org", &[&[SERVER, CANARY]]);
    lab.name("canary.example.org", &[&[CANARY]]);
    lab.name("cloud.example.org", &[&["169.254.169.254"]]);
    let client = lab.client(Limits::default());
    let answer = client.send(Call::get(lab.at("rebind.example.org", "/echo"))).await.unwrap();
    assert_eq!(
        (answer.status, lab.queries()),
        (StatusCode::OK, 1),
        "checked and called with one answer of the name server"
    );
    for _ in 0..3 {
        assert_eq!(code(client.send(Call::get(lab.at("rebind.example.org", "/echo"))).await), Refusal::Network.code());
    }
    for name in ["mixed.example.org", "canary.example.org"] {
        assert_eq!(code(client.send(Call::get(lab.at(name, "/"))).await), Refusal::Network.code(), "{name}");
    }
    let refused = client.check(&lab.at("canary.example.org", "/")).await;
    assert!(matches!(refused, Err(OutboundError::Refused(Refusal::Network))), "{refused:?}");
    assert_eq!(code(client.send(Call::get(lab.at("cloud.example.org", "/"))).await), Refusal::Metadata.code());
    assert_eq!(code(client.send(Call::get(lab.at("nowhere.example.org", "/"))).await), Refusal::Unresolved.code());
    assert_eq!(lab.canary(), 0);
}

#[tokio::test]
async fn links_in_packages_are_looked_at_by_the_same_rules() {
    let lab = Lab::start().await;
    lab.name("doku.example.org", &[&[SERVER]]);
    lab.name("canary.example.org", &[&[CANARY]]);
    let links = Links::with(lab.client(Limits { redirects: 3, response: 10, ..Limits::default() }));
    for (address, expected) in [
        (lab.at("doku.example.org", "/teapot"), LinkAnswer::Fine),
        // More than is read is an answer too.
        (lab.at("doku.example.org", "/echo"), LinkAnswer::Fine),
        (lab.at("doku.example.org", "/nirgends"), LinkAnswer::Gone(404)),
        (lab.redirect("doku.example.org", "/nirgends"), LinkAnswer::Gone(404)),
        (lab.redirect("doku.example.org", &lab.at("canary.example.org", "/")), LinkAnswer::Silent),
        (lab.at("canary.example.org", "/"), LinkAnswer::Silent),
        (lab.at("gibt-es-nicht.example.org", "/"), LinkAnswer::Silent),
        ("unfug".to_owned(), LinkAnswer::Silent),
    ] {
        assert_eq!(links.look(&address).await, expected, "{address}");
    }
    assert_eq!(lab.canary(), 0);
}

/// The canary would notice: without this, its silence would prove nothing.
#[tokio::test]
async fn the_canary_sings_if_it_is_called() {
    let lab = Lab::start().await;
    lab.name("canary.example.org", &[&[CANARY]]);
    let result = lab.client_that_may_call_both().send(Call::get(lab.at("canary.example.org", "/"))).await;
    assert!(matches!(result, Err(OutboundError::Http(_))), "it says nothing and hangs up: {result:?}");
    assert_eq!(lab.canary(), 1);
}

#[tokio::test]
async fn redirects_lead_to_no_canary() {
    let lab = Lab::start().await;
    lab.name("hook.example.org", &[&[SERVER]]);
    lab.name("canary.example.org", &[&[CANARY]]);
    lab.name("rebind.example.org", &[&[SERVER], &[CANARY]]);
    let client = lab.client(Limits { redirects: 3, ..Limits::default() });
    let port = lab.port;
    for (location, refusal) in [
        (format!("http://canary.example.org:{port}/"), Refusal::Network),
        (format!("//canary.example.org:{port}/"), Refusal::Network),
        (format!("http://{CANARY}:{port}/"), Refusal::Literal),
        (format!("//{CANARY}:{port}/"), Refusal::Literal),
        (format!("http://2130706434:{port}/"), Refusal::Literal),
        (format!("http://0x7f000002:{port}/"), Refusal::Literal),
        (format!("http://0177.0.0.2:{port}/"), Refusal::Literal),
        (format!("http://127.2:{port}/"), Refusal::Literal),
        (format!("http://[::ffff:7f00:2]:{port}/"), Refusal::Literal),
        (format!("http://localhost:{port}/"), Refusal::Name),
        (format!("http://hook.example.org@{CANARY}:{port}/"), Refusal::Userinfo),
        (format!("http:/{CANARY}:{port}/"), Refusal::Malformed),
        ("http://hook.example.org:1/".to_owned(), Refusal::Port),
        ("file:///etc/passwd".to_owned(), Refusal::Scheme),
        ("http://metadata.google.internal/".to_owned(), Refusal::Metadata),
    ] {
        let result = client.send(Call::get(lab.redirect("hook.example.org", &location))).await;
        assert_eq!(code(result), refusal.code(), "{location}");
    }
    // The first hop is checked and called; for the next one the same name leads elsewhere.
    let result = client.send(Call::get(lab.redirect("rebind.example.org", "/echo"))).await;
    assert_eq!(code(result), Refusal::Network.code());
    for location in ["", "http://", "\\\\canary.example.org\\"] {
        let result = client.send(Call::get(lab.redirect("hook.example.org", location))).await;
        assert!(result.is_err() || location.is_empty(), "{location}");
    }
    assert_eq!(lab.canary(), 0);
}

#[tokio::test]
async fn redirects_are_followed_only_where_permitted() {
    let lab = Lab::start().await;
    lab.name("hook.example.org", &[&[SERVER]]);
    lab.name("other.example.org", &[&[SERVER]]);
    let times = |n: usize| (0..n).fold("/echo".to_owned(), |location, _| lab.redirect_path(&location));
    let send = |redirects: u8, method: Method, path: String| {
        let client = lab.client(Limits { redirects, ..Limits::default() });
        let call = Call { method, ..Call::get(lab.at("hook.example.org", &path)) };
        async move { client.send(call).await }
    };
    let status = |result: Result<portal::outbound::Answer, OutboundError>| result.map(|answer| answer.status.as_u16());
    assert_eq!(status(send(0, Method::GET, times(1)).await).unwrap(), 302, "not followed unless permitted");
    assert_eq!(status(send(3, Method::POST, times(1)).await).unwrap(), 302, "a POST is never sent twice");
    assert_eq!(status(send(1, Method::GET, times(1)).await).unwrap(), 200);
    assert_eq!(status(send(3, Method::GET, times(3)).await).unwrap(), 200);
    assert_eq!(status(send(3, Method::HEAD, times(3)).await).unwrap(), 200);
    for (permitted, redirects) in [(1, 2), (3, 4), (255, 4)] {
        assert_eq!(code(send(permitted, Method::GET, times(redirects)).await), "outbound_redirects");
    }

    let client = lab.client(Limits { redirects: 3, ..Limits::default() });
    let headers: HeaderMap = ["authorization", "cookie", "x-api-key", "accept"]
        .map(|name| (name.parse().unwrap(), "geheim".parse().unwrap()))
        .into_iter()
        .collect();
    let with_headers = |address| Call { headers: headers.clone(), ..Call::get(address) };
    let same = client.send(with_headers(lab.redirect("hook.example.org", "/echo"))).await.unwrap();
    assert_eq!(String::from_utf8_lossy(&same.body).matches("geheim").count(), 4);
    let elsewhere = lab.at("other.example.org", "/echo");
    let other = client.send(with_headers(lab.redirect("hook.example.org", &elsewhere))).await.unwrap();
    assert_eq!(other.address, elsewhere);
    let body = String::from_utf8_lossy(&other.body).into_owned();
    assert!(body.matches("geheim").count() == 1 && body.contains("accept: geheim"), "{body}");
}

#[tokio::test]
async fn answers_are_counted_and_have_an_end() {
    let lab = Lab::start().await;
    lab.name("hook.example.org", &[&[SERVER]]);
    let limits = Limits { response: 10_000, ..Limits::default() };
    let get = |path: &str, limits: &Limits| {
        let (client, call) = (lab.client(limits.clone()), Call::get(lab.at("hook.example.org", path)));
        async move { client.send(call).await }
    };
    assert_eq!(get("/bytes/10000", &limits).await.unwrap().body.len(), 10_000);
    for path in ["/bytes/10001", "/announced", "/endless"] {
        assert_eq!(code(get(path, &limits).await), "outbound_too_large", "{path}");
    }
    let short = Limits { deadline: Duration::from_millis(200), ..Limits::default() };
    for path in ["/never", "/drip"] {
        assert_eq!(code(get(path, &short).await), "outbound_timeout", "{path}");
    }
    assert_eq!(code(get("/many-headers", &limits).await), "outbound_http");
}

#[test]
fn every_code_has_texts() {
    use portal_core::package::signature::{KeyError, SignatureError};
    use portal_model::Lang;
    let outbound =
        ["connect", "tls", "timeout", "too_large", "redirects", "http"].map(|word| format!("outbound_{word}"));
    let codes = Refusal::ALL.iter().map(|refusal| refusal.code());
    let codes = codes.chain(KeyError::ALL.iter().map(|error| error.code()));
    let codes = codes.chain([SignatureError::Form.code(), SignatureError::Wrong.code()]);
    for code in codes.map(str::to_owned).chain(outbound) {
        for lang in [Lang::De, Lang::En] {
            assert!(portal_app::i18n::supply::text(lang, &code).is_some(), "{code}");
        }
    }
    assert_eq!(Refusal::Port.at("webhook.url").path, "webhook.url");
}
