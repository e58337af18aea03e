//! Every operation of the API, in the order in which the description names them.

/// What an operation answers when all is well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Success {
    /// 200 with JSON of this schema.
    Object(&'static str),
    /// 201 with JSON of this schema and the address of what was made.
    Created(&'static str),
    /// 204.
    Nothing,
    /// 200 with server-sent events.
    Events,
}

/// What an operation takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Nothing.
    Nothing,
    /// JSON of this schema.
    Json(&'static str),
    /// The bytes of an archive.
    Archive,
}

/// An operation. Who may use it stands in the table of routes.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    /// Group.
    pub tag: &'static str,
    /// Method, in small letters.
    pub method: &'static str,
    /// Path.
    pub path: &'static str,
    /// Stable name.
    pub id: &'static str,
    /// One line.
    pub summary: &'static str,
    /// Parameters in the query: name and meaning.
    pub query: &'static [(&'static str, &'static str)],
    /// What it takes.
    pub takes: Takes,
    /// What it answers.
    pub success: Success,
}

use Success::{Created, Events, Nothing, Object};
use Takes::{Archive, Json};

const fn get(path: &'static str, id: &'static str, summary: &'static str, success: Success) -> Operation {
    Operation { tag: "", method: "get", path, id, summary, query: &[], takes: Takes::Nothing, success }
}

const fn post(path: &'static str, id: &'static str, summary: &'static str, body: &'static str) -> Operation {
    let takes = if body.is_empty() { Takes::Nothing } else { Json(body) };
    Operation { tag: "", method: "post", path, id, summary, query: &[], takes, success: Nothing }
}

const fn put(path: &'static str, id: &'static str, summary: &'static str, body: &'static str) -> Operation {
    Operation { method: "put", ..post(path, id, summary, body) }
}

impl Operation {
    const fn query(self, query: &'static [(&'static str, &'static str)]) -> Self {
        Self { query, ..self }
    }

    const fn gives(self, success: Success) -> Self {
        Self { success, ..self }
    }

    const fn takes(self, takes: Takes) -> Self {
        Self { takes, ..self }
    }
}

const NEXT: (&str, &str) = ("nach", "Cursor: `next` of the page before");
const SEARCH: (&str, &str) = ("q", "Search text");
const FOR: (&str, &str) = ("verwaltung", "Short name of a Verwaltung");
const AFTER: (&str, &str) = ("after", "Position after which events are wanted; `Last-Event-ID` wins");

/// Every operation.
pub fn all() -> impl Iterator<Item = Operation> {
    let groups: [(&'static str, &'static [Operation]); 6] = [
        ("Catalogue", CATALOGUE),
        ("Packages", PACKAGES),
        ("Feedback", FEEDBACK),
        ("Requests", REQUESTS),
        ("Operation", RUNNING),
        ("Description", DESCRIPTION),
    ];
    groups.into_iter().flat_map(|(tag, operations)| operations.iter().map(move |o| Operation { tag, ..*o }))
}

const DESCRIPTION: &[Operation] = &[get("/api/openapi.json", "description", "This description", Object("Description"))];

const CATALOGUE: &[Operation] = &[
    get("/api/v1/verfahren", "verfahren_list", "Search the catalogue", Object("Catalogue")).query(&[
        SEARCH,
        ("thema", "Topic; may be repeated"),
        ("land", "Land by its two-digit key; may be repeated"),
        ("fuer", "Kind of Verwaltung; may be repeated"),
        ("ziel", "Kind of Zielumgebung; may be repeated"),
        ("sort", "`relevance`, `name`, `adoption` or `newest`"),
        ("seite", "Page, from 1"),
        ("limit", "Only so many suggestions, at most 20, without facets and pages"),
    ]),
    get("/api/v1/verfahren/{slug}", "verfahren", "One Verfahren", Object("Verfahren")),
    get(
        "/api/v1/verfahren/{slug}/versions/{version}",
        "version",
        "One version: change log, state, components, origin",
        Object("Version"),
    ),
    post(
        "/api/v1/verfahren/{slug}/versions/{version}/end",
        "release_end",
        "Let a version run out, withdraw it, or offer it again",
        "ReleaseEnd",
    ),
    post(
        "/api/v1/verfahren/{slug}/versions/{version}/limit",
        "release_limit",
        "Change who may use a version",
        "ReleaseLimit",
    ),
    get("/api/v1/components", "component_list", "Where a component is used", Object("Components")).query(&[
        ("q", "Package URL or name of the component"),
        ("version", "Its version; empty means any"),
        NEXT,
    ]),
];

const PACKAGES: &[Operation] = &[
    get("/api/v1/packages", "package_list", "Packages on their way into the catalogue", Object("PackageList"))
        .query(&[SEARCH, ("stand", "`open` (the default), a state, or `all`"), NEXT]),
    Operation {
        method: "post",
        ..get("/api/v1/packages", "package_upload", "Upload a package", Created("Package")).takes(Archive)
    },
    get("/api/v1/packages/{ref}", "package", "One package with its findings and messages", Object("Package")),
    post("/api/v1/packages/{ref}/submit", "package_submit", "Hand the package to the curators", "Lock"),
    post("/api/v1/packages/{ref}/discard", "package_discard", "Take the package back", "Lock"),
    get(
        "/api/v1/packages/{ref}/trials",
        "trial_list",
        "Trials of the package, and where it may be tried",
        Object("Trials"),
    ),
    post("/api/v1/packages/{ref}/trials", "trial_start", "Start a trial", "NewTrial").gives(Created("Trial")),
    get("/api/v1/packages/{ref}/trials/{trial}", "trial", "One trial with its steps and tests", Object("Trial")),
    post("/api/v1/packages/{ref}/trials/{trial}/cancel", "trial_cancel", "Call a trial off", ""),
    post("/api/v1/packages/{ref}/messages", "package_message", "Write to the other side", "Message"),
    post("/api/v1/packages/{ref}/take", "package_take", "Take the package up for review", "Lock"),
    post(
        "/api/v1/packages/{ref}/decide",
        "package_decide",
        "Release, return or decline the package",
        "PackageDecision",
    ),
];

const FEEDBACK: &[Operation] = &[
    get("/api/v1/verfahren/{slug}/feedback", "feedback_list", "Feedback, newest first", Object("FeedbackList"))
        .query(&[NEXT]),
    post("/api/v1/verfahren/{slug}/feedback", "feedback_give", "Give feedback for an organisation", "NewFeedback"),
    post("/api/v1/verfahren/{slug}/feedback/{id}/answer", "feedback_answer", "Answer for the vendor", "Message"),
];

const REQUESTS: &[Operation] = &[
    get("/api/v1/requests", "request_list", "Requests of one's Verwaltungen", Object("RequestList")).query(&[
        SEARCH,
        ("phase", "`request`, `test`, `acceptance`, `activation` or `live`"),
        FOR,
        NEXT,
    ]),
    post("/api/v1/requests", "request_start", "Start a request", "RequestStart").gives(Created("Reference")),
    get("/api/v1/requests/{ref}", "request", "One case with its history", Object("Case")),
    get("/api/v1/requests/{ref}/events", "request_events", "Events of a case, live", Events).query(&[AFTER]),
    put("/api/v1/requests/{ref}/areas", "areas_save", "Choose the Gemeinden", "Areas"),
    put("/api/v1/requests/{ref}/target", "target_save", "Choose the data centre", "Target"),
    put("/api/v1/requests/{ref}/values", "values_save", "Store values", "Values").gives(Object("Missing")),
    post("/api/v1/requests/{ref}/values/check", "values_check", "Check values without storing them", "Entered")
        .gives(Object("Checked")),
    post("/api/v1/requests/{ref}/submit", "request_submit", "Hand the request in", "Lock"),
    post("/api/v1/requests/{ref}/withdraw", "request_withdraw", "Withdraw the request", "Lock"),
    post("/api/v1/requests/{ref}/take", "request_take", "Take the request up for review", "Lock"),
    post("/api/v1/requests/{ref}/decide", "request_decide", "Decide on the request", "Decision"),
    post(
        "/api/v1/requests/{ref}/acceptance",
        "acceptance_declare",
        "Declare acceptance or report a defect",
        "Acceptance",
    ),
    post("/api/v1/requests/{ref}/activation", "activation", "Ask for activation, or say yes or no to it", "Activation"),
    post(
        "/api/v1/requests/{ref}/test-again",
        "test_again",
        "Test the same version and values again because the test is too old",
        "Lock",
    ),
    get(
        "/api/v1/requests/{ref}/updates",
        "update_list",
        "Versions that something live may be updated to",
        Object("Updates"),
    ),
    get("/api/v1/requests/{ref}/change", "change", "The change that is being prepared", Object("Change")),
    post("/api/v1/requests/{ref}/change", "change_start", "Begin a change of version or values", "NewChange"),
    post("/api/v1/requests/{ref}/change/test", "change_test", "Have the change tested", "Lock"),
    post("/api/v1/requests/{ref}/change/discard", "change_discard", "Discard the change", "Lock"),
    get("/api/v1/requests/{ref}/rollback", "rollback_list", "Earlier states of production", Object("EarlierStates")),
    post("/api/v1/requests/{ref}/rollback", "rollback", "Go back to an earlier state", "Rollback"),
    post("/api/v1/requests/{ref}/suspend", "suspend", "Stop production", "WithReason"),
    post("/api/v1/requests/{ref}/resume", "resume", "Start production again", "WithReason"),
    post("/api/v1/requests/{ref}/remove", "installation_remove", "Take the installation down", "Removal"),
];

const RUNNING: &[Operation] = &[
    get("/api/v1/installations", "installation_list", "Installations", Object("InstallationList"))
        .query(&[SEARCH, FOR, NEXT]),
    get("/api/v1/operations/{ref}", "operation", "One operation with its steps", Object("Operation")),
    get("/api/v1/operations/{ref}/events", "operation_events", "Events of an operation, live", Events).query(&[AFTER]),
    post("/api/v1/operations/{ref}/retry", "operation_retry", "Try a stuck operation again", ""),
    post("/api/v1/operations/{ref}/cancel", "operation_cancel", "Call an operation off", "Reason"),
    post("/api/v1/operations/{ref}/abandon", "operation_abandon", "Give a stuck operation up", "Reason"),
    get("/api/v1/audit", "audit", "The record", Object("Audit")).query(&[
        SEARCH,
        ("aktion", "Action"),
        FOR,
        ("von", "First day, as `2026-12-31`"),
        ("bis", "Last day"),
        NEXT,
    ]),
];
