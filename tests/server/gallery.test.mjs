// The gallery as its clients meet it, and what a kill in the middle of its writing leaves: node --test.
import assert from 'node:assert/strict';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Server, sleep, temporaryFolder, until } from './server.mjs';

const program = process.env.TESTED_PROGRAM;
const folder = temporaryFolder();
let server;
before(async () => { server = await Server.start(program, ['--gallery', folder]); });
after(async () => assert.equal((await server.stop()).code, 0));

const json = async (response) => { const body = await response.json(); return { status: response.status, ...body }; };
const get = async (path, of = server) => json(await of.request(path));
// A kept drawing's id.
async function kept(prompt, fields = {}, of = server) {
  const { id } = await json(await of.post('/api/jobs', { prompt, steps: 1, check: false, save: true, keep: true, ...fields }));
  const state = await until(async () => { const now = await get('/api/jobs/' + id, of); return now.result && now; }, 60);
  return state.result.gallery_id;
}
const list = (query = '', of = server) => get('/api/gallery?' + query, of);
const idsOf = ({ entries }) => entries.map(({ id }) => id);

test('a drawing is kept where that is asked for, as the file that the job gives', async () => {
  const id = await kept('a blue bus at noon', { seed: 4 });
  assert.match(id, /^\d{8}-\d{6}-\d{3}-[0-9a-f]{6}$/);
  const { entries, count } = await list();
  assert.equal(count, 1);
  const [entry] = entries;
  assert.deepEqual([entry.id, entry.prompt, entry.seed, entry.starred, entry.deleted], [id, 'a blue bus at noon', 4, false, false]);
  const picture = Buffer.from(await (await server.request(entry.pictures[0])).arrayBuffer());
  const same = await json(await server.post('/v1/images/generations', { prompt: 'a blue bus at noon', seed: 4, steps: 1, check: false }));
  assert.ok(picture.equals(Buffer.from(same.data[0].b64_json, 'base64')));
  assert.deepEqual(readdirSync(folder).filter((name) => name.endsWith('.png')), [id + '.png']);
  assert.equal((await get('/api/gallery/' + id)).record.narrative, same.data[0].narrative);
  // Others' clients leave nothing behind.
  assert.equal((await list()).count, 1);
});

test('search, pages, stars, the bin', async () => {
  const panda = await kept('雪地里的熊猫', { seed: 5 }), car = await kept('a red car', { seed: 6 });
  assert.deepEqual(idsOf(await list('search=' + encodeURIComponent('熊猫'))), [panda]);
  assert.deepEqual(idsOf(await list('search=CA+re')), [car]);
  const first = await list('limit=2');
  assert.equal(first.count, 3);
  assert.equal(idsOf(await list('limit=2&before=' + first.entries[1].id)).length, 1);
  assert.equal((await json(await server.post('/api/gallery/' + car, { starred: true, other: '一辆汽车' }))).starred, true);
  assert.deepEqual(idsOf(await list('starred=true')), [car]);
  assert.deepEqual(idsOf(await list('search=' + encodeURIComponent('汽车'))), [car]);
  assert.equal((await json(await server.request('/api/gallery/' + car, { method: 'DELETE' }))).in_bin, true);
  // Asked twice, as by a client that lost the answer, it is still there.
  assert.equal((await json(await server.request('/api/gallery/' + car, { method: 'DELETE' }))).in_bin, true);
  assert.equal((await list()).count, 2);
  assert.deepEqual(idsOf(await list('deleted=true')), [car]);
  assert.equal((await json(await server.post('/api/gallery/' + car, { deleted: false }))).starred, true);
  assert.equal((await list()).count, 3);
  // For good only out of the bin.
  const forGood = async () => (await json(await server.request('/api/gallery/' + car + '?for_good=true', { method: 'DELETE' }))).in_bin;
  assert.deepEqual([await forGood(), (await get('/api/gallery/' + car)).status, await forGood(), (await get('/api/gallery/' + car)).status], [true, 200, false, 404]);
});

test('a picture brings itself back; what is no such picture is refused', async () => {
  const { data } = await json(await server.post('/v1/images/generations', { prompt: 'a green tent', seed: 8, steps: 1, check: false }));
  const form = new FormData();
  form.append('image', new Blob([Buffer.from(data[0].b64_json, 'base64')]), 'tent.png');
  const restored = await json(await server.request('/api/gallery', { method: 'POST', body: form }));
  assert.equal(restored.status, 201);
  assert.equal(restored.entries[0].prompt, 'a green tent');
  const again = await json(await server.post('/api/gallery', { image: data[0].b64_json }));
  assert.equal(again.entries[0].id, restored.entries[0].id);
  const jpeg = await json(await server.post('/v1/images/generations', { prompt: 'a green tent', seed: 9, steps: 1, check: false, output_format: 'jpeg' }));
  assert.equal((await json(await server.post('/api/gallery', { image: jpeg.data[0].b64_json }))).entries[0].seed, 9);
  const bare = await json(await server.post('/v1/images/generations', { prompt: 'a car', steps: 1, check: false, metadata: 'none' }));
  for (const image of [bare.data[0].b64_json, 'AAAA', 'no base64!']) {
    const refused = await json(await server.post('/api/gallery', { image }));
    assert.equal(refused.status, 400, image.slice(0, 20));
    assert.doesNotMatch(refused.error.message, /\/tmp|\.png/);
  }
  for (const fields of [{ output_format: 'jpeg' }, { metadata: 'none' }])
    assert.equal((await json(await server.post('/api/jobs', { prompt: 'a car', save: true, ...fields }))).error.param, 'save');
});

test('exports', async () => {
  const { entries } = await list('limit=2');
  const ids = entries.map(({ id }) => id);
  const exported = (body) => server.post('/api/gallery/export', body);
  const html = await exported({ format: 'html', ids });
  assert.match(html.headers.get('content-disposition'), /^attachment/);
  const text = await html.text();
  assert.equal(text.match(/<img /g).length, 2);
  assert.doesNotMatch(text, /https?:|<script/);
  const { pdf } = await get('/api/model');
  const file = await exported({ format: 'pdf', ids });
  assert.equal(file.status, pdf ? 200 : 501);
  if (pdf) assert.equal(Buffer.from(await file.arrayBuffer()).subarray(0, 5).toString(), '%PDF-');
  const zip = Buffer.from(await (await exported({ format: 'pairs', search: '熊猫' })).arrayBuffer());
  assert.equal(zip.subarray(0, 2).toString(), 'PK');
  assert.match(zip.toString('latin1'), /metadata\.jsonl\{"file_name":"[-0-9a-f]+\.png","text":/);
  assert.equal((await exported({ format: 'html', ids: ['20000101-000000-000-000000'] })).status, 404);
  assert.equal((await exported({ format: 'html', search: 'zzz' })).status, 400);
  assert.equal((await exported({ format: 'doc', ids })).status, 400);
});

test('nothing outside the folder, nobody without a key', async () => {
  writeFileSync(join(folder, '..', 'secret.png'), 'secret');
  for (const id of ['..%2fsecret', '..%2f..%2fetc%2fpasswd', 'index.sqlite', '%2e%2e', '20260114-153012-123-8f3a2c'])
    for (const [path, options] of [['', {}], ['/pictures/1', {}], ['', { method: 'DELETE' }]]) {
      const { status } = await server.request('/api/gallery/' + id + path, options);
      assert.equal(status, 404, id + path);
    }
  rmSync(join(folder, '..', 'secret.png'));
  const locked = await Server.start(program, ['--api-key', 'open-sesame-123456']);
  for (const [path, options] of [['/api/gallery', {}], ['/api/gallery/x', { method: 'DELETE' }], ['/api/gallery/x/pictures/1', {}]])
    assert.equal((await locked.request(path, options)).status, 401);
  assert.equal((await server.request('/api/gallery', { headers: { origin: 'https://evil.example' } })).status, 403);
  await locked.stop('SIGKILL');
  const without = await Server.start(program, ['--no-gallery']);
  assert.equal((await list('', without)).error.code, 'no_gallery');
  assert.equal((await get('/api/model', without)).gallery, false);
  assert.equal((await json(await without.post('/api/jobs', { prompt: 'a car', save: true }))).error.code, 'no_gallery');
  await without.stop('SIGKILL');
});

test('metrics tell how many and how large', async () => {
  const text = await (await server.request('/metrics')).text();
  const { count } = await list();
  assert.match(text, new RegExp(`^diptych_gallery_answers ${count}$`, 'm'));
  assert.ok(Number(/^diptych_gallery_bytes (\d+)$/m.exec(text)[1]) > 1000);
});

test('killed in the middle of writing it loses nothing that it reported, and two servers share it', async () => {
  const shared = temporaryFolder(), told = new Map();
  const start = () => Server.start(program, ['--gallery', shared]);
  let seed = 1;
  for (let round = 0; round < 4; ++round) {
    const servers = [await start(), await start()];
    // Each draws one after the other and remembers what was reported; the kill hits any moment of that.
    const work = servers.map(async (one, i) => {
      for (;;) {
        const prompt = 'a car ' + round + i, mine = seed++;
        try {
          await one.post('/api/jobs', { prompt, seed: mine, steps: 1, check: false, save: true, keep: true }).then(json).then(({ events }) =>
            one.events(events, ({ event, json: result }) => { if (event === 'result') told.set(result.gallery_id, mine); }));
        } catch { return; }
      }
    });
    await until(() => told.size >= (round + 1) * 4, 60);
    await sleep(37 * round);
    await Promise.all(servers.map((one) => one.stop('SIGKILL')));
    await Promise.all(work);
  }
  const after = await start();
  for (const [id, mine] of told) {
    const entry = await get('/api/gallery/' + id, after);
    assert.equal(entry.record?.seed, mine, id);
    assert.equal((await after.request(entry.pictures[0])).status, 200);
  }
  const { entries, count } = await list('search=car&limit=100', after);
  assert.ok(count >= told.size);
  for (const { id, prompt, pictures } of entries) {
    assert.match(prompt, /^a car/);
    assert.equal((await after.request(pictures[0])).status, 200, id);
  }
  await after.stop();
});
