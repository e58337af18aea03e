//! Splits German compounds with the words of the catalogue itself as dictionary.

/// Letters that join the parts of a compound (Fugenelemente): Wohnung-s-geber, Urkunde-n-stelle.
const LINKS: [&str; 6] = ["s", "es", "n", "en", "er", "e"];
/// Shortest part: "Kur" in "Kurabgabe".
const PART: usize = 3;

/// The parts, if the folded word decomposes completely into at least two; fewest parts win, then the longest last part.
///
/// `lookup` gives the number of a word that may stand as a part.
pub(super) fn split(word: &str, lookup: impl Fn(&str) -> Option<u32>) -> Option<Vec<u32>> {
    if word.len() < 2 * PART {
        return None;
    }
    let part = |text: &str, last: bool| {
        let linked = || LINKS.iter().filter_map(|l| text.strip_suffix(l)).filter(|w| w.len() >= PART).find_map(&lookup);
        lookup(text).or_else(|| if last { None } else { linked() })
    };
    // reached[end] = (number of parts, start of the last part, that part)
    let mut reached: Vec<Option<(usize, usize, u32)>> = vec![None; word.len() + 1];
    for end in PART..=word.len() {
        for start in 0..=end - PART {
            let Some(text) = word.get(start..end).filter(|t| t.len() < word.len()) else { continue };
            let count = match reached[start] {
                _ if start == 0 => 1,
                Some((count, ..)) => count + 1,
                None => continue,
            };
            if reached[end].is_none_or(|(best, ..)| count < best)
                && let Some(part) = part(text, end == word.len())
            {
                reached[end] = Some((count, start, part));
            }
        }
    }
    let mut parts = Vec::new();
    let mut end = word.len();
    while end > 0 {
        let (_, start, part) = reached[end]?;
        parts.push(part);
        end = start;
    }
    parts.reverse();
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn compounds_fall_into_the_words_of_the_catalogue() {
        let words = ["hund", "steuer", "anmeldung", "wohnung", "geld", "zweit", "hundesteuer", "kur", "abgabe"];
        let number = |word: &str| words.iter().position(|w| *w == word).map(|at| at as u32);
        let split =
            |word| split(word, number).map(|p| p.iter().map(|&i| words[i as usize]).collect::<Vec<_>>().join(" "));
        assert_eq!(split("hundesteuer").as_deref(), Some("hund steuer"));
        assert_eq!(split("hundesteueranmeldung").as_deref(), Some("hundesteuer anmeldung"));
        assert_eq!(split("zweitwohnungssteuer").as_deref(), Some("zweit wohnung steuer"));
        assert_eq!(split("kurabgabe").as_deref(), Some("kur abgabe"));
        assert_eq!(split("hundexsteuer"), None);
        assert_eq!(split("steuer"), None);
        assert_eq!(split("ÖÄ"), None);
    }
}
