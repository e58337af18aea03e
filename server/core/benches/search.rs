//! Time of a search over 5,000 entries, and of building the index. Also prints p50 and p99 over mixed queries.

use criterion::Criterion;
use portal_core::search::{Document, Index};
use std::hint::black_box;
use std::time::Instant;

const ENTRIES: usize = 5_000;
const ROUNDS: usize = 20;

const SUBJECTS: [&str; 24] = [
    "Hund",
    "Wohnung",
    "Gewerbe",
    "Geburt",
    "Bau",
    "Straße",
    "Abfall",
    "Wasser",
    "Jagd",
    "Schule",
    "Wahl",
    "Markt",
    "Grundstück",
    "Fischerei",
    "Kinder",
    "Pflege",
    "Denkmal",
    "Lärm",
    "Bäder",
    "Fahrzeug",
    "Waffen",
    "Spiel",
    "Forst",
    "Gräber",
];
const MIDDLES: [&str; 16] = [
    "",
    "halter",
    "schutz",
    "nutzungs",
    "betriebs",
    "verkehrs",
    "sonder",
    "flächen",
    "gebühren",
    "zweck",
    "anlagen",
    "haus",
    "register",
    "prüfungs",
    "kosten",
    "plan",
];
const HEADS: [&str; 20] = [
    "steuer",
    "urkunde",
    "anmeldung",
    "genehmigung",
    "ausweis",
    "bescheinigung",
    "erlaubnis",
    "abgabe",
    "zuschuss",
    "antrag",
    "befreiung",
    "auskunft",
    "karte",
    "prüfung",
    "zulassung",
    "anzeige",
    "vertrag",
    "beratung",
    "förderung",
    "aufsicht",
];

fn document(n: usize) -> Document {
    let (a, b, c) = (SUBJECTS[n % 24], MIDDLES[n / 24 % 16], HEADS[n / 384 % 20]);
    let other = |k: usize| {
        let n = n.wrapping_mul(2_654_435_761).wrapping_add(k * 7_919);
        format!("{}{}{}", SUBJECTS[n % 24], MIDDLES[n / 24 % 16], HEADS[n / 384 % 20])
    };
    let name = format!("{a}{b}{c}");
    Document {
        key: format!("verfahren-{n}"),
        summary: format!("{} und {} online beantragen.", other(1), other(2)),
        description: (3..40)
            .map(|k| format!("{} für Ort{} mit {}.", other(k), n * 7 % 9_000 + k, HEADS[k % 20]))
            .collect(),
        leistungen: (0..3)
            .map(|k| (format!("99{:03}{:03}{:06}", n % 150, n % 997, n * 3 + k), format!("{name} {}", HEADS[k])))
            .collect(),
        vendor: format!("Anbieter {}", n % 40),
        topic: format!("Themenfeld {}", SUBJECTS[n % 14]),
        name,
        keywords: Vec::new(),
    }
}

/// What people type: whole names, beginnings, parts, typos, keys, sentences; also the costly single letters.
fn queries(documents: &[Document]) -> Vec<String> {
    let mut queries: Vec<String> =
        ["s", "h", "st", "steuer", "e", "an", "xyzxyz", "Wie melde ich meinen Hund an?", "99", "kfz"]
            .map(String::from)
            .to_vec();
    queries.push(["Hundehaltersteuxer", "Wohnungsantargs", "qwertzuiopasdf"].join(" ").repeat(8));
    for document in documents.iter().step_by(50) {
        let letters: Vec<char> = document.name.chars().collect();
        let mut swapped = letters.clone();
        swapped.swap(letters.len() / 2, letters.len() / 2 - 1);
        let middle = letters.len() / 2;
        queries.push(document.name.clone());
        queries.push(letters[..letters.len().min(5)].iter().collect());
        queries.push(swapped.iter().collect());
        queries.push([&letters[..middle], &[' '], &letters[middle..]].concat().iter().collect());
        queries.push(document.leistungen[0].0[..8].to_owned());
        queries.push(format!("{} beantragen in der Gemeinde", document.summary));
    }
    queries
}

fn main() {
    let documents: Vec<Document> = (0..ENTRIES).map(document).collect();
    let built = Instant::now();
    let index = Index::build(documents.clone());
    println!("build of {ENTRIES} entries: {:?}", built.elapsed());
    let queries = queries(&documents);
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        for query in &queries {
            let start = Instant::now();
            black_box(index.search(query, 20));
            times.push((start.elapsed(), query));
        }
    }
    times.sort();
    let at = |share: f64| &times[((times.len() - 1) as f64 * share) as usize];
    println!("{} searches: p50 {:?}, p99 {:?}, slowest {:?}", times.len(), at(0.5).0, at(0.99), at(1.0));

    let mut criterion = Criterion::default().configure_from_args();
    for (what, query) in [("name", "Hundehaltersteuer"), ("typing", "hun"), ("typo", "Wohnungsantarg"), ("letter", "s")]
    {
        criterion.bench_function(&format!("search/{what}"), |b| b.iter(|| index.search(black_box(query), 20)));
    }
    criterion.final_summary();
}
