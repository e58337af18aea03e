//! Sample models with every part filled. `text` stands wherever a stranger's text may stand.

pub mod changes;
pub mod packages;
pub mod samples;
pub mod targets;
pub mod trials;

use portal_app::Assets;
use portal_model::{
    Lang, OrganisationId,
    organisation::Role,
    pages::{Frame, Place, SignedIn},
};
use uuid::Uuid;

/// Addresses as the build makes them.
pub fn assets() -> Assets {
    Assets {
        css: "/assets/portal.css".into(),
        islands_js: "/assets/islands.js".into(),
        fonts: vec!["/assets/fira-sans-400.woff2".into()],
        favicon: "/assets/favicon.svg".into(),
    }
}

/// A frame with a signed-in person.
pub fn frame(lang: Lang, path: &str, text: &str) -> Frame {
    Frame {
        lang,
        path: path.into(),
        user: Some(SignedIn {
            name: format!("Sachbearbeitung {text}"),
            roles: vec![(Role::Clerk, OrganisationId(Uuid::nil()), text.into())],
            places: Place::ALL.to_vec(),
        }),
        demo: true,
        notice: Some("saved".into()),
    }
}

/// A frame of somebody who is not signed in.
pub fn stranger(lang: Lang, path: &str) -> Frame {
    Frame { lang, path: path.into(), demo: true, ..Frame::default() }
}
