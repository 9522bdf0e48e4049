// The page that the server serves, in a real browser: node --test.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { assertAccessible, done, drawn, loaded, program, server, setting, shownRecord, withPage } from './browser.mjs';
import { Server, until } from './server.mjs';

test('a prompt becomes plan, picture, narrative and claims, one after the other', () =>
  withPage(async (page) => {
    // What is seen between any two frames.
    await page.evaluate(() => {
      window.seen = [];
      const look = () => {
        const count = (query) => document.querySelectorAll(query).length;
        const now = { plan: count('#plan li'), image: document.querySelector('#sheet img')?.src.slice(0, 5) ?? '', preview: document.querySelector('#sheet img')?.src.length ?? 0,
          narrative: document.getElementById('narrative').textContent.length, claims: count('#claims li'), status: document.getElementById('status').textContent };
        if (JSON.stringify(now) !== JSON.stringify(seen.at(-1))) seen.push(now);
        requestAnimationFrame(look);
      };
      look();
    });
    // Enough steps that each stage outlives a frame on any machine.
    await setting(page, 'Steps', '60');
    await drawn(page, 'a red car at noon');
    const seen = await page.evaluate(() => window.seen);
    const first = (check) => seen.findIndex(check);
    const plan = first((one) => one.plan > 0), preview = first((one) => one.image === 'data:'), narrative = first((one) => one.narrative > 0), claims = first((one) => one.claims > 0), end = first((one) => one.image === 'blob:');
    assert.ok(0 < plan && plan < preview && preview < narrative && narrative < claims && claims <= end, JSON.stringify({ plan, preview, narrative, claims, end }));
    assert.ok(new Set(seen.map((one) => one.preview)).size > 3, 'several previews');
    assert.ok(seen.some((one) => /step \d+ of 60/.test(one.status)));
    assert.match(await page.textContent('#status'), /Done in .* seed 7/);
    // The same as any client gets.
    const direct = await (await server.post('/v1/images/generations', { prompt: 'a red car at noon', seed: 7, steps: 60, boxes: true })).json();
    assert.equal(await page.textContent('#narrative'), direct.data[0].narrative);
    const shown = await page.evaluate(async () => (await readDataUrl(book.blob)).split(',')[1]);
    assert.ok(shown === direct.data[0].b64_json, 'the picture has the same bytes');
    const { followed, told } = direct.data[0].report;
    for (const [i, share] of [followed, told].entries())
      assert.equal(await page.locator('#figures dd').nth(i).textContent(), share.count ? Math.round((100 * share.holding) / share.count) + '%' : '–');
  }));

test('what was not understood is named at its word, and what is drawn as something near', () =>
  withPage(async (page) => {
    await drawn(page, 'two flerbs and a jeep at night');
    assert.equal(await page.locator('#asked ruby.unknown > span').textContent(), 'flerbs');
    assert.equal(await page.locator('#asked ruby.unknown rt').textContent(), 'not understood');
    assert.match(await page.locator('#asked ruby.near').textContent(), /jeep.*drawn as car/);
  }));

test('a phrase lights up its region, and a region its phrases and claims', () =>
  withPage(async (page) => {
    await drawn(page, 'a red car at noon');
    await page.locator('#narrative .word', { hasText: 'car' }).first().hover();
    await page.waitForSelector('#sheet .region.lit');
    assert.match(await page.textContent('#caption'), /car.*汽车/);
    await page.mouse.move(0, 0);
    assert.equal(await page.locator('.lit').count(), 0);
    await page.locator('#sheet button.region', { hasText: 'car' }).first().hover();
    assert.ok((await page.locator('#narrative .lit').count()) > 0);
    assert.ok((await page.locator('#asked .lit').count()) > 0);
    assert.ok((await page.locator('#claims .lit').count()) > 0);
    assert.equal(await page.locator('#plan .lit').count(), 1);
    // By keyboard too.
    await page.mouse.move(0, 0);
    await page.locator('#claims button', { hasText: 'car · red' }).focus();
    assert.ok((await page.locator('#sheet .region.lit').count()) > 0);
  }));

test('stop, by the button and by Esc, cancels the job', () =>
  withPage(async (page) => {
    for (const stop of [() => page.click('#stop'), () => page.keyboard.press('Escape')]) {
      await setting(page, 'Steps', '200');
      await page.fill('#prompt', 'a castle in the snow');
      await page.keyboard.press('Control+Enter');
      await page.waitForSelector('#sheet img');
      const id = await page.evaluate(() => job.id);
      await stop();
      await page.waitForFunction(() => document.getElementById('status').textContent === 'Stopped.');
      await until(async () => (await (await server.request('/api/jobs/' + id)).json()).status === 'cancelled');
      assert.ok(await page.locator('#draw').isEnabled());
    }
  }));

test('errors say what to do', async (t) => {
  const other = await Server.start(program);
  t.after(() => other.stop('SIGKILL'));
  await withPage(async (page) => {
    await page.fill('#prompt', '  ');
    await page.keyboard.press('Control+Enter');
    assert.match(await page.locator('[role=alert]').textContent(), /Say what to draw/);
    assert.equal(await page.evaluate(() => document.activeElement.id), 'prompt');
    await assertAccessible(page, 'error');
    await page.evaluate(() => keep.set('options', { width: 100 }));
    await page.fill('#prompt', 'a car');
    await page.keyboard.press('Control+Enter');
    await page.waitForFunction(() => document.getElementById('error').textContent.includes('multiples of 16'));
    await page.route('**/api/jobs', (route) => route.fulfill({ status: 429, headers: { 'retry-after': '9' }, json: { error: { message: 'full' } } }));
    await page.keyboard.press('Control+Enter');
    await page.waitForFunction(() => document.getElementById('error').textContent.includes('in 9 s'));
    await page.unroute('**/api/jobs');
    await other.stop('SIGKILL');
    await page.keyboard.press('Control+Enter');
    await page.waitForFunction(() => document.getElementById('error').textContent.includes('diptych serve'));
    assert.ok(await page.getByRole('button', { name: 'Try again' }).isVisible());
  }, { of: other, expectErrors: true });
});

test('a server with a key is asked with it', async (t) => {
  const other = await Server.start(program, ['--api-key', 'open-sesame-123456']);
  t.after(() => other.stop('SIGKILL'));
  await withPage(async (page) => {
    await page.reload();
    await page.getByLabel('Key', { exact: true }).fill('open-sesame-123456');
    await page.getByRole('button', { name: 'Use it' }).click();
    await loaded(page);
    await page.fill('#prompt', 'a car');
    await page.keyboard.press('Control+Enter');
    await done(page);
  }, { of: other, expectErrors: true, ready: false });
});

test('a model that edits is asked for changes in words', () =>
  withPage(async (page) => {
    await drawn(page, 'a red car at noon');
    assert.equal(await page.getByRole('button', { name: 'Change it in words' }).count(), 0);
    await page.evaluate(() => { model.skills.push('edit'); showBook(); });
    await page.getByRole('button', { name: 'Change it in words' }).click();
    await page.getByLabel('What shall be different?').fill('make it night');
    await assertAccessible(page, 'change');
    const [request] = await Promise.all([page.waitForRequest('**/api/jobs'), page.keyboard.press('Enter')]);
    const order = request.postDataJSON();
    assert.deepEqual([order.task, order.prompt, order.image.slice(0, 22)], ['edit', 'make it night', 'data:image/png;base64,']);
    // The shipped model does not edit, and the page says so.
    await page.waitForFunction(() => document.getElementById('error').textContent.includes('has not learned'));
  }, { expectErrors: true }));

test('settings come from the model, are sent, told and kept', () =>
  withPage(async (page) => {
    await setting(page, 'Width', '96');
    await setting(page, 'Steps', '2');
    await page.getByLabel('Language of the story').selectOption('zh');
    await drawn(page, 'a red car at noon', '11');
    const { options, seed, language } = await shownRecord(page);
    assert.deepEqual([options.width, options.height, options.steps, seed, language], [96, 128, 2, 11, 'zh']);
    assert.match(await page.textContent('#settings-toggle'), /96 × 128.*Seed 11/);
    await page.reload();
    await loaded(page);
    assert.match(await page.textContent('#settings-toggle'), /Seed 11/);
    const names = await page.locator('#settings input, #settings select').count();
    assert.ok(names >= (await (await server.request('/api/model')).json()).options.length);
  }));

test('the plan is edited as a form and by dragging, and redrawn', () =>
  withPage(async (page) => {
    await drawn(page, 'a red car at noon');
    await page.getByRole('button', { name: 'Edit the plan' }).click();
    await assertAccessible(page, 'edit');
    await page.locator('#plan fieldset', { hasText: 'car' }).getByLabel('colour').selectOption('green');
    await page.getByLabel('hour').selectOption('night');
    const boxes = () => page.evaluate(() => boxesOf(book.edit.find((line) => line.key === 'car')));
    const [before] = await boxes();
    const region = page.locator('#sheet .region', { hasText: 'car' }).first();
    await region.focus();
    await page.keyboard.press('ArrowUp');
    assert.deepEqual((await boxes())[0], [before[0], before[1] - 2, before[2], before[3] - 2]);
    const at = await region.boundingBox(), sheet = await page.locator('#sheet').boundingBox();
    await page.mouse.move(at.x + at.width / 2, at.y + at.height / 2);
    await page.mouse.down();
    await page.mouse.move(sheet.x + sheet.width * 0.2, at.y + at.height / 2, { steps: 4 });
    await page.mouse.up();
    const [after] = await boxes();
    assert.ok((after[0] + after[2]) / 2 < 30, String(after));
    await page.getByRole('button', { name: 'Redraw' }).click();
    await page.waitForFunction(() => book.busy);
    await done(page);
    const record = await shownRecord(page);
    assert.match(record.plan, /^hour: night$/m);
    assert.match(record.plan, new RegExp('^car: .*green.*left.*box ' + after.join(' '), 'm'));
    assert.equal(record.plan_given, true);
    assert.equal(record.seed, 7);
    await page.getByRole('button', { name: 'Edit the plan' }).click();
    await page.getByRole('button', { name: 'Add a thing' }).click();
    await page.getByRole('button', { name: 'Remove: car' }).click();
    await page.keyboard.press('Control+Enter');
    await page.waitForFunction(() => book.busy);
    await done(page);
    assert.match((await shownRecord(page)).plan, /^tree: one, green/m);
    assert.doesNotMatch((await shownRecord(page)).plan, /car/);
  }));

test('variations are the next seeds, and the narrative is had in both languages', () =>
  withPage(async (page) => {
    await setting(page, 'Steps', '2');
    await drawn(page, 'a red car at noon');
    await page.getByRole('button', { name: 'Variations' }).click();
    await page.waitForFunction(() => document.querySelectorAll('#variations button').length === 4 && !book.busy, null, { timeout: 60000 });
    assert.deepEqual(await page.locator('#variations small').allTextContents(), ['Seed 7', 'Seed 8', 'Seed 9', 'Seed 10']);
    await page.locator('#variations button').first().click();
    assert.equal((await shownRecord(page)).seed, 7);
    await page.getByRole('button', { name: 'Beside it in Chinese' }).click();
    await page.waitForFunction(() => book.other?.length > 5 && /[\u4e00-\u9fff]/.test(document.getElementById('other').textContent));
    assert.equal(await page.getAttribute('#other', 'lang'), 'zh');
  }));

test('a failed claim is drawn again', () =>
  withPage(async (page) => {
    await setting(page, 'Steps', '2');
    await drawn(page, 'a red car at noon');
    const before = (await shownRecord(page)).seed;
    // Whether a claim fails is the model's matter; that it can be drawn again is the page's.
    await page.evaluate(() => { book.claims.find((claim) => claim.text === 'car').holds = false; showBook(); });
    await page.locator('#claims button[title]', { hasText: 'car' }).first().click();
    await page.waitForFunction((seed) => !job && book.record.seed > seed, before, { timeout: 60000 });
    await page.waitForFunction(() => /holds now|still fails/.test(document.getElementById('toast').textContent), null, { timeout: 60000 });
  }));

test('a failed sentence is drawn again, by a click and by keyboard', () =>
  withPage(async (page) => {
    await setting(page, 'Steps', '2');
    await drawn(page, 'a red car at noon');
    const fail = () => page.evaluate(() => { book.claims.find((claim) => claim.sources[0] === 'narrative').holds = false; showBook(); return book.record.seed; });
    for (const press of [(one) => one.click(), async (one) => { await one.focus(); await page.keyboard.press('Enter'); }]) {
      const before = await fail(), { plan } = await shownRecord(page);
      await assertAccessible(page, 'failed sentence');
      await press(page.locator('#narrative .sentence.no'));
      await page.waitForFunction((seed) => !job && book.record.seed > seed, before, { timeout: 60000 });
      await page.waitForFunction(() => /holds now|still fails/.test(document.getElementById('toast').textContent), null, { timeout: 60000 });
      assert.equal((await shownRecord(page)).plan, plan);
    }
  }));

test('a model that tells stories is asked for one, and its panels are shown', () =>
  withPage(async (page) => {
    await drawn(page, 'a fox in the snow');
    assert.equal(await page.getByRole('button', { name: 'Tell it as a story' }).count(), 0);
    await page.evaluate(() => { model.skills.push('story'); showBook(); });
    await page.getByRole('button', { name: 'Tell it as a story' }).click();
    await page.getByLabel('How many pictures?').fill('3');
    await assertAccessible(page, 'story');
    const [request] = await Promise.all([page.waitForRequest('**/api/jobs'), page.keyboard.press('Enter')]);
    assert.deepEqual([request.postDataJSON().pictures, request.postDataJSON().prompt], [3, 'a fox in the snow']);
    // The shipped model tells none, and the page says so. What one would give is shown.
    await page.waitForFunction(() => document.getElementById('error').textContent.includes('has not learned'));
    await page.evaluate(() => {
      const record = { ...book.record, narrative: 'Once. A fox. It sleeps.', parts: [{ text: 'Once.' }, { picture: 1 }, { text: 'A fox.' }, { picture: 2 }, { text: 'It sleeps.' }] };
      openEntry({ record, blob: book.blob, blobs: [book.blob, book.blob] });
    });
    await page.waitForFunction(() => [...document.querySelectorAll('#panels img')].filter((image) => image.naturalWidth === 128).length === 2);
    assert.deepEqual(await page.locator('#panels p').allTextContents(), ['Once.\nA fox.', 'It sleeps.']);
    await assertAccessible(page, 'panels');
  }, { expectErrors: true }));

test('describes, answers about and checks a picture', () =>
  withPage(async (page) => {
    await drawn(page, 'a red car at noon');
    const png = Buffer.from(await page.evaluate(async () => (await readDataUrl(book.blob)).split(',')[1]), 'base64');
    await page.getByRole('button', { name: 'Look', exact: true }).click();
    await page.getByRole('button', { name: 'Describe it' }).click();
    assert.equal(await page.textContent('#look-status'), 'Choose a picture first.');
    await page.setInputFiles('#file', { name: 'car.png', mimeType: 'image/png', buffer: png });
    await page.getByRole('button', { name: 'Describe it' }).click();
    await page.waitForSelector('#answer p');
    assert.ok((await page.textContent('#answer')).length > 20);
    await page.fill('#question', 'What colour is the car?');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => /red/.test(document.getElementById('answer').textContent));
    await page.fill('#statement', 'There is a car. It is night.');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#answer li');
    assert.deepEqual(await page.locator('#answer small').allTextContents(), ['holds', 'fails']);
    await assertAccessible(page, 'look');
  }));

test('all that can be drawn, searched in both languages', () =>
  withPage(async (page) => {
    const { kinds } = await (await server.request('/api/words')).json();
    await page.getByRole('button', { name: 'Words' }).click();
    assert.equal(await page.locator('#word-list ul').first().locator('li').count(), kinds.length);
    await page.getByRole('button', { name: 'Draw a small picture of each thing' }).click();
    await page.waitForFunction(() => document.querySelectorAll('[data-kind] img').length >= 2, null, { timeout: 30000 });
    await page.locator('#thumbnails').click();
    await page.waitForFunction(() => !thumbnailJob);
    const count = await page.locator('[data-kind] img').count();
    await page.reload();
    await page.getByRole('button', { name: 'Words' }).click();
    await page.waitForFunction((wanted) => document.querySelectorAll('[data-kind] img').length === wanted, count);
    await page.fill('#word-search', '熊猫');
    assert.deepEqual(await page.locator('#word-list button').allTextContents(), ['panda熊猫']);
    await page.locator('#word-list button').click();
    assert.equal(await page.inputValue('#prompt'), 'panda');
    await page.fill('#word-search', 'jeep');
    await page.waitForFunction(() => document.getElementById('near').textContent === 'jeep is drawn as: car');
    await page.fill('#word-search', 'xyzzy');
    await page.waitForFunction(() => document.getElementById('near').textContent === 'It does not know: xyzzy');
  }));

test('the narrative is read aloud, sentence by sentence', () =>
  withPage(async (page) => {
    await page.evaluate(() => {
      window.spoken = [];
      Object.defineProperty(window, 'speechSynthesis', { value: { cancel() {}, speak(speech) { spoken.push([speech.text, speech.lang]); speech.onstart?.(); } } });
    });
    await drawn(page, 'a red car at noon');
    await page.getByRole('button', { name: 'Read aloud' }).click();
    const spoken = await page.evaluate(() => window.spoken);
    const { narrative } = await shownRecord(page);
    assert.equal(spoken.map(([text]) => text).join('').replace(/\s/g, ''), narrative.replace(/\s/g, ''));
    assert.equal(spoken[0][1], 'en-GB');
    assert.equal(await page.locator('.speaking').count(), 1);
    await page.getByRole('button', { name: 'Stop reading' }).click();
    assert.equal(await page.locator('.speaking').count(), 0);
  }));

test('keys', () =>
  withPage(async (page) => {
    await page.keyboard.press('?');
    assert.ok(await page.getByRole('dialog', { name: 'Keys' }).isVisible());
    await assertAccessible(page, 'help');
    await page.keyboard.press('Escape');
    assert.ok(await page.locator('dialog').isHidden());
    for (const [key, view] of [['2', 'look'], ['3', 'words'], ['4', 'gallery'], ['1', 'draw']]) {
      await page.keyboard.press(key);
      assert.ok(await page.locator('#view-' + view).isVisible());
    }
    await page.keyboard.press('/');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'prompt');
    await page.keyboard.type('1?/');
    assert.equal(await page.inputValue('#prompt'), '1?/');
  }));

test('English and Chinese, dark and light, are remembered', () =>
  withPage(async (page) => {
    assert.equal(await page.getAttribute('html', 'lang'), 'en');
    await page.click('#language');
    await page.click('#theme');
    await page.reload();
    assert.equal(await page.getAttribute('html', 'lang'), 'zh-CN');
    assert.equal(await page.getAttribute('html', 'data-theme'), 'dark');
    assert.equal(await page.textContent('#draw span'), '作画');
    // Every text is there in both languages, with the same places to fill in.
    const lacking = await page.evaluate(() => Object.entries(TEXTS).filter(([, [en, zh]]) => !en || !zh || [...en.matchAll(/%\d/g)].map(String).sort().join() !== [...zh.matchAll(/%\d/g)].map(String).sort().join()).map(([name]) => name));
    assert.deepEqual(lacking, []);
  }));

for (const [name, options] of Object.entries({
  'desk, light, English': {},
  'phone, dark, Chinese': { viewport: { width: 390, height: 844 }, colorScheme: 'dark', locale: 'zh-CN', hasTouch: true },
}))
  test('axe finds nothing, and nothing is too wide: ' + name, () =>
    withPage(async (page) => {
      const check = async (where) => {
        await assertAccessible(page, where);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), where + ' is too wide');
      };
      await check('empty');
      await page.click('#settings-toggle');
      await page.click('#settings summary');
      await check('settings');
      await page.locator('#invite li button').first().click();
      await done(page);
      await check('drawn');
      await page.locator('#sheet button.region').last().focus();
      await check('lit');
      for (const view of ['look', 'words', 'gallery']) {
        await page.click(`[data-view=${view}]`);
        await page.waitForTimeout(200);
        await check(view);
      }
    }, options));

test('the page is small and of one piece', async () => {
  const text = process.env.TESTED_PAGE ? readFileSync(process.env.TESTED_PAGE, 'utf8') : await (await server.request('/')).text();
  assert.ok(Buffer.byteLength(text) < 300000);
  assert.doesNotMatch(text.replaceAll('http://www.w3.org', '').replaceAll("xmlns='http:", ''), /(src|href)=["']?https?:|@import|url\(/);
});
