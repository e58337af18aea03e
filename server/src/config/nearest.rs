//! What somebody may have meant by a name that does not exist.

/// Different signs that still count as a slip of the finger.
const FAR: usize = 2;

/// The known name that is nearest to a wrong one, if one is near.
pub fn nearest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let near = known.into_iter().map(|name| (distance(wrong, name), name));
    near.filter(|(far, name)| *far <= FAR && *far * 3 <= name.len()).min_by_key(|(far, _)| *far).map(|(_, name)| name)
}

/// Signs to add, to drop, to replace or to swap with their neighbour until one text is the other (optimal string alignment).
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_slips_and_nothing_else() {
        let known = ["PORTAL_ADDR", "PORTAL_DATA", "PORTAL_SITE", "DATABASE_URL"];
        for (wrong, meant) in [
            ("PORTAL_ADR", Some("PORTAL_ADDR")),
            ("PORTAL_DTAA", Some("PORTAL_DATA")),
            ("POTRAL_SITE", Some("PORTAL_SITE")),
            ("DATABASE_URI", Some("DATABASE_URL")),
            ("PORTAL_COLOUR", None),
            ("HOME", None),
            ("", None),
        ] {
            assert_eq!(nearest(wrong, known), meant, "{wrong}");
        }
    }
}
