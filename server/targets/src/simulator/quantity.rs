//! Kubernetes quantities (`500m`, `2`, `1.5Gi`), counted in thousandths.

/// A quantity in thousandths of its unit; `None` if it isn't one.
pub(super) fn parse(text: &str) -> Option<i128> {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | '+'))).unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    let factor: i128 = match unit {
        "m" => 1,
        "" => 1000,
        "k" => 1_000_000,
        "M" => 1_000_000_000,
        "G" => 1_000_000_000_000,
        "T" => 1_000_000_000_000_000,
        "P" => 1_000_000_000_000_000_000,
        "Ki" => 1000 << 10,
        "Mi" => 1000 << 20,
        "Gi" => 1000 << 30,
        "Ti" => 1000 << 40,
        "Pi" => 1000 << 50,
        _ => return None,
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && fraction.is_empty() || fraction.len() > 18 || whole.len() > 15 {
        return None;
    }
    let whole_value: i128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let mut value = whole_value * factor;
    if !fraction.is_empty() {
        let part: i128 = fraction.parse().ok().filter(|part| *part >= 0)?;
        let part = part * factor / 10_i128.pow(u32::try_from(fraction.len()).ok()?);
        value += if whole.starts_with('-') { -part } else { part };
    }
    Some(value)
}

/// Thousandths as a quantity; resources counted in bytes get binary units.
pub(super) fn format(thousandths: i128, bytes: bool) -> String {
    if thousandths % 1000 != 0 {
        return format!("{thousandths}m");
    }
    let value = thousandths / 1000;
    if bytes && value != 0 {
        for (unit, shift) in [("Ti", 40), ("Gi", 30), ("Mi", 20), ("Ki", 10)] {
            if value % (1_i128 << shift) == 0 {
                return format!("{}{unit}", value >> shift);
            }
        }
    }
    value.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_quantities() {
        assert_eq!(parse("500m"), Some(500));
        assert_eq!(parse("0.5"), Some(500));
        assert_eq!(parse("2"), Some(2000));
        assert_eq!(parse("128Mi"), Some(134_217_728_000));
        assert_eq!(parse("1.5Gi"), Some(1_610_612_736_000));
        assert_eq!(parse("viel"), None);
        assert_eq!(parse(""), None);
        assert_eq!(format(500, false), "500m");
        assert_eq!(format(134_217_728_000, true), "128Mi");
        assert_eq!(format(3000, false), "3");
    }
}
