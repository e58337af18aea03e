//! From documents to the index: weights of words in entries, and the words that lead to other words.

use super::compound::split;
use super::fold::{stem, with_joined, words};
use super::lexicon::{Lexicon, Synonym};
use super::sort::sort_key;
use super::vocabulary::{TermId, Vocabulary};
use super::{Document, Entry, Index, Phrase};
use std::collections::{BTreeMap, HashMap};

/// What a match in a field is worth.
const NAME: f32 = 8.0;
const LEISTUNG: f32 = 4.0;
const KEYWORD: f32 = 4.0;
const TOPIC: f32 = 2.0;
const SUMMARY: f32 = 1.5;
const VENDOR: f32 = 1.5;
const DESCRIPTION: f32 = 1.0;
const FIELDS: usize = 7;
/// How much a long field lowers the weight of each word (BM25's b).
const LENGTH: f32 = 0.65;
/// Weight at which a word counts half of the most it can (BM25's k1).
const HALF: f32 = 4.0;

/// Worth of a compound when one of its parts was asked for.
const COMPOUND: f32 = 0.8;
/// Worth of a synonym.
const SYNONYM: f32 = 0.8;
/// Worth of a word that merely contains a synonym, and the shortest synonym for it.
const INSIDE_SYNONYM: (f32, usize) = (0.5, 5);

/// What a query earns that equals a whole name: as written, and by stems. Far over any sum of word weights.
const WHOLE_NAME: [f32; 2] = [1000.0, 500.0];
const WHOLE_LEISTUNG: [f32; 2] = [200.0, 100.0];
/// What a query earns that is a whole LeiKa key.
const WHOLE_KEY: f32 = 400.0;

/// The words of one document by field, with the field's weight.
fn fields(document: &Document) -> [(f32, Vec<String>); FIELDS] {
    let text = |t: &str| with_joined(&words(t));
    let all = |ts: &[String]| ts.iter().flat_map(|t| text(t)).collect();
    [
        (NAME, text(&document.name)),
        (LEISTUNG, document.leistungen.iter().flat_map(|(_, name)| text(name)).collect()),
        (KEYWORD, all(&document.keywords)),
        (TOPIC, text(&document.topic)),
        (SUMMARY, text(&document.summary)),
        (VENDOR, text(&document.vendor)),
        (DESCRIPTION, text(&document.description)),
    ]
}

/// The digits of a LeiKa key, however it is written.
pub(super) fn leika_digits(key: &str) -> String {
    key.chars().filter(char::is_ascii_digit).collect()
}

/// The words of a name in one piece, as written and by stems, to compare whole names.
pub(super) fn whole(words: &[String]) -> [String; 2] {
    [words.concat(), words.iter().map(|w| stem(w)).collect()]
}

pub(super) fn build(documents: Vec<Document>) -> Index {
    let lexicon = Lexicon::german();
    let fielded: Vec<_> = documents.iter().map(fields).collect();
    let keys: Vec<Vec<String>> =
        documents.iter().map(|d| d.leistungen.iter().map(|(key, _)| leika_digits(key)).collect()).collect();

    let mut terms: Vec<String> = fielded.iter().flatten().flat_map(|(_, words)| words.iter().cloned()).collect();
    terms.extend(keys.iter().flatten().filter(|k| !k.is_empty()).cloned());
    terms.extend(lexicon.synonyms.iter().flat_map(|s| s.from.iter().chain(&s.to).cloned()));
    let vocabulary = Vocabulary::new(terms);

    let postings = postings(&vocabulary, &fielded, &keys);
    let (related, phrases) = relations(&vocabulary, &lexicon);
    let mut wholes: [HashMap<String, Vec<(u32, f32)>>; 2] = Default::default();
    let mut entries = Vec::new();
    for ((id, document), keys) in (0..).zip(documents).zip(keys) {
        let names = std::iter::once((&document.name, WHOLE_NAME));
        for (name, bonuses) in names.chain(document.leistungen.iter().map(|(_, name)| (name, WHOLE_LEISTUNG))) {
            let name: Vec<String> = words(name).into_iter().map(|w| w.folded).collect();
            for ((known, form), bonus) in wholes.iter_mut().zip(whole(&name)).zip(bonuses) {
                known.entry(form).or_default().push((id, bonus));
            }
        }
        for key in keys {
            wholes[0].entry(key).or_default().push((id, WHOLE_KEY));
        }
        entries.push(Entry { sort_key: sort_key(&document.name), key: document.key });
    }
    Index { entries, vocabulary, lexicon, postings, related, phrases, wholes }
}

/// For every word the entries that have it with its weight between 0 and 1 (BM25 over weighted fields).
fn postings(
    vocabulary: &Vocabulary,
    fielded: &[[(f32, Vec<String>); FIELDS]],
    keys: &[Vec<String>],
) -> Vec<Vec<(u32, f32)>> {
    let mean = |field: usize| {
        let total: usize = fielded.iter().map(|f| f[field].1.len()).sum();
        (total as f32 / fielded.len().max(1) as f32).max(1.0)
    };
    let means: [f32; FIELDS] = std::array::from_fn(mean);
    let mut postings = vec![Vec::new(); vocabulary.len()];
    for (id, (fields, keys)) in (0..).zip(fielded.iter().zip(keys)) {
        let mut weights: BTreeMap<TermId, f32> = BTreeMap::new();
        for ((weight, words), mean) in fields.iter().zip(means) {
            let each = weight / (1.0 - LENGTH + LENGTH * words.len() as f32 / mean);
            for term in words.iter().filter_map(|w| vocabulary.exact(w)) {
                *weights.entry(term).or_default() += each;
            }
        }
        for term in keys.iter().filter_map(|k| vocabulary.exact(k)) {
            *weights.entry(term).or_default() += LEISTUNG;
        }
        for (term, weight) in weights {
            postings[term as usize].push((id, weight / (weight + HALF)));
        }
    }
    postings
}

/// Which words lead to which others: parts to their compounds, words to their synonyms; and synonyms of several words.
fn relations(vocabulary: &Vocabulary, lexicon: &Lexicon) -> (Vec<Vec<(TermId, f32)>>, Vec<Phrase>) {
    let ids = 0..vocabulary.len() as TermId;
    let is_part = |t: &&str| t.len() >= 3 && t.chars().all(char::is_alphabetic) && !lexicon.is_stop(t);
    let parts: HashMap<&str, TermId> =
        ids.clone().map(|id| (vocabulary.text(id), id)).filter(|(t, _)| is_part(t)).collect();
    let mut related: Vec<Vec<(TermId, f32)>> = vec![Vec::new(); vocabulary.len()];
    for id in ids {
        for part in split(vocabulary.text(id), |w| parts.get(w).copied()).unwrap_or_default() {
            related[part as usize].push((id, COMPOUND));
        }
    }
    let targets = |rule: &Synonym| {
        let mut targets = Vec::new();
        for word in &rule.to {
            for &same in vocabulary.with_stem(&stem(word)) {
                targets.push((same, SYNONYM));
                targets.extend(related[same as usize].iter().map(|&(t, worth)| (t, worth * SYNONYM)));
            }
            let (worth, shortest) = INSIDE_SYNONYM;
            if word.len() >= shortest {
                targets.extend(vocabulary.containing(word).map(|(t, _)| (t, worth)));
            }
        }
        targets
    };
    let (single, several): (Vec<&Synonym>, Vec<&Synonym>) = lexicon.synonyms.iter().partition(|s| s.from.len() == 1);
    let phrases = several
        .into_iter()
        .map(|rule| Phrase { stems: rule.from.iter().map(|w| stem(w)).collect(), targets: targets(rule) })
        .collect();
    let found: Vec<_> = single.into_iter().map(|rule| (vocabulary.exact(&rule.from[0]), targets(rule))).collect();
    for (from, targets) in found {
        if let Some(from) = from {
            related[from as usize].extend(targets);
        }
    }
    (related, phrases)
}
