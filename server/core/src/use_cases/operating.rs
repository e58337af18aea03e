//! What operators do with their targets while they run: limits, windows, the stop switch, mirrors, maintenance.

use super::{Portal, invalid, needed_note, trials::Place};
use crate::{
    Actor, Ctx,
    authz::{Action, Authorized, Resource},
    error::Result,
    ports::{CaseRecord, Commit, Write, new_uuid},
};
use portal_model::{
    MaintenanceId, PortalError, TargetId, Timestamp,
    data_centre::{DataCentre, Target},
    form::FieldError,
    operating::{MOST_AT_ONCE, MOST_PER_SECOND, Maintenance, Mirror, Stopped, Window},
    pages::targets::TargetNotice,
};
use serde_json::{Value, json};

/// Most lines of windows or mirrors.
const MOST_LINES: usize = 50;
/// Longest text about maintenance, in characters, and longest maintenance in days.
const MAX_TEXT: usize = 500;
const MAX_DAYS: i64 = 14;

/// Limits as they were entered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LimitsForm {
    /// Operations at the same time; empty is the portal's own number.
    pub at_once: String,
    /// Requests per second; empty is unlimited.
    pub per_second: String,
    /// Windows, one a line; empty is always.
    pub windows: String,
}

/// Maintenance as it was entered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MaintenanceForm {
    /// Begin on the wall in Germany, `2026-11-23T22:00`.
    pub from: String,
    /// End.
    pub until: String,
    /// What people are told.
    pub text: String,
}

impl Portal {
    /// Sets limits and windows of a target.
    ///
    /// # Errors
    /// `Invalid` at `gleichzeitig`, `anfragen` or `zeitfenster`; `NotFound` for targets of others.
    pub async fn target_limits(&self, ctx: &Ctx, target: TargetId, form: &LimitsForm) -> Result<()> {
        let (target, data_centre, authorized) = self.own_target(ctx, Action::TargetLimit, target).await?;
        let mut errors = Vec::new();
        let at_once = number(&mut errors, "gleichzeitig", &form.at_once, MOST_AT_ONCE);
        let per_second = number(&mut errors, "anfragen", &form.per_second, MOST_PER_SECOND);
        let windows = windows(&mut errors, &form.windows);
        if !errors.is_empty() {
            return Err(invalid(errors));
        }
        let before = &target.operating;
        let facts = json!({
            "at_once": { "before": before.at_once, "after": at_once },
            "per_second": { "before": before.per_second, "after": per_second },
            "windows": { "before": self.store().target_windows(target.id).await?, "after": windows },
        });
        let write = Write::SetLimits { target: target.id, at_once, per_second, windows };
        self.commit_target(&authorized, &data_centre, &target, vec![write], facts).await
    }

    /// Sets where images come from.
    ///
    /// # Errors
    /// `Invalid` at `spiegel`; `NotFound` for targets of others.
    pub async fn target_mirrors(&self, ctx: &Ctx, target: TargetId, lines: &str) -> Result<()> {
        let (target, data_centre, authorized) = self.own_target(ctx, Action::TargetMirror, target).await?;
        let mirrors = mirrors(lines)?;
        let facts = json!({ "mirrors": { "before": target.operating.mirrors, "after": mirrors } });
        let writes = vec![Write::SetMirrors(target.id, mirrors)];
        self.commit_target(&authorized, &data_centre, &target, writes, facts).await
    }

    /// Stops a target: nothing is begun there, and what is under way ends its step and waits.
    ///
    /// # Errors
    /// `Invalid` at `begruendung` without a reason; `Conflict` if it is stopped; `NotFound` for targets of others.
    pub async fn target_stop(&self, ctx: &Ctx, target: TargetId, reason: &str) -> Result<()> {
        let (target, data_centre, authorized) = self.own_target(ctx, Action::TargetStop, target).await?;
        let reason = needed_note("begruendung", reason)?;
        let facts = json!({ "stopped": { "before": false, "after": true }, "note": reason });
        let writes = vec![Write::SetStopped(target.id, Some(Stopped { at: ctx.now, reason }))];
        self.commit_target(&authorized, &data_centre, &target, writes, facts).await
    }

    /// Lets a stopped target go on.
    ///
    /// # Errors
    /// `Conflict` if it is not stopped; `NotFound` for targets of others.
    pub async fn target_go_on(&self, ctx: &Ctx, target: TargetId) -> Result<()> {
        let (target, data_centre, authorized) = self.own_target(ctx, Action::TargetStop, target).await?;
        let facts = json!({ "stopped": { "before": true, "after": false } });
        let writes = vec![Write::SetStopped(target.id, None)];
        self.commit_target(&authorized, &data_centre, &target, writes, facts).await
    }

    /// Announces maintenance of a target; whom it concerns reads that on their cases.
    ///
    /// # Errors
    /// `Invalid` at `von`, `bis` or `text`; `NotFound` for targets of others.
    pub async fn maintenance_announce(&self, ctx: &Ctx, target: TargetId, form: &MaintenanceForm) -> Result<()> {
        let (target, data_centre, authorized) = self.own_target(ctx, Action::MaintenanceAnnounce, target).await?;
        let (from, until, text) = checked(ctx.now, form)?;
        let announced_by = ctx.person_id().ok_or(PortalError::SignInRequired)?;
        let maintenance = Maintenance {
            id: MaintenanceId(new_uuid(ctx.now)),
            target: target.id,
            from,
            until,
            text,
            announced_by,
            announced_at: ctx.now,
            cancelled_at: None,
        };
        let facts = json!({ "from": from.rfc3339(), "until": until.rfc3339(), "note": maintenance.text });
        self.commit_target(&authorized, &data_centre, &target, vec![Write::InsertMaintenance(maintenance)], facts).await
    }

    /// Calls maintenance off, or ends it early.
    ///
    /// # Errors
    /// `NotFound` for one of another target; `Conflict` if it is over.
    pub async fn maintenance_cancel(&self, ctx: &Ctx, target: TargetId, id: MaintenanceId) -> Result<()> {
        let (target, data_centre, authorized) = self.own_target(ctx, Action::MaintenanceCancel, target).await?;
        let ahead = self.store().maintenance(ctx.now).await?;
        let found = ahead.into_iter().find(|m| m.id == id && m.target == target.id).ok_or(PortalError::NotFound)?;
        let facts = json!({ "from": found.from.rfc3339(), "until": found.until.rfc3339() });
        let writes = vec![Write::CancelMaintenance(id, ctx.now)];
        self.commit_target(&authorized, &data_centre, &target, writes, facts).await
    }

    /// What keeps the targets of a case from being worked on now or soon, for those who may see the case. One that has no
    /// installation yet has no targets.
    pub(super) async fn target_notices(&self, ctx: &Ctx, case: &CaseRecord) -> Result<Vec<TargetNotice>> {
        let Some(installation) = &case.installation else { return Ok(Vec::new()) };
        let used = self.store().deployments(installation.id).await?;
        let targets = self.store().target_list().await?;
        let maintenance = self.store().maintenance(ctx.now).await?;
        let mut notices = Vec::new();
        for target in targets.iter().filter(|t| used.iter().any(|d| d.target == t.id)) {
            if let Some(Stopped { at, reason }) = target.operating.stopped.clone() {
                notices.push(TargetNotice::Stopped { stage: target.stage, at, reason });
            }
            notices.extend(maintenance.iter().filter(|m| m.target == target.id).map(|m| TargetNotice::Maintenance {
                stage: target.stage,
                from: m.from,
                until: m.until,
                text: m.text.clone(),
                now: m.is_now(ctx.now),
            }));
        }
        Ok(notices)
    }

    /// A target of a data centre that the actor operates. Unknown and foreign are the same (R4).
    pub(super) async fn own_target(
        &self,
        ctx: &Ctx,
        action: Action,
        id: TargetId,
    ) -> Result<(Target, DataCentre, Authorized)> {
        if ctx.actor == Actor::Anonymous {
            return Err(PortalError::SignInRequired.into());
        }
        let Place { target, data_centre } = self.place_of(id).await?.ok_or(PortalError::NotFound)?;
        let authorized = ctx.authorize(action, &Resource::of_operator(data_centre.operator))?;
        Ok((target, data_centre, authorized))
    }

    /// Commits an act on a target.
    pub(super) async fn commit_target(
        &self,
        authorized: &Authorized,
        data_centre: &DataCentre,
        target: &Target,
        writes: Vec<Write>,
        facts: Value,
    ) -> Result<()> {
        let subject = format!("{}/{}", data_centre.slug, target.namespace);
        let audit = authorized.audit(subject, None, Some(facts));
        self.commit(authorized, Commit { writes, audit, events: vec![] }).await
    }
}

/// A number from 1 to `most`, or nothing.
fn number(errors: &mut Vec<FieldError>, field: &str, text: &str, most: i64) -> Option<i64> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let number = text.parse().ok().filter(|n| (1..=most).contains(n));
    if number.is_none() {
        errors.push(FieldError::new(field, "between").with("min", 1).with("max", most));
    }
    number
}

/// Windows in their order; those that touch become one.
fn windows(errors: &mut Vec<FieldError>, text: &str) -> Vec<Window> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.len() > MOST_LINES {
        errors.push(FieldError::new("zeitfenster", "too_many_lines").with("max", MOST_LINES));
        return Vec::new();
    }
    let mut found = Vec::new();
    for line in lines {
        match Window::parse_line(line) {
            Some(windows) => found.extend(windows),
            None => {
                let line: String = line.chars().take(60).collect();
                errors.push(FieldError::new("zeitfenster", "window_line").with("line", line));
                return Vec::new();
            }
        }
    }
    found.sort();
    let mut merged: Vec<Window> = Vec::new();
    for window in found {
        match merged.last_mut().filter(|last| window.from <= last.until) {
            Some(last) => last.until = last.until.max(window.until),
            None => merged.push(window),
        }
    }
    merged
}

fn mirrors(text: &str) -> Result<Vec<Mirror>> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.len() > MOST_LINES {
        return Err(invalid(vec![FieldError::new("spiegel", "too_many_lines").with("max", MOST_LINES)]));
    }
    let mut found: Vec<Mirror> = Vec::new();
    for line in lines {
        let shown: String = line.chars().take(60).collect();
        let mirror = Mirror::parse_line(line);
        let mirror =
            mirror.ok_or_else(|| invalid(vec![FieldError::new("spiegel", "mirror_line").with("line", &shown)]))?;
        if found.iter().any(|known| known.from == mirror.from) {
            return Err(invalid(vec![FieldError::new("spiegel", "mirror_twice").with("line", &shown)]));
        }
        found.push(mirror);
    }
    Ok(found)
}

fn checked(now: Timestamp, form: &MaintenanceForm) -> Result<(Timestamp, Timestamp, String)> {
    let mut errors = Vec::new();
    let mut moment = |field: &str, text: &str| {
        let at = Timestamp::from_berlin_minute(text);
        if at.is_none() {
            errors.push(FieldError::new(field, if text.trim().is_empty() { "required" } else { "moment" }));
        }
        at
    };
    let (from, until) = (moment("von", &form.from), moment("bis", &form.until));
    let text = form.text.trim();
    if text.is_empty() {
        errors.push(FieldError::new("text", "required"));
    } else if text.chars().count() > MAX_TEXT {
        errors.push(FieldError::new("text", "max_length").with("max", MAX_TEXT));
    }
    if let (Some(from), Some(until)) = (from, until) {
        if until <= from {
            errors.push(FieldError::new("bis", "ends_before_it_begins"));
        } else if until <= now {
            errors.push(FieldError::new("bis", "in_the_past"));
        } else if until > from.plus_days(MAX_DAYS) {
            errors.push(FieldError::new("bis", "too_long").with("max", MAX_DAYS));
        }
    }
    match (from, until) {
        (Some(from), Some(until)) if errors.is_empty() => Ok((from, until, text.to_owned())),
        _ => Err(invalid(errors)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_that_touch_become_one() {
        let mut errors = Vec::new();
        let found = windows(&mut errors, "Mo-Di 22:00-02:00\n\nMo 23:00-24:00\nDi 01:30-03:00");
        assert_eq!(errors, []);
        let shown: Vec<(i64, i64)> = found.iter().map(|w| (w.from, w.until)).collect();
        assert_eq!(shown, [(1320, 1440 + 180), (1440 + 1320, 2 * 1440 + 120)]);
        assert!(windows(&mut errors, "Mo 8").is_empty());
        assert_eq!((errors[0].path.as_str(), errors[0].code.as_str()), ("zeitfenster", "window_line"));
    }
}
