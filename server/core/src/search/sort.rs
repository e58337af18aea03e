//! Order of names in German lists.

/// Key that sorts names bytewise in the order of DIN 5007-1: ä like a, ß like ss, case and signs ignored.
///
/// Names that differ only in those get the same key; a list that needs a total order adds the id.
pub fn sort_key(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    for c in name.chars() {
        super::fold::base_letters(c, |b| {
            if b.is_alphanumeric() {
                key.push(b);
            } else if !matches!(b, '\u{ad}' | '\'' | '’') && !key.is_empty() && !key.ends_with(' ') {
                key.push(' ');
            }
        });
    }
    key.truncate(key.trim_end().len());
    key
}

#[cfg(test)]
mod tests {
    use super::sort_key;

    #[test]
    fn names_sort_as_in_a_german_directory() {
        let mut names =
            ["Ofen", "Öfen", "Zoll", "Ahrensburg", "Ärzte", "Straße", "Strasse Nord", "Strand", "St. Peter"];
        names.sort_by_key(|n| sort_key(n));
        assert_eq!(
            names,
            ["Ahrensburg", "Ärzte", "Ofen", "Öfen", "St. Peter", "Strand", "Straße", "Strasse Nord", "Zoll"]
        );
    }

    #[test]
    fn signs_and_case_do_not_matter() {
        assert_eq!(sort_key("  KFZ-Zulassung (neu) "), "kfz zulassung neu");
        assert_eq!(sort_key("Nordheim v.d.Rhön"), "nordheim v d rhon");
        assert_eq!(sort_key(""), "");
    }
}
