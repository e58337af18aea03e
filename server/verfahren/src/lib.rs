//! The demonstration Verfahren: a page with a form for one Leistung, the intake of the OZG-Cloud (`POST /antrag`), and a
//! file in which applications last. One image runs everything that a package needs: the page, the store behind it, the
//! checks of the test Jobs, and backup and restore.
//!
//! Subjects: [`settings`] what the environment says · [`antrag`] what may come in · [`store`] where it lasts · [`texts`]
//! and [`page`] what people read · [`server`] routes · [`client`] calls to another instance · [`check`] the test Jobs ·
//! [`backup`] · [`image`] the container image.

pub mod antrag;
pub mod backup;
pub mod check;
pub mod client;
pub mod image;
pub mod intake;
pub mod page;
pub mod server;
pub mod settings;
pub mod store;
pub mod texts;
