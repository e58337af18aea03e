//! Who may use a release: Länder and, for a pilot, single Verwaltungen.

use super::{Portal, invalid, public::Organisations};
use crate::{error::Result, search::sort_key};
use portal_model::{
    Land,
    ars::Ars,
    form::FieldError,
    organisation::{Organisation, OrganisationKind},
    pages::Choice,
    verfahren::ReleaseLimits,
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

    /// Länder by their keys; Verwaltungen by name, key (ARS) or short name.
    ///
    /// # Errors
    /// `Invalid` at `land`, or at `verwaltung` with every line that names no Verwaltung or several.
    pub(super) async fn limits(&self, laender: &[String], municipalities: &[String]) -> Result<ReleaseLimits> {
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
        let (mut unknown, mut several) = (Vec::new(), Vec::new());
        for (at, line) in municipalities.iter().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let shown: String = line.trim().chars().take(60).collect();
            match known.find(line).as_slice() {
                [one] => limits.municipalities.push(one.id),
                [] => unknown.push(format!("{}: {shown}", at + 1)),
                _ => several.push(format!("{}: {shown}", at + 1)),
            }
        }
        for (code, lines) in [("lines_unknown", unknown), ("lines_several", several)] {
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
