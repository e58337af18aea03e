//! A trial of what was just uploaded: starting it, following it, and what came of it.

use super::{
    super::say_error,
    Trouble,
    client::{Client, Said},
};
use anyhow::anyhow;
use axum::http::StatusCode;
use portal_app::i18n::{failure, words};
use portal_model::{
    Bilingual, Lang,
    operation::{Failure, StepKind},
    pages::{
        case::TestRunView,
        operation::{StepState, StepView},
    },
    trial::TrialResult,
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long between two looks at it.
const EVERY: Duration = Duration::from_secs(1);
/// Looks in a row that may fail: a portal that is started anew is away for a moment, and the trial goes on meanwhile.
const AWAY: u32 = 20;

/// What is to be tried, and where.
pub struct Wanted<'a> {
    /// `PA-…`
    pub package: &'a str,
    /// Of the content that was just uploaded: only that is tried.
    pub lock: &'a Value,
    /// Namespace or id of the target; not needed where there is only one.
    pub target: Option<&'a str>,
    /// How long to wait for the result.
    pub minutes: u64,
    /// Whether to tell how far it is, on standard error.
    pub told: bool,
}

/// What came of a trial.
#[derive(Debug)]
pub struct Tried {
    reference: String,
    result: TrialResult,
    failure: Option<Failure>,
    tests: Option<TestRunView>,
}

/// What this program reads of a trial.
#[derive(Deserialize)]
struct Page {
    row: Row,
    steps: Vec<StepView>,
    failure: Option<Failure>,
    report: Option<TestRunView>,
}

#[derive(Deserialize)]
struct Row {
    reference: String,
    result: Option<TrialResult>,
}

/// Starts a trial and waits until its result is known; what is left of it is cleared away by the portal afterwards. The inner
/// error is what the portal said instead of starting it.
///
/// # Errors
/// If the portal is away, or cannot try it at the moment, or the result takes too long: trying again later makes sense.
pub async fn run(client: &Client, wanted: &Wanted<'_>) -> Result<Result<Tried, Said>, Trouble> {
    let path = format!("/api/v1/packages/{}/trials", wanted.package);
    let mut body = json!({ "lock": wanted.lock });
    if let Some(name) = wanted.target {
        let places = client.get(&path).await?;
        body["target"] = target(&places.body, name)?.into();
    }
    let started = client.post(&path, &body).await?;
    if started.status != StatusCode::CREATED {
        return match started.body["rule"].as_str() {
            Some("live_trial") => Err(Trouble::Server(anyhow!("another trial of this package is under way"))),
            Some("trials_full") => Err(Trouble::Server(anyhow!("as many trials as are admitted are under way"))),
            _ => Ok(Err(started)),
        };
    }
    let mut page = read(started)?;
    let path = format!("{path}/{}", page.row.reference);
    let until = Instant::now() + Duration::from_secs(wanted.minutes * 60);
    let (mut away, mut seen) = (0, None);
    loop {
        if let Some(result) = page.row.result {
            let Page { row, failure, report: tests, .. } = page;
            return Ok(Ok(Tried { reference: row.reference, result, failure, tests }));
        }
        let running = page.steps.iter().find(|s| s.state == StepState::Running).map(|s| s.step);
        if wanted.told && running.is_some() && running != seen {
            tell(&page.row.reference, running);
            seen = running;
        }
        if Instant::now() >= until {
            let (trial, minutes) = (&page.row.reference, wanted.minutes);
            return Err(Trouble::Server(anyhow!("trial {trial} has no result after {minutes} minutes; it goes on")));
        }
        sleep(EVERY).await;
        match client.get(&path).await {
            Ok(said) => (page, away) = (read(said)?, 0),
            Err(Trouble::Server(_)) if away < AWAY => away += 1,
            Err(trouble) => return Err(trouble),
        }
    }
}

fn tell(reference: &str, step: Option<StepKind>) {
    let step = step.map_or("waiting", |step| words::step(Lang::En, step));
    say_error(&format!("{reference}: {step}"));
}

/// The id of a target that admits trials, by its namespace, the whole name, or the id itself.
fn target(places: &Value, name: &str) -> Result<String, Trouble> {
    let places = places["places"].as_array().map(Vec::as_slice).unwrap_or_default();
    let text = |place: &Value, key: &str| place[key].as_str().unwrap_or_default().to_owned();
    let fits = |place: &&Value| {
        let (label, id) = (text(place, "label"), text(place, "value"));
        label == name || id == name || label.rsplit(" · ").next() == Some(name)
    };
    match places.iter().filter(fits).collect::<Vec<_>>().as_slice() {
        [one] => Ok(text(one, "value")),
        all => {
            let what = if all.is_empty() { "no target" } else { "more than one target" };
            let known: Vec<String> = places.iter().map(|p| text(p, "label")).collect();
            Err(Trouble::Use(anyhow!("{what} for trials is called {name}; there are: {}", known.join(", "))))
        }
    }
}

fn read(said: Said) -> Result<Page, Trouble> {
    if !said.status.is_success() {
        return Err(Trouble::Use(anyhow!("the trial cannot be seen any more: {}", said.status)));
    }
    serde_json::from_value(said.body)
        .map_err(|_| Trouble::Use(anyhow!("the portal's answer is none that this program knows")))
}

impl Tried {
    /// Whether every test passed.
    pub fn passed(&self) -> bool {
        self.result == TrialResult::Passed
    }

    /// For people.
    pub fn text(&self) -> String {
        let mut lines = vec![format!("{} {}", self.reference, self.result.word())];
        if let Some(f) = &self.failure {
            lines.push(format!("  {} {}", failure::happened(Lang::En, f.cause), f.detail).trim_end().to_owned());
            lines.push(format!("  {}", failure::advice(Lang::En, f.cause)));
        }
        for case in self.tests.iter().flat_map(|run| &run.cases) {
            let mark = if case.passed { "passed" } else { "failed" };
            lines.push(format!("  {mark} {} ({} ms)", name(&case.title), case.duration_ms));
            if !case.passed {
                lines.extend(case.log.lines().map(|line| format!("    {line}")));
            }
        }
        lines.join("\n")
    }

    /// For programs.
    pub fn json(&self) -> Value {
        let test = |c: &portal_model::pages::case::TestCaseView| json!({ "title": name(&c.title), "passed": c.passed, "duration_ms": c.duration_ms, "log": c.log });
        json!({
            "reference": self.reference,
            "result": self.result.word(),
            "failure": self.failure,
            "tests": self.tests.iter().flat_map(|run| &run.cases).map(test).collect::<Vec<_>>(),
        })
    }
}

fn name(title: &Bilingual) -> &str {
    title.get(Lang::En)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_found_by_each_of_its_names() {
        let place = |id: &str, label: &str| json!({ "value": id, "label": label });
        let all =
            json!({ "places": [place("1", "RZ Nord · test"), place("2", "RZ Süd · test"), place("3", "RZ Süd · b")] });
        let found = |name: &str| target(&all, name).ok();
        assert_eq!(found("b").as_deref(), Some("3"));
        assert_eq!(found("RZ Nord · test").as_deref(), Some("1"));
        assert_eq!(found("2").as_deref(), Some("2"));
        // Two are called so, or none is.
        assert_eq!((found("test"), found("c")), (None, None));
    }
}
