//! The part of a page that an island keeps up to date. Without JavaScript a link loads the page again.

use super::address::with_query;
use crate::islands::LiveView;
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::Lang;

/// Where the island gets what it shows.
#[derive(Debug, Clone)]
pub struct Live {
    /// Server-sent events.
    pub events: String,
    /// The fragment to put in.
    pub fragment: String,
    /// The page itself.
    pub refresh: String,
    /// Last event in the page.
    pub after: i64,
    /// Nothing more will come.
    pub is_final: bool,
}

/// The live part with its island.
pub fn region(l: Lang, live: &Live, content: AnyView) -> AnyView {
    let controls = (!live.is_final).then(|| {
        let again = with_query(&live.refresh, [("auto", "10")]);
        view! {
            <div class="portal-live">
                <a href=live.refresh.clone()>{l.pick("Aktualisieren", "Refresh")}</a>
                <a href=again data-without-script="">
                    {l.pick("Alle 10 Sekunden aktualisieren", "Refresh every 10 seconds")}
                </a>
                <LiveView />
            </div>
        }
    });
    view! {
        <div class="portal-stack">
        {controls}
        <div
            data-live=live.events.clone()
            data-fragment=live.fragment.clone()
            data-after=live.after.to_string()
            data-final=live.is_final.to_string()
            data-on=l.pick("Aktualisiert sich von selbst", "Updates by itself")
            data-off=l.pick("Verbindung unterbrochen, wird wieder aufgebaut", "Connection lost, reconnecting")
            data-paused=l.pick("Angehalten, solange die Seite nicht zu sehen ist", "Paused while the page is hidden")
            data-done=l.pick("Abgeschlossen", "Finished")
        >
            {content}
        </div>
        </div>
    }
    .into_any()
}

/// The live part alone, with what the island needs to know about it.
pub fn part(after: i64, is_final: bool, said: &str, content: AnyView) -> AnyView {
    view! {
        <div data-after=after.to_string() data-final=is_final.to_string() data-say=said.to_owned()>
            {content}
        </div>
    }
    .into_any()
}
