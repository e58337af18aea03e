//! Search as you type: suggestions below the search field, for mouse and keyboard (ARIA combobox with a list).

use leptos::prelude::*;

/// A Verfahren to jump to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// Name.
    name: String,
    /// Topic.
    topic: String,
    /// Address of its page.
    href: String,
}

/// Suggestions below the field with `data-search`.
#[island]
pub fn SearchBox() -> impl IntoView {
    let items = RwSignal::new(Vec::<Suggestion>::new());
    let active = RwSignal::new(None::<usize>);
    let said = RwSignal::new(String::new());
    #[cfg(feature = "hydrate")]
    suggest::start(items, active, said);
    view! {
        <div class="portal-suggestions">
            <ul
                class="portal-suggestions__list"
                id="vorschlaege"
                role="listbox"
                aria-labelledby="q-name"
                hidden=move || items.with(Vec::is_empty)
            >
                {move || {
                    items
                        .get()
                        .into_iter()
                        .enumerate()
                        .map(|(i, item)| {
                            let chosen = move || if active.get() == Some(i) { "true" } else { "false" };
                            view! {
                                <li class="portal-suggestions__item" role="option" id=format!("vorschlag-{i}") aria-selected=chosen>
                                    <a href=item.href tabindex="-1">
                                        {item.name}
                                        <span class="portal-suggestions__topic">{item.topic}</span>
                                    </a>
                                </li>
                            }
                        })
                        .collect::<Vec<_>>()
                }}
            </ul>
            <p class="kern-sr-only" role="status">{move || said.get()}</p>
        </div>
    }
}

#[cfg(feature = "hydrate")]
mod suggest {
    use super::Suggestion;
    use crate::islands::dom;
    use leptos::prelude::*;
    use std::{cell::Cell, rc::Rc};
    use wasm_bindgen::JsValue;
    use wasm_bindgen_futures::spawn_local;
    use web_sys::{Event, HtmlInputElement, KeyboardEvent};

    /// Milliseconds of rest after which the portal is asked.
    const REST: i32 = 160;

    /// The field with what its list shows.
    #[derive(Clone)]
    struct Combobox {
        field: HtmlInputElement,
        items: RwSignal<Vec<Suggestion>>,
        active: RwSignal<Option<usize>>,
        said: RwSignal<String>,
    }

    pub fn start(items: RwSignal<Vec<Suggestion>>, active: RwSignal<Option<usize>>, said: RwSignal<String>) {
        let Some(field) = dom::find::<HtmlInputElement>("[data-search]") else { return };
        let _ = field.set_attribute("role", "combobox");
        let _ = field.set_attribute("aria-autocomplete", "list");
        let _ = field.set_attribute("aria-controls", "vorschlaege");
        let _ = field.set_attribute("aria-expanded", "false");
        let this = Combobox { field, items, active, said };
        let newest = Rc::new(Cell::new(0));
        let on_input = this.clone();
        dom::on(&this.field, "input", move |_: Event| {
            newest.set(newest.get() + 1);
            on_input.clone().ask_later(newest.clone());
        });
        let on_key = this.clone();
        dom::on(&this.field, "keydown", move |e: KeyboardEvent| on_key.key(&e));
        // A little later, so that a click on a suggestion still finds it.
        let on_blur = this.clone();
        dom::on(&this.field, "blur", move |_: Event| {
            let combobox = on_blur.clone();
            dom::after(200, move || combobox.close());
        });
    }

    impl Combobox {
        /// Asks after a moment of rest, unless something newer was typed.
        fn ask_later(self, newest: Rc<Cell<i32>>) {
            let mine = newest.get();
            dom::after(REST, move || {
                if newest.get() != mine {
                    return;
                }
                let text = self.field.value();
                if text.trim().chars().count() < 2 {
                    self.close();
                    return;
                }
                let url = format!("{}{}", dom::attribute(&self.field, "data-search"), encode(&text));
                spawn_local(async move {
                    let answer = dom::fetch(&url, None).await.unwrap_or_default();
                    if newest.get() == mine {
                        self.open(&answer);
                    }
                });
            });
        }

        fn open(&self, json: &str) {
            let base = dom::attribute(&self.field, "data-target");
            let english = base.starts_with("/en/");
            let found: Vec<Suggestion> =
                dom::json_list(json, "entries").iter().map(|entry| suggestion(entry, &base, english)).collect();
            let said = match found.len() {
                0 => dom::attribute(&self.field, "data-none"),
                n => format!("{n} {}", dom::attribute(&self.field, "data-some")),
            };
            let _ = self.field.set_attribute("aria-expanded", if found.is_empty() { "false" } else { "true" });
            self.said.set(said);
            self.choose(None);
            self.items.set(found);
        }

        fn close(&self) {
            let _ = self.field.set_attribute("aria-expanded", "false");
            self.choose(None);
            self.items.set(Vec::new());
        }

        fn choose(&self, which: Option<usize>) {
            let _ = match which {
                Some(i) => self.field.set_attribute("aria-activedescendant", &format!("vorschlag-{i}")),
                None => self.field.remove_attribute("aria-activedescendant"),
            };
            self.active.set(which);
        }

        fn key(&self, event: &KeyboardEvent) {
            let count = self.items.with_untracked(Vec::len);
            if count == 0 {
                return;
            }
            let active = self.active.get_untracked();
            match event.key().as_str() {
                "ArrowDown" => self.choose(Some(active.map_or(0, |i| (i + 1) % count))),
                "ArrowUp" => self.choose(Some(active.map_or(count - 1, |i| (i + count - 1) % count))),
                "Escape" => self.close(),
                "Enter" => {
                    let href = active.and_then(|i| self.items.with_untracked(|l| l.get(i).map(|s| s.href.clone())));
                    let (Some(href), Some(window)) = (href, dom::window()) else { return };
                    let _ = window.location().set_href(&href);
                }
                _ => return,
            }
            event.prevent_default();
        }
    }

    fn suggestion(entry: &JsValue, base: &str, english: bool) -> Suggestion {
        let text = |field: &str| {
            let both = dom::get(entry, field);
            let translated = if english { dom::get_text(&both, "en") } else { String::new() };
            if translated.is_empty() { dom::get_text(&both, "de") } else { translated }
        };
        Suggestion {
            name: text("name"),
            topic: text("topic"),
            href: format!("{base}{}", encode(&dom::get_text(entry, "slug"))),
        }
    }

    fn encode(text: &str) -> String {
        js_sys::encode_uri_component(text).into()
    }
}
