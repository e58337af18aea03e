//! The bits of the browser that the islands share.

use js_sys::{Array, JSON, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure, convert::FromWasmAbi};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, Element, EventTarget, Headers, NodeList, RequestInit, Response, UrlSearchParams, Window};

/// The window.
pub fn window() -> Option<Window> {
    web_sys::window()
}

/// The document.
pub fn document() -> Option<Document> {
    window()?.document()
}

/// The first element that fits, as the wanted kind.
pub fn find<T: JsCast>(selector: &str) -> Option<T> {
    document()?.query_selector(selector).ok()??.dyn_into().ok()
}

/// All elements below a root that fit.
pub fn all(root: &Element, selector: &str) -> Vec<Element> {
    root.query_selector_all(selector).map(list).unwrap_or_default()
}

fn list(nodes: NodeList) -> Vec<Element> {
    (0..nodes.length()).filter_map(|i| nodes.get(i)?.dyn_into().ok()).collect()
}

/// A `data-` attribute (or any other), empty if there is none.
pub fn attribute(element: &Element, name: &str) -> String {
    element.get_attribute(name).unwrap_or_default()
}

/// Listens as long as the page lives.
pub fn on<E: FromWasmAbi + 'static>(target: &EventTarget, name: &str, run: impl FnMut(E) + 'static) {
    let closure = Closure::<dyn FnMut(E)>::new(run);
    let _ = target.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
    closure.forget();
}

/// Runs something later; the number cancels it.
pub fn after(millis: i32, run: impl FnOnce() + 'static) -> i32 {
    let callback = Closure::once_into_js(run);
    let id =
        window().map(|w| w.set_timeout_with_callback_and_timeout_and_arguments_0(callback.unchecked_ref(), millis));
    id.and_then(Result::ok).unwrap_or_default()
}

/// Cancels what [`after`] planned.
pub fn cancel(id: i32) {
    if let Some(window) = window() {
        window.clear_timeout_with_handle(id);
    }
}

/// Text of an address of this portal, or none if it did not answer well. With a body it is posted.
pub async fn fetch(url: &str, body: Option<UrlSearchParams>) -> Option<String> {
    let options = RequestInit::new();
    let headers = Headers::new().ok()?;
    headers.set("x-requested-with", "portal").ok()?;
    options.set_headers(&headers);
    if let Some(body) = body {
        options.set_method("POST");
        options.set_body(&body);
    }
    let answer = JsFuture::from(window()?.fetch_with_str_and_init(url, &options)).await.ok()?;
    let answer: Response = answer.dyn_into().ok()?;
    if !answer.ok() {
        return None;
    }
    JsFuture::from(answer.text().ok()?).await.ok()?.as_string()
}

/// A list in a JSON text: the value itself, or its member of this name.
pub fn json_list(text: &str, member: &str) -> Vec<JsValue> {
    let Ok(value) = JSON::parse(text) else { return Vec::new() };
    let value = if Array::is_array(&value) { value } else { get(&value, member) };
    if Array::is_array(&value) { Array::from(&value).iter().collect() } else { Vec::new() }
}

/// A member of a JSON object.
pub fn get(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

/// A text of a JSON object, empty if it is none.
pub fn get_text(value: &JsValue, name: &str) -> String {
    get(value, name).as_string().unwrap_or_default()
}

/// Hides or shows an element.
pub fn set_hidden(element: &Element, hidden: bool) {
    let _ = if hidden { element.set_attribute("hidden", "") } else { element.remove_attribute("hidden") };
}
