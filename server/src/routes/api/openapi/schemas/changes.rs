//! Changes of what is live.

use super::{Named, answer, body, flag, list, named, number, optional, text};
use portal_model::{
    pages::{change::GoingBack, release_diff::Change},
    schema_change::ChangeKind,
};
use serde_json::json;

/// Schemas of updates, other values, going back, stopping and starting again.
pub(super) fn changes() -> Vec<Named> {
    let update = answer(json!({
        "version": text(), "published_at": named("Timestamp"), "security_fix": flag(), "changes": named("Bilingual"),
        "going_back": words!(GoingBack),
    }));
    let updates = answer(json!({
        "head": named("RequestHead"), "offers": list(update), "may_reconfigure": flag(), "chosen": text(),
        "errors": list(named("FieldError")),
    }));
    let value = answer(json!({ "label": text(), "before": text(), "after": text() }));
    let field = answer(json!({
        "path": text(), "title": named("Bilingual"), "kind": words!(ChangeKind),
        "params": { "type": "object", "additionalProperties": text() },
    }));
    let line = answer(json!({ "path": text(), "old": optional(text()), "new": optional(text()), "masked": flag() }));
    let object = answer(json!({
        "kind": text(), "name": text(), "test": flag(), "change": words!(Change), "lines": list(line), "more": number(),
    }));
    let open = answer(json!({ "html_id": text(), "label": text(), "text": text() }));
    let change = answer(json!({
        "head": named("RequestHead"), "from": text(), "to": text(), "changes": optional(named("Bilingual")),
        "going_back": words!(GoingBack), "backs_up": flag(), "fields": list(field), "values": list(named("ValueChange")),
        "objects": optional(list(object)), "open": list(open), "asks": flag(), "errors": list(named("FieldError")),
    }));
    let state = answer(json!({
        "id": text(), "version": text(), "applied_at": named("Timestamp"), "values": list(named("ValueChange")),
        "going_back": words!(GoingBack),
    }));
    let earlier = answer(json!({
        "head": named("RequestHead"), "offers": list(state), "chosen": text(),
        "reason": text(), "understood": flag(), "errors": list(named("FieldError")),
    }));
    let rollback = json!({ "lock": number(), "state": text(), "reason": text(), "data_loss_understood": flag() });
    vec![
        ("Updates", updates),
        ("ValueChange", value),
        ("Change", change),
        ("EarlierStates", earlier),
        ("NewChange", body(&["lock", "target"], json!({ "lock": number(), "target": text() }))),
        ("Rollback", body(&["lock", "state", "reason"], rollback)),
        ("WithReason", body(&["lock"], json!({ "lock": number(), "reason": text() }))),
    ]
}
