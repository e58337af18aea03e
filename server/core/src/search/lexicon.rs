//! Words of the field that come with the program: stop words, optional words, synonyms.

use super::fold::{stem, words};
use std::collections::HashSet;

/// One synonym rule: the words `from` in a row also find each of `to`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Synonym {
    /// Folded words.
    pub from: Vec<String>,
    /// Folded single words.
    pub to: Vec<String>,
}

/// The word lists.
#[derive(Debug)]
pub(super) struct Lexicon {
    stop: HashSet<String>,
    optional_stems: HashSet<String>,
    /// Rules in the order of the file.
    pub synonyms: Vec<Synonym>,
}

impl Lexicon {
    /// Reads the lists built into the program.
    pub fn german() -> Self {
        Self {
            stop: listed(include_str!("data/stopwords.txt")).collect(),
            optional_stems: listed(include_str!("data/optional.txt")).map(|w| stem(&w)).collect(),
            synonyms: synonyms(include_str!("data/synonyms.txt")),
        }
    }

    /// The folded word says nothing about what is wanted.
    pub fn is_stop(&self, folded: &str) -> bool {
        self.stop.contains(folded)
    }

    /// An entry may lack a word with this stem.
    pub fn is_optional(&self, stem: &str) -> bool {
        self.optional_stems.contains(stem)
    }
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|l| !l.starts_with('#') && !l.trim().is_empty())
}

fn folded(text: &str) -> Vec<String> {
    words(text).into_iter().map(|w| w.folded).collect()
}

fn listed(text: &str) -> impl Iterator<Item = String> {
    lines(text).flat_map(folded)
}

fn synonyms(text: &str) -> Vec<Synonym> {
    let list = |side: &str| side.split(',').map(folded).filter(|w| !w.is_empty()).collect::<Vec<_>>();
    let mut rules = Vec::new();
    for line in lines(text) {
        let (from, to) = match line.split_once("->") {
            Some((from, to)) => (list(from), list(to)),
            None => (list(line), list(line)),
        };
        let to: Vec<String> = to.into_iter().filter_map(|mut w| if w.len() == 1 { w.pop() } else { None }).collect();
        for from in from {
            let to = to.iter().filter(|t| from != [t.as_str()]).cloned().collect();
            rules.push(Synonym { from, to });
        }
    }
    rules
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_go_both_ways_or_one() {
        let rules = synonyms("# words\nKfz, Auto\nzweiter Wohnsitz -> Zweitwohnungssteuer\n");
        let rule = |from: &[&str], to: &str| Synonym {
            from: from.iter().map(ToString::to_string).collect(),
            to: vec![to.to_string()],
        };
        assert_eq!(
            rules,
            [rule(&["kfz"], "auto"), rule(&["auto"], "kfz"), rule(&["zweiter", "wohnsitz"], "zweitwohnungssteuer")]
        );
    }

    #[test]
    fn the_lists_are_read() {
        let lexicon = Lexicon::german();
        assert!(lexicon.is_stop("fur") && lexicon.is_optional(&stem("beantragen")));
        assert!(lexicon.synonyms.iter().all(|s| !s.from.is_empty() && !s.to.is_empty()));
    }
}
