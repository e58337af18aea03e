// The whole way of a Nachnutzung, from the first click to live and to its end, by everyone who takes part.

import assert from "node:assert/strict";
import { AUDITOR, FLENSBURG, NORTH } from "../lib/people.mjs";
import {
  chooseTarget,
  decide,
  declare,
  enter,
  follow,
  onPage,
  press,
  startRequest,
  submitRequest,
  told,
  untilState,
} from "../lib/steps.mjs";

export const name = "adoption";

/** Each mode has a Verfahren of its own, because a Verwaltung adopts each once. */
const CASES = {
  hundesteuer: {
    title: "Hundesteuer",
    wrong: { name: "satz_erster_hund", value: "sechzig", right: "72,50" },
    values: { behoerde: "Stadt Flensburg", kontakt_email: "steuern@verwaltung.example" },
  },
  wahlhelfer: {
    title: "Wahlhelferinnen und Wahlhelfer",
    wrong: { name: "mindestalter", value: "99", right: "17" },
    values: { behoerde: "Stadt Flensburg", kontakt_email: "wahlen@verwaltung.example" },
  },
};

export async function run(t) {
  const slug = t.script ? "hundesteuer" : "wahlhelfer";
  const { title, wrong, values } = CASES[slug];
  const clerk = await t.open(FLENSBURG.clerk);
  const consultant = await t.open(NORTH.first);
  let reference;
  let path;

  await t.step("the clerk starts a request from the Steckbrief", async () => {
    reference = await startRequest(clerk.page, slug);
    path = `/nachnutzungen/${reference}`;
    await told(clerk.page, "Der Nachnutzungsantrag ist angelegt.");
    await t.inspect(clerk);
  });

  await t.step("a second request for the same Verfahren is not offered", async () => {
    await clerk.page.goto(`/verfahren/${slug}/nachnutzen`);
    await clerk.page.getByText(reference).first().waitFor();
    assert.equal(await clerk.page.locator("input[name=fuer]:not([disabled])").count(), 0);
  });

  await t.step("a wrong value is named at the field and in a summary, and nothing entered is lost", async () => {
    await clerk.page.goto(`${path}/antrag`);
    await clerk.page.getByRole("link", { name: /Angaben zum Verfahren/ }).click();
    await onPage(clerk.page, "Angaben zum Verfahren");
    await enter(clerk.page, { ...values, [wrong.name]: wrong.value });
    await press(clerk.page, "Speichern und weiter");
    const summary = clerk.page.locator(".portal-error-summary");
    await summary.waitFor();
    assert.match(await clerk.page.title(), /^Fehler: /);
    const field = clerk.page.locator(`[name="w.${wrong.name}"]`);
    assert.equal(await field.inputValue(), wrong.value);
    assert.equal(await field.getAttribute("aria-invalid"), "true");
    for (const [key, value] of Object.entries(values)) {
      assert.equal(await clerk.page.locator(`[name="w.${key}"]`).inputValue(), value);
    }
    await t.inspect(clerk);
    await summary.getByRole("link").first().click();
    assert.ok(await field.evaluate((e) => e.matches(":target, :focus") || location.hash === `#${e.id}`));
  });

  await t.step("with the right value the form is saved", async () => {
    await enter(clerk.page, { [wrong.name]: wrong.right });
    await press(clerk.page, "Speichern und weiter");
    await clerk.page.locator(".portal-error-summary").waitFor({ state: "detached" });
    await clerk.page.goto(`${path}/antrag/werte`);
    assert.equal(await clerk.page.locator(`[name="w.${wrong.name}"]`).inputValue(), wrong.right);
  });

  await t.step("a data centre without a test environment cannot be chosen", async () => {
    await clerk.page.goto(`${path}/antrag/ziel`);
    assert.ok(await clerk.page.getByRole("radio", { name: "Demo-Kreis-RZ" }).isDisabled());
    await t.inspect(clerk);
    await chooseTarget(clerk.page, reference, "Demo-Landes-RZ Nord");
  });

  await t.step("the summary shows what was entered, and the clerk submits", async () => {
    await clerk.page.goto(`${path}/antrag/zusammenfassung`);
    const shown = await clerk.page.locator("main").innerText();
    for (const text of [values.kontakt_email, wrong.right, "Demo-Landes-RZ Nord"]) assert.ok(shown.includes(text), text);
    await t.inspect(clerk);
    await submitRequest(clerk.page, reference);
  });

  await t.step("a consultant finds it in the Arbeitsvorrat and takes it", async () => {
    await consultant.page.goto("/arbeitsvorrat");
    const row = consultant.page.locator("tbody tr", { hasText: reference });
    assert.match(await row.innerText(), /Stadt Flensburg/);
    await row.getByRole("link").first().click();
    await press(consultant.page, "Zur Bearbeitung übernehmen");
    await told(consultant.page, "Sie haben den Antrag übernommen.");
  });

  await t.step("asking back needs a question", async () => {
    await decide(consultant.page, reference, "Rückfrage stellen", "");
    await consultant.page.locator(".portal-error-summary").waitFor();
    assert.ok(await consultant.page.getByRole("radio", { name: "Rückfrage stellen", exact: true }).isChecked());
    await t.inspect(consultant);
  });

  await t.step("the consultant asks back", async () => {
    await decide(consultant.page, reference, "Rückfrage stellen", "Wer beantwortet Anrufe?");
    await told(consultant.page, "Die Rückfrage ist bei der Verwaltung.");
  });

  await t.step("the clerk sees the question, answers and submits again", async () => {
    await clerk.page.goto(path);
    await clerk.page.getByText("Wer beantwortet Anrufe?").first().waitFor();
    await clerk.page.locator(".portal-panel--next").getByRole("link", { name: "Rückfrage beantworten" }).click();
    await clerk.page.getByRole("link", { name: /Angaben zum Verfahren/ }).click();
    await enter(clerk.page, { kontakt_telefon: "0461 85-0" });
    await press(clerk.page, "Speichern und weiter");
    await submitRequest(clerk.page, reference);
  });

  await t.step("the consultant accepts with a condition", async () => {
    await consultant.page.goto(`${path}/pruefung`);
    const take = consultant.page.getByRole("button", { name: "Übernehmen", exact: true });
    if ((await take.count()) > 0) await take.click();
    await decide(consultant.page, reference, "Annehmen", "Bitte den Vertrag zur Auftragsverarbeitung nachreichen.");
    await told(consultant.page, "Der Antrag ist angenommen.");
  });

  await t.step("the test environment is set up and the tests pass while the clerk looks on", async () => {
    await clerk.page.goto(path);
    await untilState(clerk, "In Abnahme");
    const shown = await clerk.page.locator("main").innerText();
    assert.match(shown, /Angenommen mit Auflagen/);
    assert.match(shown, /Tests bestanden/);
    await t.inspect(clerk);
  });

  await t.step("acceptance needs every point of the checklist", async () => {
    await clerk.page.locator(".portal-panel--next").getByRole("link", { name: "Abnahme erklären" }).click();
    await clerk.page.getByRole("radio", { name: "Abnahme erklären", exact: true }).check();
    await press(clerk.page, "Verbindlich festhalten");
    await clerk.page.locator(".portal-error-summary").waitFor();
    await t.inspect(clerk);
  });

  await t.step("the clerk declares acceptance and asks for activation", async () => {
    await declare(clerk.page, reference, "Abnahme erklären");
    await told(clerk.page, "Die Abnahme ist erklärt.");
    await clerk.page.goto(`${path}/freischaltung`);
    await press(clerk.page, "Freischaltung beantragen");
    await told(clerk.page, "Die Freischaltung ist beantragt.");
  });

  const signatory = await t.open(FLENSBURG.signatory);
  const second = await t.open(NORTH.second);

  await t.step("the signatory approves for the Verwaltung", async () => {
    await signatory.page.goto("/");
    await signatory.page.getByRole("region", { name: "Liegt bei mir" }).getByText(reference).waitFor();
    await signatory.page.goto(`${path}/freischaltung`);
    await t.inspect(signatory);
    await press(signatory.page, "Zustimmen");
    await told(signatory.page, "Ihre Zustimmung ist festgehalten.");
    await signatory.page.goto(`${path}/freischaltung`);
    assert.equal(await signatory.page.getByRole("button", { name: "Zustimmen", exact: true }).count(), 0);
  });

  await t.step("a second consultant approves for the Land, and it goes live", async () => {
    await second.page.goto(`${path}/freischaltung`);
    await press(second.page, "Zustimmen");
    await told(second.page, "Ihre Zustimmung ist festgehalten.");
    await clerk.page.goto(path);
    await untilState(clerk, "Live");
    await t.inspect(clerk);
  });

  await t.step("everybody can see in the catalogue that Flensburg runs it", async () => {
    const anybody = await t.open();
    await anybody.page.goto(`/verfahren/${slug}`);
    await anybody.page.getByRole("region", { name: "Wer es nutzt" }).getByText("Stadt Flensburg").waitFor();
  });

  await t.step("„Unsere Verfahren“ and the operations show it", async () => {
    await clerk.page.goto(`/unsere-verfahren?q=${reference}`);
    assert.match(await clerk.page.locator("tbody tr").innerText(), new RegExp(`${title}[\\s\\S]*Live`));
    await clerk.page.goto(path);
    await clerk.page.locator("summary", { hasText: "Technische Details" }).click();
    await clerk.page.locator("aside").getByText(/Produktivsetzung: Fertig/).waitFor();
  });

  await t.step("removing asks for the number", async () => {
    await signatory.page.goto(path);
    await follow(signatory.page, "Installation entfernen");
    await signatory.page.getByLabel("Nummer dieser Nachnutzung").fill("NA-2222-2222");
    await press(signatory.page, "Endgültig entfernen");
    await signatory.page.locator(".portal-error-summary").waitFor();
  });

  await t.step("with the number production and test are taken down", async () => {
    await signatory.page.goto(`${path}/entfernen`);
    await signatory.page.getByLabel("Nummer dieser Nachnutzung").fill(reference);
    await press(signatory.page, "Endgültig entfernen");
    await told(signatory.page, "Die Entfernung läuft.");
    await clerk.page.goto(path);
    await untilState(clerk, "Entfernt");
    await clerk.page.goto(`/unsere-verfahren?q=${reference}`);
    await clerk.page.getByText("Nichts gefunden").waitFor();
    const steckbrief = await t.open();
    await steckbrief.page.goto(`/verfahren/${slug}`);
    const users = steckbrief.page.getByRole("region", { name: "Wer es nutzt" });
    assert.ok(!(await users.innerText()).includes("Stadt Flensburg"));
  });

  await t.step("the auditor finds every act in the record, with who did it", async () => {
    const auditor = await t.open(AUDITOR);
    const { page } = auditor;
    await page.goto(`/protokoll?q=${reference}`);
    const rows = await page.locator("tbody tr").allInnerTexts();
    for (const [act, who] of [
      ["Antrag angelegt", FLENSBURG.clerk],
      ["Antrag eingereicht", FLENSBURG.clerk],
      ["Zur Bearbeitung übernommen", NORTH.first],
      ["Rückfrage gestellt", NORTH.first],
      ["Antrag angenommen", NORTH.first],
      ["Abnahme erklärt", FLENSBURG.clerk],
      ["Freischaltung beantragt", FLENSBURG.clerk],
      ["Für die Verwaltung über die Freischaltung entschieden", FLENSBURG.signatory],
      ["Für das Land über die Freischaltung entschieden", NORTH.second],
      ["Entfernung veranlasst", FLENSBURG.signatory],
    ]) {
      assert.ok(rows.some((row) => row.includes(act) && row.includes(who)), `${act} by ${who}`);
    }
    await page.getByLabel("Was", { exact: true }).selectOption({ label: "Entfernung veranlasst" });
    await press(page, "Anzeigen");
    assert.match(page.url(), /aktion=installation_remove/);
    const filtered = await page.locator("tbody tr").allInnerTexts();
    assert.ok(filtered.length > 0 && filtered.every((row) => row.includes("Entfernung veranlasst")));
  });
}
