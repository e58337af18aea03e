//! What may come in: the part `formData` of the intake contract, and the limits on it.

use crate::settings::is_leika;
use crate::texts::Problem;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// Longest part `formData`, in bytes.
pub const MAX_FORM: usize = 256 << 10;
/// Largest attachment, in bytes.
pub const MAX_ATTACHMENT: usize = 2 << 20;
/// Most attachments.
pub const MAX_ATTACHMENTS: usize = 5;
/// Longest identification of a transaction, in characters.
const MAX_ID: usize = 100;
/// Most Leistungen in one application.
const MAX_LEIKA: usize = 20;

/// An application, as it is stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Antrag {
    /// The sender's identification; the same one twice is the same application.
    pub transaction_id: String,
    /// Keys of Leistungen.
    pub leika_ids: Vec<String>,
    /// `control` as it came.
    pub control: Value,
    /// `formData` as it came.
    pub form_data: Value,
    /// Attachments.
    #[serde(default)]
    pub attachments: Vec<Attachment>,
}

/// A file that came with an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    /// Name, as the sender says.
    pub name: String,
    /// Media type, as the sender says.
    pub media_type: String,
    /// Content in base64.
    pub content: String,
}

impl Attachment {
    /// Of what the sender says; control characters of names are left out.
    pub fn new(name: &str, media_type: &str, content: &[u8]) -> Self {
        let plain = |text: &str| text.chars().filter(|c| !c.is_control()).take(200).collect();
        Self { name: plain(name), media_type: plain(media_type), content: BASE64_STANDARD.encode(content) }
    }
}

impl Antrag {
    /// Reads the part `formData`.
    ///
    /// # Errors
    /// For what is not JSON of the intake contract, and for a Leistung that is not served (`leika` is not empty).
    pub fn parse(bytes: &[u8], leika: &str) -> Result<Self, Problem> {
        if bytes.len() > MAX_FORM {
            return Err(Problem::TooLarge);
        }
        let mut document: Value = serde_json::from_slice(bytes).map_err(|_| Problem::NotJson)?;
        let control = document.get_mut("control").map(Value::take).ok_or(Problem::Missing("control"))?;
        let form_data = document.get_mut("formData").map(Value::take).ok_or(Problem::Missing("formData"))?;
        if !form_data.is_array() {
            return Err(Problem::Invalid("formData"));
        }
        let id = control.get("transactionId").ok_or(Problem::Missing("control.transactionId"))?;
        let id = id.as_str().filter(|id| is_id(id)).ok_or(Problem::Invalid("control.transactionId"))?;
        let leika_ids = control.get("leikaIds").ok_or(Problem::Missing("control.leikaIds"))?;
        let leika_ids = leika_ids.as_array().filter(|ids| (1..=MAX_LEIKA).contains(&ids.len()));
        let leika_ids: Option<Vec<String>> = leika_ids
            .and_then(|ids| ids.iter().map(|id| id.as_str().filter(|id| is_leika(id)).map(str::to_owned)).collect());
        let leika_ids = leika_ids.ok_or(Problem::Invalid("control.leikaIds"))?;
        if !leika.is_empty() && !leika_ids.iter().any(|id| id == leika) {
            return Err(Problem::OtherLeistung);
        }
        Ok(Self { transaction_id: id.to_owned(), leika_ids, control, form_data, attachments: Vec::new() })
    }

    /// SHA-256 of the content: whether two with the same identification are the same.
    pub fn digest(&self) -> String {
        let bytes = serde_json::to_vec(self).unwrap_or_default();
        hex::encode(Sha256::digest(bytes))
    }
}

fn is_id(id: &str) -> bool {
    !id.is_empty() && id.chars().count() <= MAX_ID && id.chars().all(|c| c.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn good() -> Value {
        json!({"control": {"transactionId": "t-1", "leikaIds": ["99102013000000"], "name": "Antrag"}, "formData": []})
    }

    fn parse(document: &Value, leika: &str) -> Result<Antrag, Problem> {
        Antrag::parse(document.to_string().as_bytes(), leika)
    }

    #[test]
    fn what_came_is_kept() {
        let antrag = parse(&good(), "99102013000000").expect("good");
        assert_eq!((antrag.transaction_id.as_str(), antrag.control["name"].as_str()), ("t-1", Some("Antrag")));
    }

    #[test]
    fn each_fault_is_named() {
        let with = |pointer: &str, value: Value| {
            let mut document = good();
            *document.pointer_mut(pointer).expect("a field of the good one") = value;
            parse(&document, "").expect_err(pointer)
        };
        assert_eq!(with("/formData", json!({})), Problem::Invalid("formData"));
        assert_eq!(with("/control/transactionId", json!("")), Problem::Invalid("control.transactionId"));
        assert_eq!(with("/control/transactionId", json!("a b")), Problem::Invalid("control.transactionId"));
        assert_eq!(with("/control/transactionId", json!("x".repeat(101))), Problem::Invalid("control.transactionId"));
        assert_eq!(with("/control/leikaIds", json!([])), Problem::Invalid("control.leikaIds"));
        assert_eq!(with("/control/leikaIds", json!(["99"])), Problem::Invalid("control.leikaIds"));
        assert_eq!(with("/control", json!({})), Problem::Missing("control.transactionId"));
        assert_eq!(parse(&json!({"formData": []}), ""), Err(Problem::Missing("control")));
        assert_eq!(parse(&good(), "99089017152000"), Err(Problem::OtherLeistung));
        assert_eq!(Antrag::parse(b"{", ""), Err(Problem::NotJson));
        assert_eq!(
            Antrag::parse(&vec![b'['; 10_000], ""),
            Err(Problem::NotJson),
            "deep nesting is refused, not followed"
        );
        assert_eq!(Antrag::parse(&vec![b' '; MAX_FORM + 1], ""), Err(Problem::TooLarge));
    }
}
