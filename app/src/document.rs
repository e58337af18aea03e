//! The HTML document around a page. No inline script and no inline style anywhere, so that the content security policy
//! needs neither nonce nor hash; the same input gives the same bytes.

use crate::{components::frame, i18n::PORTAL};
use hydration_context::SsrSharedContext;
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::pages::Frame;
use std::{fmt::Write, sync::Arc};

/// Addresses of what a page loads, with hashes in their names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Assets {
    /// The style sheet.
    pub css: String,
    /// The module that starts the islands; empty leaves them out.
    pub islands_js: String,
    /// Fonts to load early.
    pub fonts: Vec<String>,
    /// The icon of the tab; empty leaves it out.
    pub favicon: String,
}

/// A link of the breadcrumb.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crumb {
    /// What people read.
    pub label: String,
    /// Path without language prefix.
    pub path: String,
}

/// A page before it becomes a document.
#[derive(Debug)]
pub struct Shell<'a> {
    frame: &'a Frame,
    assets: &'a Assets,
    /// Title of the page, also the last word of the breadcrumb.
    pub title: String,
    /// Way from the start page to here.
    pub crumbs: Vec<Crumb>,
    /// For whom the person acts under a Vollmacht.
    pub on_behalf: Option<String>,
    has_errors: bool,
    has_islands: bool,
    refresh: Option<i64>,
}

impl<'a> Shell<'a> {
    /// A page with this title.
    pub fn new(frame: &'a Frame, assets: &'a Assets, title: impl Into<String>) -> Self {
        Self {
            frame,
            assets,
            title: title.into(),
            crumbs: Vec::new(),
            on_behalf: None,
            has_errors: false,
            has_islands: false,
            refresh: None,
        }
    }

    /// Adds a step to the breadcrumb; `path` without language prefix.
    #[must_use]
    pub fn crumb(mut self, label: impl Into<String>, path: impl Into<String>) -> Self {
        self.crumbs.push(Crumb { label: label.into(), path: path.into() });
        self
    }

    /// The form on the page has errors: the title says so first.
    #[must_use]
    pub fn errors(mut self, yes: bool) -> Self {
        self.has_errors = yes;
        self
    }

    /// The page has islands.
    #[must_use]
    pub fn islands(mut self) -> Self {
        self.has_islands = true;
        self
    }

    /// Loads the page again after so many seconds.
    #[must_use]
    pub fn refresh(mut self, seconds: Option<i64>) -> Self {
        self.refresh = seconds;
        self
    }

    /// The person acts for somebody under a Vollmacht.
    #[must_use]
    pub fn on_behalf(mut self, whom: Option<&str>) -> Self {
        self.on_behalf = whom.map(str::to_owned);
        self
    }

    /// The whole document.
    pub fn render(self, content: impl FnOnce() -> AnyView) -> String {
        let lang = self.frame.lang;
        let mut out = String::with_capacity(16 * 1024);
        let mark = if self.has_errors { lang.pick("Fehler: ", "Error: ") } else { "" };
        let title = escape(&self.title);
        let _ = write!(
            out,
            "<!DOCTYPE html><html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{mark}{title} – {PORTAL}</title>\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <meta name=\"color-scheme\" content=\"light dark\">",
            lang.tag()
        );
        if let Some(seconds) = self.refresh {
            let _ = write!(out, "<meta http-equiv=\"refresh\" content=\"{}\">", seconds.clamp(5, 3600));
        }
        for font in &self.assets.fonts {
            let _ = write!(
                out,
                "<link rel=\"preload\" href=\"{}\" as=\"font\" type=\"font/woff2\" crossorigin>",
                escape(font)
            );
        }
        let _ = write!(out, "<link rel=\"stylesheet\" href=\"{}\">", escape(&self.assets.css));
        if !self.assets.favicon.is_empty() {
            let _ = write!(out, "<link rel=\"icon\" href=\"{}\" type=\"image/svg+xml\">", escape(&self.assets.favicon));
        }
        if self.has_islands && !self.assets.islands_js.is_empty() {
            let _ = write!(out, "<script type=\"module\" src=\"{}\"></script>", escape(&self.assets.islands_js));
        }
        out.push_str("</head><body>");
        out.push_str(&render(|| frame::around(self.frame, &self.title, &self.crumbs, self.on_behalf, content())));
        out.push_str("</body></html>");
        out
    }
}

/// Renders a view in one go. Its owner ends with it, so nothing stays behind.
pub fn render(view: impl FnOnce() -> AnyView) -> String {
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    let html = owner.with(|| view().to_html());
    owner.unset_with_forced_cleanup();
    html
}

/// Text for use inside elements and quoted attributes.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
