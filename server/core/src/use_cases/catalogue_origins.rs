//! Which Verfahren was derived from which: publishing a changed one names the source that it is based on.

use super::catalogue_cache::{Catalogue, Entry};
use portal_model::{
    pages::catalogue::{Origin, Related},
    verfahren::ReleaseFacts,
};
use std::collections::HashMap;

/// Sources of entries, and who is based on them.
#[derive(Debug, Default)]
pub(super) struct Origins {
    /// Source → the one entry that has it; `None` if several share it, since then nobody can tell which is meant.
    by_source: HashMap<String, Option<usize>>,
    /// Entry → those that are based on it, in the order of entries.
    derived: HashMap<usize, Vec<usize>>,
}

/// What tells sources apart: how an address ends and how it is written differs between people who mean the same.
fn key(url: &str) -> String {
    let url = url.trim().trim_end_matches('/');
    url.strip_suffix(".git").unwrap_or(url).to_ascii_lowercase()
}

fn facts(entry: &Entry) -> Option<&ReleaseFacts> {
    entry.shown().map(|r| &r.release.facts)
}

impl Origins {
    pub(super) fn of(entries: &[Entry]) -> Self {
        let mut origins = Self::default();
        for (at, entry) in entries.iter().enumerate() {
            let source = facts(entry).map(|f| key(&f.source)).filter(|source| !source.is_empty());
            if let Some(source) = source {
                origins.by_source.entry(source).and_modify(|one| *one = None).or_insert(Some(at));
            }
        }
        for (at, entry) in entries.iter().enumerate() {
            let based_on = facts(entry).map(|f| f.based_on.as_slice()).unwrap_or_default();
            for url in based_on {
                match origins.entry_of(url) {
                    Some(origin) if origin != at && entry.offered().is_some() => {
                        origins.derived.entry(origin).or_default().push(at);
                    }
                    _ => {}
                }
            }
        }
        origins.derived.values_mut().for_each(Vec::dedup);
        origins
    }

    fn entry_of(&self, url: &str) -> Option<usize> {
        self.by_source.get(&key(url)).copied().flatten()
    }
}

impl Catalogue {
    fn related(&self, at: usize) -> Option<Related> {
        let entry = self.entries.get(at)?;
        let name = entry.shown()?.release.facts.name.clone();
        Some(Related { slug: entry.verfahren.slug.clone(), name, vendor: entry.vendor.clone() })
    }

    /// What a package says it was derived from.
    pub(super) fn based_on(&self, facts: &ReleaseFacts) -> Vec<Origin> {
        let own = key(&facts.source);
        let others = facts.based_on.iter().filter(|url| key(url) != own);
        let origin = |url: &String| Origin {
            url: url.clone(),
            verfahren: self.origins.entry_of(url).and_then(|at| self.related(at)),
        };
        others.map(origin).collect()
    }

    /// Verfahren that say they were derived from this one.
    pub(super) fn derived(&self, slug: &str) -> Vec<Related> {
        let at = self.position(slug);
        let derived = at.and_then(|at| self.origins.derived.get(&at)).map(Vec::as_slice).unwrap_or_default();
        derived.iter().filter_map(|at| self.related(*at)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_source_is_written_in_many_ways() {
        for url in ["https://x.example/A/b", "https://x.example/a/b.git", " https://X.example/a/b/ "] {
            assert_eq!(key(url), "https://x.example/a/b", "{url}");
        }
        assert_ne!(key("https://x.example/a/b"), key("https://x.example/a/c"));
    }
}
