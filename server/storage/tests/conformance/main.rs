//! Every method of the ports on both databases, and every rule that the database itself keeps.
//!
//! The PostgreSQL half needs `PORTAL_TEST_POSTGRES`: the address of a server on which databases can be created.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../common/mod.rs"]
mod common;

mod cases;
mod changes;
mod collisions;
mod directory;
mod events;
mod journal;
mod operating;
mod publishing;
mod record;
mod rules;
mod schema;
mod sessions;
mod trials;
mod world;

use portal_storage::Storage;

/// Runs each function on a fresh SQLite and a fresh PostgreSQL database.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $name() {
                $crate::run($crate::common::Kind::Sqlite, super::$name).await;
            })+
        }
        mod postgres {
            $(#[tokio::test]
            async fn $name() {
                $crate::run($crate::common::Kind::Postgres, super::$name).await;
            })+
        }
    };
}
pub(crate) use on_both;

async fn run(kind: common::Kind, test: impl AsyncFnOnce(&common::Fresh)) {
    if let Some(fresh) = common::Fresh::new(kind).await {
        test(&fresh).await;
        fresh.remove().await;
    }
}
