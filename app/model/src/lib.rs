//! What both sides share: ids, entities, states and their transitions, page models, errors.
//!
//! Builds for `wasm32-unknown-unknown`; knows no clock, no database, no cluster and no view.

pub mod acceptance;
pub mod activation;
pub mod ars;
pub mod audit;
pub mod data_centre;
pub mod error;
pub mod event;
pub mod feedback;
pub mod finding;
pub mod form;
pub mod ids;
pub mod installation;
pub mod land;
pub mod lang;
pub mod leika;
pub mod mandate;
pub mod operating;
pub mod operation;
pub mod organisation;
pub mod pages;
pub mod person;
pub mod phase;
pub mod reference;
pub mod request;
pub mod schema_change;
pub mod submission;
pub mod test_run;
pub mod timestamp;
pub mod token;
pub mod topic;
pub mod trial;
pub mod vendor_key;
pub mod verfahren;

pub use error::PortalError;
pub use ids::*;
pub use land::Land;
pub use lang::{Bilingual, Lang};
pub use timestamp::Timestamp;
