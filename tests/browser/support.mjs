// A person at a browser: what they see is waited for, photographed, and looked over by axe-core.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

/** Where the stack is; of an empty one also what a person has to type. */
export const stack = JSON.parse(process.env.STACK);
export const SHOTS = process.env.SHOTS;
const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 1024, height: 768 };
const HIGHEST = 4000;
const PATIENCE = 15_000;
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

let browser;

export async function openBrowser() {
  mkdirSync(SHOTS, { recursive: true });
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM });
}

export async function closeBrowser() {
  await browser?.close();
}

/** A person with a browser of their own: no cookie is shared with another. */
export class Person {
  static async arrives(viewport = WIDE) {
    const options = { viewport, locale: 'en-GB', timezoneId: 'Europe/Lisbon', acceptDownloads: true };
    const context = await browser.newContext(options);
    // Scripts that are put in before a page loads are not held back by its policy.
    await context.addInitScript({ path: AXE });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    return new this(context, page);
  }

  constructor(context, page) {
    this.context = context;
    this.page = page;
    this.complaints = [];
    page.on('pageerror', (error) => this.complaints.push(`script error: ${error.message}`));
    page.on('console', (message) => {
      // Refusals are part of the test; the browser writes them here, too.
      const refused = /the server responded with a status of 4\d\d/.test(message.text());
      if (message.type() === 'error' && !refused) this.complaints.push(`console: ${message.text()}`);
    });
  }

  button(name, within = this.page) {
    return within.getByRole('button', { name, exact: true });
  }

  /** A text field, select or box by its label. */
  field(label, within = this.page) {
    return within.getByLabel(label, { exact: true });
  }

  /** The labels of boxes are drawn over them, so that is where a person clicks. */
  async tick(label, within = this.page) {
    const box = within.getByRole('checkbox', { name: label, exact: true });
    await within.locator('label').filter({ hasText: label }).first().click();
    return box;
  }

  /** Long lists are written out when they are about to be used. */
  async chooses(select, option) {
    await select.focus();
    await select.selectOption(option);
  }

  /** Goes to a section by the navigation. */
  async goTo(section, heading = section) {
    await this.page.getByRole('navigation', { name: 'Setup' }).getByRole('link', { name: section, exact: true }).click();
    await this.sees(this.page.getByRole('heading', { level: 1, name: heading, exact: true }));
  }

  async sees(what) {
    const shown = typeof what === 'string' || what instanceof RegExp ? this.page.getByText(what).first() : what;
    await shown.waitFor();
    return shown;
  }

  async seesNoMore(locator) {
    await locator.waitFor({ state: 'hidden' });
  }

  /** Waits until a control holds a value. */
  async holds(control, value) {
    const element = await control.elementHandle();
    await this.page.waitForFunction(([shown, wanted]) => shown.value === wanted, [element, value]);
  }

  async saves() {
    await this.button('Save').click();
    await this.sees(/No unsaved changes · Saved/);
  }

  /** Photographs the page and looks it over: nothing serious for those who cannot see or point, nothing too wide. */
  async looks(name, { narrow = false } = {}) {
    await this.seesNoMore(this.page.getByText(/^Reading .*…$/).first());
    await this.#photographs(name, WIDE);
    assert.deepEqual(await barriers(this.page), [], `${name}: axe-core`);
    if (narrow) {
      await this.#photographs(`${name}-narrow`, NARROW);
      const wider = await this.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wider <= 0, `${name}: ${wider} px wider than a window of ${NARROW.width}`);
    }
    await this.page.setViewportSize(WIDE);
    assert.deepEqual(this.complaints, [], `${name}: the browser complains`);
  }

  async fails(name) {
    await this.page.screenshot({ path: join(SHOTS, `failed-${name.replaceAll(/\W+/g, '-')}.png`), fullPage: true });
  }

  /** The window is made as high as the page, so that what sticks to its edges hides nothing. */
  async #photographs(name, { width, height }) {
    await this.page.setViewportSize({ width, height });
    const whole = await this.page.evaluate(() => document.documentElement.scrollHeight);
    await this.page.setViewportSize({ width, height: Math.max(height, Math.min(whole, HIGHEST)) });
    await this.page.screenshot({ path: join(SHOTS, `${name}.png`) });
  }
}

/** What axe-core finds serious in a page or frame. */
export async function barriers(frame) {
  const { violations } = await frame.evaluate((values) => axe.run(document, { runOnly: values }), RULES);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html.slice(0, 200)).join(' and ')}`);
}
