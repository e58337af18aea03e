//! Licences as bills of materials write them.
//!
//! Sources: SPDX specification 2.3, annex D (licence expressions) and the SPDX licence list, both by the crate `spdx`.

use spdx::{Expression, ParseMode};

/// Longest expression that is looked at, in bytes.
const MAX_LENGTH: usize = 1_000;

/// Whether the text is an SPDX licence expression; a single id is one.
pub fn is_expression(text: &str) -> bool {
    text.len() <= MAX_LENGTH && Expression::parse_mode(text, MODE).is_ok()
}

/// Ids that the list has deprecated (`GPL-3.0`) are still what many tools write.
const MODE: ParseMode = ParseMode {
    allow_deprecated: true,
    allow_imprecise_license_names: false,
    allow_slash_as_or_operator: false,
    allow_postfix_plus_on_gpl: true,
    allow_unknown: false,
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_and_other_words() {
        for good in [
            "MIT",
            "EUPL-1.2",
            "GPL-3.0",
            "GPL-2.0+",
            "GPL-2.0-or-later WITH Classpath-exception-2.0",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "LicenseRef-Vendor",
        ] {
            assert!(is_expression(good), "{good}");
        }
        let long = vec!["MIT"; 400].join(" OR ");
        let deep = format!("{}MIT{}", "(".repeat(400), ")".repeat(400));
        for bad in ["", "MIT License", "mit or apache", "MIT AND", "MIT/Apache-2.0", "GPL", "(MIT", &long] {
            assert!(!is_expression(bad), "{bad:.30}");
        }
        // Deep nesting is judged, not followed into the stack.
        let _ = is_expression(&deep);
    }
}
