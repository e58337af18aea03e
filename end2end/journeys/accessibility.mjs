// Every page in the opening state: accessible, quiet in the console, and no wider than a telephone; with the portal's
// scripts and without them.

import assert from "node:assert/strict";
import { PLACES } from "../lib/places.mjs";

export const name = "accessibility";

export async function run(t) {
  for (const [person, places] of PLACES) {
    // A page without its scripts is checked by a browser that can run the check.
    const visitor = await t.open(person, { script: true, blocked: !t.script });
    const { page } = visitor;
    for (const place of places) {
      let path;
      await t.check(place.name, async () => {
        path = await place.path(page);
        await page.goto(path);
        await t.inspect(visitor);
        assert.equal(await page.getByRole("heading", { level: 1 }).count(), 1, "one main heading");
        assert.match(await page.title(), / – OZG-Cloud-Portal$/);
      });
      if (!place.english || !t.script || path === undefined) continue;
      await t.check(`${place.name}, English`, async () => {
        await page.goto(path === "/" ? "/en" : `/en${path}`);
        assert.equal(await page.locator("html").getAttribute("lang"), "en");
        await t.inspect(visitor);
      });
    }
    await visitor.close();
  }

  if (t.script) {
    await t.check("the skip link comes first and leads to the content", async () => {
      const { page } = await t.open();
      await page.goto("/");
      await page.keyboard.press("Tab");
      assert.equal(await page.evaluate(() => document.activeElement.className), "portal-skip");
      await page.keyboard.press("Enter");
      assert.equal(await page.evaluate(() => document.activeElement.id), "inhalt");
    });
    await t.check("dark colours have enough contrast too", async () => {
      const visitor = await t.open(undefined, { dark: true });
      for (const path of ["/", "/verfahren", "/verfahren/gewerbe"]) {
        await visitor.page.goto(path);
        await t.inspect(visitor);
      }
    });
  }
}
