//! Time of a search over 5,000 entries, with what people really type: whole names, beginnings, typos, single letters.

use crate::{
    catalogue::ENTRIES,
    report::{Report, median, share},
};
use portal_core::search::{Document, Index};
use portal_testing::scale::{document, queries};
use std::{hint::black_box, time::Instant};

const ROUNDS: usize = 20;

/// Runs it.
pub fn run(report: &mut Report) {
    report.part("Search in 5,000 entries");
    let documents: Vec<Document> = (0..ENTRIES).map(document).collect();
    let queries = queries(&documents);
    let begin = Instant::now();
    let index = Index::build(documents);
    report.note("building the index", format!("{} ms", begin.elapsed().as_millis()), "");
    let mut millis = Vec::new();
    for _ in 0..ROUNDS {
        for query in &queries {
            let begin = Instant::now();
            black_box(index.search(black_box(query), 20));
            millis.push(begin.elapsed().as_secs_f64() * 1000.0);
        }
    }
    let p50 = median(millis.iter().copied());
    report.note("p50", format!("{p50:.3} ms"), format!("{} searches", millis.len()));
    report.at_most("p99", share(millis, 0.99), 20.0, "ms");
}
