//! Keeps the live part of a page up to date: server-sent events say that something happened, then the fragment is fetched.
//! The browser itself reconnects with `Last-Event-ID`.

use leptos::prelude::*;

/// The state of the connection; the live part itself belongs to the page.
#[island]
pub fn LiveView() -> impl IntoView {
    let text = RwSignal::new(String::new());
    let connected = RwSignal::new(false);
    let said = RwSignal::new(String::new());
    #[cfg(feature = "hydrate")]
    live::start(text, connected, said);
    let class = move || {
        if connected.get() { "portal-live__mark" } else { "portal-live__mark portal-live__mark--off" }
    };
    view! {
        <span>
            <span class=class hidden=move || text.with(String::is_empty)>{move || text.get()}</span>
            <span class="kern-sr-only" role="status">{move || said.get()}</span>
        </span>
    }
}

#[cfg(feature = "hydrate")]
mod live {
    use crate::islands::dom;
    use leptos::prelude::*;
    use std::{cell::RefCell, rc::Rc};
    use wasm_bindgen_futures::spawn_local;
    use web_sys::{Element, Event, EventSource, MessageEvent};

    /// Milliseconds in which events are gathered before the fragment is fetched.
    const GATHER: i32 = 250;
    /// Milliseconds after which a hidden page stops listening.
    const HIDDEN: i32 = 60_000;

    struct Live {
        region: Element,
        source: RefCell<Option<EventSource>>,
        /// Events came since the last fetch was begun.
        planned: RefCell<bool>,
        /// Timer that closes a hidden page's connection.
        pause: RefCell<Option<i32>>,
        text: RwSignal<String>,
        connected: RwSignal<bool>,
        said: RwSignal<String>,
    }

    pub fn start(text: RwSignal<String>, connected: RwSignal<bool>, said: RwSignal<String>) {
        let Some(region) = dom::find::<Element>("[data-live]") else { return };
        if let Some(link) = dom::find::<Element>("[data-without-script]") {
            dom::set_hidden(&link, true);
        }
        let live = Rc::new(Live {
            region,
            source: RefCell::default(),
            planned: RefCell::default(),
            pause: RefCell::default(),
            text,
            connected,
            said,
        });
        live.clone().connect();
        if let Some(document) = dom::document() {
            let this = live;
            dom::on(&document.clone(), "visibilitychange", move |_: Event| this.clone().visibility(document.hidden()));
        }
    }

    impl Live {
        fn say(&self, state: &str, connected: bool) {
            self.connected.set(connected);
            self.text.set(dom::attribute(&self.region, state));
        }

        fn is_final(&self) -> bool {
            dom::attribute(&self.region, "data-final") == "true"
        }

        fn connect(self: Rc<Self>) {
            if self.is_final() || self.source.borrow().is_some() {
                return;
            }
            let after = dom::attribute(&self.region, "data-after");
            let url = format!("{}?after={after}", dom::attribute(&self.region, "data-live"));
            let Ok(source) = EventSource::new(&url) else { return };
            let this = self.clone();
            dom::on(&source, "open", move |_: Event| this.say("data-on", true));
            let this = self.clone();
            dom::on(&source, "error", move |_: Event| this.say("data-off", false));
            let this = self.clone();
            dom::on(&source, "message", move |_: MessageEvent| this.clone().refresh_soon());
            *self.source.borrow_mut() = Some(source);
        }

        fn disconnect(&self) {
            if let Some(source) = self.source.borrow_mut().take() {
                source.close();
            }
        }

        fn visibility(self: Rc<Self>, hidden: bool) {
            if let Some(timer) = self.pause.borrow_mut().take() {
                dom::cancel(timer);
            }
            if hidden {
                let this = self.clone();
                let timer = dom::after(HIDDEN, move || {
                    this.disconnect();
                    this.say("data-paused", false);
                });
                *self.pause.borrow_mut() = Some(timer);
            } else if self.source.borrow().is_none() && !self.is_final() {
                self.clone().connect();
                self.refresh_soon();
            }
        }

        fn refresh_soon(self: Rc<Self>) {
            if self.planned.replace(true) {
                return;
            }
            dom::after(GATHER, move || {
                self.planned.replace(false);
                spawn_local(async move {
                    let html = dom::fetch(&dom::attribute(&self.region, "data-fragment"), None).await;
                    if let Some(html) = html {
                        self.replace(&html);
                    }
                });
            });
        }

        /// Puts the new fragment in. Only our own server's fragments come here. What the person has unfolded, where the
        /// focus is and how far a log is scrolled stays as it was.
        fn replace(&self, html: &str) {
            let open: Vec<bool> = self.folds().iter().map(|fold| fold.has_attribute("open")).collect();
            let focus = dom::document().and_then(|d| d.active_element()).filter(|e| self.region.contains(Some(e)));
            let focus = focus.map(|e| e.id()).filter(|id| !id.is_empty());
            let scrolled = self
                .log()
                .map(|log| (log.scroll_top(), log.scroll_top() + log.client_height() + 40 >= log.scroll_height()));
            self.region.set_inner_html(html);
            for (fold, open) in self.folds().iter().zip(open) {
                let _ = if open { fold.set_attribute("open", "") } else { fold.remove_attribute("open") };
            }
            if let (Some(log), Some((top, at_end))) = (self.log(), scrolled) {
                log.set_scroll_top(if at_end { log.scroll_height() } else { top });
            }
            if let Some(element) = focus.and_then(|id| dom::find::<web_sys::HtmlElement>(&format!("#{id}"))) {
                let _ = element.focus();
            }
            self.remember();
        }

        /// Takes over what the fragment says about itself.
        fn remember(&self) {
            let Some(part) = self.region.first_element_child() else { return };
            for name in ["data-after", "data-final"] {
                let _ = self.region.set_attribute(name, &dom::attribute(&part, name));
            }
            let news = dom::attribute(&part, "data-say");
            if self.said.with_untracked(|said| *said != news) {
                self.said.set(news);
            }
            if self.is_final() {
                self.disconnect();
                self.say("data-done", false);
            }
        }

        fn folds(&self) -> Vec<Element> {
            dom::all(&self.region, "details")
        }

        fn log(&self) -> Option<Element> {
            self.region.query_selector("ol.portal-log").ok()?
        }
    }
}
