//! Events go on where they stopped.

use crate::common::{Browser, World};
use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use http_body_util::BodyExt;
use portal_model::Lang;

struct Stream {
    body: Body,
    text: String,
}

impl Stream {
    async fn open(browser: &Browser, path: &str, last: Option<i64>) -> Self {
        let mut request = browser.request(Method::GET, path, "", Body::empty());
        if let Some(last) = last {
            request.headers_mut().insert("last-event-id", last.to_string().parse().unwrap());
        }
        let response = browser.open(request).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-store");
        Self { body: response.into_body(), text: String::new() }
    }

    /// Reads until that many events came; `None` if the stream ends before.
    async fn ids(&mut self, count: usize) -> Option<Vec<i64>> {
        loop {
            let whole = self.text.rsplit_once("\n\n").map_or("", |(whole, _)| whole);
            let ids: Vec<i64> = whole.lines().filter_map(|l| l.strip_prefix("id: ")?.parse().ok()).collect();
            if ids.len() >= count {
                return Some(ids);
            }
            let frame = self.body.frame().await?.unwrap();
            self.text.push_str(std::str::from_utf8(&frame.into_data().unwrap()).unwrap());
        }
    }
}

async fn save(world: &World, r: &portal_model::reference::Reference) {
    let ctx = world.portal.ctx(world.portal.actor(world.clerk).await.unwrap().unwrap(), Lang::De);
    let lock = world.portal.case_page(&ctx, r).await.unwrap().head.lock;
    world.portal.areas_save(&ctx, r, lock, vec!["010010000000".into()]).await.unwrap();
}

#[tokio::test]
async fn a_stream_resumes_without_gap_or_double() {
    let world = World::new().await;
    let r = world.draft().await;
    let clerk = world.signed_in(world.clerk).await;
    let path = format!("/api/v1/requests/{r}/events");
    save(&world, &r).await;
    let mut first = Stream::open(&clerk, &path, None).await;
    let seen = first.ids(2).await.unwrap();
    // What happens while the stream is open comes by itself.
    save(&world, &r).await;
    let seen_live = first.ids(seen.len() + 1).await.unwrap();
    assert_eq!(seen_live[..seen.len()], seen[..]);
    assert!(seen_live.is_sorted_by(|a, b| a < b), "{seen_live:?}");
    drop(first);
    save(&world, &r).await;
    let mut second = Stream::open(&clerk, &path, Some(seen_live[0])).await;
    let resumed = second.ids(seen_live.len()).await.unwrap();
    assert_eq!(resumed[..seen_live.len() - 1], seen_live[1..]);
    let mut third = Stream::open(&clerk, &format!("{path}?after={}", resumed[0]), None).await;
    assert_eq!(third.ids(1).await.unwrap()[0], resumed[1]);
}

#[tokio::test]
async fn a_stream_ends_when_the_person_signs_out_or_the_server_stops() {
    let world = World::new().await;
    let r = world.draft().await;
    let clerk = world.signed_in(world.clerk).await;
    let path = format!("/api/v1/requests/{r}/events");
    let mut stream = Stream::open(&clerk, &path, None).await;
    let known = stream.ids(1).await.unwrap().len();
    clerk.post("/abmelden", &[]).await;
    save(&world, &r).await;
    assert_eq!(stream.ids(known + 1).await, None);

    let again = world.signed_in(world.clerk).await;
    let mut stream = Stream::open(&again, &path, None).await;
    let known = stream.ids(1).await.unwrap().len();
    world.stop.cancel();
    assert_eq!(stream.ids(known + 100).await, None);
}
