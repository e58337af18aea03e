// Accessibility and layout of a page as it stands.

import AxeBuilder from "@axe-core/playwright";
import { NARROW, WIDE } from "./browser.mjs";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** What axe finds, one line per violation. */
export async function violations(page) {
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).setLegacyMode(true).analyze();
  return violations.map((v) => {
    const places = v.nodes.slice(0, 3).map((n) => `${n.target.join(" ")}: ${n.html.slice(0, 160)}`);
    return `${v.id} (${v.nodes.length}): ${v.help}\n    ${places.join("\n    ")}`;
  });
}

/** Elements that make the page wider than the window. What scrolls inside a container of its own is fine. */
export function overflow(page) {
  return page.evaluate(() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    const scrolls = (e) => /auto|scroll|hidden|clip/.test(getComputedStyle(e).overflowX);
    const inside = (e) => {
      for (let up = e.parentElement; up && up !== document.body; up = up.parentElement) if (scrolls(up)) return true;
      return false;
    };
    const wide = [...document.body.querySelectorAll("*")].filter(
      (e) => e.getBoundingClientRect().right > root.clientWidth + 1 && !inside(e),
    );
    const names = wide.slice(-5).map((e) => `${e.tagName.toLowerCase()}.${e.className}`);
    return [`${root.scrollWidth} px wide in a window of ${root.clientWidth}: ${names.join(", ")}`];
  });
}

/** Everything that is wrong with the page on a desktop and on a telephone. */
export async function faults(page) {
  const found = [];
  for (const viewport of [WIDE, NARROW]) {
    await page.setViewportSize(viewport);
    const lines = [...(await violations(page)), ...(await overflow(page))];
    found.push(...lines.map((line) => `${viewport.width} px: ${line}`));
  }
  await page.setViewportSize(WIDE);
  return found;
}
