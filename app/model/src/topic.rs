//! Themenfelder of the OZG: packages name them in German; pages in English translate those that are known.

use crate::{Bilingual, Lang};

/// The Themenfelder, and the one for what fits none of them.
const TOPICS: &[(&str, &str)] = &[
    ("Arbeit & Ruhestand", "Work & retirement"),
    ("Bauen & Wohnen", "Building & housing"),
    ("Bildung", "Education"),
    ("Ein- & Auswanderung", "Immigration & emigration"),
    ("Engagement & Hobby", "Volunteering & leisure"),
    ("Familie & Kind", "Family & children"),
    ("Forschung & Förderung", "Research & funding"),
    ("Gesundheit", "Health"),
    ("Mobilität & Reisen", "Mobility & travel"),
    ("Querschnitt", "Cross-cutting"),
    ("Querschnittsleistungen", "Cross-cutting"),
    ("Recht & Ordnung", "Law & public order"),
    ("Steuern & Zoll", "Taxes & customs"),
    ("Umwelt", "Environment"),
    ("Unternehmensführung & -entwicklung", "Running & developing a business"),
];

/// A topic as people read it. One that is not among the Themenfelder stays as the vendor wrote it.
pub fn text(lang: Lang, topic: &str) -> &str {
    if lang == Lang::De {
        return topic;
    }
    TOPICS.iter().find(|(german, _)| *german == topic).map_or(topic, |(_, english)| english)
}

/// A topic in both languages.
pub fn both(topic: &str) -> Bilingual {
    Bilingual { de: topic.to_owned(), en: text(Lang::En, topic).to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_topics_are_translated_and_others_stay() {
        assert_eq!(text(Lang::En, "Steuern & Zoll"), "Taxes & customs");
        assert_eq!(text(Lang::De, "Steuern & Zoll"), "Steuern & Zoll");
        assert_eq!(text(Lang::En, "Muster"), "Muster");
    }
}
