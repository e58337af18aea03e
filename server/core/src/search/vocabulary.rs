//! The distinct words of the catalogue and the ways to find one: exactly, by stem, by beginning, by part, with typos.

use super::fold::stem;
use std::collections::HashMap;
use std::ops::Range;

/// Number of a word in the sorted vocabulary.
pub(super) type TermId = u32;

/// Shortest part of a word that can be found inside it, in bytes.
const PART_BYTES: usize = 3;

/// The sorted distinct words with their look-up structures. Size follows the vocabulary, not the entries.
#[derive(Debug)]
pub(super) struct Vocabulary {
    terms: Vec<String>,
    stems: HashMap<String, Vec<TermId>>,
    /// Every ending of every word as (word, first byte), sorted by the ending's text.
    endings: Vec<(TermId, u8)>,
    trigrams: HashMap<[char; 3], Vec<TermId>>,
}

/// A word found with typos.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Near {
    pub term: TermId,
    /// The distance is to the beginning of the word, not to the whole.
    pub beginning: bool,
}

impl Vocabulary {
    /// Builds the structures; the words may come in any order and repeat.
    pub fn new(mut terms: Vec<String>) -> Self {
        terms.sort_unstable();
        terms.dedup();
        let mut stems: HashMap<String, Vec<TermId>> = HashMap::new();
        let mut trigrams: HashMap<[char; 3], Vec<TermId>> = HashMap::new();
        let mut endings = Vec::new();
        for (id, term) in (0..).zip(&terms) {
            stems.entry(stem(term)).or_default().push(id);
            for gram in trigrams_of(term) {
                trigrams.entry(gram).or_default().push(id);
            }
            for (at, _) in term.char_indices() {
                if let (true, Ok(at)) = (term.len() - at >= PART_BYTES, u8::try_from(at)) {
                    endings.push((id, at));
                }
            }
        }
        endings.sort_unstable_by_key(|&(id, at)| (&terms[id as usize][at as usize..], id));
        Self { terms, stems, endings, trigrams }
    }

    pub fn len(&self) -> usize {
        self.terms.len()
    }

    pub fn text(&self, id: TermId) -> &str {
        &self.terms[id as usize]
    }

    pub fn exact(&self, word: &str) -> Option<TermId> {
        self.terms.binary_search_by(|t| t.as_str().cmp(word)).ok().map(|at| at as TermId)
    }

    /// Words with the same stem, `stem` being a stem already.
    pub fn with_stem(&self, stem: &str) -> &[TermId] {
        self.stems.get(stem).map_or(&[], Vec::as_slice)
    }

    /// Words that begin so.
    pub fn beginning(&self, with: &str) -> Range<TermId> {
        let from = self.terms.partition_point(|t| t.as_str() < with);
        let len = self.terms[from..].partition_point(|t| t.starts_with(with));
        from as TermId..(from + len) as TermId
    }

    /// Words that contain `part`, and whether it is their end; nothing for parts under three bytes.
    pub fn containing(&self, part: &str) -> impl Iterator<Item = (TermId, bool)> {
        let ending = |&(id, at): &(TermId, u8)| &self.terms[id as usize][at as usize..];
        let from = self.endings.partition_point(|e| ending(e) < part);
        let len = self.endings[from..].partition_point(|e| ending(e).starts_with(part));
        let len = if part.len() < PART_BYTES { 0 } else { len };
        self.endings[from..from + len].iter().map(move |e| (e.0, ending(e).len() == part.len()))
    }

    /// The words nearest to `word` at the smallest distance that has any, at most [`typos_allowed`].
    ///
    /// Candidates share trigrams: one typo breaks at most four of a word's, so the rest must be there. With
    /// `unfinished`, the beginning of a longer word counts too.
    pub fn near(&self, word: &str, unfinished: bool) -> Vec<Near> {
        let chars: Vec<char> = word.chars().collect();
        let most = typos_allowed(chars.len());
        if most == 0 || word.chars().any(|c| c.is_ascii_digit()) {
            return Vec::new();
        }
        let mut shared = vec![0_u8; self.terms.len()];
        let grams = trigrams_of(word);
        for gram in &grams {
            for &id in self.trigrams.get(gram).into_iter().flatten() {
                shared[id as usize] += 1;
            }
        }
        // The two trigrams with the padding at the end can't be shared with the beginning of a longer word.
        let complete = if unfinished { grams.len().saturating_sub(2) } else { grams.len() };
        let needed = complete.saturating_sub(4 * most).clamp(1, usize::from(u8::MAX)) as u8;
        let mut best = most;
        let mut found = Vec::new();
        let mut candidate = Vec::new();
        for (id, _) in (0..).zip(&shared).filter(|&(_, &n)| n >= needed) {
            candidate.clear();
            candidate.extend(self.text(id).chars());
            let unfinished = unfinished && candidate.len() > chars.len();
            let (whole, start) = distances(&chars, &candidate, most);
            let beginning = unfinished && start < whole;
            let distance = if beginning { start } else { whole };
            if distance < best {
                best = distance;
                found.clear();
            }
            if distance <= best {
                found.push(Near { term: id, beginning });
            }
        }
        found
    }
}

/// Typos that are forgiven in a word of so many letters: one from four letters on, two from eight.
pub(super) fn typos_allowed(letters: usize) -> usize {
    match letters {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

/// Distinct trigrams of the word, padded so that its first and last letters weigh in.
fn trigrams_of(word: &str) -> Vec<[char; 3]> {
    let padded: Vec<char> = "  ".chars().chain(word.chars()).chain("  ".chars()).collect();
    let mut grams: Vec<[char; 3]> = padded.windows(3).map(|w| [w[0], w[1], w[2]]).collect();
    grams.sort_unstable();
    grams.dedup();
    grams
}

/// Damerau-Levenshtein distance (adjacent letters may swap, no substring edited twice) of `a` to the whole of `b` and to
/// the nearest beginning of `b`. Anything over `most` may be reported as any number over `most`.
fn distances(a: &[char], b: &[char], most: usize) -> (usize, usize) {
    let width = a.len() + 1;
    if b.len() + most < a.len() {
        return (most + 1, most + 1);
    }
    let mut before: Vec<usize> = vec![0; width];
    let mut last: Vec<usize> = (0..width).collect();
    let mut row: Vec<usize> = vec![0; width];
    let mut start = last[a.len()];
    for j in 1..=b.len() {
        row[0] = j;
        for i in 1..width {
            let same = usize::from(a[i - 1] != b[j - 1]);
            let mut d = (last[i - 1] + same).min(last[i] + 1).min(row[i - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                d = d.min(before[i - 2] + 1);
            }
            row[i] = d;
        }
        start = start.min(row[a.len()]);
        if row.iter().all(|&d| d > most) {
            return (most + 1, start);
        }
        std::mem::swap(&mut before, &mut last);
        std::mem::swap(&mut last, &mut row);
    }
    (last[a.len()], start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Vocabulary {
        Vocabulary::new(["wohngeld", "hund", "hundesteuer", "steuer", "bund", "urkunde"].map(String::from).to_vec())
    }

    fn texts(v: &Vocabulary, ids: impl IntoIterator<Item = TermId>) -> Vec<&str> {
        ids.into_iter().map(|id| v.text(id)).collect()
    }

    #[test]
    fn words_are_found_by_beginning_and_part() {
        let v = sample();
        assert_eq!(texts(&v, v.beginning("hund")), ["hund", "hundesteuer"]);
        assert_eq!(texts(&v, v.containing("steuer").map(|(id, _)| id)), ["hundesteuer", "steuer"]);
        assert_eq!(v.containing("unde").filter(|&(_, end)| end).count(), 1);
        assert_eq!(v.containing("un").count(), 0);
        assert_eq!(v.exact("bund").map(|id| v.text(id)), Some("bund"));
    }

    #[test]
    fn typos_are_forgiven_by_length() {
        let v = sample();
        let near = |word, open| texts(&v, v.near(word, open).into_iter().map(|n| n.term));
        assert_eq!(near("hudn", false), ["hund"]);
        assert_eq!(near("rund", false), ["bund", "hund"]);
        assert_eq!(near("whongled", false), ["wohngeld"]);
        assert_eq!(near("hundesteu", false), ["hundesteuer"]);
        assert_eq!(near("hnudest", true), ["hundesteuer"]);
        assert!(near("hun", false).is_empty());
        assert!(near("stxxer", false).is_empty());
    }

    #[test]
    fn swapped_letters_are_one_typo() {
        let d = |a: &str, b: &str| {
            let (a, b): (Vec<_>, Vec<_>) = (a.chars().collect(), b.chars().collect());
            distances(&a, &b, 9)
        };
        assert_eq!(d("ab", "ba"), (1, 1));
        assert_eq!(d("kitten", "sitting"), (3, 2));
        assert_eq!(d("", "abc"), (3, 0));
        assert_eq!(d("steu", "steuer"), (2, 0));
    }
}
