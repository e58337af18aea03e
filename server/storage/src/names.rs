//! The order of names, made here so that both databases agree on it.

/// Sort key of a German name: DIN 5007-1, so ä sorts as a and ß as ss, and case does not count; ties by the name itself.
pub(crate) fn key(name: &str) -> (String, String) {
    let mut folded = String::with_capacity(name.len());
    for c in name.chars().flat_map(char::to_lowercase) {
        match c {
            'ä' | 'á' | 'à' | 'â' => folded.push('a'),
            'ö' | 'ó' | 'ò' | 'ô' | 'ø' => folded.push('o'),
            'ü' | 'ú' | 'ù' | 'û' => folded.push('u'),
            'é' | 'è' | 'ê' | 'ë' => folded.push('e'),
            'ß' => folded.push_str("ss"),
            other => folded.push(other),
        }
    }
    (folded, name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::key;

    #[test]
    fn umlauts_stand_where_germans_look_for_them() {
        let mut names = ["Zella", "Ärzte", "Bad Aibling", "arnis", "Aßlar"];
        names.sort_by_cached_key(|n| key(n));
        assert_eq!(names, ["arnis", "Ärzte", "Aßlar", "Bad Aibling", "Zella"]);
    }
}
