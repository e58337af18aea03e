//! The catalogue search: judged queries, properties over generated input.

use portal_core::search::{Document, Index, highlight};
use serde::Deserialize;

#[derive(Deserialize)]
struct Entry {
    key: String,
    name: String,
    summary: String,
    description: String,
    leistungen: Vec<(String, String)>,
    vendor: String,
    topic: String,
}

#[derive(Deserialize)]
struct Judged {
    query: String,
    first: Vec<String>,
    #[serde(default)]
    only: bool,
}

fn catalogue() -> Vec<Document> {
    let entries: Vec<Entry> = serde_saphyr::from_str(include_str!("search/catalogue.yaml")).expect("catalogue");
    let document = |e: Entry| Document {
        key: e.key,
        name: e.name,
        summary: e.summary,
        description: e.description,
        leistungen: e.leistungen,
        vendor: e.vendor,
        topic: e.topic,
        keywords: Vec::new(),
    };
    entries.into_iter().map(document).collect()
}

fn keys(index: &Index, query: &str) -> Vec<String> {
    index.search(query, 20).into_iter().map(|h| h.key).collect()
}

#[test]
fn judged_queries_find_the_expected() {
    let judged: Vec<Judged> = serde_saphyr::from_str(include_str!("search/queries.yaml")).expect("queries");
    assert!(judged.len() >= 60, "too few queries to say anything");
    let index = Index::build(catalogue());
    let mut wrong = Vec::new();
    for Judged { query, first, only } in judged {
        let found = keys(&index, &query);
        if !found.starts_with(&first) || only && found.len() > first.len() {
            wrong.push(format!("{query}: expected {first:?}{}, found {found:?}", if only { " only" } else { "" }));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_entry_is_first_for_its_name_and_its_keys() {
    let index = Index::build(catalogue());
    for document in catalogue() {
        let without_umlauts = document.name.replace('ä', "ae").replace('ö', "oe").replace('ü', "ue").replace('ß', "ss");
        let dropped = document.name.replace('ä', "a").replace('ö', "o").replace('ü', "u").replace('ß', "ss");
        let digits = |key: &str| key.replace(' ', "");
        let mut queries = vec![document.name.clone(), without_umlauts, dropped, document.name.to_uppercase()];
        for (key, name) in &document.leistungen {
            let key = digits(key);
            queries.push([&key[..2], &key[2..5], &key[5..8], &key[8..11], &key[11..]].join(" "));
            queries.push(key);
            queries.push(name.clone());
        }
        for query in queries {
            assert_eq!(keys(&index, &query).first(), Some(&document.key), "{query}");
        }
    }
}

#[test]
fn all_matches_agree_with_the_ranked_list() {
    let index = Index::build(catalogue());
    for query in ["steuer", "s", "wahl", "melden", "99"] {
        let all = index.matches_all(query);
        assert_eq!(all, keys(&index, query), "{query}");
        for limit in 0..all.len() {
            let some: Vec<String> = index.search(query, limit).into_iter().map(|h| h.key).collect();
            assert_eq!(some, all[..limit], "{query}, first {limit}");
        }
    }
    assert!(index.matches_all("").is_empty());
    assert!(Index::build(Vec::new()).matches_all("steuer").is_empty());
}

#[test]
fn words_that_say_nothing_do_not_count() {
    let index = Index::build(catalogue());
    let wanted = keys(&index, "hundesteuer");
    for query in
        ["die Hundesteuer", "Hundesteuer und", "und für Hundesteuer", "the Hundesteuer for my", "of Hundesteuer"]
    {
        assert_eq!(keys(&index, query), wanted, "{query}");
    }
    // Alone they are all that was asked.
    assert!(!keys(&index, "für").is_empty());
}

#[test]
fn matched_words_can_be_marked() {
    let index = Index::build(catalogue());
    let marked = |query: &str, text: &str| {
        let hits = index.search(query, 1);
        highlight(text, &hits[0].matched).into_iter().map(|r| text[r].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(marked("maengel", "Der Mängelmelder der Stadt"), ["Mängelmelder"]);
    assert_eq!(marked("hunde steuer", "Hundesteuer – für Hunde"), ["Hundesteuer"]);
    assert_eq!(marked("kurtaxe", "Die Kurabgabe"), ["Kurabgabe"]);
}

/// SplitMix64: the same numbers for the same seed on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % limit as u64) as usize
    }

    fn text(&mut self) -> String {
        const LIKELY: &[char] = &['a', 'e', 'u', 's', 'S', 'ä', 'Ü', 'ß', 'ẞ', '-', ' ', '9', '0', '*', '\u{308}', 'ǆ'];
        let any = |r: &mut Self| char::from_u32(r.below(0x11_0000) as u32).unwrap_or('\u{fffd}');
        let length = self.below(60);
        (0..length).map(|_| if self.below(4) == 0 { any(self) } else { LIKELY[self.below(LIKELY.len())] }).collect()
    }
}

#[test]
fn no_input_panics_and_the_order_is_always_the_same() {
    for seed in 0..40 {
        println!("seed {seed}");
        let mut random = Random(seed);
        let odd = |n: usize, random: &mut Random| Document {
            key: format!("odd-{n}"),
            name: random.text(),
            summary: random.text(),
            description: random.text(),
            leistungen: vec![(random.text(), random.text())],
            keywords: vec![random.text()],
            ..Document::default()
        };
        let mut documents = catalogue();
        documents.extend((0..20).map(|n| odd(n, &mut random)));
        let index = Index::build(documents.clone());
        documents.reverse();
        let reversed = Index::build(documents);
        for _ in 0..50 {
            let query = random.text();
            let found = keys(&index, &query);
            assert_eq!(found, keys(&reversed, &query), "seed {seed}, query {query:?}");
            for hit in index.search(&query, 3) {
                for place in highlight(&query, &hit.matched) {
                    assert!(query.get(place).is_some(), "seed {seed}, query {query:?}");
                }
            }
        }
    }
}

#[test]
fn long_queries_are_cut_instead_of_refused() {
    let index = Index::build(catalogue());
    assert_eq!(keys(&index, &format!("Wohngeld {}", "in der ".repeat(5_000))), ["wohngeld"]);
    assert!(keys(&index, &"x".repeat(100_000)).is_empty());
}

/// Names of two syllable groups, all different, none the beginning of another.
fn generated(count: usize) -> Vec<Document> {
    const FIRST: [&str; 10] = ["Bräu", "Föhr", "Grün", "Klär", "Moor", "Süß", "Tal", "Wild", "Zoll", "Groß"];
    const SECOND: [&str; 10] = ["garten", "kamp", "lüften", "maß", "netz", "öfen", "plätze", "quell", "rohr", "säle"];
    const THIRD: [&str; 10] = [
        "schein",
        "steuer",
        "anmeldung",
        "erlaubnis",
        "prüfung",
        "gebühr",
        "nachweis",
        "karte",
        "zuschuss",
        "beratung",
    ];
    let document = |n: usize| {
        let (a, b, c) = (FIRST[n % 10], SECOND[n / 10 % 10], THIRD[n / 100 % 10]);
        let name = format!("{a}{b}{c}");
        Document {
            key: format!("entry-{n}"),
            summary: format!("{} und {} beantragen.", THIRD[(n + 3) % 10], SECOND[(n + 5) % 10]),
            leistungen: vec![(format!("99{:03}{:03}{n:06}", n % 140, n % 37), format!("{name} Erteilung"))],
            name,
            ..Document::default()
        }
    };
    (0..count).map(document).collect()
}

#[test]
fn every_generated_entry_is_first_for_its_name_and_key() {
    let documents = generated(1_000);
    let index = Index::build(documents.clone());
    for document in documents {
        let plain = document.name.replace('ä', "ae").replace('ö', "oe").replace('ü', "ue").replace('ß', "ss");
        for query in [&document.name, &plain, &document.leistungen[0].0] {
            assert_eq!(keys(&index, query).first(), Some(&document.key), "{query}");
        }
    }
}
