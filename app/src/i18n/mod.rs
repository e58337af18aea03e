//! German and English texts. One place per subject; matches are exhaustive, so that a missing text fails to compile.

pub mod action;
pub mod error;
pub mod event;
pub mod failure;
pub mod format;
pub mod notice;
pub mod supply;
pub mod targets;
pub mod words;

/// A function from a closed set of words to its text in both languages.
macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident($kind:ty) { $($word:pat => $de:literal, $en:literal;)* })*) => {$(
        $(#[$doc])*
        pub fn $name(lang: portal_model::Lang, word: $kind) -> &'static str {
            match word { $($word => lang.pick($de, $en),)* }
        }
    )*};
}
pub(crate) use texts;

/// Name of the portal.
pub const PORTAL: &str = "OZG-Cloud-Portal";
