//! What the API takes and answers, as JSON schemas. Answers grow: a client reads what it knows and leaves the rest.

use portal_model::{
    activation::{ActivationState, Side},
    data_centre::{Stage, TargetKind},
    event::EventCode,
    feedback::FeedbackKind,
    finding::Severity,
    installation::InstallationState,
    operation::{OperationKind, OperationState, StepKind},
    organisation::MunicipalityKind,
    pages::{
        case::{LiesWithWhom, NextStep},
        catalogue::CatalogueSort,
    },
    phase::Phase,
    request::RequestState,
    submission::{SubmissionSide, SubmissionState},
    verfahren::{DocumentDue, ProtectionNeed, Provisioning, ReleaseState},
};
use serde_json::{Map, Value, json};

/// The words of an enumeration of the model.
macro_rules! words {
    ($kind:ty) => {
        json!({ "type": "string", "enum": <$kind>::ALL.iter().map(|w| w.word()).collect::<Vec<_>>() })
    };
}

mod changes;
mod trials;

/// A reference to a schema.
pub fn named(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn number() -> Value {
    json!({ "type": "integer" })
}

fn flag() -> Value {
    json!({ "type": "boolean" })
}

fn id() -> Value {
    json!({ "type": "string", "format": "uuid" })
}

fn list(item: Value) -> Value {
    json!({ "type": "array", "items": item })
}

fn optional(schema: Value) -> Value {
    json!({ "anyOf": [schema, { "type": "null" }] })
}

fn by_name() -> Value {
    json!({ "type": "object", "additionalProperties": { "type": "string" } })
}

/// An array of fixed length.
fn tuple(items: &[Value]) -> Value {
    json!({ "type": "array", "prefixItems": items, "minItems": items.len(), "maxItems": items.len() })
}

/// A page of a list that goes on.
fn page(item: Value) -> Value {
    answer(json!({ "items": list(item), "next": optional(text()), "total": number() }))
}

/// An answer: every property is there.
fn answer(properties: Value) -> Value {
    let required: Vec<&String> = properties.as_object().into_iter().flat_map(Map::keys).collect();
    json!({ "type": "object", "required": required, "properties": properties })
}

/// A body: what it does not know is refused.
fn body(required: &[&str], properties: Value) -> Value {
    json!({ "type": "object", "additionalProperties": false, "required": required, "properties": properties })
}

/// Every schema by its name.
pub fn all() -> Map<String, Value> {
    let groups = [
        basics(),
        catalogue(),
        packages(),
        feedback(),
        requests(),
        cases(),
        running(),
        changes::changes(),
        trials::trials(),
        bodies(),
    ];
    groups.into_iter().flatten().map(|(name, schema)| (name.to_owned(), schema)).collect()
}

type Named = (&'static str, Value);

fn basics() -> Vec<Named> {
    let time = json!({ "type": "integer", "format": "int64", "description": "Microseconds since 1970-01-01, UTC" });
    let land = json!({ "type": "string", "pattern": "^[01][0-9]$", "description": "Land by its official key" });
    let reference = json!({ "type": "string", "pattern": "^(NA|BE|PA)-[2-9A-Y]{4}-[2-9A-Y]{4}$" });
    let field = json!({ "path": text(), "code": text(), "params": by_name(), "text": text() });
    let field = json!({ "type": "object", "required": ["path", "code"], "properties": field });
    let code = json!({ "type": "string", "enum": [
        "not_found", "forbidden", "sign_in_required", "second_person_needed", "wrong_state", "conflict", "exists",
        "rule", "invalid", "findings", "several", "internal",
    ] });
    let rule = json!({ "type": "string", "description": "With `rule`: the name of the rule" });
    let fields = json!({ "type": "array", "items": named("FieldError"), "description": "With `invalid`" });
    let reason = json!({ "code": code.clone(), "rule": rule.clone(), "fields": fields.clone() });
    let error = json!({
        "type": "object",
        "required": ["code", "request_id"],
        "properties": {
            "code": code,
            "rule": rule,
            "fields": fields,
            "findings": { "type": "array", "items": named("Finding"), "description": "With `findings`" },
            "reasons": {
                "type": "array", "items": { "type": "object", "required": ["code"], "properties": reason },
                "description": "With `findings` and `several`: what else speaks against it",
            },
            "request_id": { "type": "string", "description": "Number of the request in the log of the portal" },
        },
    });
    vec![
        (
            "Description",
            json!({ "type": "object", "description": "An OpenAPI document", "additionalProperties": true }),
        ),
        ("Error", error),
        ("FieldError", field),
        ("Timestamp", time),
        ("Land", land),
        ("Reference", answer(json!({ "reference": named("Ref") }))),
        ("Ref", reference),
        ("Bilingual", answer(json!({ "de": text(), "en": text() }))),
        (
            "Choice",
            answer(json!({ "value": text(), "label": text(), "selected": flag(), "count": optional(number()) })),
        ),
    ]
}

fn catalogue() -> Vec<Named> {
    let query = answer(json!({
        "q": text(), "thema": list(text()), "land": list(text()), "fuer": list(text()), "ziel": list(text()),
        "sort": optional(words!(CatalogueSort)), "seite": optional(number()),
    }));
    let facet = answer(json!({ "name": text(), "choices": list(named("Choice")) }));
    let entry = answer(json!({
        "slug": text(), "name": named("Bilingual"), "summary": named("Bilingual"), "topic": named("Bilingual"), "vendor": text(),
        "version": text(), "adopters": number(), "target_kinds": list(words!(TargetKind)),
        "provisioning": words!(Provisioning), "leistungen": list(text()),
    }));
    let whole = json!({
        "query": query, "facets": list(facet), "entries": list(named("CatalogueEntry")), "total": number(),
        "page": number(), "pages": number(),
    });
    // With `limit` there are entries only.
    let found = json!({ "type": "object", "required": ["entries"], "properties": whole });
    let leistung = answer(json!({ "leika": { "type": "string", "pattern": "^[0-9]{14}$" }, "name": text() }));
    let document = answer(json!({ "id": text(), "name": named("Bilingual"), "due": words!(DocumentDue) }));
    let version = answer(json!({
        "version": text(), "published_at": named("Timestamp"), "state": words!(ReleaseState), "laender": list(text()),
        "pilots": number(), "security_fix": flag(), "changes": named("Bilingual"), "digest": text(), "adopters": number(),
    }));
    let adopter = answer(json!({ "name": text(), "land": text(), "since": optional(named("Timestamp")) }));
    let suitability = answer(json!({
        "municipality": text(), "name": text(), "missing": list(text()), "existing": optional(named("Ref")),
    }));
    let related = answer(json!({ "slug": text(), "name": named("Bilingual"), "vendor": text() }));
    let origin = answer(json!({ "url": text(), "verfahren": optional(related.clone()) }));
    let verfahren = answer(json!({
        "based_on": list(origin), "derived": list(related),
        "slug": text(), "name": named("Bilingual"), "summary": named("Bilingual"), "description": named("Bilingual"),
        "topic": named("Bilingual"), "vendor": text(), "package_id": text(), "provisioning": words!(Provisioning),
        "protection": words!(ProtectionNeed), "audience": list(words!(MunicipalityKind)), "laender": list(text()),
        "leistungen": list(leistung), "target_kinds": list(words!(TargetKind)), "needs": list(named("Bilingual")),
        "cost_per_year_cents": optional(number()), "cost_note": named("Bilingual"), "effort": named("Bilingual"),
        "documents": list(document), "licence": text(), "source": text(), "versions": list(version),
        "adopter_count": number(), "adopters": list(adopter), "suitability": list(suitability), "may_request": flag(),
    }));
    let release = answer(json!({
        "slug": text(), "name": named("Bilingual"), "version": text(), "state": words!(ReleaseState), "note": text(),
        "replaced_by": optional(text()), "published_at": named("Timestamp"), "laender": list(text()),
        "pilots": number(), "security_fix": flag(), "changes": named("Bilingual"), "changelog": text(), "changelog_unread": flag(), "licence": text(), "digest": text(),
        "signed_with": optional(tuple(&[text(), text()])), "components": list(tuple(&[text(), text(), text()])),
        "may_manage": flag(), "may_search": flag(),
    }));
    let component = answer(json!({
        "component": text(), "component_version": text(), "slug": text(), "verfahren": named("Bilingual"),
        "version": text(), "state": words!(ReleaseState), "installation": optional(tuple(&[text(), named("Ref")])),
    }));
    let components =
        answer(json!({ "q": text(), "version": text(), "rows": list(component), "next": optional(text()) }));
    vec![
        ("Catalogue", found),
        ("CatalogueEntry", entry),
        ("Verfahren", verfahren),
        ("Version", release),
        ("Components", components),
    ]
}

fn packages() -> Vec<Named> {
    let row = answer(json!({
        "reference": named("Ref"), "name": named("Bilingual"), "vendor": text(), "package_id": text(),
        "version": text(), "state": words!(SubmissionState), "since": named("Timestamp"), "warnings": number(),
        "hints": number(),
        "security_fix": flag(), "signed": flag(), "assigned_to": optional(text()),
    }));
    let own = answer(json!({ "slug": text(), "name": named("Bilingual"), "version": text(), "adopters": number() }));
    let all = answer(json!({
        "q": text(), "states": list(named("Choice")), "rows": page(named("PackageRow")), "may_upload": flag(),
        "is_curator": flag(), "verfahren": list(own),
    }));
    let mut finding = answer(json!({
        "rule": text(), "severity": words!(Severity), "file": text(), "key": text(), "params": by_name(),
        "text": text(), "advice": text(), "documentation": text(),
    }));
    finding["properties"]["line"] = number();
    let message = answer(json!({
        "at": named("Timestamp"), "person": text(), "side": words!(SubmissionSide), "text": text(),
    }));
    let limits = answer(json!({ "laender": list(named("Land")), "municipalities": list(id()) }));
    let may = answer(json!({
        "upload": flag(), "submit": flag(), "discard": flag(), "message": flag(), "take": flag(), "decide": flag(),
    }));
    let package = answer(json!({
        "reference": named("Ref"), "package_id": text(), "version": text(), "vendor": text(),
        "state": words!(SubmissionState), "state_since": named("Timestamp"), "lock": number(), "digest": text(),
        "created_at": named("Timestamp"), "uploaded_at": named("Timestamp"),
        "submitted_at": optional(named("Timestamp")), "security_fix": flag(),
        "signed_with": optional(text()), "lacks_signature": flag(), "assigned_to": optional(text()), "previous": optional(text()),
        "verfahren": optional(text()), "limits": limits, "findings": list(named("Finding")),
        "messages": list(message), "may": may,
    }));
    vec![("PackageList", all), ("PackageRow", row), ("Package", package), ("Finding", finding)]
}

fn feedback() -> Vec<Named> {
    let row = answer(json!({
        "id": id(), "organisation": text(), "kind": words!(FeedbackKind), "text": text(), "at": named("Timestamp"),
        "answer": text(), "answered_at": optional(named("Timestamp")),
    }));
    let all = answer(json!({
        "slug": text(), "name": named("Bilingual"), "rows": page(row), "speaks_for": list(named("Choice")),
        "may_answer": flag(), "kind": text(), "text": text(), "errors": list(named("FieldError")),
    }));
    vec![("FeedbackList", all)]
}

fn requests() -> Vec<Named> {
    let lies_with = answer(json!({ "whom": words!(LiesWithWhom), "name": text(), "since": named("Timestamp") }));
    let row = answer(json!({
        "reference": named("Ref"), "verfahren": named("Bilingual"), "municipality": text(),
        "state": words!(RequestState), "installation": optional(words!(InstallationState)), "phase": words!(Phase),
        "lies_with": named("LiesWith"), "updated_at": named("Timestamp"),
    }));
    let all = answer(json!({
        "q": text(), "phases": list(named("Choice")), "municipalities": list(named("Choice")), "rows": page(row),
    }));
    let head = answer(json!({
        "reference": named("Ref"), "verfahren": named("Bilingual"), "slug": text(), "version": text(),
        "municipality": text(), "on_behalf": flag(), "state": words!(RequestState), "lock": number(),
        "question": optional(text()), "stopped": optional(text()), "signs": flag(),
        "signing": optional(answer(json!({ "can": list(text()), "took_part": list(text()), "only_you": flag() }))),
    }));
    let named_error = answer(json!({ "name": text(), "text": text() }));
    vec![
        ("LiesWith", lies_with),
        ("RequestList", all),
        ("RequestHead", head),
        ("Missing", answer(json!({ "missing": list(named("FieldError")) }))),
        ("Checked", answer(json!({ "errors": list(named_error) }))),
    ]
}

fn cases() -> Vec<Named> {
    let group = answer(json!({ "title": text(), "rows": list(tuple(&[text(), text()])) }));
    let operation = answer(json!({
        "reference": named("Ref"), "kind": words!(OperationKind), "state": words!(OperationState),
        "created_at": named("Timestamp"), "finished_at": optional(named("Timestamp")),
    }));
    let activation = answer(json!({
        "state": words!(ActivationState), "requested_by": text(), "requested_at": named("Timestamp"), "not_before": optional(named("Timestamp")),
        "approvals": list(tuple(&[words!(Side), text(), named("Timestamp")])),
    }));
    let reached = answer(json!({
        "reference": named("Ref"), "reached": optional(tuple(&[words!(OperationKind), words!(OperationState)])),
        "step": optional(words!(StepKind)),
    }));
    let history = answer(json!({
        "at": named("Timestamp"), "who": text(), "on_behalf": flag(), "action": text(), "note": optional(text()),
        "answer": optional(flag()), "operation": optional(reached),
    }));
    let kind = |word: &str| json!({ "type": "string", "enum": [word] });
    let maintenance = answer(json!({
        "kind": kind("maintenance"), "stage": words!(Stage), "from": named("Timestamp"), "until": named("Timestamp"),
        "text": text(), "now": flag(),
    }));
    let stopped = answer(json!({
        "kind": kind("stopped"), "stage": words!(Stage), "at": named("Timestamp"), "reason": text(),
    }));
    let notice = json!({ "anyOf": [maintenance, stopped] });
    let case = answer(json!({
        "head": named("RequestHead"), "phase": words!(Phase), "installation": optional(words!(InstallationState)),
        "lies_with": named("LiesWith"), "next": words!(NextStep), "change": optional(named("ChangeView")), "also": list(text()),
        "decision_note": optional(text()), "data_centre": optional(tuple(&[text(), flag()])), "areas": list(text()),
        "target_notices": list(notice), "test_link": optional(text()), "production_link": optional(text()), "values": list(group),
        "values_unread": flag(), "operations": list(operation), "test_run": optional(named("TestRun")), "activation": optional(activation),
        "acceptance": optional(tuple(&[flag(), text(), text(), named("Timestamp")])), "history": list(history),
        "last_event": number(),
    }));
    let event = answer(json!({
        "seq": number(), "at": named("Timestamp"), "municipality": optional(id()),
        "request": optional(id()), "installation": optional(id()), "operation": optional(id()), "code": words!(EventCode), "params": by_name(),
    }));
    let change = answer(json!({ "from": text(), "to": text(), "since": named("Timestamp") }));
    vec![("Case", case), ("ChangeView", change), ("Event", event)]
}

fn running() -> Vec<Named> {
    let installation = answer(json!({
        "reference": named("Ref"), "verfahren": named("Bilingual"), "version": text(), "municipality": text(),
        "state": words!(InstallationState), "phase": words!(Phase), "data_centre": optional(text()),
        "live_since": optional(named("Timestamp")), "production_link": optional(text()),
    }));
    let installations =
        answer(json!({ "q": text(), "municipalities": list(named("Choice")), "rows": page(installation) }));
    let operation = answer(json!({
        "reference": named("Ref"), "case": named("Ref"), "verfahren": named("Bilingual"), "municipality": text(),
        "target": text(), "simulated": flag(), "kind": words!(OperationKind), "state": words!(OperationState),
        "phase": words!(Phase), "lies_with": named("LiesWith"), "steps": list(named("Step")),
        "failure": optional(named("Failure")),
        "created_at": named("Timestamp"), "finished_at": optional(named("Timestamp")), "events": list(named("Event")),
        "last_event": number(), "may_retry": flag(), "may_abandon": flag(), "may_cancel": flag(), "data_at_risk": flag(), "reason": text(),
        "errors": list(named("FieldError")), "auto": optional(number()),
    }));
    let query = answer(json!({
        "q": text(), "aktion": text(), "verwaltung": text(), "von": text(), "bis": text(), "nach": optional(text()),
    }));
    let entry = answer(json!({
        "id": id(), "at": named("Timestamp"), "person": optional(id()), "person_name": optional(text()),
        "acting_as": optional(id()), "acting_as_name": optional(text()), "municipality": optional(id()),
        "municipality_name": optional(text()), "land": optional(named("Land")), "mandate": optional(id()),
        "action": text(), "subject": text(), "request": optional(id()), "detail": optional(text()),
    }));
    let audit = answer(json!({
        "query": query, "actions": list(named("Choice")), "municipalities": list(named("Choice")),
        "rows": page(tuple(&[entry, optional(named("Ref"))])), "sealed": number(), "intact": flag(),
    }));
    vec![("InstallationList", installations), ("Operation", operation), ("Audit", audit)]
}

fn bodies() -> Vec<Named> {
    let one_of = |words: &[&str]| json!({ "type": "string", "enum": words });
    vec![
        ("Lock", body(&["lock"], json!({ "lock": number() }))),
        ("RequestStart", body(&["verfahren", "fuer"], json!({ "verfahren": text(), "fuer": text() }))),
        ("Areas", body(&["lock", "ars"], json!({ "lock": number(), "ars": list(text()) }))),
        ("Target", body(&["lock", "data_centre"], json!({ "lock": number(), "data_centre": text() }))),
        ("Values", body(&["lock", "values"], json!({ "lock": number(), "values": by_name() }))),
        ("Entered", by_name()),
        (
            "Decision",
            body(
                &["lock", "decision"],
                json!({ "lock": number(), "decision": one_of(&["return", "accept", "decline"]), "note": text() }),
            ),
        ),
        (
            "Acceptance",
            body(
                &["lock", "decision"],
                json!({
                    "lock": number(), "decision": one_of(&["accept", "defect"]), "ticked": list(text()), "note": text(),
                }),
            ),
        ),
        (
            "Activation",
            body(
                &["lock", "action"],
                json!({
                    "lock": number(), "action": one_of(&["request", "approve", "refuse"]), "side": words!(Side), "from": text(),
                    "note": text(),
                }),
            ),
        ),
        ("Removal", body(&["lock", "confirm"], json!({ "lock": number(), "confirm": text() }))),
        ("Reason", body(&["reason"], json!({ "reason": text() }))),
        ("Message", body(&["text"], json!({ "text": text() }))),
        (
            "PackageDecision",
            body(
                &["lock", "decision"],
                json!({
                    "lock": number(), "decision": one_of(&["release", "return", "decline"]), "note": text(),
                    "laender": list(named("Land")), "municipalities": list(text()), "security_fix": flag(),
                }),
            ),
        ),
        (
            "ReleaseEnd",
            body(&["state"], json!({ "state": words!(ReleaseState), "note": text(), "replacement": text() })),
        ),
        (
            "ReleaseLimit",
            body(
                &["laender", "municipalities", "security_fix"],
                json!({ "laender": list(named("Land")), "municipalities": list(text()), "security_fix": flag() }),
            ),
        ),
        (
            "NewFeedback",
            body(&["fuer", "kind", "text"], json!({ "fuer": text(), "kind": words!(FeedbackKind), "text": text() })),
        ),
    ]
}
