// An Amt keeps different values for its Gemeinden: one table, faulty cells named, deviations marked.

import assert from "node:assert/strict";
import { LUETJENBURG } from "../lib/people.mjs";
import { declare, findCase, press, told, untilState } from "../lib/steps.mjs";

export const name = "values per Gemeinde";

const HOHWACHT = "g.010575727030";
const PANKER = "g.010575727055";
const COLUMN = "satz_erster_hund";

export async function run(t) {
  const clerk = await t.open(LUETJENBURG.clerk);
  const { page } = clerk;
  const rate = t.script ? "110" : "120";
  const cell = (gemeinde) => page.locator(`[name="${gemeinde}.${COLUMN}"]`);
  let path;

  await t.step("the clerk reports that a rate is wrong", async () => {
    path = await findCase(page, "Hundesteuer", LUETJENBURG.name);
    const reference = path.split("/").pop();
    await page.goto(path);
    await untilState(clerk, "In Abnahme");
    await declare(page, reference, "Mangel melden", "Der Steuersatz von Hohwacht stimmt nicht.");
    await told(page, "Der Mangel ist gemeldet.");
  });

  await t.step("the table has a row for each of the 15 Gemeinden", async () => {
    await page.goto(`${path}/antrag/werte`);
    const table = page.locator("table.portal-values");
    assert.equal(await table.locator("tbody tr").count(), 15);
    await table.getByRole("rowheader", { name: "Schwartbuck" }).waitFor();
    await t.inspect(clerk);
  });

  await t.step("a faulty cell is named with its Gemeinde, and the others keep what was entered", async () => {
    await cell(HOHWACHT).fill("viel");
    await cell(PANKER).fill("45,50");
    await press(page, "Speichern und neu testen");
    await page.locator(".portal-error-summary", { hasText: "Hohwacht" }).waitFor();
    assert.equal(await cell(HOHWACHT).inputValue(), "viel");
    assert.equal(await cell(HOHWACHT).getAttribute("aria-invalid"), "true");
    assert.equal(await cell(PANKER).inputValue(), "45,50");
    await t.inspect(clerk);
  });

  if (t.script) {
    await t.step("„Für alle übernehmen“ fills the column, and a block from a spreadsheet goes into its cells", async () => {
      await cell(HOHWACHT).fill(rate);
      const copy = page.locator("button[data-copy]").first();
      await copy.click();
      assert.equal(await cell(PANKER).inputValue(), rate);
      await cell(PANKER).focus();
      await page.evaluate(() => {
        const data = new DataTransfer();
        data.setData("text/plain", "41,00\n42,00");
        const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
        document.activeElement.dispatchEvent(paste);
      });
      assert.equal(await cell(PANKER).inputValue(), "41,00");
      assert.equal(await cell("g.010575727076").inputValue(), "42,00");
    });
  }

  await t.step("corrected, everything is tested again, and deviations are marked", async () => {
    for (const field of await page.locator(`[name$=".${COLUMN}"][name^="g."]`).all()) await field.fill("");
    await cell(HOHWACHT).fill(rate);
    await press(page, "Speichern und neu testen");
    await told(page, "Die Angaben sind korrigiert.");
    await page.goto(path);
    await untilState(clerk, "In Abnahme");
    await page.locator("summary", { hasText: "Angaben ansehen" }).click();
    const shown = await page.getByRole("region", { name: "Angaben", exact: true }).innerText();
    assert.match(shown, new RegExp(`Hohwacht[\\s\\S]*${rate}`));
  });
}
