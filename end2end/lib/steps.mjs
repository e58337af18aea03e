// What people do on many pages. Everything goes by what they see (labels, buttons), and works without JavaScript too.

import assert from "node:assert/strict";
import { until } from "./server.mjs";

/** Milliseconds that a Bereitstellung in the simulated data centre may take on a busy machine. */
const PROVISIONING_MS = 120_000;

export async function signIn(page, person, next = "/") {
  await page.goto(`/anmelden?next=${encodeURIComponent(next)}`);
  await page.locator("button.portal-pick", { has: page.getByText(person, { exact: true }) }).click();
  await page.getByRole("button", { name: "Abmelden" }).waitFor();
  assert.match(await page.locator("header").innerText(), new RegExp(person));
}

export const press = (page, name) => page.getByRole("button", { name, exact: true }).click();

export const follow = (page, name) => page.getByRole("link", { name, exact: true }).first().click();

/** The page has this heading. */
export async function onPage(page, heading) {
  await page.getByRole("heading", { level: 1, name: heading }).waitFor();
}

/** The green message that something was done. */
export async function told(page, text) {
  await page.locator(".portal-message", { hasText: text }).waitFor();
}

/** `NA-…` of the case whose page is open. */
export function referenceOf(page) {
  const found = new URL(page.url()).pathname.match(/NA-[0-9A-Z]{4}-[0-9A-Z]{4}/);
  assert.ok(found, `no case in ${page.url()}`);
  return found[0];
}

/** Address of the case of a Verfahren and a Verwaltung, from the list of Nachnutzungen. */
export async function findCase(page, verfahren, municipality) {
  await page.goto(`/nachnutzungen?q=${encodeURIComponent(verfahren)}`);
  const row = page.locator("tbody tr", { hasText: municipality }).filter({ hasText: verfahren }).first();
  const reference = (await row.locator(".portal-ref").innerText()).trim();
  return `/nachnutzungen/${reference}`;
}

/** Waits until the case whose page is open has this state: live with JavaScript, by „Aktualisieren" without. */
export async function untilState(visitor, state) {
  const { page, script } = visitor;
  // A text is matched in any case, an expression is not: „Wird entfernt" is not yet „Entfernt".
  const note = page.locator(".portal-stepper__note", { hasText: new RegExp(state) });
  if (script) return note.waitFor({ timeout: PROVISIONING_MS });
  await until(`the case is „${state}“`, PROVISIONING_MS, async () => {
    if ((await note.count()) > 0) return true;
    await follow(page, "Aktualisieren");
    return false;
  });
}

/** Waits until the live part of a page says something. */
export async function untilText(visitor, text) {
  const { page, script } = visitor;
  const said = page.locator("[data-live]").getByText(text).first();
  if (script) return said.waitFor({ timeout: PROVISIONING_MS });
  await until(`the page says „${text}“`, PROVISIONING_MS, async () => {
    if ((await said.count()) > 0) return true;
    await follow(page, "Aktualisieren");
    return false;
  });
}

/** Fills in the fields of the generated form by the names of their values. */
export async function enter(page, values) {
  for (const [name, value] of Object.entries(values)) {
    const field = page.locator(`main [name="w.${name}"]:not([type=hidden])`);
    if ((await field.evaluate((e) => e.tagName)) === "SELECT") await field.selectOption(value);
    else await field.fill(value);
  }
}

/** Starts a Nachnutzung from the Steckbrief; afterwards the task list is open. */
export async function startRequest(page, slug) {
  await page.goto(`/verfahren/${slug}`);
  await page.locator(".portal-page-header").getByRole("link", { name: "Nachnutzung beantragen" }).click();
  await onPage(page, "Nachnutzung beantragen");
  await press(page, "Antrag beginnen");
  await onPage(page, "Nachnutzungsantrag");
  return referenceOf(page);
}

/** Fills in all parts of the Antrag up to the summary. */
export async function fillRequest(page, reference, values, dataCentre) {
  const base = `/nachnutzungen/${reference}/antrag`;
  await page.goto(base);
  if ((await page.getByRole("link", { name: "Gemeinden", exact: true }).count()) > 0) {
    await page.goto(`${base}/gemeinden`);
    for (const box of await page.locator("input[name=ars]").all()) await box.check();
    await press(page, "Speichern und weiter");
  }
  await page.goto(`${base}/werte`);
  await enter(page, values);
  await press(page, "Speichern und weiter");
  await chooseTarget(page, reference, dataCentre);
}

export async function chooseTarget(page, reference, dataCentre) {
  await page.goto(`/nachnutzungen/${reference}/antrag/ziel`);
  await page.getByRole("radio", { name: dataCentre }).check();
  await press(page, "Speichern und weiter");
}

export async function submitRequest(page, reference) {
  await page.goto(`/nachnutzungen/${reference}/antrag/zusammenfassung`);
  await press(page, "Antrag einreichen");
  await told(page, "Der Antrag ist eingereicht.");
}

/** Takes a request up; afterwards its review is open. */
export async function takeUp(page, reference) {
  await page.goto(`/nachnutzungen/${reference}/pruefung`);
  await press(page, "Übernehmen");
  await told(page, "Sie haben den Antrag übernommen.");
  await page.goto(`/nachnutzungen/${reference}/pruefung`);
}

/** Decides in the review: `Annehmen`, `Rückfrage stellen`, `Nicht annehmen`. */
export async function decide(page, reference, decision, note) {
  await page.goto(`/nachnutzungen/${reference}/pruefung`);
  await page.getByRole("radio", { name: decision, exact: true }).check();
  await page.getByLabel("Begründung, Frage oder Auflagen").fill(note);
  await press(page, "Entscheidung festhalten");
}

/** Declares acceptance with every point ticked, or reports a defect. */
export async function declare(page, reference, decision, note = "") {
  await page.goto(`/nachnutzungen/${reference}/abnahme`);
  for (const box of await page.locator("input[name=punkt]").all()) await box.check();
  await page.getByRole("radio", { name: decision, exact: true }).check();
  await page.getByLabel("Bemerkung oder Mangel").fill(note);
  await press(page, "Verbindlich festhalten");
}

/** The hidden version that a form of the page posts. */
export const lockOf = (page) => page.locator('input[name="lock"]').first().getAttribute("value");

/** Posts a form without a browser's form, as somebody who knows the address might. */
export function forge(page, path, form) {
  const origin = new URL(page.url()).origin;
  return page.request.post(path, { form, headers: { origin, "sec-fetch-site": "same-origin" }, maxRedirects: 0 });
}
