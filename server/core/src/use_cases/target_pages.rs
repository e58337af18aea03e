//! The pages of a target as its operator sees it. Tenants and load, no configuration and no log.

use super::Portal;
use crate::{
    Ctx,
    authz::{Action, Resource},
    engine::EngineConfig,
    error::Result,
    ports::{TargetFailure, TargetTenant},
};
use portal_model::{
    Bilingual, TargetId, Timestamp,
    data_centre::{DataCentre, Target},
    operating::{Maintenance, Window},
    pages::targets::{
        CredentialForm, FailureRow, MaintenancePage, MaintenanceRow, TargetCredentialPage, TargetHead, TargetPage,
        TargetSettingsPage, TenantRow,
    },
};
use std::collections::BTreeMap;

/// Most installations and failures on a page.
const SHOWN: i64 = 200;
/// Short names of the days, as [`Window::parse_line`] reads them.
const DAYS: [&str; 7] = ["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"];

impl Portal {
    /// The page of a target. Who runs what there only its operator is told, not who runs the portal.
    ///
    /// # Errors
    /// `NotFound` for targets of others.
    pub async fn operated_target_page(&self, ctx: &Ctx, id: TargetId) -> Result<TargetPage> {
        let (target, data_centre, _) = self.own_target(ctx, Action::DataCentreRead, id).await?;
        let load = self.store().target_load().await?.into_iter().find(|(of, _)| *of == id);
        let load = load.map(|(_, load)| load).unwrap_or_default();
        let organisations = self.organisations().await?;
        let name = |o| organisations.name(o);
        let resource = Resource::of_operator(data_centre.operator);
        let operates = ctx.may(Action::TargetStop, &resource);
        let tenants = if operates { self.store().target_tenants(id, SHOWN).await? } else { Vec::new() };
        let tenants: Vec<TenantRow> = tenants.iter().map(|t| self.tenant_row(t, &name(t.municipality))).collect();
        let failures = if operates { self.store().target_failures(id, SHOWN).await? } else { Vec::new() };
        let windows = self.store().target_windows(id).await?;
        let minute = ctx.now.berlin_week_minute();
        Ok(TargetPage {
            head: head(&target, &data_centre),
            endpoint: target.endpoint.clone(),
            only_for: target.only_for.map(name),
            domain: target.domain.clone(),
            closed: target.closed,
            taken: load.promised,
            capacity: target.capacity,
            running: load.running,
            stuck: load.stuck,
            trials: load.trials,
            may_admit_trials: target.may_admit_trials() && ctx.may(Action::TrialsAdmit, &resource),
            at_once: target.operating.at_once,
            default_at_once: EngineConfig::default().per_target,
            per_second: target.operating.per_second,
            outside_windows: !windows.is_empty() && !windows.iter().any(|w| w.holds(minute)),
            windows,
            mirrors: target.operating.mirrors.iter().map(|m| (m.from.clone(), m.to.clone())).collect(),
            stopped: target.operating.stopped.clone(),
            maintenance: self.maintenance_rows(ctx, id).await?,
            versions: versions(&tenants),
            tenants,
            failures: failures.into_iter().map(|f| failure_row(f, name)).collect(),
            may_change: operates,
            reason: String::new(),
            errors: Vec::new(),
        })
    }

    /// The page with limits, windows and mirrors.
    ///
    /// # Errors
    /// `NotFound` for targets of others.
    pub async fn target_settings_page(&self, ctx: &Ctx, id: TargetId) -> Result<TargetSettingsPage> {
        let (target, data_centre, _) = self.own_target(ctx, Action::TargetLimit, id).await?;
        let text = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
        let windows = self.store().target_windows(id).await?;
        let mirrors = target.operating.mirrors.iter().map(|m| format!("{} = {}", m.from, m.to));
        Ok(TargetSettingsPage {
            head: head(&target, &data_centre),
            at_once: text(target.operating.at_once),
            default_at_once: EngineConfig::default().per_target,
            per_second: text(target.operating.per_second),
            windows: windows.iter().flat_map(|w| lines_of(*w)).collect::<Vec<_>>().join("\n"),
            mirrors: mirrors.collect::<Vec<_>>().join("\n"),
            errors: Vec::new(),
        })
    }

    /// The page on which the credential is replaced.
    ///
    /// # Errors
    /// `NotFound` for targets of others.
    pub async fn target_credential_page(&self, ctx: &Ctx, id: TargetId) -> Result<TargetCredentialPage> {
        let (target, data_centre, _) = self.own_target(ctx, Action::CredentialRotate, id).await?;
        let load = self.store().target_load().await?.into_iter().find(|(of, _)| *of == id);
        let others = self.neighbours(&target).await?;
        Ok(TargetCredentialPage {
            head: head(&target, &data_centre),
            endpoint: target.endpoint.clone(),
            all: false,
            others: others.into_iter().map(|t| t.namespace).collect(),
            running: load.map_or(0, |(_, load)| load.running),
            credential: CredentialForm { way: "kubeconfig".to_owned(), ..CredentialForm::default() },
            errors: Vec::new(),
        })
    }

    /// The page on which maintenance is announced.
    ///
    /// # Errors
    /// `NotFound` for targets of others.
    pub async fn maintenance_page(&self, ctx: &Ctx, id: TargetId) -> Result<MaintenancePage> {
        let (target, data_centre, _) = self.own_target(ctx, Action::MaintenanceAnnounce, id).await?;
        Ok(MaintenancePage {
            head: head(&target, &data_centre),
            from: String::new(),
            until: String::new(),
            text: String::new(),
            rows: self.maintenance_rows(ctx, id).await?,
            errors: Vec::new(),
        })
    }

    async fn maintenance_rows(&self, ctx: &Ctx, id: TargetId) -> Result<Vec<MaintenanceRow>> {
        let all = self.store().maintenance(ctx.now).await?;
        Ok(all.into_iter().filter(|m| m.target == id).map(|m| maintenance_row(m, ctx.now)).collect())
    }

    fn tenant_row(&self, t: &TargetTenant, municipality: &str) -> TenantRow {
        let catalogue = self.catalogue();
        let release = t.release.and_then(|id| catalogue.release(id));
        let shown = catalogue.by_id(t.verfahren).and_then(|entry| entry.shown());
        let facts = release.as_ref().or(shown).map(|r| r.release.facts.name.clone());
        TenantRow {
            municipality: municipality.to_owned(),
            verfahren: facts.unwrap_or_else(|| Bilingual { de: String::new(), en: String::new() }),
            version: release.as_ref().map(|r| r.release.version.clone()),
            state: t.state,
            since: t.applied_at,
        }
    }
}

fn head(target: &Target, data_centre: &DataCentre) -> TargetHead {
    TargetHead {
        id: target.id,
        name: target.namespace.clone(),
        kind: target.kind,
        stage: target.stage,
        data_centre: data_centre.name.clone(),
        simulated: data_centre.simulated,
    }
}

fn maintenance_row(m: Maintenance, now: Timestamp) -> MaintenanceRow {
    MaintenanceRow { now: m.is_now(now), id: m.id, from: m.from, until: m.until, text: m.text }
}

fn failure_row(f: TargetFailure, name: impl Fn(portal_model::OrganisationId) -> String) -> FailureRow {
    FailureRow {
        reference: f.reference,
        kind: f.kind,
        municipality: f.municipality.map(name),
        state: f.state,
        cause: f.cause,
        since: f.since,
    }
}

/// What stands there, counted; the most frequent first.
fn versions(tenants: &[TenantRow]) -> Vec<(Bilingual, String, i64)> {
    let mut counted: BTreeMap<(String, String), (Bilingual, i64)> = BTreeMap::new();
    for t in tenants {
        let Some(version) = &t.version else { continue };
        let entry = counted.entry((t.verfahren.de.clone(), version.clone())).or_insert((t.verfahren.clone(), 0));
        entry.1 += 1;
    }
    let mut found: Vec<_> = counted.into_iter().map(|((_, version), (name, n))| (name, version, n)).collect();
    found.sort_by_key(|(_, _, n)| std::cmp::Reverse(*n));
    found
}

/// A window as lines that read as the same window: one for each day that it touches.
fn lines_of(window: Window) -> Vec<String> {
    let mut lines = Vec::new();
    let mut from = window.from;
    while from < window.until {
        let end = (from / portal_model::operating::DAY_MINUTES + 1) * portal_model::operating::DAY_MINUTES;
        let (day, begin, until) = Window { from, until: window.until.min(end) }.shown();
        lines.push(format!("{} {begin}-{until}", DAYS.get(day).copied().unwrap_or_default()));
        from = end;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_shown_as_they_are_read() {
        let window = Window { from: 1320, until: 2 * 1440 + 60 };
        let lines = lines_of(window);
        assert_eq!(lines, ["Mo 22:00-24:00", "Di 00:00-24:00", "Mi 00:00-01:00"]);
        let read: Vec<Window> = lines.iter().flat_map(|l| Window::parse_line(l).unwrap()).collect();
        assert!(read.iter().map(|w| w.until - w.from).sum::<i64>() == window.until - window.from);
        assert_eq!(lines_of(Window { from: 6 * 1440, until: 7 * 1440 }), ["So 00:00-24:00"]);
    }
}
