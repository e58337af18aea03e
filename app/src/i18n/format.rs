//! Numbers, money and durations as people write them.

use portal_model::{Lang, Timestamp, pages::COUNTED};

/// Whole numbers with separators: `1.234` or `1,234`.
pub fn number(lang: Lang, value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + 4);
    if value < 0 {
        out.push('−');
    }
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push_str(lang.pick(".", ","));
        }
        out.push(digit);
    }
    out
}

/// Money from cents: `1.234,50 €` or `€1,234.50`.
pub fn euro(lang: Lang, cents: i64) -> String {
    let whole = number(lang, (cents / 100).abs());
    let rest = (cents % 100).abs();
    let sign = if cents < 0 { "−" } else { "" };
    match lang {
        Lang::De => format!("{sign}{whole},{rest:02}\u{a0}€"),
        Lang::En => format!("{sign}€{whole}.{rest:02}"),
    }
}

/// How long something took: `1,2 s`, `3 min 05 s`. Clusters count whole seconds, so less than one is no figure.
pub fn duration(lang: Lang, millis: i64) -> String {
    match millis {
        ..1_000 => lang.pick("unter 1\u{a0}s", "less than 1\u{a0}s").to_owned(),
        1_000..60_000 => {
            format!("{}{}{}\u{a0}s", millis / 1_000, lang.pick(",", "."), millis % 1_000 / 100)
        }
        _ => format!("{}\u{a0}min {:02}\u{a0}s", millis / 60_000, millis % 60_000 / 1_000),
    }
}

/// A number with the word for one or for many.
pub fn count(lang: Lang, value: i64, one: (&str, &str), many: (&str, &str)) -> String {
    let (de, en) = if value == 1 { one } else { many };
    format!("{}\u{a0}{}", number(lang, value), lang.pick(de, en))
}

/// The same for the length of a list, which is counted only up to some number.
pub fn length(lang: Lang, value: i64, one: (&str, &str), many: (&str, &str)) -> String {
    if value <= COUNTED {
        return count(lang, value, one, many);
    }
    format!("{} {}", lang.pick("mehr als", "more than"), count(lang, COUNTED, one, many))
}

/// „seit 3. …": since when, as a date.
pub fn since(lang: Lang, at: Timestamp) -> String {
    format!("{} {}", lang.pick("seit", "since"), at.date_time(lang))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_and_numbers_read_as_people_write_them() {
        assert_eq!(euro(Lang::De, 123_450), "1.234,50\u{a0}€");
        assert_eq!(euro(Lang::En, 123_450), "€1,234.50");
        assert_eq!(euro(Lang::De, -5), "−0,05\u{a0}€");
        assert_eq!(number(Lang::De, 1_234_567), "1.234.567");
        assert_eq!(number(Lang::En, 999), "999");
        let cases = |n| length(Lang::De, n, ("Fall", "case"), ("Fälle", "cases"));
        assert_eq!((cases(1).as_str(), cases(1_000).as_str()), ("1\u{a0}Fall", "1.000\u{a0}Fälle"));
        assert_eq!(cases(1_001), "mehr als 1.000\u{a0}Fälle");
        assert_eq!(duration(Lang::De, 0), "unter 1\u{a0}s");
        assert_eq!(duration(Lang::En, 999), "less than 1\u{a0}s");
        assert_eq!(duration(Lang::De, 1_250), "1,2\u{a0}s");
        assert_eq!(duration(Lang::En, 185_000), "3\u{a0}min 05\u{a0}s");
    }
}
