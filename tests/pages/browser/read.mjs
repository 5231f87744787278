// Reads pages as people do, in a real Chromium, and tells what it met, as JSON on stdout: one object a reading.
// On stdin: { chromium, profile, origin, pictures, readings: [{ name, path, scheme, width, axe, picture }] }.

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const job = JSON.parse(readFileSync(0, "utf8"));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--font-render-hinting=none"];
const told = [];
const browser = await chromium.launchPersistentContext(job.profile, { executablePath: job.chromium, headless: true, args: flags });

for (const reading of job.readings) {
  const page = await browser.newPage();
  const found = { name: reading.name, elsewhere: [], said: [], violations: [], wide: [] };
  page.on("request", (request) => {
    if (!request.url().startsWith(job.origin) && !request.url().startsWith("data:")) found.elsewhere.push(request.url());
  });
  page.on("console", (message) => { if (["error", "warning"].includes(message.type())) found.said.push(message.text()); });
  page.on("pageerror", (error) => found.said.push(String(error)));
  await page.emulateMedia({ colorScheme: reading.scheme });
  await page.setViewportSize({ width: reading.width, height: 900 });
  const reply = await page.goto(job.origin + reading.path, { waitUntil: "load" });
  found.status = reply.status();
  found.title = await page.title();
  // A 404 is what was asked for there; Chromium tells of it as an error of the console.
  if (found.status >= 400) found.said = found.said.filter((said) => !said.includes(`status of ${found.status}`));
  found.overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  if (found.overflow > 0) {
    found.wide = await page.evaluate(() => [...document.querySelectorAll("body *")]
      .filter((each) => each.getBoundingClientRect().right > window.innerWidth + 1)
      .slice(0, 5).map((each) => each.outerHTML.slice(0, 160)));
  }
  // How light the paper is, from 0 to 255.
  found.paper = await page.evaluate(() => Math.max(...getComputedStyle(document.documentElement).backgroundColor.match(/\d+/g).slice(0, 3).map(Number)));
  if (reading.picture) await page.screenshot({ path: `${job.pictures}/${reading.name}.png`, fullPage: true });
  if (reading.axe) {
    await page.evaluate(axe);
    const result = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
    found.violations = result.violations.map(({ id, nodes }) => ({ id, where: nodes.slice(0, 4).map((node) => `${node.html.slice(0, 200)} ${node.failureSummary.slice(0, 300)}`) }));
  }
  told.push(found);
  await page.close();
}
await browser.close();
console.log(JSON.stringify(told));
