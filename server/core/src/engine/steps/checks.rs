//! The checks that the portal makes itself. They ask through the API server, so the portal needs no way into the cluster's
//! network. A wrong answer is a red case; no answer of the API server is tried again like any other call.

use super::{Halt, StepContext};
use crate::package::{CheckKind, PortalCheck};
use crate::ports::{Observation, ServiceAnswer, ServiceRequest};
use portal_model::test_run::TestCase;
use serde_json::{Value, json};

/// Longest part of an answer that a log repeats, in characters.
const QUOTE: usize = 300;
/// Between the parts of the synthetic application.
const BOUNDARY: &str = "ozg-portal-pruefung";

/// Makes the checks, one after the other.
pub(super) async fn run(context: &StepContext<'_>) -> Result<Vec<TestCase>, Halt> {
    let mut cases = Vec::new();
    for check in &context.prepared.checks {
        context.hands.between_objects()?;
        let begin = std::time::Instant::now();
        let (passed, log) = match check.decl.kind {
            CheckKind::Workloads => match context.hands.observe(&context.prepared.objects).await? {
                Observation::Ready => (true, "ready".to_owned()),
                Observation::Pending(missing) => (false, missing.join("\n")),
            },
            CheckKind::Page => judge(check, context.hands.ask(&page(check)).await?, page_fault),
            CheckKind::Intake => {
                // The same for the same run: a step that runs again sends the same application, not another one.
                let id = format!("pruefung-{}-{}", context.instance, context.run);
                let answer = context.hands.ask(&intake(check, &id)).await?;
                judge(check, answer, |answer| intake_fault(answer, &id))
            }
        };
        let duration_ms = i64::try_from(begin.elapsed().as_millis()).unwrap_or(i64::MAX);
        let log = context.prepared.strike_out(&log);
        cases.push(TestCase { name: check.decl.id.clone(), passed, duration_ms, log });
    }
    Ok(cases)
}

fn page(check: &PortalCheck) -> ServiceRequest {
    ServiceRequest { service: check.service.clone(), port: check.decl.port, path: check.decl.path.clone(), body: None }
}

/// A synthetic application by the intake contract, which says of itself what it is.
fn intake(check: &PortalCheck, id: &str) -> ServiceRequest {
    let document = json!({
        "control": {"transactionId": id, "leikaIds": [check.leika], "formId": "pruefung", "name": "Synthetischer Antrag (Prüfung)"},
        "formData": [],
    });
    let body = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"formData\"\r\nContent-Type: application/json\r\n\r\n\
         {document}\r\n--{BOUNDARY}--\r\n"
    );
    let media_type = format!("multipart/form-data; boundary={BOUNDARY}");
    ServiceRequest { body: Some((media_type, body.into_bytes())), ..page(check) }
}

/// Result and log: the request, the answer, and what is wrong with it.
fn judge(
    check: &PortalCheck,
    answer: ServiceAnswer,
    fault: impl Fn(&ServiceAnswer) -> Option<&'static str>,
) -> (bool, String) {
    let method = if check.decl.kind == CheckKind::Intake { "POST" } else { "GET" };
    let fault = if (200..300).contains(&answer.status) { fault(&answer) } else { Some("status") };
    let said: String = String::from_utf8_lossy(&answer.body).chars().take(QUOTE).collect();
    let (service, port, path) = (&check.service, check.decl.port, &check.decl.path);
    let mut log = format!("{method} {service}:{port}{path}\n{} {}\n{said}", answer.status, answer.media_type);
    if let Some(fault) = fault {
        log.push_str("\n! ");
        log.push_str(fault);
    }
    (fault.is_none(), log)
}

fn page_fault(answer: &ServiceAnswer) -> Option<&'static str> {
    let text = String::from_utf8_lossy(&answer.body).to_ascii_lowercase();
    if !answer.media_type.starts_with("text/html") {
        return Some("no text/html");
    }
    (!text.contains("<h1")).then_some("no <h1>")
}

fn intake_fault(answer: &ServiceAnswer, id: &str) -> Option<&'static str> {
    let Ok(document) = serde_json::from_slice::<Value>(&answer.body) else { return Some("no JSON") };
    if document.get("transactionId").and_then(Value::as_str) != Some(id) {
        return Some("no such transactionId");
    }
    let number = document.pointer("/vorgang/vorgangNummer").and_then(Value::as_str).unwrap_or_default();
    number.trim().is_empty().then_some("no vorgangNummer")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package::CheckDecl;

    fn check(kind: &str) -> PortalCheck {
        let decl = json!({"id": "a", "name": {"de": "A"}, "kind": kind, "service": "web", "path": "/antrag"});
        serde_json::from_value::<CheckDecl>(decl).expect("a check").of_instance("amt", "99102013000000")
    }

    fn answer(status: u16, media_type: &str, body: &str) -> ServiceAnswer {
        ServiceAnswer { status, media_type: media_type.to_owned(), body: body.as_bytes().to_vec() }
    }

    #[test]
    fn pages_and_replies_are_told_from_what_only_answers() {
        let page = |status, media_type, body| judge(&check("page"), answer(status, media_type, body), page_fault);
        let (passed, log) = page(200, "text/html; charset=utf-8", "<h1>Da</h1>");
        assert!(passed && log.starts_with("GET amt-web:80/antrag\n200 text/html"), "{log}");
        for (status, media_type, body, why) in [
            (404, "text/html", "<h1>Weg</h1>", "! status"),
            (200, "text/plain", "<h1>", "! no text/html"),
            (200, "text/html", "ok", "! no <h1>"),
        ] {
            let (passed, log) = page(status, media_type, body);
            assert!(!passed && log.ends_with(why), "{log}");
        }
        let reply =
            |body: &str| judge(&check("intake"), answer(200, "application/json", body), |a| intake_fault(a, "t"));
        assert!(reply(r#"{"transactionId": "t", "vorgang": {"vorgangNummer": "V-1"}}"#).0);
        for wrong in [
            "ok",
            r#"{"transactionId": "t"}"#,
            r#"{"transactionId": "t", "vorgang": {"vorgangNummer": " "}}"#,
            r#"{"transactionId": "u", "vorgang": {"vorgangNummer": "V-1"}}"#,
        ] {
            assert!(!reply(wrong).0, "{wrong}");
        }
    }

    #[test]
    fn the_application_keeps_to_the_contract() {
        let request = intake(&check("intake"), "t-1");
        let (media_type, body) = request.body.expect("a body");
        let body = String::from_utf8(body).expect("text");
        assert_eq!(media_type, format!("multipart/form-data; boundary={BOUNDARY}"));
        let document = body.split("\r\n\r\n").nth(1).and_then(|rest| rest.split("\r\n").next()).expect("a part");
        let document: Value = serde_json::from_str(document).expect("JSON");
        assert_eq!(document["control"]["transactionId"], "t-1");
        assert_eq!(document["control"]["leikaIds"][0], "99102013000000");
        assert!(document["formData"].is_array());
    }
}
