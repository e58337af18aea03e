// Browser journeys through the running portal: `node end2end/run.mjs [NAME...]`. Needs a built server (PORTAL_BINARY,
// target/debug/portal), target/site, and Chromium (PORTAL_CHROMIUM, /usr/bin/chromium). PORTAL_URL uses a portal that runs
// already with its demonstration.

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { launch } from "./lib/browser.mjs";
import { untilSeeded } from "./lib/opening.mjs";
import { runJourneys } from "./lib/journey.mjs";
import { startPortal } from "./lib/server.mjs";

const folder = join(import.meta.dirname, "journeys");
const wanted = process.argv.slice(2);
const files = (await readdir(folder)).filter((name) => name.endsWith(".mjs")).sort();
const journeys = [];
for (const file of files) {
  const journey = await import(join(folder, file));
  if (wanted.length === 0 || wanted.some((word) => file.includes(word))) journeys.push(journey);
}

let portal;
let browser;
let counts = { passed: 0, failed: 1 };
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => Promise.resolve(portal?.stop()).finally(() => process.exit(130)));
}
try {
  portal = process.env.PORTAL_URL ? { base: process.env.PORTAL_URL, stop: async () => {} } : await startPortal();
  browser = await launch();
  if (!process.env.PORTAL_URL) await untilSeeded(browser, portal.base);
  counts = await runJourneys(browser, portal.base, journeys);
} catch (error) {
  console.log(`not ok journeys did not run\n${error.stack}`);
} finally {
  await browser?.close();
  await portal?.stop();
}
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;
