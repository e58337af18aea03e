//! Pods: scheduled, started, ready; crashing when a check fails; gone when they are deleted.

use std::io;

use serde_json::{Value, json};

use super::Context;
use super::pod_status::{State, container_status, crashed, state_of, summarise};
use crate::simulator::canonical;
use crate::simulator::checks::{self, Check};
use crate::simulator::environment;
use crate::simulator::faults::FaultAction;
use crate::simulator::kinds;
use crate::simulator::logs::stamp;
use crate::simulator::object::{self, list, now, number, text};
use crate::simulator::store::{Key, PodLogs};

/// Ticks until a container has started, and until it is ready.
const START: u64 = 1;
/// Longest wait between two starts of a crashing container, in ticks.
const MAX_BACKOFF: u64 = 16;

/// One tick.
pub(super) fn step(ctx: &mut Context<'_>) -> io::Result<()> {
    for (key, pod) in ctx.list(&kinds::POD) {
        if object::is_deleting(&pod) {
            ctx.store.remove(&key, None)?;
            ctx.forget(object::uid(&pod));
            continue;
        }
        if matches!(text(&pod, "/status/phase"), Some("Succeeded" | "Failed")) {
            continue;
        }
        // Nothing can happen any more to a pod that is ready, unless somebody injects a fault.
        if checks::is_ready(&pod) && ctx.faults.list().is_empty() && text(&pod, "/spec/restartPolicy") == Some("Always")
        {
            continue;
        }
        let mut run = Run { after: pod.as_ref().clone(), logs: PodLogs::new() };
        if text(&pod, "/status/phase") == Some("Running") {
            running(ctx, &mut run)?;
        } else {
            pending(ctx, &mut run)?;
        }
        if run.after != *pod || !run.logs.is_empty() {
            let logs = (!run.logs.is_empty()).then_some(run.logs);
            ctx.store.put_with_logs(&key, run.after, None, logs)?;
        }
    }
    Ok(())
}

/// A pod during its tick.
struct Run {
    after: Value,
    logs: PodLogs,
}

impl Run {
    fn set(&mut self, statuses: &str, index: usize, status: Value) {
        let list = &mut self.after["status"][statuses];
        if !list.is_array() {
            *list = json!([]);
        }
        if let Value::Array(items) = list {
            match items.get_mut(index) {
                Some(item) => *item = status,
                None => items.push(status),
            }
        }
    }

    fn print(&mut self, ctx: &Context<'_>, container: &str, lines: &[String]) {
        let stored = ctx.store.logs(object::uid(&self.after)).and_then(|logs| logs.get(container));
        if let Some(before) = self.logs.get(container).or(stored) {
            self.logs.insert(format!("{container}/previous"), before.clone());
        }
        self.logs.insert(container.to_owned(), stamp(lines));
    }

    fn containers(&self, part: &str) -> Vec<Value> {
        list(&self.after, &format!("/spec/{part}")).to_vec()
    }

    fn restart_policy(&self) -> &str {
        text(&self.after, "/spec/restartPolicy").unwrap_or("Always")
    }
}

/// Before its containers run.
fn pending(ctx: &mut Context<'_>, run: &mut Run) -> io::Result<()> {
    let uid = object::uid(&run.after).to_owned();
    if let Some(message) = unschedulable(ctx, &run.after) {
        ctx.event(&run.after, "Warning", "FailedScheduling", &message)?;
        let mut all = list(&run.after, "/status/conditions").to_vec();
        super::conditions::set(&mut all, "PodScheduled", false, "Unschedulable", &message, false);
        run.after["status"]["conditions"] = Value::Array(all);
        return Ok(());
    }
    if run.after.pointer("/status/startTime").is_none() {
        let address = canonical::number(&uid);
        run.after["spec"]["nodeName"] = json!("knoten-1");
        run.after["status"]["startTime"] = json!(now());
        run.after["status"]["hostIP"] = json!("192.0.2.1");
        run.after["status"]["podIP"] = json!(format!("10.244.{}.{}", (address >> 8) % 256, address % 254 + 1));
    }
    if let Some(message) = environment::missing_volume(ctx.store, &run.after) {
        ctx.event(&run.after, "Warning", "FailedMount", &message)?;
        wait_all(run, "ContainerCreating", "");
        return Ok(());
    }
    if !ctx.waited(&uid, START) {
        wait_all(run, "ContainerCreating", "");
        return Ok(());
    }
    if ctx.suffers(&run.after, &FaultAction::ImageMissing) {
        let image = text(&run.after, "/spec/containers/0/image").unwrap_or_default();
        let message = format!("Failed to pull image {image:?}: not found");
        ctx.event(&run.after, "Warning", "Failed", &message)?;
        let reason = text(&run.after, "/status/containerStatuses/0/state/waiting/reason");
        let next = if reason == Some("ErrImagePull") { "ImagePullBackOff" } else { "ErrImagePull" };
        wait_all(run, next, &message);
        return Ok(());
    }
    if !initialise(ctx, run)? {
        return Ok(());
    }
    let containers = run.containers("containers");
    let mut missing = None;
    for container in &containers {
        missing = missing.or_else(|| environment::resolve(ctx.store, &run.after, container).err());
    }
    if let Some(message) = missing {
        ctx.event(&run.after, "Warning", "Failed", &format!("Error: {message}"))?;
        wait_all(run, "CreateContainerConfigError", &message);
        return Ok(());
    }
    for (index, container) in containers.iter().enumerate() {
        start(ctx, run, index, container)?;
    }
    summarise(&mut run.after, "Running", true);
    ctx.forget(&uid);
    ctx.waited(&uid, START);
    Ok(())
}

fn wait_all(run: &mut Run, reason: &'static str, message: &str) {
    for (index, container) in run.containers("containers").iter().enumerate() {
        let old = state_of(&run.after, "containerStatuses", text(container, "/name").unwrap_or_default()).cloned();
        let status = container_status(old.as_ref(), container, &State::Waiting(reason, message.to_owned()));
        run.set("containerStatuses", index, status);
    }
    summarise(&mut run.after, "Pending", true);
}

fn unschedulable(ctx: &Context<'_>, pod: &Value) -> Option<String> {
    list(pod, "/spec/volumes").iter().filter_map(|volume| text(volume, "/persistentVolumeClaim/claimName")).find_map(
        |name| match ctx.store.get(&Key::new(&kinds::CLAIM, object::namespace(pod), name)) {
            None => Some(format!("persistentvolumeclaim \"{name}\" not found")),
            Some(claim) if text(claim, "/status/phase") != Some("Bound") => {
                Some("pod has unbound immediate PersistentVolumeClaims".to_owned())
            }
            Some(_) => None,
        },
    )
}

/// Runs the init containers one after the other. True when all are done.
fn initialise(ctx: &mut Context<'_>, run: &mut Run) -> io::Result<bool> {
    let uid = object::uid(&run.after).to_owned();
    for (index, container) in run.containers("initContainers").iter().enumerate() {
        let name = text(container, "/name").unwrap_or_default();
        let old = state_of(&run.after, "initContainerStatuses", name).cloned();
        if old.as_ref().is_some_and(|old| number(old, "/state/terminated/exitCode") == Some(0)) {
            continue;
        }
        let environment = match environment::resolve(ctx.store, &run.after, container) {
            Ok(environment) => environment,
            Err(message) => {
                let state = State::Waiting("CreateContainerConfigError", message);
                run.set("initContainerStatuses", index, container_status(old.as_ref(), container, &state));
                wait_all(run, "PodInitializing", "");
                return Ok(false);
            }
        };
        let outcome = checks::run(ctx.store, object::namespace(&run.after), &environment, &checks::checks(container));
        run.print(ctx, name, &or_line(outcome.lines, "fertig"));
        if outcome.passed {
            run.set("initContainerStatuses", index, container_status(old.as_ref(), container, &State::Ended(0)));
            continue;
        }
        if run.restart_policy() == "Never" {
            run.set("initContainerStatuses", index, container_status(old.as_ref(), container, &State::Ended(1)));
            wait_all(run, "PodInitializing", "");
            summarise(&mut run.after, "Failed", true);
            return Ok(false);
        }
        let status = crashed(old.as_ref(), container, 1, old.is_none());
        back_off(ctx, &uid, number(&status, "/restartCount").unwrap_or(0));
        run.set("initContainerStatuses", index, status);
        wait_all(run, "PodInitializing", "");
        return Ok(false);
    }
    Ok(true)
}

fn back_off(ctx: &mut Context<'_>, uid: &str, restarts: i64) {
    let ticks = 1_u64.checked_shl(u32::try_from(restarts).unwrap_or(u32::MAX)).unwrap_or(MAX_BACKOFF);
    ctx.forget(uid);
    ctx.waited(uid, ticks.min(MAX_BACKOFF));
}

fn or_line(lines: Vec<String>, otherwise: &str) -> Vec<String> {
    if lines.is_empty() { vec![otherwise.to_owned()] } else { lines }
}

/// Starts a container: one that should keep running crashes at once if a value is wrong.
fn start(ctx: &mut Context<'_>, run: &mut Run, index: usize, container: &Value) -> io::Result<()> {
    let name = text(container, "/name").unwrap_or_default();
    let old = state_of(&run.after, "containerStatuses", name).cloned();
    if run.restart_policy() != "Always" {
        run.set("containerStatuses", index, container_status(old.as_ref(), container, &State::Running { ready: true }));
        run.print(ctx, name, &[]);
        return Ok(());
    }
    let environment = match environment::resolve(ctx.store, &run.after, container) {
        Ok(environment) => environment,
        Err(message) => {
            let state = State::Waiting("CreateContainerConfigError", message);
            run.set("containerStatuses", index, container_status(old.as_ref(), container, &state));
            return Ok(());
        }
    };
    let values: Vec<Check> =
        checks::checks(container).into_iter().filter(|check| matches!(check, Check::Wert(..))).collect();
    let outcome = checks::run(ctx.store, object::namespace(&run.after), &environment, &values);
    let mut lines = outcome.lines;
    if outcome.passed {
        lines.push("gestartet".to_owned());
        run.print(ctx, name, &lines);
        let mut status = container_status(old.as_ref(), container, &State::Running { ready: false });
        if old.as_ref().is_some_and(|old| old.pointer("/lastState/terminated").is_some()) {
            status["restartCount"] = json!(number(&status, "/restartCount").unwrap_or(0) + 1);
        }
        run.set("containerStatuses", index, status);
        return Ok(());
    }
    run.print(ctx, name, &lines);
    let first = old.as_ref().is_none_or(|old| old.pointer("/lastState/terminated").is_none());
    let status = crashed(old.as_ref(), container, 1, first);
    let uid = object::uid(&run.after).to_owned();
    ctx.event(&run.after, "Warning", "BackOff", &format!("Back-off restarting failed container {name}"))?;
    back_off(ctx, &uid, number(&status, "/restartCount").unwrap_or(0));
    run.set("containerStatuses", index, status);
    Ok(())
}

/// While its containers run.
fn running(ctx: &mut Context<'_>, run: &mut Run) -> io::Result<()> {
    let uid = object::uid(&run.after).to_owned();
    let over = ctx.waited(&uid, START);
    let never_ready = ctx.suffers(&run.after, &FaultAction::NeverReady);
    let containers = run.containers("containers");
    let policy = run.restart_policy().to_owned();
    for (index, container) in containers.iter().enumerate() {
        let name = text(container, "/name").unwrap_or_default();
        let old = state_of(&run.after, "containerStatuses", name).cloned();
        let Some(status) = old.as_ref() else { continue };
        let is_running = status.pointer("/state/running").is_some();
        if policy == "Always" {
            if is_running && (over || status["ready"] == json!(true)) {
                let state = State::Running { ready: !never_ready };
                run.set("containerStatuses", index, container_status(Some(status), container, &state));
            } else if over && status.pointer("/state/waiting").is_some() {
                ctx.forget(&uid);
                start(ctx, run, index, container)?;
                ctx.waited(&uid, START);
            }
        } else if over && status.pointer("/state/terminated").is_none() {
            finish(ctx, run, index, container, status, &policy)?;
        }
    }
    let ends: Vec<Option<i64>> = list(&run.after, "/status/containerStatuses")
        .iter()
        .map(|status| number(status, "/state/terminated/exitCode"))
        .collect();
    let phase = if policy == "Always" || ends.iter().any(Option::is_none) {
        "Running"
    } else if ends.iter().all(|code| *code == Some(0)) {
        "Succeeded"
    } else {
        "Failed"
    };
    summarise(&mut run.after, phase, true);
    Ok(())
}

/// Runs the checks of a container that should end.
fn finish(
    ctx: &mut Context<'_>,
    run: &mut Run,
    index: usize,
    container: &Value,
    old: &Value,
    policy: &str,
) -> io::Result<()> {
    let name = text(container, "/name").unwrap_or_default();
    let environment = match environment::resolve(ctx.store, &run.after, container) {
        Ok(environment) => environment,
        Err(message) => {
            let state = State::Waiting("CreateContainerConfigError", message);
            run.set("containerStatuses", index, container_status(Some(old), container, &state));
            return Ok(());
        }
    };
    let outcome = checks::run(ctx.store, object::namespace(&run.after), &environment, &checks::checks(container));
    run.print(ctx, name, &or_line(outcome.lines, "fertig"));
    if outcome.passed || policy == "Never" {
        let state = State::Ended(i64::from(!outcome.passed));
        run.set("containerStatuses", index, container_status(Some(old), container, &state));
        return Ok(());
    }
    let first = old.pointer("/lastState/terminated").is_none();
    let status = crashed(Some(old), container, 1, first);
    let uid = object::uid(&run.after).to_owned();
    ctx.event(&run.after, "Warning", "BackOff", &format!("Back-off restarting failed container {name}"))?;
    back_off(ctx, &uid, number(&status, "/restartCount").unwrap_or(0));
    run.set("containerStatuses", index, status);
    Ok(())
}
