// Chromium, and visitors: each has a context of its own and remembers what went wrong in its pages.

import { chromium } from "playwright-core";

/** A desktop and a telephone. */
export const WIDE = { width: 1280, height: 900 };
export const NARROW = { width: 390, height: 844 };

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export function launch() {
  const executablePath = process.env.PORTAL_CHROMIUM || "/usr/bin/chromium";
  return chromium.launch({ executablePath, headless: true, args: FLAGS });
}

/**
 * Opens a window of somebody. `script` false switches JavaScript off; `blocked` keeps it on for checks but loads none of
 * the portal's scripts, which shows the same page.
 */
export async function visit(browser, base, { script = true, blocked = false, viewport = WIDE, dark = false } = {}) {
  const context = await browser.newContext({
    baseURL: base,
    javaScriptEnabled: script,
    viewport,
    locale: "de-DE",
    timezoneId: "Europe/Berlin",
    colorScheme: dark ? "dark" : "light",
    reducedMotion: "reduce",
  });
  context.setDefaultTimeout(20_000);
  if (blocked) await context.route(/\.(js|wasm)(\?|$)/, (route) => route.abort());
  return new Visitor(await context.newPage(), { script, blocked });
}

/** Somebody in front of a window. */
export class Visitor {
  #problems = [];
  #documents = new Set();
  #tolerated = [];

  constructor(page, { script, blocked }) {
    this.page = page;
    this.script = script;
    if (blocked) this.tolerate(/ERR_FAILED/);
    page.on("response", (answer) => {
      if (!answer.request().isNavigationRequest()) return;
      this.#documents.add(answer.url());
      if (answer.status() >= 500) this.#problems.push({ text: `${answer.status()} at ${answer.url()}`, url: "" });
    });
    page.on("console", (message) => {
      if (message.type() === "error") this.#problems.push({ text: message.text(), url: message.location().url });
    });
    page.on("pageerror", (error) => this.#problems.push({ text: `uncaught: ${error.message}`, url: page.url() }));
  }

  /** Names errors of the console that a step provokes on purpose. */
  tolerate(pattern) {
    this.#tolerated.push(pattern);
  }

  /** Errors of the console and violations of the content security policy since the last call. */
  problems() {
    // Chromium reports a 404 or 422 answer to a navigation as an error, although the page is as it should be.
    const isAnswer = (p) => /responded with a status of 4\d\d/.test(p.text) && this.#documents.has(p.url);
    const isTolerated = (p) => this.#tolerated.some((pattern) => pattern.test(p.text));
    const found = this.#problems.filter((p) => !isAnswer(p) && !isTolerated(p));
    this.#problems = [];
    return found.map((p) => `${p.text} (${p.url})`);
  }

  close() {
    return this.page.context().close();
  }
}
