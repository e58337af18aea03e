//! Answers a query: its words become groups of catalogue words, entries that match every group are ranked.

use super::build::whole;
use super::compound::split;
use super::fold::{stem, words};
use super::vocabulary::TermId;
use super::{Index, Phrase};
use std::collections::BTreeMap;

/// Longest query that is read, and most words of it.
const QUERY_CHARS: usize = 256;
const QUERY_WORDS: usize = 24;

/// Worth of the ways to find a word, 1 being the word itself.
const SAME_STEM: f32 = 0.95;
/// Another word from the same stem, at least this much longer or shorter: "steuerlich" for "Steuer".
const DERIVED: (f32, usize) = (0.7, 4);
const BEGINNING: f32 = 0.85;
const END: f32 = 0.75;
const INSIDE: f32 = 0.55;
const TYPO: f32 = 0.6;
const TYPO_BEGINNING: f32 = 0.45;
/// Least worth at which a word that may be missing counts.
const OPTIONAL: f32 = 0.7;
/// Shortest word that is looked for inside others; digits of a LeiKa key may be fewer.
const INSIDE_LETTERS: usize = 4;
const INSIDE_DIGITS: usize = 3;

/// An entry that matches.
pub(super) struct Found {
    pub entry: u32,
    pub score: f32,
    /// Its words that matched best, at most one for each word of the query.
    pub terms: Vec<TermId>,
}

/// Catalogue words with their worth.
type Worths = BTreeMap<TermId, f32>;

/// A word of the query with everything it may stand for.
struct Group {
    worths: Worths,
    /// Entries must match it.
    required: bool,
}

/// A word of the query.
struct Asked {
    text: String,
    stem: String,
    /// May still be typed.
    unfinished: bool,
    /// Found together with its neighbours.
    together: Worths,
}

fn raise(worths: &mut Worths, term: TermId, worth: f32) {
    let known = worths.entry(term).or_insert(worth);
    *known = known.max(worth);
}

fn is_number(word: &str) -> bool {
    word.chars().all(|c| c.is_ascii_digit())
}

impl Index {
    pub(super) fn find(&self, query: &str, limit: usize) -> Vec<Found> {
        let query: String = query.chars().take(QUERY_CHARS).collect();
        let typed: Vec<String> = words(&query).into_iter().map(|w| w.folded).take(QUERY_WORDS).collect();
        if typed.is_empty() {
            return Vec::new();
        }
        let asked = self.asked(self.join_numbers(&typed));
        let groups = self.all_groups(&asked, false);
        let found = self.rank(&groups, &typed, limit, |all| all);
        if !found.is_empty() {
            return found;
        }
        // Nothing fits every word: what fits the most of them, but at least half, with typos.
        let groups = self.all_groups(&asked, true);
        self.rank(&groups, &typed, limit, |all| all.div_ceil(2))
    }

    /// The groups of all words; if all were optional, then none is.
    fn all_groups(&self, asked: &[Asked], always_typos: bool) -> Vec<Group> {
        let mut groups: Vec<Group> = asked.iter().flat_map(|a| self.groups(a, always_typos)).collect();
        if groups.iter().all(|g| !g.required) {
            groups.iter_mut().for_each(|g| g.required = true);
        }
        for group in groups.iter_mut().filter(|g| !g.required) {
            group.worths.retain(|_, worth| *worth >= OPTIONAL);
        }
        groups
    }

    /// Joins numbers in a row to one, if the catalogue has it: "99 102 013" is part of a LeiKa key.
    fn join_numbers(&self, typed: &[String]) -> Vec<String> {
        let mut joined = Vec::new();
        for run in typed.chunk_by(|a, b| is_number(a) && is_number(b)) {
            let number = run.concat();
            if run.len() > 1 && number.len() >= INSIDE_DIGITS && self.vocabulary.containing(&number).next().is_some() {
                joined.push(number);
            } else {
                joined.extend_from_slice(run);
            }
        }
        joined
    }

    /// Looks at the words together with their neighbours, then drops those that say nothing, unless none would remain.
    fn asked(&self, typed: Vec<String>) -> Vec<Asked> {
        let only_stops = typed.iter().all(|w| self.lexicon.is_stop(w));
        let mut asked: Vec<Asked> = typed
            .into_iter()
            .map(|text| Asked { stem: stem(&text), text, unfinished: false, together: Worths::new() })
            .collect();
        for at in 1..asked.len() {
            let last = at + 1 == asked.len();
            for (term, worth) in self.written_apart(&asked[at - 1].text, &asked[at].text, last) {
                raise(&mut asked[at - 1].together, term, worth);
                raise(&mut asked[at].together, term, worth);
            }
        }
        for Phrase { stems, targets } in &self.phrases {
            for at in 0..(asked.len() + 1).saturating_sub(stems.len()) {
                let place = &mut asked[at..at + stems.len()];
                if place.iter().map(|a| &a.stem).eq(stems) {
                    for a in place {
                        targets.iter().for_each(|&(term, worth)| raise(&mut a.together, term, worth));
                    }
                }
            }
        }
        asked.retain(|a| only_stops || !self.lexicon.is_stop(&a.text));
        if let Some(last) = asked.last_mut() {
            last.unfinished = true;
        }
        asked
    }

    /// Compounds of two words that were written apart, also with the Fugen-s.
    fn written_apart(&self, left: &str, right: &str, last: bool) -> Vec<(TermId, f32)> {
        let mut found = Vec::new();
        for link in ["", "s"] {
            let word = [left, link, right].concat();
            found.extend(self.vocabulary.exact(&word).map(|t| (t, 1.0)));
            found.extend(self.vocabulary.with_stem(&stem(&word)).iter().map(|&t| (t, SAME_STEM)));
            if last {
                found.extend(self.vocabulary.beginning(&word).map(|t| (t, BEGINNING)));
            }
        }
        found
    }

    /// What a word may stand for. Usually one group; a compound that the catalogue has only in parts gives one for each.
    fn groups(&self, asked: &Asked, always_typos: bool) -> Vec<Group> {
        let mut worths = self.lookup(asked);
        if worths.is_empty() {
            let part = |w: &str| self.vocabulary.exact(w).filter(|_| !self.lexicon.is_stop(w));
            let parts = split(&asked.text, part).unwrap_or_default();
            let groups: Vec<Group> = parts.into_iter().map(|term| self.part(self.vocabulary.text(term))).collect();
            if groups.iter().any(|g| g.required) && groups.iter().all(|g| !g.required || !g.worths.is_empty()) {
                return groups;
            }
        }
        if worths.is_empty() || always_typos {
            self.add_near(&mut worths, &asked.text, asked.unfinished);
        }
        if worths.is_empty()
            && let Some(groups) = self.loose_compound(&asked.text)
        {
            return groups;
        }
        vec![Group { worths, required: !self.lexicon.is_optional(&asked.stem) }]
    }

    /// One part of a compound.
    fn part(&self, text: &str) -> Group {
        let part = Asked { text: text.to_owned(), stem: stem(text), unfinished: false, together: Worths::new() };
        Group { worths: self.lookup(&part), required: !self.lexicon.is_optional(&part.stem) }
    }

    /// A compound of a known word and one with a typo ("Gewerbeanmeldnug") or only known inside others.
    fn loose_compound(&self, word: &str) -> Option<Vec<Group>> {
        let cuts = word.char_indices().map(|(at, _)| word.split_at(at));
        let long = |part: &str| part.chars().count() >= INSIDE_LETTERS;
        cuts.filter(|(left, right)| long(left) && long(right)).find_map(|(left, right)| {
            let (known, other) = match (self.vocabulary.exact(left), self.vocabulary.exact(right)) {
                (Some(_), _) => (left, right),
                (None, Some(_)) => (right, left),
                (None, None) => return None,
            };
            let mut groups = [self.part(known), self.part(other)];
            if groups[1].worths.is_empty() {
                self.add_near(&mut groups[1].worths, other, false);
            }
            groups[1].required = true;
            groups.iter().all(|g| !g.worths.is_empty()).then(|| groups.into())
        })
    }

    fn add_near(&self, worths: &mut Worths, word: &str, unfinished: bool) {
        for near in self.vocabulary.near(word, unfinished) {
            self.add(worths, near.term, if near.beginning { TYPO_BEGINNING } else { TYPO }, true);
        }
    }

    /// Everything but typos. Only words that some entry has are in the result.
    fn lookup(&self, asked: &Asked) -> Worths {
        let (vocabulary, word) = (&self.vocabulary, asked.text.as_str());
        let letters = word.chars().count();
        let mut worths = Worths::new();
        for (&term, &worth) in &asked.together {
            self.add(&mut worths, term, worth, true);
        }
        if let Some(term) = vocabulary.exact(word) {
            self.add(&mut worths, term, 1.0, true);
        }
        for &term in vocabulary.with_stem(&asked.stem) {
            let derived = vocabulary.text(term).len().abs_diff(word.len()) >= DERIVED.1;
            self.add(&mut worths, term, if derived { DERIVED.0 } else { SAME_STEM }, true);
        }
        // The beginning of a word stands for its synonyms only while it is no word itself.
        let guess = asked.unfinished && letters >= 4 && worths.is_empty();
        if asked.unfinished || letters >= 3 {
            for term in vocabulary.beginning(word) {
                let typed_part = word.len() as f32 / vocabulary.text(term).len() as f32;
                self.add(&mut worths, term, BEGINNING * (0.7 + 0.3 * typed_part), guess);
            }
        }
        let shortest = if is_number(word) { INSIDE_DIGITS } else { INSIDE_LETTERS };
        for part in [word, asked.stem.as_str()] {
            if part.chars().count() >= shortest && (part == word || worths.is_empty()) {
                for (term, at_end) in vocabulary.containing(part) {
                    self.add(&mut worths, term, if at_end { END } else { INSIDE }, false);
                }
            }
        }
        worths
    }

    /// Adds a word and, on request, those it leads to, as far as entries have them.
    fn add(&self, worths: &mut Worths, term: TermId, worth: f32, with_related: bool) {
        if !self.postings[term as usize].is_empty() {
            raise(worths, term, worth);
        }
        let related = if with_related { self.related[term as usize].as_slice() } else { &[] };
        for &(other, share) in related.iter().filter(|(t, _)| !self.postings[*t as usize].is_empty()) {
            raise(worths, other, worth * share);
        }
    }

    /// Ranks the entries that match the most required groups, unless that is less than `least` of their number.
    fn rank(&self, groups: &[Group], typed: &[String], limit: usize, least: impl Fn(usize) -> usize) -> Vec<Found> {
        let count = self.entries.len();
        let mut matched = vec![0_usize; count];
        let mut scores = vec![0.0_f32; count];
        let mut best: Vec<Vec<(f32, TermId)>> = Vec::with_capacity(groups.len());
        for group in groups {
            let mut of_group = vec![(0.0_f32, 0); count];
            for (&term, &worth) in &group.worths {
                for &(entry, weight) in &self.postings[term as usize] {
                    let known = &mut of_group[entry as usize];
                    if worth * weight > known.0 {
                        *known = (worth * weight, term);
                    }
                }
            }
            let having = of_group.iter().filter(|(w, _)| *w > 0.0).count() as f32;
            let rarity = (1.0 + (count as f32 - having + 0.5) / (having + 0.5)).ln();
            for (entry, (weight, _)) in of_group.iter().enumerate().filter(|(_, (w, _))| *w > 0.0) {
                scores[entry] += rarity * weight;
                matched[entry] += usize::from(group.required);
            }
            best.push(of_group);
        }
        let mut bonuses = BTreeMap::new();
        for (form, known) in whole(typed).iter().zip(&self.wholes) {
            for &(entry, bonus) in known.get(form).into_iter().flatten() {
                raise(&mut bonuses, entry, bonus);
            }
        }
        for (entry, bonus) in bonuses {
            scores[entry as usize] += bonus;
        }
        let most = matched.iter().copied().max().unwrap_or_default();
        if most < least(groups.iter().filter(|g| g.required).count()).max(1) {
            return Vec::new();
        }
        let mut order: Vec<u32> = (0..).zip(&matched).filter(|&(_, &n)| n == most).map(|(entry, _)| entry).collect();
        let by_rank = |&a: &u32, &b: &u32| {
            let (left, right) = (&self.entries[a as usize], &self.entries[b as usize]);
            let names = || (&left.sort_key, &left.key).cmp(&(&right.sort_key, &right.key));
            scores[b as usize].total_cmp(&scores[a as usize]).then_with(names)
        };
        if limit < order.len() {
            order.select_nth_unstable_by(limit, by_rank);
            order.truncate(limit);
        }
        order.sort_unstable_by(by_rank);
        let found = |entry: u32| {
            let mut terms: Vec<TermId> =
                best.iter().map(|g| g[entry as usize]).filter(|(w, _)| *w > 0.0).map(|(_, t)| t).collect();
            terms.sort_unstable();
            terms.dedup();
            Found { entry, score: scores[entry as usize], terms }
        };
        order.into_iter().map(found).collect()
    }
}
