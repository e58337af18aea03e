// From a vendor's package to the catalogue: uploading, the report, handing in, a question in between, the release; then
// how a version ends, keys, and feedback.

import assert from "node:assert/strict";
import { buildPackage } from "../lib/packages.mjs";
import { CURATOR, FLENSBURG, VENDOR } from "../lib/people.mjs";
import { follow, forge, lockOf, onPage, press, told } from "../lib/steps.mjs";

export const name = "packages";

const VERFAHREN = "kurabgabe";

async function upload(page, file) {
  await page.goto("/pakete/hochladen");
  await page.getByLabel("Paketdatei (.tgz)").setInputFiles(file);
  await press(page, "Hochladen und prüfen");
}

async function decide(page, decision, note) {
  await page.getByRole("radio", { name: decision, exact: true }).check();
  await page.getByLabel("Anmerkungen oder Begründung").fill(note);
  await press(page, "Entscheidung festhalten");
}

export async function run(t) {
  // Each mode publishes a version of its own.
  const version = t.script ? "1.1.0" : "1.2.0";
  const good = await buildPackage(VERFAHREN, "1.0.0", version);
  const bad = await buildPackage(VERFAHREN, "1.0.0", version, {
    build: false,
    source: { "verfahren.yaml": (text) => `${text}\nunbekannt: <b>ja</b>\n` },
  });
  try {
    await journey(t, version, good.file, bad.file);
  } finally {
    await good.remove();
    await bad.remove();
  }
}

async function journey(t, version, good, bad) {
  const vendor = await t.open(VENDOR);
  const curator = await t.open(CURATOR);
  let reference;
  let path;

  await t.step("the vendor finds the way to the upload", async () => {
    await vendor.page.goto("/pakete");
    await t.inspect(vendor);
    await follow(vendor.page, "Paket hochladen");
    await onPage(vendor.page, "Paket hochladen");
    await t.inspect(vendor);
  });

  await t.step("without a file the form says so", async () => {
    await press(vendor.page, "Hochladen und prüfen");
    await vendor.page.locator(".portal-error-summary", { hasText: "Bitte wählen Sie eine Datei." }).waitFor();
    assert.match(await vendor.page.title(), /^Fehler: /);
    await t.inspect(vendor);
  });

  await t.step("a package with an error is refused with a report, and nothing of it stays", async () => {
    await upload(vendor.page, bad);
    await vendor.page.getByText("Das Paket wurde nicht angenommen").waitFor();
    const report = await vendor.page.locator("#bericht").innerText();
    for (const part of ["Fehler", "verfahren.yaml", "unbekannt"]) assert.ok(report.includes(part), part);
    await t.inspect(vendor);
    await vendor.page.goto(`/pakete?q=demo-foerde%2F${VERFAHREN}&stand=draft`);
    await vendor.page.getByText("Nichts gefunden").waitFor();
  });

  await t.step("a good package is taken, with its report", async () => {
    await upload(vendor.page, good);
    await told(vendor.page, "Das Paket ist hochgeladen und geprüft.");
    reference = new URL(vendor.page.url()).pathname.match(/PA-[0-9A-Z]{4}-[0-9A-Z]{4}/)[0];
    path = `/pakete/${reference}`;
    await vendor.page.getByRole("region", { name: "Bericht der Prüfung" }).waitFor();
    await t.inspect(vendor);
  });

  await t.step("the preview shows Steckbrief, form and objects", async () => {
    await follow(vendor.page, "Vorschau");
    await vendor.page.getByText("Vorschau mit Beispielwerten").waitFor();
    await vendor.page.locator("summary", { hasText: "Deployment" }).first().click();
    await vendor.page.getByText("kind: Deployment").first().waitFor();
    assert.ok(await vendor.page.locator("fieldset[disabled] input").first().isDisabled());
    await t.inspect(vendor);
  });

  await t.step("a draft is nobody else's business", async () => {
    const answer = await curator.page.request.get(path);
    assert.equal(answer.status(), 404);
  });

  await t.step("the vendor hands it in", async () => {
    await vendor.page.goto(path);
    await press(vendor.page, "Zur Freigabe einreichen");
    await told(vendor.page, "Das Paket ist eingereicht.");
    assert.match(await vendor.page.locator(".portal-status").innerText(), /Verfahrensprüfung/);
  });

  await t.step("a curator finds it on the start page and takes it up", async () => {
    await curator.page.goto("/");
    await t.inspect(curator);
    const mine = curator.page.getByRole("region", { name: "Liegt bei mir" });
    await mine.locator("li", { hasText: reference }).getByRole("link").first().click();
    await t.inspect(curator);
    await press(curator.page, "Zur Prüfung übernehmen");
    await told(curator.page, "Sie haben das Paket übernommen.");
    await t.inspect(curator);
  });

  await t.step("the vendor cannot decide, even knowing the address", async () => {
    const lock = await lockOf(curator.page);
    const answer = await forge(vendor.page, `${path}/entscheidung`, { lock, entscheidung: "release" });
    assert.equal(answer.status(), 403);
  });

  await t.step("asking back needs a text", async () => {
    await decide(curator.page, "Mit Anmerkungen zurückgeben", "");
    await curator.page.locator(".portal-error-summary").waitFor();
    assert.ok(await curator.page.getByRole("radio", { name: "Mit Anmerkungen zurückgeben", exact: true }).isChecked());
    await t.inspect(curator);
  });

  await t.step("the curator asks back, and the vendor sees it, answers and uploads anew", async () => {
    await decide(curator.page, "Mit Anmerkungen zurückgeben", "Wer pflegt die Sätze?");
    await told(curator.page, "Ihre Anmerkungen sind beim Herausgeber.");
    await vendor.page.goto("/");
    await vendor.page.getByRole("region", { name: "Liegt bei mir" }).getByText(reference).waitFor();
    await vendor.page.goto(path);
    await vendor.page.getByText("Wer pflegt die Sätze?").waitFor();
    await vendor.page.getByRole("textbox", { name: "Nachricht", exact: true }).fill("Die Kurverwaltung; steht jetzt in der Beschreibung.");
    await press(vendor.page, "Nachricht senden");
    await told(vendor.page, "Die Nachricht ist gesendet.");
    await t.inspect(vendor);
    await upload(vendor.page, good);
    await told(vendor.page, "Das Paket ist hochgeladen und geprüft.");
    assert.ok(vendor.page.url().includes(reference), "the same version goes on under the same number");
    await press(vendor.page, "Zur Freigabe einreichen");
    await told(vendor.page, "Das Paket ist eingereicht.");
  });

  await t.step("the curator releases it", async () => {
    await curator.page.goto(path);
    await press(curator.page, "Zur Prüfung übernehmen");
    await decide(curator.page, "Freigeben", "");
    await told(curator.page, "Die Version ist freigegeben und steht im Katalog.");
  });

  await t.step("everybody sees the version in the catalogue", async () => {
    const anybody = await t.open();
    await anybody.page.goto(`/verfahren/${VERFAHREN}`);
    await t.inspect(anybody);
    await anybody.page.getByRole("region", { name: "Versionen" }).getByRole("link", { name: version }).click();
    await anybody.page.getByText("Prüfsumme").waitFor();
    await t.inspect(anybody);
  });

  await t.step("the vendor lets it run out after being asked once more", async () => {
    await vendor.page.goto(`/verfahren/${VERFAHREN}/versionen`);
    await t.inspect(vendor);
    await vendor.page.locator("tbody tr", { hasText: version }).getByRole("link", { name: /Ändern/ }).click();
    await t.inspect(vendor);
    await vendor.page.getByRole("radio", { name: "Auslaufen lassen", exact: true }).check();
    await vendor.page.getByRole("textbox", { name: "Begründung", exact: true }).fill("Die Satzung ändert sich.");
    await press(vendor.page, "Weiter");
    await vendor.page.getByText("Bei keiner Verwaltung läuft diese Version.").waitFor();
    await t.inspect(vendor);
    await press(vendor.page, "Ja: Auslaufen lassen");
    await told(vendor.page, "Die Version läuft aus: Niemand beginnt mehr mit ihr.");
    const anybody = await t.open();
    await anybody.page.goto(`/verfahren/${VERFAHREN}/versionen/${version}`);
    await anybody.page.getByText("Die Satzung ändert sich.").waitFor();
    await t.inspect(anybody);
  });

  await t.step("an access key is shown once and can be taken back", async () => {
    await vendor.page.goto("/zugangsschluessel");
    await vendor.page.getByRole("textbox", { name: "Wofür", exact: true }).fill(`Pipeline ${version}`);
    await vendor.page.getByLabel("Gültig für Tage").fill("30");
    await press(vendor.page, "Zugangsschlüssel anlegen");
    assert.match(await vendor.page.getByLabel("Neuer Schlüssel").inputValue(), /^ozgp_[\w-]{43}$/);
    await t.inspect(vendor);
    await vendor.page.goto("/zugangsschluessel");
    assert.equal(await vendor.page.getByLabel("Neuer Schlüssel").count(), 0);
    await vendor.page.getByRole("link", { name: new RegExp(`Zurücknehmen.*Pipeline ${version}`) }).click();
    await t.inspect(vendor);
    await press(vendor.page, "Ja, zurücknehmen");
    await told(vendor.page, "Der Schlüssel ist zurückgenommen.");
  });

  await t.step("a clerk gives feedback and the vendor answers", async () => {
    const clerk = await t.open(FLENSBURG.clerk);
    const wish = `Bitte ein Feld für Gästekarten (${version}).`;
    await clerk.page.goto(`/verfahren/${VERFAHREN}`);
    await follow(clerk.page, "Rückmeldungen und Wünsche");
    await clerk.page.getByRole("radio", { name: "Wunsch", exact: true }).check();
    await clerk.page.getByRole("textbox", { name: "Text", exact: true }).fill(wish);
    await press(clerk.page, "Rückmeldung senden");
    await told(clerk.page, "Danke. Ihre Rückmeldung ist gespeichert.");
    await t.inspect(clerk);
    await vendor.page.goto(`/verfahren/${VERFAHREN}/rueckmeldungen`);
    const entry = vendor.page.locator(".portal-timeline__entry", { hasText: wish });
    await entry.locator("summary").click();
    await entry.getByLabel(/Antwort an/).fill("Kommt mit der nächsten Version.");
    await entry.getByRole("button", { name: "Antwort senden" }).click();
    await told(vendor.page, "Die Antwort ist gespeichert.");
    await t.inspect(vendor);
  });
}
