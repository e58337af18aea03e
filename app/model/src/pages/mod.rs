//! Page models: everything a page shows, read by one use case. A page is a pure function of its model.

pub mod activation;
pub mod api;
pub mod audit;
pub mod case;
pub mod catalogue;
pub mod change;
pub mod data_centres;
pub mod home;
pub mod installations;
pub mod operation;
pub mod packages;
pub mod release_diff;
pub mod request;
pub mod sign_in;
pub mod targets;
pub mod trials;
pub mod work_list;

use crate::{Lang, OrganisationId, organisation::Role};
use serde::{Deserialize, Serialize};

/// What stands around every page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Frame {
    /// Language.
    pub lang: Lang,
    /// Path without language prefix, with query: for the language switch and the way back after signing in.
    pub path: String,
    /// The person, if signed in.
    pub user: Option<SignedIn>,
    /// Demonstration data: the banner says so.
    pub demo: bool,
    /// What has just been done, as a stable word; texts: `app/src/i18n/notice.rs`.
    pub notice: Option<String>,
}

/// The signed-in person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedIn {
    /// Name.
    pub name: String,
    /// Roles by organisation.
    pub roles: Vec<(Role, OrganisationId, String)>,
    /// Which of the main places the person can use.
    pub places: Vec<Place>,
}

crate::words! {
    /// A main place in the navigation.
    Place {
        /// `/nachnutzungen`
        Requests = "requests",
        /// `/unsere-verfahren`
        Installations = "installations",
        /// `/arbeitsvorrat`
        WorkList = "work_list",
        /// `/pakete`
        Packages = "packages",
        /// `/rechenzentren`
        DataCentres = "data_centres",
        /// `/protokoll`
        Audit = "audit",
    }
}

/// Long lists are counted up to here: nobody reads on, and counting would take longer than the list itself.
pub const COUNTED: i64 = 1_000;

/// A list that goes on: keyset pagination by an opaque cursor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// Entries of this page.
    pub items: Vec<T>,
    /// Cursor of the next page, if there is one.
    pub next: Option<String>,
    /// How many there are in all, with these filters; above [`COUNTED`] it only says that there are more.
    pub total: i64,
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self { items: Vec::new(), next: None, total: 0 }
    }
}

/// A name and a value to choose it by.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Choice {
    /// Value in the form or address.
    pub value: String,
    /// What people read.
    pub label: String,
    /// Chosen now.
    pub selected: bool,
    /// How many entries it would show, where that is known.
    pub count: Option<i64>,
}
