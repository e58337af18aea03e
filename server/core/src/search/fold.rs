//! From text to comparable words: folding of letters, splitting into words, German stems.

use rust_stemmers::{Algorithm, Stemmer};
use std::ops::Range;
use unicode_normalization::UnicodeNormalization;

/// Longer words are cut here, so that one absurd input can't blow up the word-part index.
const WORD_CHARS: usize = 64;

/// A word of a text with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// Folded form, see [`fold_into`].
    pub folded: String,
    /// Bytes of the word in the original text.
    pub span: Range<usize>,
    /// A hyphen joins this word to the one before it.
    pub hyphenated: bool,
}

/// The base letters of one character: lower case, without accents, ligatures written out.
///
/// Umlauts become their base letter and ß becomes ss, which is also the order of DIN 5007-1.
pub(super) fn base_letters(c: char, mut put: impl FnMut(char)) {
    if c.is_ascii() {
        return put(c.to_ascii_lowercase());
    }
    for d in std::iter::once(c).nfkd().flat_map(char::to_lowercase) {
        let written_out = match d {
            'ß' => "ss",
            'æ' => "ae",
            'œ' => "oe",
            'ø' => "o",
            'ł' => "l",
            'đ' => "d",
            d if unicode_normalization::char::is_combining_mark(d) => "",
            d => {
                put(d);
                continue;
            }
        };
        written_out.chars().for_each(&mut put);
    }
}

/// Appends `c` so that ä, ae and a end up the same.
///
/// "ae", "oe" and "ue" lose their e, except "ue" after a vowel or q ("Steuer", "bequem"). The rule looks back only, so
/// the folded beginning of a word is the beginning of the folded word, which search as you type relies on.
fn fold_into(out: &mut String, after_plain_vowel: &mut bool, c: char) {
    let written_apart = std::mem::take(after_plain_vowel);
    if written_apart && matches!(c, 'e' | 'E') {
        return;
    }
    let before = out.chars().next_back();
    *after_plain_vowel = match c {
        'a' | 'A' | 'o' | 'O' => true,
        'u' | 'U' => !matches!(before, Some('a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'q')),
        _ => false,
    };
    base_letters(c, |b| {
        if b.is_alphanumeric() {
            out.push(b);
        }
    });
}

/// Splits a text into folded words. Endings in gender notation ("Wahlhelfer*innen") are left out.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut found: Vec<Word> = Vec::new();
    let mut open: Option<(usize, String, bool)> = None;
    let mut chars_in_word = 0;
    let mut gap_start = 0;
    let end = std::iter::once((text.len(), ' '));
    for (at, c) in text.char_indices().chain(end) {
        if matches!(c, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{feff}') {
            continue; // invisible places to break a line
        }
        if c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c) && open.is_some() {
            let (_, folded, vowel) = open.get_or_insert_with(|| {
                chars_in_word = 0;
                (at, String::new(), false)
            });
            if chars_in_word < WORD_CHARS {
                fold_into(folded, vowel, c);
            }
            chars_in_word += 1;
            continue;
        }
        if let Some((start, folded, _)) = open.take() {
            let gap = if found.is_empty() { "" } else { &text[gap_start..start] };
            let gendered = matches!(gap, "*" | ":" | "_" | "/" | "/-") && matches!(folded.as_str(), "in" | "innen");
            if !gendered && !folded.is_empty() {
                let hyphenated = matches!(gap, "-" | "\u{2010}" | "\u{2011}");
                found.push(Word { folded, span: start..at, hyphenated });
            }
            gap_start = at;
        }
    }
    found
}

/// Adds the joined form of hyphenated words ("E-Mail": "e", "mail" and "email").
pub(super) fn with_joined(words: &[Word]) -> Vec<String> {
    let mut all: Vec<String> = words.iter().map(|w| w.folded.clone()).collect();
    let mut at = 0;
    while at < words.len() {
        let len = 1 + words[at + 1..].iter().take_while(|w| w.hyphenated).count();
        if len > 1 {
            all.push(words[at..at + len].iter().flat_map(|w| w.folded.chars()).take(WORD_CHARS).collect());
        }
        at += len;
    }
    all
}

/// Stem of a folded word: Snowball's German rules, plus two that it lacks ("Steuern", "Wahlhelferinnen").
pub(super) fn stem(folded: &str) -> String {
    let mut word = folded;
    for ending in ["innen", "in"] {
        if let Some(rest) = word.strip_suffix(ending).filter(|r| r.len() >= 6 && r.ends_with("er")) {
            word = rest;
        }
    }
    if word.len() >= 6 && (word.ends_with("ern") || word.ends_with("eln")) {
        word = &word[..word.len() - 1];
    }
    Stemmer::create(Algorithm::German).stem(word).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> Vec<String> {
        words(text).into_iter().map(|w| w.folded).collect()
    }

    #[test]
    fn umlauts_are_the_same_in_all_spellings() {
        for text in ["Müll", "Muell", "Mull", "MÜLL", "Mu\u{308}ll"] {
            assert_eq!(folded(text), ["mull"], "{text}");
        }
        assert_eq!(folded("Straße STRASSE strasse"), ["strasse"; 3]);
        assert_eq!(folded("Steuer bequem Feuer Bäuerin"), ["steuer", "bequem", "feuer", "bauerin"]);
    }

    #[test]
    fn the_folded_beginning_is_the_beginning_of_the_folded_word() {
        for word in ["Hundesteuer", "Mueller", "Bäuerin", "Baeuerin", "aktuell", "Israel", "Goethestraße"] {
            let whole = &folded(word)[0];
            for (at, _) in word.char_indices().skip(1) {
                assert!(whole.starts_with(&folded(&word[..at])[0]), "{word} at {at}");
            }
        }
    }

    #[test]
    fn words_end_at_signs_and_lose_gender_endings() {
        assert_eq!(folded("Wahlhelfer*innen, An-/Um-/Abmeldung"), ["wahlhelfer", "an", "um", "abmeldung"]);
        assert_eq!(folded("Hunde\u{ad}steuer"), ["hundesteuer"]);
        assert_eq!(with_joined(&words("per E-Mail")), ["per", "e", "mail", "email"]);
        assert!(folded("§§ – !").is_empty());
    }

    #[test]
    fn plural_and_genitive_share_a_stem() {
        for group in [
            &["fundsachen", "fundsache"][..],
            &["steuer", "steuern"],
            &["urkunde", "urkunden"],
            &["wahlhelfer", "wahlhelfers", "wahlhelferinnen"],
            &["anmeldung", "anmeldungen", "anmelden"],
        ] {
            for word in group {
                assert_eq!(stem(word), stem(group[0]), "{word}");
            }
        }
    }
}
