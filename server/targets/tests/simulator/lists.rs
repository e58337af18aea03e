//! Lists with selectors and pages, watches.

use futures::{StreamExt, TryStreamExt};
use k8s_openapi::api::core::v1::ConfigMap;
use kube::ResourceExt;
use kube::api::{Api, DeleteParams, ListParams, PostParams, WatchEvent, WatchParams};
use serde_json::json;

use crate::common::{DataCentre, apply, config_map, status};

async fn make(api: &Api<ConfigMap>, names: &[&str]) {
    for name in names {
        let mut object = config_map(name, json!({}));
        object.metadata.labels = Some([("name".to_owned(), (*name).to_owned())].into());
        api.create(&PostParams::default(), &object).await.expect("created");
    }
}

#[tokio::test]
async fn pages_show_one_moment() {
    let centre = DataCentre::start().await;
    let api = centre.api::<ConfigMap>();
    make(&api, &["a", "b", "c", "d", "e"]).await;
    let first = api.list(&ListParams::default().limit(2)).await.expect("page");
    assert_eq!(first.metadata.remaining_item_count, Some(3));
    let token = first.metadata.continue_.clone().expect("token");
    api.delete("d", &DeleteParams::default()).await.expect("deleted");
    make(&api, &["dd"]).await;
    let rest = api.list(&ListParams::default().limit(9).continue_token(&token)).await.expect("rest");
    let names: Vec<String> = first.iter().chain(rest.iter()).map(ResourceExt::name_any).collect();
    assert_eq!(names, ["a", "b", "c", "d", "e"]);
    assert_eq!(rest.metadata.continue_, None);

    let (code, _) = centre.raw("POST", "/_simulator/compact", None).await;
    assert_eq!(code, 200);
    let gone = status(api.list(&ListParams::default().limit(9).continue_token(&token)).await.expect_err("too old"));
    assert_eq!((gone.code, gone.reason.as_str()), (410, "Expired"));
}

#[tokio::test]
async fn selects_by_label_and_name() {
    let centre = DataCentre::start().await;
    let api = centre.api::<ConfigMap>();
    make(&api, &["a", "b", "c"]).await;
    let names = async |params: ListParams| -> Vec<String> {
        api.list(&params).await.expect("list").iter().map(ResourceExt::name_any).collect()
    };
    assert_eq!(names(ListParams::default().labels("name in (a,c)")).await, ["a", "c"]);
    assert_eq!(names(ListParams::default().labels("name!=a,name")).await, ["b", "c"]);
    assert_eq!(names(ListParams::default().fields("metadata.name=b")).await, ["b"]);
    let refused = status(api.list(&ListParams::default().fields("data.x=1")).await.expect_err("refused"));
    assert_eq!(refused.code, 400);
    let metadata = api.list_metadata(&ListParams::default().labels("name=a")).await.expect("metadata");
    assert_eq!(metadata.items[0].name_any(), "a");
}

#[tokio::test]
async fn a_watch_tells_what_happens_and_ends() {
    let centre = DataCentre::start().await;
    let api = centre.api::<ConfigMap>();
    make(&api, &["a"]).await;
    let start = api.list(&ListParams::default()).await.expect("list").metadata.resource_version.expect("version");
    let params = WatchParams::default().labels("name=b");
    let stream = api.watch(&params, &start).await.expect("watch");
    make(&api, &["b"]).await;
    let mut changed = config_map("b", json!({"A": "1"}));
    changed.metadata.labels = Some([("name".to_owned(), "b".to_owned())].into());
    apply(&api, &changed).await.expect("changed");
    api.delete("b", &DeleteParams::default()).await.expect("deleted");
    let events: Vec<String> = stream
        .take(3)
        .map_ok(|event| match event {
            WatchEvent::Added(object) => format!("added {}", object.name_any()),
            WatchEvent::Modified(object) => format!("modified {}", object.name_any()),
            WatchEvent::Deleted(object) => format!("deleted {}", object.name_any()),
            WatchEvent::Bookmark(_) => "bookmark".to_owned(),
            WatchEvent::Error(error) => error.message,
        })
        .try_collect()
        .await
        .expect("events");
    assert_eq!(events, ["added b", "modified b", "deleted b"]);

    let short = api.watch(&WatchParams::default().timeout(1), &start).await.expect("watch");
    let last = short.try_collect::<Vec<_>>().await.expect("events").pop().expect("bookmark");
    assert!(matches!(last, WatchEvent::Bookmark(_)), "{last:?}");
}

#[tokio::test]
async fn a_watch_from_too_long_ago_is_gone() {
    let centre = DataCentre::start().await;
    let api = centre.api::<ConfigMap>();
    make(&api, &["a", "b"]).await;
    centre.raw("POST", "/_simulator/compact?cluster=nord", None).await;
    let stream = api.watch(&WatchParams::default(), "1").await.expect("watch");
    let mut stream = std::pin::pin!(stream);
    match stream.next().await.expect("event").expect("readable") {
        WatchEvent::Error(error) => assert_eq!((error.code, error.reason.as_str()), (410, "Expired")),
        other => panic!("{other:?}"),
    }
    assert!(stream.next().await.is_none());
}
