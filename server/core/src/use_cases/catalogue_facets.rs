//! Facets of the catalogue: for each value the entries that have it, as a set of bits. Filtering and counting thousands of
//! entries then takes microseconds, without a look at a single one.

use crate::search::sort_key;
use portal_model::{
    Land,
    data_centre::TargetKind,
    organisation::MunicipalityKind,
    pages::{Choice, catalogue::CatalogueQuery},
    verfahren::ReleaseFacts,
};
use std::collections::HashMap;

/// Positions of entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    /// Room for this many, none of them in it.
    pub(super) fn none(len: usize) -> Self {
        Self(vec![0; len.div_ceil(64)])
    }

    pub(super) fn of(len: usize, positions: impl IntoIterator<Item = usize>) -> Self {
        let mut bits = Self::none(len);
        positions.into_iter().for_each(|at| bits.0[at / 64] |= 1 << (at % 64));
        bits
    }

    pub(super) fn has(&self, at: usize) -> bool {
        self.0.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }

    fn add_all(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(a, b)| *a |= b);
    }

    pub(super) fn keep_only(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(a, b)| *a &= b);
    }

    pub(super) fn count(&self) -> i64 {
        self.0.iter().map(|word| i64::from(word.count_ones())).sum()
    }

    /// How many are in this and in one of two others.
    fn count_in(&self, one: &Self, other: &Self) -> i64 {
        let words = self.0.iter().zip(one.0.iter().zip(&other.0));
        words.map(|(a, (b, c))| i64::from((a & (b | c)).count_ones())).sum()
    }

    /// Positions in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().flat_map(|(i, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let at = left.trailing_zeros() as usize;
                left &= left.wrapping_sub(1);
                (at < 64).then_some(i * 64 + at)
            })
        })
    }
}

/// Name in the address, what was chosen there, what an entry has, and the choices that are always offered.
struct Kind {
    name: &'static str,
    chosen: fn(&CatalogueQuery) -> &[String],
    values: fn(&ReleaseFacts) -> Vec<String>,
    fixed: fn() -> Vec<String>,
}

const KINDS: [Kind; 4] = [
    Kind { name: "thema", chosen: |q| &q.thema, values: |f| vec![f.topic.clone()], fixed: Vec::new },
    Kind {
        name: "land",
        chosen: |q| &q.land,
        values: |f| f.laender.iter().map(|l| l.key()).collect(),
        fixed: || vec![Land::SCHLESWIG_HOLSTEIN.key(), Land::BAYERN.key()],
    },
    Kind {
        name: "fuer",
        chosen: |q| &q.fuer,
        values: |f| f.audience.iter().map(|k| k.word().to_owned()).collect(),
        fixed: || MunicipalityKind::ALL.iter().map(|k| k.word().to_owned()).collect(),
    },
    Kind {
        name: "ziel",
        chosen: |q| &q.ziel,
        values: |f| f.target_kinds.iter().map(|k| k.word().to_owned()).collect(),
        fixed: || TargetKind::ALL.iter().map(|k| k.word().to_owned()).collect(),
    },
];

/// One facet over the whole catalogue.
pub(super) struct FacetIndex {
    /// Name in the address.
    pub name: &'static str,
    chosen: fn(&CatalogueQuery) -> &[String],
    len: usize,
    /// Choices in their order: those that are always offered, or else every value that an entry has.
    order: Vec<String>,
    fixed: bool,
    by_value: HashMap<String, Bits>,
    /// An entry that names no Land or kind is for all of them.
    open: Bits,
}

impl FacetIndex {
    /// All facets over entries at their positions.
    pub(super) fn all(len: usize, entries: &[(usize, &ReleaseFacts)]) -> Vec<Self> {
        KINDS.iter().map(|kind| Self::new(kind, len, entries)).collect()
    }

    fn new(kind: &Kind, len: usize, entries: &[(usize, &ReleaseFacts)]) -> Self {
        let mut positions: HashMap<String, Vec<usize>> = HashMap::new();
        let mut open = Vec::new();
        for (at, facts) in entries {
            let values = (kind.values)(facts);
            if values.is_empty() {
                open.push(*at);
            }
            values.into_iter().for_each(|v| positions.entry(v).or_default().push(*at));
        }
        let mut order = (kind.fixed)();
        let fixed = !order.is_empty();
        if !fixed {
            order = positions.keys().filter(|v| !v.is_empty()).cloned().collect();
            order.sort_by_cached_key(|v| (sort_key(v), v.clone()));
        }
        let by_value = positions.into_iter().map(|(v, at)| (v, Bits::of(len, at))).collect();
        Self { name: kind.name, chosen: kind.chosen, len, order, fixed, by_value, open: Bits::of(len, open) }
    }

    /// The entries that pass what was chosen; `None` if nothing was, so that all do.
    pub(super) fn passing(&self, query: &CatalogueQuery) -> Option<Bits> {
        let chosen = (self.chosen)(query);
        if chosen.is_empty() {
            return None;
        }
        let mut bits = self.open.clone();
        chosen.iter().filter_map(|v| self.by_value.get(v)).for_each(|with| bits.add_all(with));
        Some(bits)
    }

    /// The choices: `found` decides which free ones are offered, `others` (what passes all the other facets) is counted.
    pub(super) fn choices(&self, query: &CatalogueQuery, found: &Bits, others: &Bits) -> Vec<Choice> {
        let chosen = (self.chosen)(query);
        let nothing = Bits::none(self.len);
        let with = |value: &str| self.by_value.get(value).unwrap_or(&nothing);
        let offered =
            |value: &&String| self.fixed || chosen.contains(value) || found.count_in(with(value), &nothing) > 0;
        let mut values: Vec<&String> = self.order.iter().filter(offered).collect();
        if !self.fixed {
            // Chosen in the address, but no entry has it.
            values.extend(chosen.iter().filter(|v| !v.is_empty() && !self.by_value.contains_key(*v)));
        }
        let choice = |value: &String| Choice {
            label: Land::from_key(value).map_or_else(|| value.clone(), |l| l.name().to_owned()),
            selected: chosen.contains(value),
            count: Some(others.count_in(with(value), &self.open)),
            value: value.clone(),
        };
        values.into_iter().map(choice).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_hold_positions() {
        let bits = Bits::of(130, [0, 63, 64, 129]);
        assert_eq!(bits.iter().collect::<Vec<_>>(), [0, 63, 64, 129]);
        assert_eq!((bits.count(), bits.has(64), bits.has(65), bits.has(1000)), (4, true, false, false));
        let mut some = Bits::of(130, [63, 100]);
        assert_eq!(bits.count_in(&some, &Bits::of(130, [129])), 2);
        some.keep_only(&bits);
        assert_eq!(some.iter().collect::<Vec<_>>(), [63]);
    }
}
