//! Who may use a release: Länder and, for a pilot, single Verwaltungen.

use super::{Portal, catalogue::land, invalid, public::Organisations};
use crate::{error::Result, search::sort_key};
use portal_model::{
    Land,
    ars::Ars,
    form::FieldError,
    organisation::{Organisation, OrganisationKind},
    pages::Choice,
    verfahren::{ReleaseFacts, ReleaseLimits},
};
use std::collections::HashMap;

impl Portal {
    /// Länder to choose from, and the Verwaltungen as lines of text: there are too many for a list.
    pub(super) async fn limit_choices(&self, limits: &ReleaseLimits) -> Result<(Vec<Choice>, String)> {
        let choice = |l: Land| Choice {
            value: l.key(),
            label: l.name().to_owned(),
            selected: limits.laender.contains(&l),
            count: None,
        };
        let laender = [Land::SCHLESWIG_HOLSTEIN, Land::BAYERN].map(choice).to_vec();
        let organisations = self.organisations().await?;
        let known = Known::of(&organisations.list);
        let chosen = limits.municipalities.iter().filter_map(|id| organisations.get(*id));
        let mut lines: Vec<String> = chosen.map(|o| known.line(o)).collect();
        lines.sort_by_cached_key(|line| sort_key(line));
        Ok((laender, lines.join("\n")))
    }

    /// Länder by their keys; Verwaltungen by name, key (ARS) or short name. What the package says of its audience is theirs
    /// too: a limit that nobody meets is refused.
    ///
    /// # Errors
    /// `Invalid` at `land`, also if nobody there may use the package; or at `verwaltung` with every line that names no
    /// Verwaltung or several, or one that may not use it.
    pub(super) async fn limits(
        &self,
        facts: &ReleaseFacts,
        laender: &[String],
        municipalities: &[String],
    ) -> Result<ReleaseLimits> {
        let mut limits = ReleaseLimits::default();
        let mut errors = Vec::new();
        for key in laender {
            match Land::from_key(key) {
                Some(land) => limits.laender.push(land),
                None => errors.push(FieldError::new("land", "enum")),
            }
        }
        let organisations = self.organisations().await?;
        let known = Known::of(&organisations.list);
        let (mut unknown, mut several, mut outside) = (Vec::new(), Vec::new(), Vec::new());
        let in_laender = |o: &Organisation| {
            let within = |l: Land| limits.laender.is_empty() || limits.laender.contains(&l);
            is_meant(facts, o) && land(o).is_some_and(within)
        };
        let mut chosen = Vec::new();
        for (at, line) in municipalities.iter().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let shown: String = line.trim().chars().take(60).collect();
            match known.find(line).as_slice() {
                [one] if !in_laender(one) => outside.push(format!("{}: {shown}", at + 1)),
                [one] => chosen.push(one.id),
                [] => unknown.push(format!("{}: {shown}", at + 1)),
                _ => several.push(format!("{}: {shown}", at + 1)),
            }
        }
        let named = municipalities.iter().any(|line| !line.trim().is_empty());
        if errors.is_empty() && !limits.laender.is_empty() && !named {
            let mut all = organisations.list.iter().filter(|o| o.kind == OrganisationKind::Municipality);
            if !all.any(in_laender) {
                errors.push(FieldError::new("land", "laender_empty"));
            }
        }
        limits.municipalities = chosen;
        for (code, lines) in [("lines_unknown", unknown), ("lines_several", several), ("lines_outside", outside)] {
            if !lines.is_empty() {
                let shown = lines.iter().take(SHOWN).cloned().collect::<Vec<_>>().join("; ");
                errors.push(FieldError::new("verwaltung", code).with("lines", shown).with("count", lines.len()));
            }
        }
        if !errors.is_empty() {
            return Err(invalid(errors));
        }
        limits.laender.sort();
        limits.laender.dedup();
        limits.municipalities.sort();
        limits.municipalities.dedup();
        Ok(limits)
    }
}

/// Whether a package is meant for a Verwaltung: its kind, and its Land.
fn is_meant(facts: &ReleaseFacts, o: &Organisation) -> bool {
    let kind_fits = o.municipality_kind.is_none_or(|k| facts.audience.is_empty() || facts.audience.contains(&k));
    kind_fits && land(o).is_some_and(|l| facts.laender.is_empty() || facts.laender.contains(&l))
}

/// Faulty lines that are named in one error.
const SHOWN: usize = 10;

/// Verwaltungen as people write them.
struct Known<'a> {
    by_slug: HashMap<&'a str, &'a Organisation>,
    by_ars: HashMap<&'a Ars, &'a Organisation>,
    by_name: HashMap<String, Vec<&'a Organisation>>,
}

impl<'a> Known<'a> {
    fn of(all: &'a [Organisation]) -> Self {
        let municipalities = || all.iter().filter(|o| o.kind == OrganisationKind::Municipality);
        let mut by_name: HashMap<String, Vec<&Organisation>> = HashMap::new();
        municipalities().for_each(|o| by_name.entry(sort_key(&o.name)).or_default().push(o));
        Self {
            by_slug: municipalities().map(|o| (o.slug.as_str(), o)).collect(),
            by_ars: municipalities().filter_map(|o| Some((o.ars.as_ref()?, o))).collect(),
            by_name,
        }
    }

    /// Those that a line may mean: by key or short name, or else by name.
    fn find(&self, line: &str) -> Vec<&'a Organisation> {
        let line = line.trim();
        let digits: String = line.chars().filter(|c| !c.is_whitespace()).collect();
        let by_ars = || self.by_ars.get(&Ars::parse(&digits)?);
        if let Some(one) = self.by_slug.get(line).or_else(by_ars) {
            return vec![one];
        }
        self.by_name.get(&sort_key(line)).cloned().unwrap_or_default()
    }

    /// How a Verwaltung is written so that it is found again.
    fn line(&self, o: &Organisation) -> String {
        match (self.find(&o.name).len(), &o.ars) {
            (1, _) => o.name.clone(),
            (_, Some(ars)) => ars.as_str().to_owned(),
            (_, None) => o.slug.clone(),
        }
    }
}

/// Names of Länder and Verwaltungen.
pub(super) fn limit_names(limits: &ReleaseLimits, organisations: &Organisations) -> Vec<String> {
    let laender = limits.laender.iter().map(|l| l.name().to_owned());
    let mut names: Vec<String> =
        limits.municipalities.iter().filter_map(|id| Some(organisations.get(*id)?.name.clone())).collect();
    names.sort_by_cached_key(|name| sort_key(name));
    laender.chain(names).collect()
}
