// Anybody looks for a Verfahren.

import assert from "node:assert/strict";
import { follow, onPage, press } from "../lib/steps.mjs";

export const name = "catalogue";

export async function run(t) {
  const visitor = await t.open();
  const { page } = visitor;
  const entries = page.locator(".portal-entry__title");
  const search = async (text) => {
    await page.goto("/verfahren");
    await page.locator("main input[name=q]").fill(text);
    await press(page, "Suchen");
    await page.locator(".portal-results__count").waitFor();
    return entries.allInnerTexts();
  };

  await t.step("the start page leads into the catalogue", async () => {
    await page.goto("/");
    await onPage(page, "Verwaltungsleistungen nachnutzen");
    await page.locator("main input[name=q]").fill("Osterfeuer");
    await press(page, "Suchen");
    await onPage(page, "Verfahren");
    assert.match(await entries.first().innerText(), /Osterfeuer/);
  });

  await t.step("all 16 Verfahren are there", async () => {
    await page.goto("/verfahren");
    assert.match(await page.locator(".portal-results__count").innerText(), /^16\sVerfahren$/);
  });

  for (const [text, expected] of [
    ["hundesteur", "Hundesteuer"],
    ["Hunde Steuer", "Hundesteuer"],
    ["99 102 013 000000", "Hundesteuer"],
    ["99102017002000", "Zweitwohnungssteuer"],
  ]) {
    await t.step(`„${text}“ finds ${expected} first`, async () => {
      assert.equal((await search(text))[0], expected);
      assert.equal(await page.locator("main input[name=q]").inputValue(), text);
    });
  }

  await t.step("nothing found says what to do", async () => {
    assert.deepEqual(await search("xyzzyplugh"), []);
    await page.getByText("Nichts gefunden").waitFor();
    await follow(page, "Alle Verfahren zeigen");
    assert.ok((await entries.count()) > 5);
  });

  await t.step("a filter keeps its promise of how many there are", async () => {
    await page.goto("/verfahren");
    await unfold(page);
    const choice = page.locator('.portal-facet__choice:has(input[name="ziel"][value="vm"])');
    const count = Number(await choice.locator(".portal-facet__count").innerText());
    await choice.locator("input").check();
    await press(page, "Filter anwenden");
    assert.match(page.url(), /ziel=vm/);
    const shown = await page.locator(".portal-results__count").innerText();
    assert.equal(Number.parseInt(shown, 10), count);
    await page.locator(".portal-chip").first().click();
    assert.match(await page.locator(".portal-results__count").innerText(), /^16\s/);
  });

  await t.step("by name means by name", async () => {
    await page.goto("/verfahren");
    await unfold(page);
    await page.getByLabel("Sortieren nach").selectOption({ label: "Name" });
    await press(page, "Filter anwenden");
    const names = await entries.allInnerTexts();
    assert.deepEqual(names, [...names].sort((a, b) => a.localeCompare(b, "de")));
  });

  await t.step("the Steckbrief says what it is, who runs it, and which versions there are", async () => {
    await page.goto("/verfahren?q=M%C3%A4ngelmelder");
    await entries.first().getByRole("link").click();
    await onPage(page, "Mängelmelder");
    const users = page.getByRole("region", { name: "Wer es nutzt" });
    assert.match(await users.innerText(), /Stadt Flensburg[\s\S]*Stadt Plön|Stadt Plön[\s\S]*Stadt Flensburg/);
    const versions = page.getByRole("region", { name: "Versionen" });
    const withdrawn = versions.locator("tr", { hasText: "1.1.0" });
    assert.match(await withdrawn.innerText(), /Zurückgezogen/);
    await page.getByRole("link", { name: "Anmelden und beantragen" }).waitFor();
  });

  for (const [link, heading] of [
    ["Impressum", "Impressum"],
    ["Datenschutz", "Datenschutz"],
    ["Barrierefreiheit", "Barrierefreiheit"],
    ["Leichte Sprache", "Leichte"],
  ]) {
    await t.step(`the footer leads to ${link}`, async () => {
      await page.locator("footer").getByRole("link", { name: link, exact: true }).click();
      await onPage(page, new RegExp(heading));
    });
  }

  await t.step("English and back stays on the page", async () => {
    await page.goto("/verfahren/hundesteuer");
    await follow(page, "English");
    await onPage(page, "Dog tax");
    assert.equal(await page.locator("html").getAttribute("lang"), "en");
    await follow(page, "Deutsch");
    await onPage(page, "Hundesteuer");
  });

  if (t.script) await suggestions(t, page);
}

/** Search as you type, by keyboard only. */
async function suggestions(t, page) {
  await t.step("suggestions come while typing, and the keyboard chooses one", async () => {
    await page.goto("/verfahren");
    const field = page.getByRole("combobox", { name: "Verfahren suchen" });
    await field.focus();
    await page.keyboard.type("hunde", { delay: 30 });
    const first = page.locator("#vorschlaege [role=option]").first();
    await first.waitFor();
    assert.equal(await field.getAttribute("aria-expanded"), "true");
    await page.keyboard.press("ArrowDown");
    assert.equal(await first.getAttribute("aria-selected"), "true");
    assert.equal(await field.getAttribute("aria-activedescendant"), await first.getAttribute("id"));
    await page.keyboard.press("Enter");
    await onPage(page, "Hundesteuer");
  });

  await t.step("Escape closes the suggestions", async () => {
    await page.goto("/verfahren");
    const field = page.getByRole("combobox", { name: "Verfahren suchen" });
    await field.focus();
    await page.keyboard.type("steuer", { delay: 30 });
    await page.locator("#vorschlaege [role=option]").first().waitFor();
    await page.keyboard.press("Escape");
    await page.locator("#vorschlaege [role=option]").first().waitFor({ state: "detached" });
    assert.equal(await field.getAttribute("aria-expanded"), "false");
  });
}

/** On a telephone, filters are folded until one is chosen. */
async function unfold(page) {
  const fold = page.locator(".portal-filter__fold > summary");
  if (await fold.isVisible()) await fold.click();
}
