//! What the operator of a data centre sets for a target while it runs: limits, windows, the stop switch, mirrors,
//! maintenance and evidence.

use crate::{DataCentreId, MaintenanceId, OrganisationId, PersonId, TargetId, Timestamp, words};
use serde::{Deserialize, Serialize};

/// Minutes of a week.
pub const WEEK_MINUTES: i64 = 7 * DAY_MINUTES;
/// Minutes of a day.
pub const DAY_MINUTES: i64 = 24 * 60;
/// Most operations at the same time that can be set for one target.
pub const MOST_AT_ONCE: i64 = 50;
/// Most requests per second that can be set for one target.
pub const MOST_PER_SECOND: i64 = 1000;
/// Days before the end of an evidence at which its operator is warned.
pub const WARNING_DAYS: [i64; 3] = [7, 30, 90];

/// What is set for a target. The default sets nothing: the portal's own limits hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Operating {
    /// Operations at the same time; `None` is what the portal takes for every target.
    pub at_once: Option<i64>,
    /// Requests per second from one process; `None` is unlimited.
    pub per_second: Option<i64>,
    /// Where images come from instead.
    pub mirrors: Vec<Mirror>,
    /// Nothing is done there at all, since when and why.
    pub stopped: Option<Stopped>,
}

/// The stop switch is on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stopped {
    /// Since when.
    pub at: Timestamp,
    /// Why, as the operator wrote it.
    pub reason: String,
}

/// Images whose name begins with `from` come from `to` instead.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Mirror {
    /// Registry, or registry and path: `docker.io`, `registry.example/team`.
    pub from: String,
    /// What stands there instead.
    pub to: String,
}

impl Mirror {
    /// Reads `docker.io = mirror.example/hub`. Both are a registry with or without a path; neither has a tag or digest.
    pub fn parse_line(line: &str) -> Option<Self> {
        let (from, to) = line.split_once('=')?;
        let (from, to) = (from.trim().trim_end_matches('/'), to.trim().trim_end_matches('/'));
        (is_registry_path(from) && is_registry_path(to)).then(|| Self { from: from.to_owned(), to: to.to_owned() })
    }
}

fn is_registry_path(text: &str) -> bool {
    let mut parts = text.split('/');
    let registry = parts.next().unwrap_or_default();
    let (host, port) = registry.split_once(':').unwrap_or((registry, "1"));
    let name = |part: &str, more: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || more.contains(c))
    };
    text.len() <= 250
        && name(host, ".-")
        && (host.contains('.') || host == "localhost" || registry.contains(':'))
        && port.parse::<u16>().is_ok_and(|port| port > 0)
        && parts.all(|part| name(part, "._-"))
}

/// When operations may begin, in minutes of the week in Germany (0 is Monday, 00:00). The end does not belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Window {
    /// Begin.
    pub from: i64,
    /// End, later than the begin and at most [`WEEK_MINUTES`].
    pub until: i64,
}

impl Window {
    /// Reads `Mo 22:00-24:00`, `Mo-Fr 22:00-06:00`: one line may give several windows, one that passes midnight too. The
    /// days may be German or English.
    pub fn parse_line(line: &str) -> Option<Vec<Self>> {
        let (days, times) = line.trim().split_once(char::is_whitespace)?;
        let (first, last) = match days.split_once(['-', '–']) {
            Some((first, last)) => (weekday(first)?, weekday(last)?),
            None => (weekday(days)?, weekday(days)?),
        };
        let (from, until) = times.trim().split_once(['-', '–'])?;
        let (from, until) = (minute_of_day(from)?, minute_of_day(until)?);
        if from == until || from == DAY_MINUTES || first > last {
            return None;
        }
        let mut windows = Vec::new();
        for day in first..=last {
            let begin = day * DAY_MINUTES;
            if from < until {
                windows.push(Self { from: begin + from, until: begin + until });
                continue;
            }
            windows.push(Self { from: begin + from, until: begin + DAY_MINUTES });
            if until > 0 {
                let next = (begin + DAY_MINUTES) % WEEK_MINUTES;
                windows.push(Self { from: next, until: next + until });
            }
        }
        Some(windows)
    }

    /// Day of the week (0 is Monday) with begin and end of the day as `22:00`.
    pub fn shown(self) -> (usize, String, String) {
        let day = self.from.div_euclid(DAY_MINUTES);
        let clock = |minute: i64| format!("{:02}:{:02}", minute / 60, minute % 60);
        let start = day * DAY_MINUTES;
        (usize::try_from(day).unwrap_or_default(), clock(self.from - start), clock(self.until - start))
    }

    /// Whether a minute of the week lies in it.
    pub fn holds(self, minute: i64) -> bool {
        (self.from..self.until).contains(&minute)
    }
}

fn weekday(text: &str) -> Option<i64> {
    let short: String = text.trim().chars().take(2).collect::<String>().to_lowercase();
    let days = [["mo", "mo"], ["di", "tu"], ["mi", "we"], ["do", "th"], ["fr", "fr"], ["sa", "sa"], ["so", "su"]];
    let found = days.iter().position(|names| names.contains(&short.as_str()))?;
    i64::try_from(found).ok()
}

fn minute_of_day(text: &str) -> Option<i64> {
    let (hour, minute) = text.trim().split_once(':')?;
    let digits = |t: &str| (t.len() <= 2 && t.bytes().all(|b| b.is_ascii_digit())).then(|| t.parse::<i64>().ok());
    let (hour, minute) = (digits(hour)??, digits(minute)??);
    ((0..24).contains(&hour) && (0..60).contains(&minute) || (hour, minute) == (24, 0)).then_some(hour * 60 + minute)
}

/// Announced work on a target: nothing is done there from its begin to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Maintenance {
    /// Id.
    pub id: MaintenanceId,
    /// Where.
    pub target: TargetId,
    /// Begin.
    pub from: Timestamp,
    /// End.
    pub until: Timestamp,
    /// What people are told.
    pub text: String,
    /// Who announced it.
    pub announced_by: PersonId,
    /// When it was announced.
    pub announced_at: Timestamp,
    /// It was called off.
    pub cancelled_at: Option<Timestamp>,
}

impl Maintenance {
    /// Under way at a moment.
    pub fn is_now(&self, now: Timestamp) -> bool {
        self.cancelled_at.is_none() && self.from <= now && now < self.until
    }

    /// Still to come or under way.
    pub fn is_ahead(&self, now: Timestamp) -> bool {
        self.cancelled_at.is_none() && now < self.until
    }
}

words! {
    /// What a data centre can show about its security.
    EvidenceKind {
        /// Attestation by the criteria catalogue C5 of the BSI.
        C5 = "c5",
        /// Certificate of ISO/IEC 27001.
        Iso27001 = "iso27001",
        /// Report of a penetration test.
        PenetrationTest = "penetration_test",
    }
}

/// The newest evidence of one kind of a data centre.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Whose.
    pub data_centre: DataCentreId,
    /// What.
    pub kind: EvidenceKind,
    /// The moment at which it ends.
    pub valid_until: Timestamp,
    /// Who issued it, and where it can be asked for.
    pub note: String,
    /// When it was recorded.
    pub recorded_at: Timestamp,
}

/// How an evidence stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum EvidenceState {
    /// It has ended.
    Ended,
    /// It ends within so many days: 7, 30 or 90.
    Ends(i64),
    /// Nothing to do.
    Valid,
}

impl EvidenceState {
    /// At a moment.
    pub fn of(valid_until: Timestamp, now: Timestamp) -> Self {
        if valid_until <= now {
            return Self::Ended;
        }
        let warned = WARNING_DAYS.into_iter().find(|days| valid_until <= now.plus_days(*days));
        warned.map_or(Self::Valid, Self::Ends)
    }
}

/// Whether the evidence of a data centre stops a forward change of production: nothing that runs, no update that mends
/// a weakness, no way back.
pub fn evidence_stops(valid_until: Option<Timestamp>, now: Timestamp, mends_weakness: bool) -> bool {
    !mends_weakness && valid_until.is_some_and(|until| EvidenceState::of(until, now) == EvidenceState::Ended)
}

/// A target that is being registered: what was said so far, and what the check found. The credential is sealed beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetDraft {
    /// Id; the credential is sealed under it.
    pub id: TargetId,
    /// In which data centre.
    pub data_centre: DataCentreId,
    /// Who began.
    pub started_by: Option<PersonId>,
    /// When.
    pub started_at: Timestamp,
    /// What was said.
    pub plan: TargetPlan,
    /// Address of the API server, once a credential was given.
    pub endpoint: Option<String>,
    /// What the check found.
    pub survey: Option<Survey>,
}

/// What the targets are to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetPlan {
    /// Stage.
    pub stage: crate::data_centre::Stage,
    /// Namespaces, with the only municipality of each if it has one.
    pub namespaces: Vec<(String, Option<OrganisationId>)>,
    /// Domain of what runs there.
    pub domain: String,
    /// Class of Ingress objects; empty: the cluster's default.
    pub ingress_class: String,
    /// Class of volumes; empty: the cluster's default.
    pub storage_class: String,
    /// Secret with the certificate for the domain; empty: the ingress has one of its own.
    pub tls_secret: String,
    /// How many installations each takes.
    pub capacity: i64,
}

/// What a look at a cluster with a credential found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Survey {
    /// When.
    pub at: Timestamp,
    /// Version of its software.
    pub version: String,
    /// Each namespace.
    pub namespaces: Vec<NamespaceSurvey>,
    /// What the credential may do beyond its namespaces.
    pub beyond: Vec<Excess>,
    /// Classes of Ingress objects; `None` if the credential may not read them.
    pub ingress_classes: Option<Vec<String>>,
    /// Classes of volumes; `None` if the credential may not read them.
    pub storage_classes: Option<Vec<String>>,
}

/// What was found in one namespace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct NamespaceSurvey {
    /// Its name.
    pub namespace: String,
    /// Permissions that are missing, as `verb resource.group`.
    pub missing: Vec<String>,
    /// Permissions that are not needed, as `verbs resource.group`.
    pub excess: Vec<String>,
    /// Quotas as `name: limit used/hard`; `None` if the credential may not read them.
    pub quotas: Option<Vec<String>>,
}

words! {
    /// A permission far beyond one namespace.
    Excess {
        /// Everything everywhere.
        Everything = "everything",
        /// Secrets of all namespaces.
        AllSecrets = "all_secrets",
        /// Secrets of the cluster's own namespace.
        SystemSecrets = "system_secrets",
        /// Workloads in all namespaces.
        AllWorkloads = "all_workloads",
        /// Nodes.
        Nodes = "nodes",
        /// Namespaces.
        Namespaces = "namespaces",
        /// Roles and their bindings.
        Roles = "roles",
        /// Speaking as somebody else.
        Impersonate = "impersonate",
    }
}

impl Survey {
    /// Whether every namespace has what is needed.
    pub fn is_complete(&self) -> bool {
        !self.namespaces.is_empty() && self.namespaces.iter().all(|n| n.missing.is_empty())
    }

    /// Whether the credential may do more than is needed.
    pub fn is_excessive(&self) -> bool {
        !self.beyond.is_empty() || self.namespaces.iter().any(|n| !n.excess.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_read_as_people_write_them() {
        let w = |from, until| Window { from, until };
        assert_eq!(Window::parse_line("Mo 22:00-24:00"), Some(vec![w(1320, 1440)]));
        assert_eq!(Window::parse_line(" So 22:00–06:00 "), Some(vec![w(6 * 1440 + 1320, 7 * 1440), w(0, 360)]));
        assert_eq!(Window::parse_line("Di-Mi 8:30-9:00"), Some(vec![w(1950, 1980), w(3390, 3420)]));
        assert_eq!(Window::parse_line("Tuesday 08:30-09:00"), Some(vec![w(1950, 1980)]));
        for wrong in
            ["", "Mo", "Mo 22:00", "Xx 1:00-2:00", "Mo 25:00-26:00", "Mo 8:00-8:00", "Fr-Mo 1:00-2:00", "Mo 8-9"]
        {
            assert_eq!(Window::parse_line(wrong), None, "{wrong}");
        }
        assert_eq!(w(1320, 1440).shown(), (0, "22:00".to_owned(), "24:00".to_owned()));
        assert!(w(10, 20).holds(10) && !w(10, 20).holds(20));
    }

    #[test]
    fn mirrors_read_as_people_write_them() {
        let read = |line: &str| Mirror::parse_line(line).map(|m| (m.from, m.to));
        let pair = |from: &str, to: &str| Some((from.to_owned(), to.to_owned()));
        assert_eq!(read("docker.io = mirror.example/hub/"), pair("docker.io", "mirror.example/hub"));
        assert_eq!(read("r.example:5000/a=localhost/b"), pair("r.example:5000/a", "localhost/b"));
        for wrong in [
            "",
            "docker.io",
            "docker.io=",
            "a=b",
            "r.example/a:1=m.example",
            "r.example=m.example/a b",
            "R.example=m.example",
            "r.example:x=m.example",
            "https://r.example=m.example",
            "r.example@sha256=m.example",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn evidence_warns_in_time_and_stops_forward_changes_only() {
        let now = Timestamp(0);
        let of = |days| EvidenceState::of(now.plus_days(days), now);
        assert_eq!(
            [of(0), of(7), of(8), of(90), of(91)].map(|s| s),
            [
                EvidenceState::Ended,
                EvidenceState::Ends(7),
                EvidenceState::Ends(30),
                EvidenceState::Ends(90),
                EvidenceState::Valid
            ]
        );
        assert!(evidence_stops(Some(now), now, false));
        assert!(!evidence_stops(Some(now), now, true), "a weakness is mended all the same");
        assert!(!evidence_stops(Some(now.plus_days(1)), now, false) && !evidence_stops(None, now, false));
    }
}
