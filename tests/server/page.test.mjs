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
    // A word and its note stay together on a line.
    for (let width = 320; width < 420; width += 12) {
      await page.setViewportSize({ width, height: 800 });
      for (const ruby of await page.locator('#asked ruby').all()) assert.equal(await ruby.locator('> span').evaluate((word) => word.getClientRects().length), 1, 'at ' + width);
    }
  }));

test('what was not understood is told by the prompt event, before anything is drawn', () =>
  withPage(async (page) => {
    const marks = () => page.evaluate(() => [...document.querySelectorAll('#asked ruby')].map((ruby) => [ruby.className, ruby.firstChild.textContent, ruby.lastChild.textContent]));
    // With no claims it is all that is told of the prompt; a part of another word is not that word, and Chinese has no spaces.
    for (const [prompt, unknown, near, expected] of [
      ['a carflerb, two flerbs and a jeep by a flerb-flerb', ['flerb', 'flerbs'], [{ words: 'jeep', span: [29, 33], kind: 'car' }],
        [['unknown', 'flerbs', 'not understood'], ['near', 'jeep', 'drawn as car'], ['unknown', 'flerb', 'not understood'], ['unknown', 'flerb', 'not understood']]],
      ["it's 'odd; quoted' and so", ["'odd; quoted'", 'so'], [], [['unknown', "'odd; quoted'", 'not understood'], ['unknown', 'so', 'not understood']]],
      ['雪地里的弗勒布和吉普车', ['弗勒布'], [{ words: '吉普车', span: [24, 33], kind: 'car' }], [['unknown', '弗勒布', 'not understood'], ['near', '吉普车', 'drawn as car']]],
    ]) {
      await page.evaluate(([text, unknown_words, found]) => {
        book = { ...emptyBook(), prompt: text, busy: true };
        const hear = listener(book);
        hear('warning', { message: "not understood: 'nonsense'; the picture will not show it." });
        hear('prompt', { unknown_words, near: found });
      }, [prompt, unknown, near]);
      await page.waitForFunction((words) => [...document.querySelectorAll('#asked ruby')].map((ruby) => ruby.firstChild.textContent).join('|') === words,
        expected.map(([, word]) => word).join('|'));
      assert.deepEqual(await marks(), expected);
      assert.equal(await page.evaluate(() => book.warning), '');
    }
    // A word is marked where it is not understood, not where it is a part of what is.
    await page.evaluate(() => {
      book = { ...emptyBook(), prompt: 'a polar bear and a polar', unknown: ['polar'], claims: [{ text: 'bear', sources: ['prompt'], words: [2, 12], facts: ['bear'], holds: true }] };
      showAsked();
    });
    assert.deepEqual(await page.evaluate(() => [...document.getElementById('asked').childNodes].map((node) => (node.className ?? '') + '|' + node.textContent)),
      ['|a ', 'claimed yes|polar bear', '| and a ', 'unknown|polarnot understood']);
  }));

test('without a check too the words that were not understood are marked', () =>
  withPage(async (page) => {
    await page.evaluate(() => { const order = orderNow; orderNow = (extra) => order({ check: false, ...extra }); });
    await drawn(page, 'two flerbs at night');
    assert.deepEqual(await page.locator('#asked ruby.unknown > span').allTextContents(), ['flerbs']);
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

test('progress tells stage, step and the seconds that are left', () =>
  withPage(async (page) => {
    // How long answers take is known once one has been made.
    await drawn(page, 'a red car at noon');
    await page.evaluate(() => { window.seen = new Set(); new MutationObserver(() => seen.add(document.getElementById('status').textContent)).observe(document.getElementById('status'), { childList: true, characterData: true, subtree: true }); });
    await setting(page, 'Steps', '200');
    await page.keyboard.press('Control+Enter');
    await page.waitForFunction(() => [...seen].some((text) => /Painting, step \d+ of 200 · about \d+ s left/.test(text)));
    const value = await page.evaluate(() => document.getElementById('progress').value);
    await page.waitForFunction((before) => document.getElementById('progress').value > before, value);
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => !job);
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

test('one thing is changed in words', () =>
  withPage(async (page) => {
    await drawn(page, 'a red car at noon');
    // What a model can do in no way, the page says in either language.
    await page.evaluate(() => { model.skills = model.skills.filter((skill) => skill !== 'story'); showBook(); });
    assert.match(await page.textContent('#acts'), /has not learned to tell a story in panels\./);
    await page.click('#language');
    assert.match(await page.textContent('#acts'), /还没学会讲连环画/);
    await page.click('#language');
    await page.getByRole('button', { name: 'Change it in words' }).click();
    await page.getByLabel('What shall be different?').fill('make it night');
    await assertAccessible(page, 'change');
    const [request] = await Promise.all([page.waitForRequest('**/api/jobs'), page.keyboard.press('Enter')]);
    const order = request.postDataJSON();
    assert.deepEqual([order.task, order.prompt, order.image.slice(0, 22)], ['edit', 'make it night', 'data:image/png;base64,']);
    await done(page);
    const night = await shownRecord(page);
    assert.match(night.plan, /^hour: night\n/);
    assert.match(night.prompt, /red car/);
    assert.equal(night.seed, 7);
    assert.match(await page.textContent('#asked'), /night/);
    // The changed answer is changed further, in Chinese; what is not understood is said, and the answer stays.
    await page.click('#language');
    await page.getByRole('button', { name: '用话修改' }).click();
    await page.getByLabel('要改什么？').fill('把汽车变成蓝色');
    await Promise.all([page.waitForRequest('**/api/jobs'), page.keyboard.press('Enter')]);
    await done(page);
    assert.match((await shownRecord(page)).plan, /^hour: night\n(.*\n)*car: .*blue/);
    await page.getByRole('button', { name: '用话修改' }).click();
    await page.getByLabel('要改什么？').fill('嗡嗡');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.getElementById('error').textContent.includes('understood as a change'));
    assert.match((await shownRecord(page)).plan, /blue/);
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
    assert.deepEqual(await page.evaluate(() => model.options.map(({ name }) => name).filter((name) => !TEXTS['o_' + name])), [], 'options without a label');
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

// Draws until a claim of this source fails that was not made again; none of these seeds gives all that the prompt asks for
// on every machine.
async function drawnWithFailed(page, source) {
  await page.evaluate(() => keep.set('options', { repairs: 0, steps: 8 }));
  for (let seed = 1; seed <= 12; ++seed) {
    await drawn(page, 'three yellow cats behind a purple castle and a red house', String(seed));
    const claim = await page.evaluate((wanted) => book.claims.find(({ holds, sources }) => holds === false && sources[0] === wanted)?.text, source);
    if (claim) return claim;
  }
  assert.fail('no seed has a claim that fails');
}
const repaired = (page) => page.waitForFunction(() => !job && document.getElementById('made-outcome').textContent, null, { timeout: 60000 });
const galleryCount = async () => (await (await server.request('/api/gallery')).json()).count;

for (const [name, source, press] of [['fact, by a click', 'prompt', (one) => one.click()], ['sentence, by keyboard', 'narrative', async (one, page) => { await one.focus(); await page.keyboard.press('Enter'); }]])
  test('the server makes again what failed: a ' + name, () =>
    withPage(async (page) => {
      const claim = await drawnWithFailed(page, source);
      const before = await page.evaluate(async () => ({ id: book.id, plan: book.plan, narrative: book.narrative, attempts: book.repair.length, picture: await readDataUrl(book.blob) }));
      const count = await galleryCount();
      await page.evaluate(() => {
        window.seen = new Set();
        const look = () => { seen.add(document.getElementById('status').textContent.replace(/\d+/, 'N')); seen.add(document.querySelector('#sheet img').src.slice(0, 5)); requestAnimationFrame(look); };
        look();
      });
      const failed = page.locator(source === 'prompt' ? '#claims button[title]' : '#narrative .sentence.no').and(page.locator(`[data-claim="${claim.replaceAll('"', '\\"')}"]`));
      const [request] = await Promise.all([page.waitForRequest('**/api/jobs'), press(failed.first(), page)]);
      await repaired(page);
      assert.deepEqual(request.postDataJSON(), { task: 'repair', image: before.picture, claim, boxes: true, save: true });
      const seen = await page.evaluate(() => [...window.seen]);
      assert.ok(seen.includes(source === 'prompt' ? 'Mending: its place drawn again, step N of 8' : 'Mending: written again'), String(seen));
      if (source === 'prompt') assert.ok(seen.includes('data:'), 'previews');
      const { record, id, outcome } = await page.evaluate(() => ({ record: book.record, id: book.id, outcome: document.getElementById('made-outcome').textContent }));
      const own = record.repair.slice(before.attempts);
      assert.ok(own.length && own.every((attempt) => attempt.requested && attempt.failed[0] === claim));
      assert.equal(await page.locator('#made-list li').count(), record.repair.length);
      assert.equal(await page.textContent('#narrative'), record.narrative);
      if (own.some(({ kept }) => kept)) {
        assert.match(outcome, /^Mended/);
        assert.notEqual(id, before.id);
        assert.equal(await galleryCount(), count + 1);
      } else {
        assert.match(outcome, /^Could not be mended/);
        assert.deepEqual([id, record.plan, record.narrative], [before.id, before.plan, before.narrative]);
        assert.equal(await galleryCount(), count);
      }
      // The answer before is kept as it was.
      assert.equal(await page.evaluate(async (old) => readDataUrl(await (await call('/api/gallery/' + old + '/pictures/1')).blob()), before.id), before.picture);
      await assertAccessible(page, 'made again');
    }));

// Answers the next repair as told, with a picture and a report of the answer that is shown.
async function answerRepair(page, { kept, error, narrative }) {
  const { record, picture } = await page.evaluate(async () => ({ record: book.record, picture: (await readDataUrl(book.blob)).split(',')[1] }));
  let order;
  await page.route('**/api/jobs', (route) => { order = route.request().postDataJSON(); return route.fulfill({ status: 202, json: { id: 'job_r', events: '/api/jobs/job_r/events' } }); }, { times: 1 });
  await page.route('**/api/jobs/job_r/pictures/1', (route) => route.fulfill({ contentType: 'image/png', body: Buffer.from(picture, 'base64') }), { times: 1 });
  await page.route('**/api/jobs/job_r/events', (route) => {
    const attempt = { action: order.claim.endsWith('.') ? 'retell' : 'draw region', failed: [order.claim] };
    const claims = record.report.claims.map((claim) => (claim.text === order.claim ? { ...claim, holds: kept } : claim));
    const now = { plan: record.plan, narrative: narrative ?? record.narrative, report: { ...record.report, claims } };
    const events = [['queued', { ahead: 0 }], ['stage', { stage: 'check', eta_s: null }], ['repair', { ...attempt, kept: null }], ['repair', { ...attempt, kept, ...now }],
      error ? ['error', { error: { code: error, message: error } }] : ['result', { ...record, ...now, repair: [...(record.repair ?? []), { ...attempt, kept, requested: true }], pictures: ['/api/jobs/job_r/pictures/1'], warnings: [], ...(kept ? { gallery_id: 'mended' } : {}) }]];
    return route.fulfill({ contentType: 'text/event-stream', body: events.map(([name, data]) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`).join('') });
  }, { times: 1 });
}

for (const [locale, told] of Object.entries({
  'en-GB': { mended: /^Mended: car · red\. It holds now/, not: /^Could not be mended: car · red\. Tries: 1\. Picture and story are as they were/, none: /does not fail/, list: [/car · red: its place drawn again.*no better: dropped/, /car · red: its place drawn again.*better: kept/], again: 'Try again', before: 'Show the one before' },
  'zh-CN': { mended: /^修好了：汽车 · 红色。/, not: /^没能修好：汽车 · 红色。试了 1 次，画和故事保持原样/, none: /并无不符/, list: [/汽车 · 红色：重画所在处.*不采用/, /汽车 · 红色：重画所在处.*采用/], again: '再试一次', before: '看修正前的' },
}))
  test('whether a claim could be mended is told, and the focus stays: ' + locale, () =>
    withPage(async (page) => {
      await page.evaluate(() => keep.set('options', { steps: 2 }));
      await page.fill('#prompt', 'a red car at noon');
      await page.keyboard.press('Control+Enter');
      await done(page);
      await page.evaluate(() => { book.record.repair = []; book.repair = []; book.claims.find((claim) => claim.text === 'car: red').holds = false; showBook(); });
      const claim = page.locator('#claims button[data-claim="car: red"]').first(), toast = page.locator('#toast'), id = await page.evaluate(() => book.id);
      const press = async () => { await claim.focus(); await page.keyboard.press('Enter'); };
      await answerRepair(page, { kept: false, error: 'nothing_to_repair' });
      await press();
      await repaired(page);
      assert.match(await page.textContent('#made-outcome'), told.none);
      assert.equal(await page.textContent('#error'), '');
      await answerRepair(page, { kept: false });
      await press();
      await page.waitForFunction(() => !job && book.repair.length === 1);
      assert.match(await page.textContent('#made-outcome'), told.not);
      assert.match(await toast.textContent(), told.not);
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
      assert.equal(await page.evaluate(() => document.activeElement.dataset.claim), 'car: red');
      assert.equal(await page.evaluate(() => book.id), id);
      // It is asked for once more from where that is told.
      await answerRepair(page, { kept: true });
      await toast.getByRole('button', { name: told.again }).click();
      await page.waitForFunction(() => !job && book.repair.length === 2);
      assert.match(await page.textContent('#made-outcome'), told.mended);
      const list = await page.locator('#made-list li').allTextContents();
      told.list.forEach((pattern, i) => assert.match(list[i], pattern));
      assert.equal(await page.evaluate(() => book.id), 'mended');
      assert.match(await claim.textContent(), /✓/);
      await assertAccessible(page, 'mended');
      await toast.getByRole('button', { name: told.before }).click();
      assert.equal(await page.evaluate(() => book.id), id);
      assert.ok(await page.evaluate(() => document.querySelector('#sheet img').decode().then(() => true)));
    }, { locale }));

test('a repair is stopped, and fails, with the answer as it was', () =>
  withPage(async (page) => {
    await page.evaluate(() => keep.set('options', { steps: 2 }));
    await drawn(page, 'a red car at noon');
    await page.evaluate(() => { book.claims.find((claim) => claim.text === 'car: red').holds = false; showBook(); });
    const claim = page.locator('#claims button[data-claim="car: red"]').first(), shown = () => page.evaluate(() => [book.id, book.narrative, document.querySelector('#sheet img').src, document.activeElement.dataset.claim]);
    const [id, narrative, picture] = await shown();
    // Nothing is answered until it is stopped.
    await page.route('**/api/jobs', (route) => route.fulfill({ status: 202, json: { id: 'job_s', events: '/api/jobs/job_s/events' } }), { times: 1 });
    await page.route('**/api/jobs/job_s**', (route) => route.request().method() === 'DELETE' && route.fulfill({ json: {} }));
    await page.route('**/api/jobs/job_s/events', () => {}, { times: 1 });
    await claim.click();
    await page.waitForFunction(() => job?.id && document.activeElement.id === 'stop');
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => !job);
    assert.deepEqual(await shown(), [id, narrative, picture, 'car: red']);
    await page.route('**/api/jobs', (route) => route.fulfill({ status: 500, json: { error: { message: 'broken' } } }), { times: 1 });
    await claim.click();
    await page.waitForFunction(() => document.getElementById('error').textContent.includes('broken'));
    assert.deepEqual((await shown()).slice(0, 3), [id, narrative, picture]);
  }, { expectErrors: true }));

test('a story is told sentence by sentence', () =>
  withPage(async (page) => {
    await drawn(page, 'a cat on the beach at noon');
    const pixels = (source) => page.evaluate(async (source) => {
      const image = new Image();
      image.src = source ?? URL.createObjectURL(book.blob);
      await image.decode();
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
      canvas.getContext('2d').drawImage(image, 0, 0);
      return canvas.toDataURL();
    }, source);
    const before = [await pixels(), await page.evaluate(() => book.record.seed)];
    await page.getByRole('button', { name: 'Tell it as a story' }).click();
    await page.getByLabel('What happens next? A sentence for each picture.').fill('It snows.\nAt night the cat is sleeping.');
    await assertAccessible(page, 'story');
    const [request] = await Promise.all([page.waitForRequest('**/api/jobs'), page.keyboard.press('Control+Enter')]);
    const { prompt, seed, pictures } = request.postDataJSON();
    assert.deepEqual([prompt, seed, pictures], ['a cat on the beach at noon\nIt snows.\nAt night the cat is sleeping.', before[1], 8]);
    await page.waitForFunction(() => [...document.querySelectorAll('#panels img')].filter((image) => image.naturalWidth === 128).length === 3);
    // The first picture is the one that was there; the others are others.
    const told = await page.locator('#panels img').evaluateAll((images) => images.map(({ src }) => src));
    const drawings = [];
    for (const source of told) drawings.push(await pixels(source));
    assert.ok(drawings[0] === before[0], 'the first picture changed');
    assert.equal(new Set(drawings).size, 3);
    for (const text of await page.locator('#panels p').allTextContents()) assert.ok(text.trim());
    assert.match(await page.textContent('#claims'), /picture 3/);
    await assertAccessible(page, 'panels');
  }));

test('a model that tells stories by itself is asked how many pictures', () =>
  withPage(async (page) => {
    await drawn(page, 'a fox in the snow');
    await page.evaluate(() => { model.stories_by_sentence = false; });
    await page.getByRole('button', { name: 'Tell it as a story' }).click();
    await page.getByLabel('How many pictures?').fill('3');
    const [request] = await Promise.all([page.waitForRequest('**/api/jobs'), page.keyboard.press('Enter')]);
    assert.deepEqual([request.postDataJSON().pictures, request.postDataJSON().prompt], [3, 'a fox in the snow']);
    await done(page);
    // What it would give is shown.
    await page.evaluate(() => {
      const record = { ...book.record, narrative: 'Once. A fox. It sleeps.', parts: [{ text: 'Once.' }, { picture: 1 }, { text: 'A fox.' }, { picture: 2 }, { text: 'It sleeps.' }] };
      openEntry({ record, blob: book.blob, blobs: [book.blob, book.blob] });
    });
    await page.waitForFunction(() => [...document.querySelectorAll('#panels img')].filter((image) => image.naturalWidth === 128).length === 2);
    assert.deepEqual(await page.locator('#panels p').allTextContents(), ['Once.\nA fox.', 'It sleeps.']);
  }));

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
