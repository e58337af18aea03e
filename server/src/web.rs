//! What stands between HTTP and the use cases: who asks, forms, answers, errors, headers, sessions, assets.

pub mod archive;
pub mod assets;
pub mod bearer;
pub mod encoding;
pub mod failure;
pub mod form;
pub mod front;
pub mod headers;
pub mod identify;
pub mod multipart;
pub mod origin;
pub mod page_cache;
pub mod respond;
pub mod session;
pub mod streams;
pub mod unsent;
pub mod visitor;

pub use failure::{Answer, Failure};
pub use form::Pairs;
pub use visitor::Visitor;
