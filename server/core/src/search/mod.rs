//! The catalogue search: an index in memory, rebuilt when the catalogue changes.
//!
//! A query's words are looked up in the vocabulary of the catalogue, not in its texts: exactly, by German stem, by
//! beginning (search as you type), inside other words ("steuer" in "Hundesteuer"), through synonyms of the field, and
//! with typos only if nothing else fits. Umlauts and ß match however they are written. The same query over the same
//! catalogue always gives the same order.

mod build;
mod compound;
mod fold;
mod lexicon;
mod query;
mod sort;
mod vocabulary;

pub use sort::sort_key;

use lexicon::Lexicon;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use vocabulary::{TermId, Vocabulary};

/// What the search knows about one entry of the catalogue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    /// Identifies the entry in the answers; the slug.
    pub key: String,
    /// Name as shown; weighs most.
    pub name: String,
    /// One sentence.
    pub summary: String,
    /// Longer text without markup.
    pub description: String,
    /// LeiKa key, with or without blanks, and name of each Leistung.
    pub leistungen: Vec<(String, String)>,
    /// Name of the vendor.
    pub vendor: String,
    /// Themenfeld.
    pub topic: String,
    /// Further words under which people look for it.
    pub keywords: Vec<String>,
}

/// One answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// [`Document::key`].
    pub key: String,
    /// Higher is better; only comparable within one search.
    pub score: f32,
    /// The entry's own words that matched, for [`highlight`].
    pub matched: Vec<String>,
}

#[derive(Debug)]
struct Entry {
    key: String,
    sort_key: String,
}

/// A synonym of several words.
#[derive(Debug)]
struct Phrase {
    stems: Vec<String>,
    targets: Vec<(TermId, f32)>,
}

/// The search index. Immutable; share it behind an `Arc` and replace it whole.
#[derive(Debug)]
pub struct Index {
    entries: Vec<Entry>,
    vocabulary: Vocabulary,
    lexicon: Lexicon,
    /// For each word the entries that have it, with its weight there.
    postings: Vec<Vec<(u32, f32)>>,
    /// For each word the words it leads to, with their worth.
    related: Vec<Vec<(TermId, f32)>>,
    phrases: Vec<Phrase>,
    /// Whole names and keys in one piece (as written; by stems), with the entry and what an equal query earns.
    wholes: [HashMap<String, Vec<(u32, f32)>>; 2],
}

impl Index {
    /// Builds the index over all entries at once: up to a second of computing at 5,000 long entries, so not on a thread
    /// that answers requests.
    pub fn build(documents: Vec<Document>) -> Self {
        build::build(documents)
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The best answers, best first. A query without letters or digits finds nothing.
    pub fn search(&self, query: &str, limit: usize) -> Vec<Hit> {
        let hit = |found: query::Found| Hit {
            key: self.entries[found.entry as usize].key.clone(),
            score: found.score,
            matched: found.terms.iter().map(|&t| self.vocabulary.text(t).to_owned()).collect(),
        };
        self.find(query, limit).into_iter().map(hit).collect()
    }

    /// The keys of all answers, best first, to combine with filters and counts.
    pub fn matches_all(&self, query: &str) -> Vec<&str> {
        self.find(query, usize::MAX).into_iter().map(|f| self.entries[f.entry as usize].key.as_str()).collect()
    }
}

/// The places (in bytes) of a text to mark, given the [`Hit::matched`] words; whole words, in order.
pub fn highlight(text: &str, matched: &[String]) -> Vec<Range<usize>> {
    let matched: HashSet<&str> = matched.iter().map(String::as_str).collect();
    let words = fold::words(text);
    words.into_iter().filter(|w| matched.contains(w.folded.as_str())).map(|w| w.span).collect()
}
