//! A random walk through the life of a Nachnutzung: the real use cases on a database in memory, the real engine, the real
//! rendering, and a cluster in memory. People act in the wrong order, with old pages and in the wrong role; tests are red
//! and green; time passes; installations are removed and begin again. After each act it is held against what the walk
//! itself saw: whether production only ever got what was green in the test environment (R1), with a yes of both sides by
//! people who did not ask (R2, R7).

use crate::{FakeClock, Faults, MemoryTarget, Random, TestApp, Verb, app::engine};
use portal_core::{
    CoreError,
    engine::Engine,
    ports::{CaseRecord, Journal as _, Store as _, TargetError},
    use_cases::ReleaseEnd,
};
use portal_model::{
    PersonId, PortalError, TargetId, TestRunId,
    activation::{Activation, Side},
    data_centre::Stage,
    installation::InstallationState as I,
    operation::{Basis, FailureCause, OperationState},
    reference::Reference,
    request::RequestState,
};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

const VERFAHREN: &str = "maengelmelder";

/// What happened how often.
pub type Seen = BTreeMap<&'static str, u64>;

/// A walk.
pub struct Walk {
    app: TestApp,
    /// May be replaced by one on wrong ports.
    pub engine: Engine,
    target: Arc<MemoryTarget>,
    stages: [TargetId; 2],
    chance: Random,
    case: Option<Reference>,
    /// Values and images that were green in the test environment, by installation.
    green: BTreeSet<(String, String, String)>,
    last_run: Option<TestRunId>,
    checked: usize,
    values: u64,
    newer: bool,
    seen: Seen,
}

impl Walk {
    /// A walk by seed.
    pub async fn new(seed: u64) -> Self {
        let app = TestApp::in_memory().await;
        let target = Arc::new(MemoryTarget::new(Arc::new(FakeClock::default()), Arc::new(Faults::default())));
        let engine = engine(&app.portal, &app.storage, target.clone(), app.storage.clone(), "walk");
        app.publish(VERFAHREN, "1.0.0").await;
        let targets = app.storage.target_list().await.expect("targets");
        let of = |stage| targets.iter().find(|t| t.stage == stage).expect("both stages").id;
        let stages = [of(Stage::Test), of(Stage::Production)];
        let chance = Random::new(seed, 0);
        let (green, seen) = (BTreeSet::new(), Seen::new());
        let (case, last_run, checked, values, newer) = (None, None, 0, 0, false);
        Self { app, engine, target, stages, chance, case, green, last_run, checked, values, newer, seen }
    }

    /// The app, for planting bugs.
    pub fn app(&self) -> &TestApp {
        &self.app
    }

    /// The cluster, for planting bugs.
    pub fn target(&self) -> &Arc<MemoryTarget> {
        &self.target
    }

    /// Walks this many acts; gives what happened.
    ///
    /// # Errors
    /// The first thing that is not as it should be.
    pub async fn run(mut self, acts: usize) -> Result<Seen, String> {
        for n in 0..acts {
            let act = self.choose().await;
            let done = self.act(act).await;
            self.note(act, &done).map_err(|e| format!("act {n}, {act}: {e}"))?;
            self.check().await.map_err(|e| format!("act {n}, {act}: {e}"))?;
        }
        Ok(self.seen)
    }

    fn note(&mut self, act: &'static str, done: &Result<(), CoreError>) -> Result<(), String> {
        match done {
            Ok(()) => *self.seen.entry(act).or_default() += 1,
            // Refused is fine; broken is not.
            Err(e) if e.public() == PortalError::Internal => return Err(format!("{e:?}")),
            Err(_) => *self.seen.entry("refused").or_default() += 1,
        }
        Ok(())
    }

    /// What comes next, half of the time; anything otherwise.
    async fn choose(&mut self) -> &'static str {
        const ALL: [&str; 29] = [
            "start",
            "fill",
            "submit",
            "take",
            "accept",
            "return",
            "decline",
            "values",
            "acceptance",
            "defect",
            "ask",
            "yes",
            "no",
            "again",
            "remove",
            "change",
            "change test",
            "discard",
            "rollback",
            "suspend",
            "resume",
            "cancel",
            "retry",
            "abandon",
            "work",
            "red",
            "green",
            "time",
            "weeks",
        ];
        const RARE: [&str; 4] = ["newer version", "unsafe", "full", "heal"];
        if self.chance.below(60) == 0 {
            return RARE[self.chance.below(4) as usize];
        }
        if self.chance.below(100) < 45 {
            return ALL[self.chance.below(ALL.len() as u64) as usize];
        }
        let Some(case) = self.record().await else { return "start" };
        let Some(installation) = &case.installation else {
            return match case.request.state {
                RequestState::Draft | RequestState::Returned => ["fill", "submit"][self.chance.below(2) as usize],
                RequestState::Submitted => "take",
                RequestState::InReview => "accept",
                _ => "start",
            };
        };
        match installation.state {
            I::TestFailed | I::Defective => ["values", "green"][self.chance.below(2) as usize],
            I::InAcceptance => "acceptance",
            I::Accepted => "ask",
            I::Activating => ["yes", "yes", "work"][self.chance.below(3) as usize],
            I::Live => ["work", "remove", "change", "change", "suspend", "rollback"][self.chance.below(6) as usize],
            I::Changing => ["values", "change test", "discard"][self.chance.below(3) as usize],
            I::Suspended => "resume",
            I::Removed => "start",
            _ => ["work", "work", "retry", "heal"][self.chance.below(4) as usize],
        }
    }

    async fn record(&self) -> Option<CaseRecord> {
        self.app.storage.case_by_reference(self.case.as_ref()?).await.expect("a database")
    }

    /// Mostly who should, sometimes anybody.
    fn who(&mut self, right: PersonId) -> PersonId {
        let p = self.app.people;
        let anybody = [p.clerk, p.signatory, p.consultant, p.second, p.stranger, p.publisher, p.curator];
        match self.chance.below(6) {
            0 => anybody[self.chance.below(anybody.len() as u64) as usize],
            _ => right,
        }
    }

    /// Mostly the page as it is now, sometimes an old one.
    fn lock(&mut self, case: &CaseRecord) -> i64 {
        let now = case.request.version + case.installation.as_ref().map_or(0, |i| i.version);
        if self.chance.below(12) == 0 { now - 1 } else { now }
    }

    async fn act(&mut self, act: &'static str) -> Result<(), CoreError> {
        match act {
            "start" => return self.start().await,
            "work" => return self.work().await,
            "red" => self.target.make_red(""),
            "green" => self.target.make_green(""),
            "time" => self.app.clock.pass_seconds(self.chance.below(7200) as i64),
            "weeks" => self.app.clock.pass_days(8 + self.chance.below(30) as i64),
            "full" => {
                self.target.break_with(Some(TargetError::new(FailureCause::QuotaExceeded, "exceeded quota")));
            }
            "heal" => self.target.break_with(None),
            "newer version" | "unsafe" => return self.vendor(act).await,
            "retry" | "abandon" => return self.stuck(act).await,
            _ => {
                if let Some(case) = self.record().await {
                    return self.on_case(act, &case).await;
                }
            }
        }
        Ok(())
    }

    async fn start(&mut self) -> Result<(), CoreError> {
        let who = self.who(self.app.people.clerk);
        let ctx = self.app.ctx(who).await;
        self.case = Some(self.app.portal.request_start(&ctx, VERFAHREN, "flensburg").await?);
        Ok(())
    }

    /// The engine works on what is due; what waits is passed over, but not always to the end.
    async fn work(&mut self) -> Result<(), CoreError> {
        for _ in 0..1 + self.chance.below(12) {
            if self.engine.run_once().await {
                self.look().await;
                continue;
            }
            let due = self.app.storage.next_due().await.expect("a database");
            let Some(due) = due else { break };
            let now = self.app.portal.system().now;
            self.app.clock.pass_seconds(due.seconds_since(now).max(0) + 1);
        }
        Ok(())
    }

    async fn vendor(&mut self, act: &str) -> Result<(), CoreError> {
        if act == "newer version" {
            if !std::mem::replace(&mut self.newer, true) {
                self.app.publish(VERFAHREN, "1.1.0").await;
            }
            return Ok(());
        }
        let end = ReleaseEnd { state: "unsafe".to_owned(), note: "Lücke".to_owned(), ..ReleaseEnd::default() };
        // Only the older one, or nothing is left to walk with.
        if self.newer {
            self.app.portal.release_end(&self.app.portal.system(), VERFAHREN, "1.0.0", &end).await?;
        }
        Ok(())
    }

    async fn stuck(&mut self, act: &str) -> Result<(), CoreError> {
        let Some(case) = self.record().await else { return Ok(()) };
        let operations = self.app.storage.operations(case.request.id).await?;
        let Some(operation) = operations.iter().find(|o| o.state == OperationState::Stuck) else { return Ok(()) };
        let who = self.who(self.app.people.consultant);
        let ctx = self.app.ctx(who).await;
        match act {
            "retry" => self.app.portal.operation_retry(&ctx, &operation.reference).await,
            _ => self.app.portal.operation_abandon(&ctx, &operation.reference, "aufgegeben").await,
        }
    }

    async fn on_case(&mut self, act: &str, case: &CaseRecord) -> Result<(), CoreError> {
        let (r, people) = (case.request.reference.clone(), self.app.people);
        let lock = self.lock(case);
        let right = match act {
            "take" | "accept" | "return" | "decline" => people.consultant,
            "yes" | "no" => [people.signatory, people.second][self.chance.below(2) as usize],
            "remove" | "rollback" | "suspend" | "resume" => people.signatory,
            _ => people.clerk,
        };
        let who = self.who(right);
        let ctx = self.app.ctx(who).await;
        let portal = self.app.portal.clone();
        match act {
            "fill" => {
                let pairs = self.pairs().await;
                portal.values_save(&ctx, &r, lock, &pairs).await?;
                let lock = self.record().await.map_or(0, |case| case.request.version);
                portal.target_save(&ctx, &r, lock, crate::app::CLUSTER).await
            }
            "values" => {
                let pairs = self.pairs().await;
                portal.values_save(&ctx, &r, lock, &pairs).await
            }
            "submit" => portal.request_submit(&ctx, &r, lock).await,
            "take" => portal.request_take(&ctx, &r, lock).await,
            "accept" | "return" | "decline" => portal.request_decide(&ctx, &r, lock, act, "Frage").await,
            "acceptance" | "defect" => {
                let ticked = portal.acceptance_page(&ctx, &r).await?.checklist.into_iter().map(|i| i.id).collect();
                portal.acceptance_declare(&ctx, &r, lock, act == "acceptance", ticked, "Fehler").await
            }
            "ask" => portal.activation_request(&ctx, &r, lock, "").await,
            "change" => {
                let target = if self.newer && self.chance.below(2) == 0 { "1.1.0" } else { "werte" };
                portal.change_start(&ctx, &r, lock, target).await.map(drop)
            }
            "change test" => portal.change_test(&ctx, &r, lock).await,
            "discard" => portal.change_discard(&ctx, &r, lock).await,
            "rollback" => {
                let offers = portal.rollback_page(&ctx, &r).await?.offers;
                let chosen = offers.get(self.chance.below(offers.len().max(1) as u64) as usize);
                let chosen = chosen.map_or("", |offer| offer.id.as_str());
                portal.rollback(&ctx, &r, lock, chosen, "Grund", true).await
            }
            "suspend" => portal.suspend(&ctx, &r, lock, "Grund").await,
            "resume" => portal.resume(&ctx, &r, lock, "").await,
            "cancel" => {
                let operations = self.app.storage.operations(case.request.id).await?;
                match operations.iter().find(|o| !o.state.is_final()) {
                    Some(live) => portal.operation_cancel(&ctx, &live.reference, "doch nicht").await,
                    None => Ok(()),
                }
            }
            "yes" | "no" => {
                let side = if who == people.signatory { Side::Municipality } else { Side::Land };
                // A no ends it, so it is rare.
                let yes = act == "yes" || self.chance.below(3) > 0;
                portal.activation_decide(&ctx, &r, lock, side, yes, "Grund").await
            }
            "again" => portal.test_again(&ctx, &r, lock).await,
            // A removal ends much, so it is rare.
            "remove" if self.chance.below(3) > 0 => Ok(()),
            "remove" => portal.installation_remove(&ctx, &r, lock, r.as_str()).await,
            other => Err(CoreError::Inconsistent(format!("no act {other}"))),
        }
    }

    async fn pairs(&mut self) -> Vec<(String, String)> {
        self.values += 1;
        let mut pairs = self.app.samples(VERFAHREN).await;
        pairs.retain(|(name, _)| name != "w.behoerde");
        pairs.push(("w.behoerde".to_owned(), format!("Stadt {}", self.values)));
        pairs
    }

    /// Values and image of an instance in a stage, as the cluster has them.
    fn content(&self, stage: usize, instance: &str) -> Option<(String, String)> {
        let objects = self.target.objects(self.stages[stage]);
        let of = |kind: &str| {
            objects.iter().find(|(key, value)| key.starts_with(kind) && belongs(value, instance)).map(|(_, v)| v)
        };
        let values = of("ConfigMap/")?.get("data")?.to_string();
        let image = of("Deployment/")?.pointer("/spec/template/spec/containers/0/image")?.to_string();
        Some((values, image))
    }

    /// Notes what was green.
    async fn look(&mut self) {
        let Some(case) = self.record().await else { return };
        let Some(installation) = case.installation else { return };
        let run = self.app.storage.test_run_latest(installation.id).await.expect("a database");
        let Some(run) = run.filter(|run| self.last_run != Some(run.id)) else { return };
        self.last_run = Some(run.id);
        let what = if run.passed { "green run" } else { "red run" };
        *self.seen.entry(what).or_default() += 1;
        if run.passed
            && let Some((values, image)) = self.content(0, &installation.instance)
        {
            self.green.insert((installation.instance, values, image));
        }
    }

    async fn check(&mut self) -> Result<(), String> {
        self.look().await;
        let ledger = self.target.ledger();
        let production = self.stages[1];
        let new = &ledger[self.checked.min(ledger.len())..];
        let touched = new.iter().any(|e| e.target == production && e.verb != Verb::Deleted);
        self.checked = ledger.len();
        let Some(case) = self.record().await else {
            return if touched { Err("production was touched without a case".to_owned()) } else { Ok(()) };
        };
        let Some(installation) = case.installation else {
            return if touched { Err("production was touched without an installation".to_owned()) } else { Ok(()) };
        };
        if let Some((values, image)) = self.content(1, &installation.instance) {
            *self.seen.entry("in production").or_default() += 1;
            if !self.green.contains(&(installation.instance.clone(), values.clone(), image.clone())) {
                return Err(format!("in production, never green: {values} {image}"));
            }
        }
        if touched {
            *self.seen.entry("production changed").or_default() += 1;
            let operations = self.app.storage.operations(case.request.id).await.expect("a database");
            let basis = operations.iter().find_map(|o| o.basis);
            // Stopping, starting and going back are for the municipality alone; what runs then was green, see above.
            if basis != Some(Basis::Consent) {
                let activation = self.app.storage.activation_latest(installation.id).await.expect("a database");
                let asked = self.app.storage.participants(case.request.id).await.expect("a database");
                two_yes(activation.as_ref(), &asked)?;
            }
        }
        if installation.state == I::Removed {
            let left = (0..2).filter(|stage| self.content(*stage, &installation.instance).is_some()).count();
            if left > 0 {
                return Err("removed, and still there".to_owned());
            }
        }
        Ok(())
    }
}

fn belongs(value: &Value, instance: &str) -> bool {
    value.pointer("/metadata/name").and_then(Value::as_str).is_some_and(|name| name.starts_with(instance))
}

fn two_yes(activation: Option<&Activation>, asked: &[PersonId]) -> Result<(), String> {
    let approvals = activation.map(|a| a.approvals.as_slice()).unwrap_or_default();
    let persons: BTreeSet<PersonId> = approvals.iter().map(|a| a.person).collect();
    if approvals.len() == 2 && persons.len() == 2 && !persons.iter().any(|p| asked.contains(p)) {
        Ok(())
    } else {
        Err(format!("production was changed on {approvals:?}, asked by {asked:?}"))
    }
}
