//! [`portal_core::ports::Store`] and [`portal_core::ports::Journal`] on SQLite and PostgreSQL, and
//! [`portal_core::ports::PackageStore`] on a folder or an object store.
//!
//! Every statement stands once, with `$1` placeholders that both databases read; `dialect.rs` holds the few that differ.
//! Rules of the field are constraints of the database where it can express them, see `migrations/`.

mod again;
mod audit;
mod case;
mod catalogue;
mod data_centre;
mod db;
mod dialect;
mod error;
mod event;
mod evidence;
mod failures;
mod feedback;
mod group;
mod installation;
mod journal;
mod names;
mod operating;
mod operation;
mod organisation;
mod package;
mod packages;
mod person;
mod request;
mod scope;
mod seal;
mod session;
mod sql;
mod storage;
mod store;
mod submission;
mod told;
mod trial;
mod vendor;
mod write;

#[cfg(test)]
mod prepare_tests;

pub use packages::Packages;
pub use session::Sessions;
pub use storage::{OpenError, Storage};
