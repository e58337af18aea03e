// Runs journeys: each once with JavaScript and once without, step by step. A failed step ends its journey, because the next
// ones build on it; they count as failed with it.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { visit } from "./browser.mjs";
import { faults } from "./axe.mjs";
import { REPORTS } from "./server.mjs";
import { signIn } from "./steps.mjs";

/** What a journey gets. */
export class Journey {
  #visitors = [];
  #counts;
  #browser;
  #name;

  constructor(browser, base, name, script, counts) {
    this.#browser = browser;
    this.#name = name;
    this.#counts = counts;
    this.base = base;
    this.script = script;
  }

  /** A window of somebody; without a person nobody is signed in. */
  async open(person, options = {}) {
    const visitor = await visit(this.#browser, options.base ?? this.base, { script: this.script, ...options });
    this.#visitors.push(visitor);
    if (person) await signIn(visitor.page, person);
    return visitor;
  }

  /** One tested step. Errors in the console of any window are its errors. */
  async step(what, act) {
    const name = `${this.#name}: ${what}`;
    try {
      await act();
      assert.deepEqual(this.#problems(), [], "errors in the console");
      this.#counts.passed += 1;
      console.log(`ok ${name}`);
    } catch (error) {
      this.#counts.failed += 1;
      console.log(`not ok ${name}\n${indent(error)}`);
      await this.#picture();
      throw new StepFailed();
    }
  }

  /** Like a step, but what comes after does not build on it. */
  async check(what, act) {
    await this.step(what, act).catch((error) => {
      if (!(error instanceof StepFailed)) throw error;
    });
  }

  /** Accessibility and layout of the page as it stands now; only where the page can run the check. */
  async inspect(visitor) {
    if (visitor.script) assert.deepEqual(await faults(visitor.page), [], `faults of ${visitor.page.url()}`);
  }

  async close() {
    for (const visitor of this.#visitors) await visitor.close();
  }

  #problems() {
    return this.#visitors.flatMap((v) => v.problems());
  }

  async #picture() {
    for (const [i, visitor] of this.#visitors.entries()) {
      const path = join(REPORTS, `${this.#name.replace(/[^a-z0-9]+/gi, "-")}-${i}`);
      await visitor.page.screenshot({ path: `${path}.png`, fullPage: true }).catch(() => {});
      await visitor.page.content().then((html) => writeFile(`${path}.html`, html)).catch(() => {});
    }
  }
}

class StepFailed extends Error {}

/** Runs `journeys` and counts. */
export async function runJourneys(browser, base, journeys) {
  const counts = { passed: 0, failed: 0 };
  for (const { name, modes = [true, false], run } of journeys) {
    for (const script of modes) {
      const label = `${name}, ${script ? "with" : "without"} JavaScript`;
      const journey = new Journey(browser, base, label, script, counts);
      try {
        await run(journey);
      } catch (error) {
        if (!(error instanceof StepFailed)) {
          counts.failed += 1;
          console.log(`not ok ${label}\n${indent(error)}`);
        }
      } finally {
        await journey.close();
      }
    }
  }
  return counts;
}

const indent = (error) => String(error.stack ?? error).split("\n").slice(0, 30).map((line) => `    ${line}`).join("\n");
