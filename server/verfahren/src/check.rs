//! What the test Jobs of a package do: each argument is one check, each check one line of the log.
//!
//! - `wert:NAME=~MUSTER`: the environment variable is set and matches the pattern;
//! - `dienst:NAME:PORT`: something takes connections there;
//! - `seite:NAME:PORT/PFAD`: the page answers, in German and with a heading;
//! - `antrag:NAME:PORT`: the intake takes a synthetic application and gives a number, and the same one for the same
//!   application sent twice.
//!
//! `LEIKA` names the Leistung of the synthetic application.

use crate::client::{self, Answer, call};
use axum::body::Body;
use http::{Request, StatusCode, header};
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use regex::RegexBuilder;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

/// A service may need a moment until the cluster leads to it.
const PATIENCE: Duration = Duration::from_secs(30);
/// Between two tries.
const PAUSE: Duration = Duration::from_millis(500);
/// What stands in a Leistung's place if the package names none.
const ANY_LEIKA: &str = "00000000000000";

/// Why a check did not pass.
#[derive(Debug, PartialEq, Eq)]
enum Failure {
    /// Nobody answers, or not yet; worth another try.
    Silent(String),
    /// The answer is wrong and will stay so.
    Wrong(String),
}

/// Runs checks and prints a line for each; whether all of them passed. Values of variables are never printed.
pub async fn run(checks: &[String], variable: impl Fn(&str) -> Option<String>) -> bool {
    let client = client::client();
    let leika = variable("LEIKA").unwrap_or_default();
    let mut passed = !checks.is_empty();
    if checks.is_empty() {
        println!("FEHLER keine Prüfung genannt");
    }
    for check in checks {
        let (kind, rest) = check.split_once(':').unwrap_or((check, ""));
        let (label, result) = match kind {
            "wert" => match rest.split_once("=~") {
                Some((name, pattern)) => (format!("wert {name}"), value(variable(name), pattern)),
                None => (check.clone(), Err("erwartet wird wert:NAME=~MUSTER".to_owned())),
            },
            "dienst" => (format!("dienst {rest}"), service(rest).await),
            "seite" => (format!("seite {rest}"), page(&client, rest).await),
            "antrag" => (format!("antrag {rest}"), intake(&client, rest, &leika).await),
            _ => (check.clone(), Err("diese Prüfung gibt es nicht".to_owned())),
        };
        match result {
            Ok(note) => println!("ok     {label}{note}"),
            Err(why) => {
                passed = false;
                println!("FEHLER {label}: {why}");
            }
        }
    }
    passed
}

fn value(value: Option<String>, pattern: &str) -> Result<String, String> {
    let value = value.ok_or("nicht gesetzt")?;
    let regex = RegexBuilder::new(pattern).size_limit(1 << 20).build();
    let regex = regex.map_err(|_| format!("ungültiges Muster {pattern}"))?;
    if regex.is_match(&value) { Ok(String::new()) } else { Err(format!("passt nicht zu {pattern}")) }
}

async fn service(address: &str) -> Result<String, String> {
    until(async || match timeout(Duration::from_secs(5), TcpStream::connect(address)).await {
        Ok(Ok(_)) => Ok(String::new()),
        Ok(Err(error)) => Err(Failure::Silent(error.to_string())),
        Err(_) => Err(Failure::Silent("keine Verbindung".to_owned())),
    })
    .await
}

async fn page(client: &Client<HttpConnector, Body>, address: &str) -> Result<String, String> {
    let answer = get(client, address).await?;
    let media_type = answer.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if answer.status != StatusCode::OK || !media_type.starts_with("text/html") {
        return Err(format!("Antwort {} ({media_type})", answer.status.as_u16()));
    }
    let text = String::from_utf8_lossy(&answer.body);
    match text.contains("<h1") && text.contains("lang=\"de\"") {
        true => Ok(String::new()),
        false => Err("die Seite hat keine Überschrift oder keine Sprache".to_owned()),
    }
}

async fn get(client: &Client<HttpConnector, Body>, address: &str) -> Result<Answer, String> {
    until(async || {
        let request = Request::get(format!("http://{address}")).body(Body::empty());
        let request = request.map_err(|error| Failure::Wrong(error.to_string()))?;
        available(call(client, request).await)
    })
    .await
}

/// The intake contract with a synthetic application.
async fn intake(client: &Client<HttpConnector, Body>, address: &str, leika: &str) -> Result<String, String> {
    let id = format!("pruefung-{}", uuid::Uuid::now_v7());
    let first = until(async || send(client, address, &id, leika).await).await?;
    let second = until(async || send(client, address, &id, leika).await).await?;
    if first != second {
        return Err(format!("derselbe Antrag bekam zwei Nummern: {first} und {second}"));
    }
    Ok(format!(": {first}"))
}

async fn send(client: &Client<HttpConnector, Body>, address: &str, id: &str, leika: &str) -> Result<String, Failure> {
    let wrong = |text: &str| Failure::Wrong(text.to_owned());
    let (boundary, body) = synthetic(id, leika);
    let request = Request::post(format!("http://{address}/antrag"))
        .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={boundary}"))
        .body(Body::from(body));
    let answer = available(call(client, request.map_err(|error| wrong(&error.to_string()))?).await)?;
    let document: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    if !answer.status.is_success() {
        let why = document.pointer("/fehler/de").and_then(Value::as_str).unwrap_or_default();
        return Err(Failure::Wrong(format!("Antwort {} {why}", answer.status.as_u16())));
    }
    if document["transactionId"] != id {
        return Err(wrong("die Antwort nennt eine andere transactionId"));
    }
    let number = document.pointer("/vorgang/vorgangNummer").and_then(Value::as_str).filter(|number| !number.is_empty());
    number.map(str::to_owned).ok_or_else(|| wrong("die Antwort enthält keine vorgangNummer"))
}

/// No answer, or one that says "not now".
fn available(answer: Result<Answer, String>) -> Result<Answer, Failure> {
    match answer {
        Ok(answer) if answer.status == StatusCode::SERVICE_UNAVAILABLE => {
            Err(Failure::Silent("Antwort 503".to_owned()))
        }
        Ok(answer) => Ok(answer),
        Err(why) => Err(Failure::Silent(why)),
    }
}

/// A synthetic application: boundary and body of a multipart form. It says of itself that it is a check.
pub fn synthetic(id: &str, leika: &str) -> (String, String) {
    let leika = if leika.is_empty() { ANY_LEIKA } else { leika };
    let document = json!({
        "control": {"transactionId": id, "leikaIds": [leika], "formId": "pruefung", "name": "Synthetischer Antrag (Prüfung)"},
        "formData": [{"name": "anliegen", "value": "Prüfung der Annahme. Bitte nicht bearbeiten."}],
    });
    let boundary = format!("grenze-{}", uuid::Uuid::now_v7().simple());
    let body = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"formData\"\r\nContent-Type: application/json\r\n\r\n\
         {document}\r\n--{boundary}--\r\n"
    );
    (boundary, body)
}

/// Tries until there is an answer, right or wrong, or patience ends.
async fn until<T>(mut work: impl AsyncFnMut() -> Result<T, Failure>) -> Result<T, String> {
    let end = Instant::now() + PATIENCE;
    loop {
        match work().await {
            Ok(result) => return Ok(result),
            Err(Failure::Silent(_)) if Instant::now() < end => sleep(PAUSE).await,
            Err(Failure::Silent(why) | Failure::Wrong(why)) => return Err(why),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn values_are_held_against_patterns_and_not_printed() {
        assert_eq!(value(Some("Plön".to_owned()), "^Pl"), Ok(String::new()));
        assert_eq!(value(Some("geheim".to_owned()), "^.{12,}$"), Err("passt nicht zu ^.{12,}$".to_owned()));
        assert_eq!(value(None, "."), Err("nicht gesetzt".to_owned()));
        assert_eq!(value(Some(String::new()), "("), Err("ungültiges Muster (".to_owned()));
        let set = |name: &str| (name == "A").then(|| "1".to_owned());
        assert!(run(&["wert:A=~^1$".to_owned()], set).await);
        for wrong in ["wert:B=~.", "wert:A", "unsinn", ""] {
            assert!(!run(&[wrong.to_owned()], set).await, "{wrong}");
        }
        assert!(!run(&[], set).await, "nothing checked is nothing passed");
    }
}
