// Chromium at the page of a server, for tests of it. TESTED_PROGRAM is the program, the model its own. TESTED_PAGE, where
// set, is an index.html that is shown in the place of the program's, so that one who writes the page need not build.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before } from 'node:test';
import { chromium } from 'playwright-core';
import { Server } from './server.mjs';

export const program = process.env.TESTED_PROGRAM;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
// The server of all tests of a file; its gallery too is theirs together.
export let server;
let browser;

before(async () => {
  server = await Server.start(program);
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
});
after(async () => {
  await browser.close();
  assert.equal((await server.stop()).code, 0);
});

// A page in a profile of its own. What it asks of other hosts, and what goes wrong in it, fails the test.
export async function withPage(work, { of = server, expectErrors = false, ready = true, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, locale: 'en-GB', colorScheme: 'light', reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  const wrong = [];
  page.on('pageerror', (error) => wrong.push(error.stack));
  page.on('console', (message) => message.type() === 'error' && !expectErrors && wrong.push(message.text()));
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== of.address) wrong.push(request.url());
  });
  if (process.env.TESTED_PAGE)
    await page.route(of.address + '/', (route) => route.fulfill({ path: process.env.TESTED_PAGE, contentType: 'text/html' }));
  try {
    await page.goto(of.address);
    if (ready) await loaded(page);
    await work(page);
    assert.deepEqual(wrong, []);
  } finally {
    await context.close();
  }
}
export const loaded = (page) => page.waitForFunction(() => model.options.length && vocabulary.kinds.length);
export const done = (page) => page.waitForSelector('#acts:not([hidden])', { timeout: 60000 });
export async function setting(page, label, value) {
  if (await page.locator('#settings').isHidden()) await page.click('#settings-toggle');
  await page.getByLabel(label, { exact: true }).fill(value);
  await page.keyboard.press('Tab');
}
export async function drawn(page, prompt, seed = '7') {
  await setting(page, 'Seed', seed);
  await page.fill('#prompt', prompt);
  await page.keyboard.press('Control+Enter');
  await done(page);
}
export const shownRecord = (page) => page.evaluate(() => book.record);
export async function assertAccessible(page, where) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document));
  assert.deepEqual(violations.map(({ id, nodes }) => [where, id, nodes[0].html]), []);
}
