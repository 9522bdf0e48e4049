// The page's gallery, files and exports, in a real browser: node --test.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { assertAccessible, drawn, loaded, program, setting, shownRecord, withPage } from './browser.mjs';
import { Server, until } from './server.mjs';

// A server with a gallery of its own.
const withGallery = (work, args = [], options = {}) => async () => {
  const of = await Server.start(program, args);
  try { await withPage((page) => work(page, of), { of, ...options }); } finally { await of.stop('SIGKILL'); }
};
const cards = (page, count) => page.waitForFunction((wanted) => document.querySelectorAll('#cards li').length === wanted, count);
const openGallery = (page) => page.getByRole('button', { name: 'Gallery' }).click();
const saved = async (page, name, where = page) => {
  const [download] = await Promise.all([page.waitForEvent('download'), where.getByRole('button', { name, exact: true }).click()]);
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
};

test('the gallery keeps, finds, stars, deletes with undo and recalls', withGallery(async (page) => {
    await setting(page, 'Steps', '2');
    await drawn(page, 'a red car at noon', '5');
    await drawn(page, 'a blue <b>tower</b> at night', '6');
    await page.reload();
    await loaded(page);
    await page.getByRole('button', { name: 'Gallery' }).click();
    await page.waitForFunction(() => document.querySelectorAll('#cards li').length === 2);
    await page.fill('#gallery-search', 'car NOON');
    await page.waitForFunction(() => document.querySelectorAll('#cards li').length === 1);
    await page.getByRole('button', { name: 'Star: a red car at noon' }).click();
    await page.fill('#gallery-search', '');
    await page.check('#starred');
    await page.waitForFunction(() => document.querySelectorAll('#cards li').length === 1);
    await page.uncheck('#starred');
    await page.getByRole('button', { name: 'Delete: a red car at noon' }).click();
    await page.waitForFunction(() => document.querySelectorAll('#cards li').length === 1);
    await assertAccessible(page, 'gallery');
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.waitForFunction(() => document.querySelectorAll('#cards li').length === 2);
    await page.getByRole('button', { name: 'Open: a red car at noon' }).click();
    await page.waitForFunction(() => book.record?.seed === 5);
    assert.equal(await page.inputValue('#prompt'), 'a red car at noon');
    assert.match(await page.textContent('#settings-toggle'), /Steps 2/);
    assert.match(await page.textContent('#settings-toggle'), /Seed 5/);
    assert.equal((await shownRecord(page)).seed, 5);
    assert.match(await page.textContent('#claims'), /car/);
  }));

test('every setting is recalled', withGallery(async (page) => {
    const chosen = { width: 96, height: 160, steps: 2, solver: 'heun', guidance: 3.5, temperature: 0.5, top_p: 0.8, candidates: 2, repairs: 1, language: 'zh' };
    await page.evaluate((options) => keep.set('options', options), chosen);
    await drawn(page, 'a red car at noon', '5');
    await page.evaluate(() => { keep.set('options', {}); showSettings(); });
    await page.fill('#prompt', 'something else');
    await openGallery(page);
    await page.getByRole('button', { name: 'Open: a red car at noon' }).click();
    await page.waitForFunction(() => document.getElementById('prompt').value === 'a red car at noon');
    assert.deepEqual(await page.evaluate(() => keep.get('options')), { ...chosen, seed: '5' });
    // What is drawn with them is the same.
    const before = await shownRecord(page);
    await page.keyboard.press('Control+Enter');
    await page.waitForFunction(() => book.busy);
    await page.waitForSelector('#acts:not([hidden])');
    const { cost: _, ...record } = await shownRecord(page);
    assert.deepEqual([record.plan, record.narrative, record.options], [before.plan, before.narrative, before.options]);
  }));

test('the bin gives back, and deletes for good', withGallery(async (page) => {
    await setting(page, 'Steps', '2');
    await drawn(page, 'a red car at noon', '5');
    await drawn(page, 'a blue bus', '6');
    await openGallery(page);
    await cards(page, 2);
    // By keyboard: the next card has the focus after one has gone.
    await page.getByRole('button', { name: 'Delete: a blue bus' }).focus();
    await page.keyboard.press('Enter');
    await cards(page, 1);
    await page.waitForFunction(() => document.activeElement.closest('.card'));
    await page.check('#bin');
    await page.getByRole('button', { name: 'Put back: a blue bus' }).waitFor();
    await assertAccessible(page, 'bin');
    await page.getByRole('button', { name: 'Put back: a blue bus' }).click();
    await cards(page, 0);
    assert.equal(await page.textContent('#gallery-empty'), 'The bin is empty.');
    await page.uncheck('#bin');
    await cards(page, 2);
    // Twice in haste it is in the bin all the same.
    await page.getByRole('button', { name: 'Delete: a blue bus' }).dblclick();
    await cards(page, 1);
    await page.check('#bin');
    page.once('dialog', (dialog) => dialog.accept());
    await page.getByRole('button', { name: 'Delete for good: a blue bus' }).click();
    await cards(page, 0);
    assert.equal((await page.evaluate(() => gallery.list({}))).count, 1);
  }));

test('what is found or chosen is saved as a page, as PDF and as pairs', withGallery(async (page, of) => {
    await setting(page, 'Steps', '2');
    for (const [prompt, seed] of [['a red car at noon', '5'], ['雪地里的熊猫', '6'], ['a blue bus', '7']]) await drawn(page, prompt, seed);
    await openGallery(page);
    await cards(page, 3);
    assert.match(await page.textContent('#exports'), /Save all 3 as/);
    const all = await saved(page, 'page', page.locator('#exports'));
    assert.equal(all.name, 'diptych.html');
    const html = all.bytes.toString();
    assert.ok(html.indexOf('a red car') < html.indexOf('a blue bus'), 'the oldest first');
    assert.equal(html.match(/<article>/g).length, 3);
    await page.getByLabel('Choose: 雪地里的熊猫').check();
    await page.waitForFunction(() => document.getElementById('exports').textContent.includes('the 1 chosen'));
    await assertAccessible(page, 'chosen');
    const one = await saved(page, 'pairs for training', page.locator('#exports'));
    assert.equal(one.name, '雪地里的熊猫.zip');
    assert.equal(one.bytes.toString('latin1').match(/"file_name"/g).length, 1);
    if ((await (await of.request('/api/model')).json()).pdf)
      assert.equal((await saved(page, 'PDF', page.locator('#exports'))).bytes.subarray(0, 5).toString(), '%PDF-');
  }));

test('more than a page of them is shown on demand', withGallery(async (page, of) => {
    const { data } = await (await of.post('/v1/images/generations', { prompt: 'a car', steps: 1, n: 5, check: false, seed: 1 })).json();
    await of.post('/api/gallery', { images: data.map((one) => one.b64_json) });
    await page.evaluate(() => { const list = gallery.list; gallery.list = (query) => list.call(gallery, { ...query, limit: 2 }); });
    await openGallery(page);
    await cards(page, 2);
    await page.getByRole('button', { name: 'Show more' }).click();
    await cards(page, 4);
    await page.getByRole('button', { name: 'Show more' }).click();
    await cards(page, 5);
    assert.ok(await page.locator('#gallery-more').isHidden());
    assert.equal(await page.textContent('#gallery-count'), '5 kept');
  }));

test('with a key, pictures are shown too', async () => {
  const of = await Server.start(program, ['--api-key', 'open-sesame-123456']);
  await withPage(async (page) => {
    await page.evaluate(() => sessionStorage.setItem('diptych.key', 'open-sesame-123456'));
    await page.reload();
    await loaded(page);
    await setting(page, 'Steps', '2');
    await drawn(page, 'a red car');
    await openGallery(page);
    await page.waitForFunction(() => document.querySelector('#cards img')?.naturalWidth === 128);
    await page.getByRole('button', { name: 'Open: a red car' }).click();
    await page.waitForFunction(() => document.querySelector('#sheet img').naturalWidth === 128);
  }, { of, expectErrors: true, ready: false });
  await of.stop('SIGKILL');
});

test('a server without a gallery says so, and draws all the same', withGallery(async (page) => {
    await setting(page, 'Steps', '2');
    await drawn(page, 'a red car');
    assert.equal(await page.getByRole('button', { name: 'Save as a page' }).count(), 0);
    await openGallery(page);
    assert.match(await page.textContent('#gallery-empty'), /keeps no gallery/);
    assert.ok(await page.locator('.galbar').isHidden());
    await assertAccessible(page, 'no gallery');
  }, ['--no-gallery']));


test('a dropped picture brings itself and its settings back; another is looked at', withGallery(async (page, of) => {
    const answer = await (await of.post('/v1/images/generations', { prompt: '雪地里的绿色帐篷', seed: 9, steps: 3, size: '96x128' })).json();
    const drop = (base64) => page.evaluate((text) => {
      const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)), data = new DataTransfer();
      data.items.add(new File([bytes], 'a.png', { type: 'image/png' }));
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
    }, base64);
    await drop(answer.data[0].b64_json);
    await page.waitForFunction(() => book.record);
    assert.equal(await page.inputValue('#prompt'), '雪地里的绿色帐篷');
    assert.equal(await page.textContent('#narrative'), answer.data[0].narrative);
    assert.match(await page.textContent('#settings-toggle'), /96 × 128.*Seed 9/);
    await page.getByRole('button', { name: 'Gallery' }).click();
    await page.waitForFunction(() => document.querySelectorAll('#cards li').length === 1);
    await page.getByRole('button', { name: 'Draw', exact: true }).first().click();
    const plain = await (await of.post('/v1/images/generations', { prompt: 'a car', steps: 1, check: false, metadata: 'none' })).json();
    await drop(plain.data[0].b64_json);
    await page.waitForSelector('#view-look:not([hidden]) .sheet img');
    // Several at once go into the gallery.
    await page.keyboard.press('4');
    const more = await (await of.post('/v1/images/generations', { prompt: 'a car', steps: 1, n: 2, check: false, seed: 3 })).json();
    await page.evaluate((texts) => {
      const data = new DataTransfer();
      for (const text of texts) data.items.add(new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], 'a.png', { type: 'image/png' }));
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
    }, [plain, ...[more]].flatMap(({ data }) => data.map((one) => one.b64_json)));
    await page.waitForFunction(() => document.getElementById('toast').textContent === '2 pictures restored.');
    await cards(page, 3);
  }));

test('an answer is saved as a page that needs nothing else, and as PDF', withGallery(async (page, of) => {
    await drawn(page, 'a red car & a <i>bus</i> at noon');
    await page.getByRole('button', { name: 'Beside it in Chinese' }).click();
    await page.waitForFunction(() => book.other?.length > 5 && !/…/.test(book.other));
    await until(() => page.evaluate(async () => book.other && (await gallery.entry(book.id)).other === book.other));
    const { name, bytes } = await saved(page, 'Save as a page');
    const html = bytes.toString(), { narrative } = await shownRecord(page);
    assert.equal(name, 'a-red-car-a-i-bus-i-at-noon.html');
    assert.ok(html.includes(narrative) && html.includes('src="data:image/png;base64,'));
    assert.ok(html.includes('a red car &amp; a &lt;i&gt;bus&lt;/i&gt; at noon'));
    assert.ok(html.includes(await page.evaluate(() => book.other)));
    assert.doesNotMatch(html, /https?:|<script|<i>bus/);
    if ((await (await of.request('/api/model')).json()).pdf) assert.equal((await saved(page, 'Save as PDF')).bytes.subarray(0, 5).toString(), '%PDF-');
  }));
