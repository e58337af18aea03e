//! What stands around every page: skip link, banner, head, navigation, breadcrumb, footer.

use super::{address::with_query, alert, kept::Kept};
use crate::{
    document::Crumb,
    i18n::{PORTAL, notice, words},
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use portal_model::{
    Lang,
    pages::{Frame, Place},
};

static FOOTER: Kept<()> = Kept::new(1);

/// The whole body.
pub fn around(frame: &Frame, title: &str, crumbs: &[Crumb], on_behalf: Option<String>, content: AnyView) -> AnyView {
    let l = frame.lang;
    view! {
        <a class="portal-skip" href="#inhalt">{l.pick("Zum Inhalt springen", "Skip to content")}</a>
        {frame.demo.then(|| banner(l))}
        {head(frame)}
        {navigation(frame)}
        {on_behalf.map(|whom| acting_for(l, whom))}
        <main class="portal-main" id="inhalt" tabindex="-1">
            <div class="portal-container">
                {breadcrumb(l, title, crumbs)}
                {message(frame)}
                {content}
            </div>
        </main>
        {FOOTER.view(l, &(), || footer(l))}
    }
    .into_any()
}

fn banner(l: Lang) -> AnyView {
    view! {
        <div class="portal-banner" role="note">
            <div class="portal-container portal-banner__bar">
                <span class="portal-banner__label">"Demonstration"</span>
                <span>
                    {l.pick(
                        "Demonstration, keine Aussage über diese Verwaltung. Rechenzentren sind simuliert.",
                        "Demonstration, no statement about these administrations. Data centres are simulated.",
                    )}
                </span>
            </div>
        </div>
    }
    .into_any()
}

fn head(frame: &Frame) -> AnyView {
    let l = frame.lang;
    view! {
        <header class="portal-header">
            <div class="portal-container portal-header__bar">
                <a class="portal-header__brand" href=l.path("/")>
                    <svg class="portal-header__mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
                        <rect width="32" height="32" rx="7" fill="#2044aa"></rect>
                        <path
                            d="M8 21.5h16M10.5 21.5v-8m5.5 8v-8m5.5 8v-8M7.5 13.500 16 8l8.500 5.500z"
                            fill="none"
                            stroke="#fff"
                            stroke-width="2"
                            stroke-linecap="round"
                            stroke-linejoin="round"
                        ></path>
                    </svg>
                    <span>
                        <span class="portal-header__name">{PORTAL}</span>
                        <span class="portal-header__tagline">
                            {l.pick("Verfahren finden, testen, nachnutzen", "Find, test and adopt Verfahren")}
                        </span>
                    </span>
                </a>
                <div class="portal-header__tools">{languages(frame)} {account(frame)}</div>
            </div>
        </header>
    }
    .into_any()
}

fn languages(frame: &Frame) -> AnyView {
    let (other, name) = match frame.lang {
        Lang::De => (Lang::En, "English"),
        Lang::En => (Lang::De, "Deutsch"),
    };
    let path = if frame.path.starts_with('/') { frame.path.as_str() } else { "/" };
    view! { <a href=other.path(path) lang=other.tag() hreflang=other.tag()>{name}</a> }.into_any()
}

fn account(frame: &Frame) -> AnyView {
    let l = frame.lang;
    match &frame.user {
        Some(user) => view! {
            <span>
                <span class="kern-sr-only">{l.pick("Angemeldet als ", "Signed in as ")}</span>
                {user.name.clone()}
            </span>
            <form method="post" action=l.path("/abmelden")>
                <button class="portal-link-button" type="submit">{l.pick("Abmelden", "Sign out")}</button>
            </form>
        }
        .into_any(),
        None => {
            let next = if frame.path.starts_with("/anmelden") { "" } else { frame.path.as_str() };
            let href = with_query(&l.path("/anmelden"), [("next", next)]);
            view! { <a href=href>{l.pick("Anmelden", "Sign in")}</a> }.into_any()
        }
    }
}

/// Path of a main place, without language prefix.
pub fn place_path(place: Place) -> &'static str {
    match place {
        Place::Requests => "/nachnutzungen",
        Place::Installations => "/unsere-verfahren",
        Place::WorkList => "/arbeitsvorrat",
        Place::Packages => "/pakete",
        Place::DataCentres => "/rechenzentren",
        Place::Audit => "/protokoll",
    }
}

fn navigation(frame: &Frame) -> AnyView {
    let l = frame.lang;
    let path = frame.path.split('?').next().unwrap_or_default();
    let entry = |target: &'static str, label: &'static str| {
        let below = path.strip_prefix(target).is_some_and(|rest| rest.starts_with('/'));
        // Keys lie below the packages, whatever their address says.
        let below = below || (target == "/pakete" && path.starts_with("/zugangsschluessel"));
        let current = match target {
            _ if path == target => Some("page"),
            "/" => None,
            _ if below => Some("true"),
            _ => None,
        };
        view! { <li><a class="portal-nav__link" href=l.path(target) aria-current=current>{label}</a></li> }.into_any()
    };
    let places = frame.user.iter().flat_map(|user| &user.places);
    let entries: Vec<AnyView> =
        [entry("/", l.pick("Start", "Start")), entry("/verfahren", l.pick("Verfahren", "Verfahren"))]
            .into_iter()
            .chain(places.map(|place| entry(place_path(*place), words::place(l, *place))))
            .collect();
    view! {
        <nav class="portal-nav" aria-label=l.pick("Hauptnavigation", "Main navigation")>
            <div class="portal-container">
                <ul class="portal-nav__list">{entries}</ul>
            </div>
        </nav>
    }
    .into_any()
}

fn acting_for(l: Lang, whom: String) -> AnyView {
    view! {
        <div class="portal-context portal-context--mandate">
            <div class="portal-container portal-context__bar">
                <span>{l.pick("Sie handeln mit Vollmacht für ", "You act under a mandate for ")}</span>
                <span class="portal-context__who">{whom}</span>
            </div>
        </div>
    }
    .into_any()
}

fn breadcrumb(l: Lang, title: &str, crumbs: &[Crumb]) -> Option<AnyView> {
    if crumbs.is_empty() {
        return None;
    }
    let start = Crumb { label: l.pick("Start", "Start").to_owned(), path: "/".to_owned() };
    let links = std::iter::once(&start).chain(crumbs).map(|crumb| {
        view! { <li class="portal-breadcrumb__item"><a href=l.path(&crumb.path)>{crumb.label.clone()}</a></li> }
    });
    Some(
        view! {
            <nav class="portal-breadcrumb" aria-label=l.pick("Brotkrumen", "Breadcrumb")>
                <ol class="portal-breadcrumb__list">
                    {links.collect_view()}
                    <li class="portal-breadcrumb__item"><span aria-current="page">{title.to_owned()}</span></li>
                </ol>
            </nav>
        }
        .into_any(),
    )
}

fn message(frame: &Frame) -> Option<AnyView> {
    let text = notice::text(frame.lang, frame.notice.as_deref()?)?;
    Some(view! { <div class="portal-message" role="status">{alert("success", text, None)}</div> }.into_any())
}

fn footer(l: Lang) -> AnyView {
    let entry = |path: &str, label: &'static str| view! { <li><a href=l.path(path)>{label}</a></li> };
    view! {
        <footer class="portal-footer">
            <div class="portal-container portal-footer__bar">
                <ul class="portal-footer__list">
                    {entry("/impressum", l.pick("Impressum", "Imprint"))}
                    {entry("/datenschutz", l.pick("Datenschutz", "Privacy"))}
                    {entry("/barrierefreiheit", l.pick("Barrierefreiheit", "Accessibility"))}
                    {entry("/leichte-sprache", l.pick("Leichte Sprache", "Easy language"))}
                    {entry("/api", l.pick("Programmierschnittstelle", "Programming interface"))}
                </ul>
                <p class="portal-footer__note">
                    {l.pick("Freie Software unter EUPL-1.2", "Free software under EUPL-1.2")}
                </p>
            </div>
        </footer>
    }
    .into_any()
}
