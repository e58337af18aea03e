// Trying a package before its release: an operator admits trials, the vendor starts one, sees it live, calls one off, and
// the curators see what came of it.

import assert from "node:assert/strict";
import { buildPackage } from "../lib/packages.mjs";
import { CURATOR, OPERATOR, VENDOR } from "../lib/people.mjs";
import { follow, press, told, untilText } from "../lib/steps.mjs";

export const name = "trials";

const VERFAHREN = "osterfeuer";
const PLACE = "Demo-Landes-RZ Nord · kommunen-test";

export async function run(t) {
  // Each mode tries a version of its own.
  const version = t.script ? "1.8.0" : "1.9.0";
  const good = await buildPackage(VERFAHREN, "1.0.0", version);
  try {
    await journey(t, good.file);
  } finally {
    await good.remove();
  }
}

async function start(page) {
  await page.getByLabel("Zielumgebung").selectOption({ label: PLACE });
  await press(page, "Probelauf starten");
  await told(page, "Der Probelauf ist gestartet.");
}

async function journey(t, good) {
  const vendor = await t.open(VENDOR);
  const operator = await t.open(OPERATOR);
  let path;

  await t.step("an operator admits trials in the test environment", async () => {
    const { page } = operator;
    await page.goto("/rechenzentren");
    await t.inspect(operator);
    await page.getByRole("link", { name: /zugelassen.*kommunen-test/ }).click();
    await t.inspect(operator);
    await page.getByRole("checkbox", { name: "Für Probeläufe von Paketen zugelassen" }).check();
    await page.getByLabel("Höchstens gleichzeitig").fill("0");
    await press(page, "Speichern");
    await page.locator(".portal-error-summary").waitFor();
    await t.inspect(operator);
    await page.getByLabel("Höchstens gleichzeitig").fill("2");
    await press(page, "Speichern");
    await told(page, "Gespeichert.");
  });

  await t.step("the vendor uploads a package and is asked where to try it", async () => {
    const { page } = vendor;
    await page.goto("/pakete/hochladen");
    await page.getByLabel("Paketdatei (.tgz)").setInputFiles(good);
    await press(page, "Hochladen und prüfen");
    await told(page, "Das Paket ist hochgeladen und geprüft.");
    path = new URL(page.url()).pathname;
    await press(page, "Probelauf starten");
    await page.locator(".portal-error-summary", { hasText: "Bitte wählen Sie eine Zielumgebung" }).waitFor();
    await t.inspect(vendor);
  });

  await t.step("the trial runs, passes, and everything is removed", async () => {
    const { page } = vendor;
    await start(page);
    await t.inspect(vendor);
    await untilText(vendor, "Probelauf bestanden");
    await untilText(vendor, "alles entfernt");
    assert.match(await page.getByRole("region", { name: "Testbericht" }).innerText(), /Tests bestanden/);
    await t.inspect(vendor);
    await follow(page, "Zurück zum Paket");
    await page.getByText(/Probelauf bestanden am .* im Rechenzentrum Demo-Landes-RZ Nord/).waitFor();
    await t.inspect(vendor);
  });

  await t.step("another one is called off after being asked once more", async () => {
    const { page } = vendor;
    await start(page);
    await follow(page, "Probelauf abbrechen");
    await t.inspect(vendor);
    await press(page, "Ja, Probelauf abbrechen");
    await told(page, "Der Probelauf wird abgebrochen");
    await untilText(vendor, "Probelauf abgebrochen");
    await untilText(vendor, "alles entfernt");
  });

  await t.step("the operator sees what ran, and not the package", async () => {
    const { page } = operator;
    await page.reload();
    await page.getByText(`demo-foerde/${VERFAHREN}`).first().waitFor();
    await t.inspect(operator);
    await page.locator("tbody").getByRole("link", { name: /BE-/ }).first().click();
    await page.getByRole("region", { name: "Schritte" }).waitFor();
    await t.inspect(operator);
    assert.equal((await page.request.get(path)).status(), 404);
  });

  await t.step("curators see the result once the package is handed in; until then it is nobody's business", async () => {
    const curator = await t.open(CURATOR);
    assert.equal((await curator.page.request.get(path)).status(), 404);
    await vendor.page.goto(path);
    await press(vendor.page, "Zur Freigabe einreichen");
    await told(vendor.page, "Das Paket ist eingereicht.");
    await curator.page.goto(path);
    await curator.page.getByText(/Probelauf bestanden am .* im Rechenzentrum Demo-Landes-RZ Nord/).waitFor();
    assert.equal(await curator.page.getByRole("button", { name: "Probelauf starten" }).count(), 0);
    await t.inspect(curator);
    await vendor.page.goto(`${path}/verwerfen`);
    await press(vendor.page, "Ja, Paket verwerfen");
    await told(vendor.page, "Das Paket ist verworfen.");
  });
}
