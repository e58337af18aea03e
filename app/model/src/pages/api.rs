//! The description of the API as a page.

use serde::{Deserialize, Serialize};

/// The page. Its texts are English, as the document's are; only the frame speaks both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct ApiPage {
    /// Version of the portal.
    pub version: String,
    /// What holds for every operation.
    pub about: String,
    /// Operations by subject.
    pub groups: Vec<ApiGroup>,
    /// Schemas by name: pretty JSON.
    pub schemas: Vec<(String, String)>,
}

/// Operations on one subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct ApiGroup {
    /// Subject.
    pub name: String,
    /// Operations.
    pub operations: Vec<ApiOperation>,
}

/// Who may use an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
pub enum ApiAccess {
    /// Everybody.
    #[default]
    Public,
    /// Whoever is signed in.
    SignedIn,
    /// Whoever is signed in, and access keys.
    Keys,
}

/// An operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct ApiOperation {
    /// Stable name.
    pub id: String,
    /// Method.
    pub method: String,
    /// Path.
    pub path: String,
    /// One line.
    pub summary: String,
    /// For whom.
    pub access: ApiAccess,
    /// Parameters: name, place, meaning.
    pub parameters: Vec<(String, String, String)>,
    /// What it takes: kind of content and the name of its schema, if there is one.
    pub takes: Option<(String, Option<String>)>,
    /// Answers: status, meaning, name of the schema.
    pub answers: Vec<(String, String, Option<String>)>,
}
