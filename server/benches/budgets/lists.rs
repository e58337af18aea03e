//! Long lists with 100,000 cases next to an indexed point query in the same database.

use crate::report::{Budget, Report, median, number, progress};
use anyhow::{Context, Result};
use portal_core::{
    Ctx,
    ports::Store,
    use_cases::{CaseListQuery, WorkListQuery},
};
use portal_testing::TestApp;
use std::{future::Future, time::Instant};

const CASES: usize = 100_000;
const ROUNDS: usize = 60;

/// Milliseconds of one call.
async fn timed<T>(call: impl Future<Output = portal_core::error::Result<T>>) -> Result<f64> {
    let begin = Instant::now();
    call.await.context("a list")?;
    Ok(begin.elapsed().as_secs_f64() * 1000.0)
}

/// Runs it.
pub async fn run(report: &mut Report) -> Result<()> {
    report.part("Lists with 100,000 cases next to an indexed point query");
    let app = TestApp::start().await;
    app.publish("maengelmelder", "1.0.0").await;
    let model = app.accepted("maengelmelder").await;
    progress("lists: making 100,000 cases");
    let some = app.requests_like(&model, CASES).await;
    progress("lists: reading");
    let (consultant, clerk) = (app.ctx(app.people.consultant).await, app.ctx(app.people.clerk).await);
    let work = |aufgabe: &str| WorkListQuery { aufgabe: aufgabe.to_owned(), ..WorkListQuery::default() };
    let requests = |phase: &str| CaseListQuery { phase: phase.to_owned(), ..CaseListQuery::default() };
    let middle = app.storage.case_by_reference(&some[some.len() / 2]).await?.context("a case")?.request;
    let deep = CaseListQuery { nach: Some(format!("{}~{}", middle.created_at.0, middle.id)), ..Default::default() };
    let lists: Vec<(&str, List<'_>)> = vec![
        ("work list: open", List::Work(&consultant, work("open"))),
        ("work list: activation", List::Work(&consultant, work("activation"))),
        ("work list: all", List::Work(&consultant, work("all"))),
        ("requests of a Land", List::Requests(&consultant, requests(""))),
        ("requests of a Land, in the middle", List::Requests(&consultant, deep)),
        ("requests of a Land, phase Antrag", List::Requests(&consultant, requests("request"))),
        ("requests of a Verwaltung", List::Requests(&clerk, requests(""))),
    ];
    let mut points = Vec::new();
    let mut times = vec![Vec::new(); lists.len()];
    for round in 0..ROUNDS {
        for ((_, list), times) in lists.iter().zip(&mut times) {
            let r = &some[(round * 7) % some.len()];
            let begin = Instant::now();
            app.storage.case_by_reference(r).await?;
            points.push(begin.elapsed().as_secs_f64() * 1000.0);
            times.push(match list {
                List::Work(ctx, query) => timed(app.portal.work_list_page(ctx, query)).await?,
                List::Requests(ctx, query) => timed(app.portal.request_list_page(ctx, query)).await?,
            });
        }
    }
    let point = median(points);
    report.note("a case by its reference", format!("{} ms", number(point)), "");
    for ((what, _), times) in lists.iter().zip(times) {
        let list = median(times);
        report.ratio(*what, list / point, format!("{} ms", number(list)), Budget::AtMost(5.0));
    }
    Ok(())
}

/// Somebody's list.
enum List<'a> {
    Work(&'a Ctx, WorkListQuery),
    Requests(&'a Ctx, CaseListQuery),
}
