// Hostile and honest clients at once: node soak.mjs [--minutes N] [--clients N]. Fails when the server crashes, when an
// honest answer is wrong, when its memory grows, when a kind of client never had its turn, or when anything of the gallery
// is lost: each answer that was reported as kept is looked for at the end, again after a restart, and without the index.
//   tests/server/run build/dev/bin/diptych /tmp/soak soak.mjs --minutes 60
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server, sleep, temporaryFolder } from './server.mjs';

const option = (name, usual) => {
  const at = process.argv.indexOf('--' + name);
  return at < 0 ? usual : Number(process.argv[at + 1]);
};
const minutes = option('minutes', 1);
const clients = option('clients', 8);
const shelf = temporaryFolder();
const start = () => Server.start(process.env.TESTED_PROGRAM, ['--queue', '16', '--quiet', '--gallery', shelf]);
const server = await start();
const end = Date.now() + minutes * 60_000;
const counts = {};
const count = (name) => (counts[name] = (counts[name] ?? 0) + 1);
const any = (list) => list[Math.floor(Math.random() * list.length)];
const quick = { prompt: 'a red car at noon', seed: 7, steps: 2, check: false };
const slow = { prompt: 'a blue bus', seed: 1, steps: 100, size: '256x256' };
const head = 'POST /v1/responses HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n';

// The first answer of each kind; all later ones must be the same, and pictures those of the command line.
const known = new Map();
const folder = mkdtempSync(join(tmpdir(), 'diptych-soak-'));
execFileSync(process.env.TESTED_PROGRAM, [quick.prompt, '--seed', '7', '--steps', '2', '--no-check', '-q', '-o', folder]);
const fromCommandLine = readFileSync(join(folder, readdirSync(folder).find((name) => name.endsWith('.png'))));
rmSync(folder, { recursive: true });
for (const name of ['image', 'stream', 'response', 'job picture']) known.set(name, fromCommandLine.toString('base64'));
const dataUrl = 'data:image/png;base64,' + fromCommandLine.toString('base64');
// Something of it fails, and is made again.
const repaired = { prompt: 'two green dogs in the snow and a red house', seed: 2, steps: 2 };
const same = (name, value) => {
  if (!known.has(name)) known.set(name, value);
  assert.equal(value, known.get(name), name);
};

// ---- The gallery ----
// What was reported as kept, by id, as it must be found again; `state` is "shelf", "bin" or "gone". One client at a time
// works on an answer (`busy`), any number on the gallery.
const kept = new Map();
let nextSeed = 1000;
const hashOf = (bytes) => createHash('sha256').update(bytes).digest('hex');
const pictureOf = async (id, of = server) => Buffer.from(await (await of.request(`/api/gallery/${id}/pictures/1`)).arrayBuffer());
const markOf = ({ seed }) => 'mark' + String(seed).padStart(8, '0');
async function noteKept({ gallery_id: id, seed, prompt }) {
  assert.ok(id, 'the disk failed');
  kept.set(id, { seed, prompt, starred: false, other: '', state: 'shelf', hash: hashOf(await pictureOf(id)) });
}
async function galleryJson(path, method = 'GET', body) {
  const answer = await (body ? server.post('/api/gallery' + path, body) : server.request('/api/gallery' + path, { method }));
  assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
  return answer.json();
}
// Works on one answer in one of these states, where there is one that nobody else works on.
async function onKept(states, act) {
  const free = [...kept].filter(([, one]) => !one.busy && states.includes(one.state));
  if (!free.length) return sleep(20);
  const [id, one] = any(free);
  one.busy = true;
  await act(id, one);
  one.busy = false;
}
async function isAsKept(id, one, of = server) {
  const answer = await of.request('/api/gallery/' + id), entry = await answer.json();
  if (one.state === 'gone') return assert.equal(answer.status, 404, id);
  assert.deepEqual([entry.record?.seed, entry.starred, entry.other, entry.deleted], [one.seed, one.starred, one.other, one.state === 'bin'], id);
  assert.equal(hashOf(await pictureOf(id, of)), one.hash, id);
}
// Every answer, and the lists that show them.
async function nothingIsLost(of) {
  for (const [id, one] of kept) await isAsKept(id, one, of);
  for (const [query, belongs] of [['', (one) => one.state === 'shelf'], ['&deleted=true', (one) => one.state === 'bin'], ['&starred=true', (one) => one.state === 'shelf' && one.starred]]) {
    const listed = new Set();
    for (let before = ''; ; ) {
      const { entries } = await (await of.request(`/api/gallery?limit=100${query}${before && '&before=' + before}`)).json();
      for (const { id } of entries) listed.add(id);
      if (entries.length < 100) break;
      before = entries.at(-1).id;
    }
    for (const [id, one] of kept) assert.equal(listed.has(id), belongs(one), id + query);
    // What cancelled jobs kept all the same is whole.
    for (const id of listed) if (!kept.has(id)) assert.equal((await pictureOf(id, of)).subarray(1, 4).toString(), 'PNG', id);
  }
}
const writing = {
  keep: async () => {
    const seed = nextSeed++, created = await server.post('/api/jobs', { ...quick, seed, save: true });
    if (created.status !== 202) return take('keep', created, () => '');
    const last = (await server.events((await created.json()).events)).at(-1);
    assert.equal(last.event, 'result', last.data);
    await noteKept(last.json);
    count('keep');
  },
  star: () => onKept(['shelf', 'bin'], async (id, one) => {
    Object.assign(one, { starred: !one.starred, other: markOf(one) });
    // Both at once: neither takes the other back.
    await Promise.all([galleryJson('/' + id, 'POST', { starred: one.starred }), galleryJson('/' + id, 'POST', { other: one.other })]);
    await isAsKept(id, one);
    count('star');
  }),
  bin: () => onKept(['shelf'], async (id, one) => {
    await Promise.all([1, 2].map(() => galleryJson('/' + id, 'DELETE')));
    one.state = 'bin';
    await isAsKept(id, one);
    count('bin');
  }),
  undo: () => onKept(['bin'], async (id, one) => {
    await galleryJson('/' + id, 'POST', { deleted: false });
    one.state = 'shelf';
    await isAsKept(id, one);
    count('undo');
  }),
  // For good, and back by its picture.
  forGood: () => onKept(['bin'], async (id, one) => {
    const picture = await pictureOf(id);
    assert.equal((await galleryJson(`/${id}?for_good=true`, 'DELETE')).in_bin, false);
    one.state = 'gone';
    await isAsKept(id, one);
    const { entries } = await galleryJson('', 'POST', { image: picture.toString('base64') });
    kept.set(entries[0].id, { ...one, starred: false, other: '', state: 'shelf', busy: false });
    count('forGood');
  }),
  search: () => onKept(['shelf'], async (id, one) => {
    const { entries } = await galleryJson('?limit=100&search=' + encodeURIComponent(one.other || one.prompt)), ids = entries.map((entry) => entry.id);
    if (one.other) assert.deepEqual(ids, [id]);
    else assert.ok(ids.includes(id) || ids.length === 100, one.prompt);
    count('search');
  }),
  export: () => onKept(['shelf'], (id) => onKept(['shelf'], async (second) => {
    const format = any(['html', 'pairs', ...(pdf ? ['pdf'] : [])]);
    const answer = await server.post('/api/gallery/export', { format, ids: [id, second] });
    const text = Buffer.from(await answer.arrayBuffer()).toString('latin1');
    if (answer.status === 429 || answer.status === 503) return sleep(100);
    assert.equal(answer.status, 200, text);
    const [pattern, times] = { html: [/<article>/g, 2], pairs: [/"file_name"/g, 2], pdf: [/^%PDF-/g, 1] }[format];
    assert.equal(text.match(pattern)?.length, times, format);
    count('export');
  })),
};
const { pdf } = await (await server.request('/api/model')).json();

// A good answer, or a refusal that says when to come again.
async function take(name, response, read) {
  const text = await response.text();
  if (response.status === 429 || response.status === 503) {
    assert.ok(response.headers.get('retry-after'), text);
    count(name + ' refused');
    await sleep(100);
    return;
  }
  assert.equal(response.status, 200, name + ': ' + text.slice(0, 300));
  same(name, read(JSON.parse(text)));
  count(name);
}

const closes = (bytes, ms) =>
  new Promise((resolve) => {
    const socket = net.connect(server.port, '127.0.0.1', () => socket.write(bytes));
    socket.on('error', () => {});
    socket.on('close', resolve);
    socket.on('data', () => {});
    setTimeout(() => any([() => socket.destroy(), () => socket.resetAndDestroy(), () => socket.end()])(), ms);
    setTimeout(() => socket.destroy(), ms + 3000);
  });

const honest = {
  image: async () =>
    take('image', await server.post('/v1/images/generations', quick), (answer) => answer.data[0].b64_json),
  chat: async () =>
    take('chat', await server.post('/v1/chat/completions', { ...quick, messages: [{ role: 'user', content: quick.prompt }] }),
      (answer) => answer.choices[0].message.content),
  response: async () =>
    take('response', await server.post('/v1/responses', { ...quick, input: quick.prompt }),
      (answer) => answer.output[0].result),
  job: async () => {
    const created = await server.post('/api/jobs', quick);
    if (created.status !== 202) return take('job', created, () => '');
    const events = await server.events((await created.json()).events);
    assert.equal(events.at(-1).event, 'result', events.at(-1).data);
    same('job', events.at(-1).json.narrative);
    const picture = await server.request(events.at(-1).json.pictures[0]);
    if (picture.status !== 404) same('job picture', Buffer.from(await picture.arrayBuffer()).toString('base64'));
    count('job');
  },
  stream: async () => {
    const answer = await server.post('/v1/images/generations', { ...quick, stream: true, partial_images: 1 });
    if (answer.status !== 200) return take('stream', answer, () => '');
    const events = (await answer.text()).trim().split('\n\n');
    same('stream', JSON.parse(events.at(-1).split('data: ')[1]).b64_json);
    count('stream');
  },
  gemini: async () =>
    take('gemini', await server.post('/v1beta/models/any:generateContent', { ...quick, contents: [{ parts: [{ text: quick.prompt }] }] }),
      (answer) => answer.candidates[0].content.parts[1].text),
  describe: async () => take('describe', await server.post('/api/describe', { image: dataUrl, check: false }), ({ text }) => text),
  ask: async () =>
    take('ask', await server.post('/api/ask', { image: dataUrl, question: 'What colour is the car?' }), ({ text }) => text),
  check: async () =>
    take('check', await server.post('/api/check', { image: dataUrl, text: 'It is a car.' }), ({ report }) => JSON.stringify(report)),
  repair: async () => {
    const created = await server.post('/api/jobs', repaired);
    if (created.status !== 202) return take('repair', created, () => '');
    const { id, events } = await created.json();
    const first = (await server.events(events)).at(-1);
    assert.equal(first.event, 'result', first.data);
    same('repaired', JSON.stringify([first.json.plan, first.json.narrative, first.json.repair]));
    const claim = first.json.report.failed[0] ?? 'dog: two';
    const again = await server.post('/api/jobs', { task: 'repair', job: id, claim });
    if (again.status !== 202) return void (await again.text());
    const last = (await server.events((await again.json()).events)).at(-1);
    if (last.event === 'error') assert.equal(last.json.error.code, 'nothing_to_repair', last.data);
    else same('claim', JSON.stringify([last.json.plan, last.json.narrative, last.json.repair]));
    count('repair');
  },
  watch: async () => {
    for (const path of ['/', '/health', '/readyz', '/metrics', '/v1/models', '/api/model', '/api/words?near=true', '/api/jobs']) {
      const answer = await server.request(path);
      assert.ok(answer.status === 200 || (path === '/readyz' && answer.status === 503), path);
      await answer.text();
    }
    count('watch');
  },
};

const hostile = {
  cancelled: async () => {
    const aborter = new AbortController();
    const answer = server.post('/v1/images/generations', any([slow, { ...slow, stream: true, partial_images: 3 }]), {
      signal: aborter.signal,
    });
    setTimeout(() => aborter.abort(), Math.random() * 1500);
    await answer.then((response) => response.text()).catch(() => {});
  },
  cancelledJob: async () => {
    const created = await server.post('/api/jobs', { ...slow, keep: Math.random() < 0.5 });
    if (created.status !== 202) return sleep(50);
    const { id, events } = await created.json();
    const stop = Math.random() * 40;
    let heard = 0;
    await server.events(events, () => ++heard > stop).catch(() => {});
    await server.request('/api/jobs/' + id, { method: 'DELETE' });
  },
  // An answer that is cancelled may be kept or not, but whole; one whose end was heard is kept.
  cancelledKeep: async () => {
    const created = await server.post('/api/jobs', { ...quick, prompt: 'a blue bus at night', seed: nextSeed++, save: true });
    if (created.status !== 202) return void (await created.text());
    const { id, events } = await created.json();
    setTimeout(() => server.request('/api/jobs/' + id, { method: 'DELETE' }).then((answer) => answer.text()).catch(() => {}), Math.random() * 400);
    const last = (await server.events(events)).at(-1);
    if (last.event === 'result') await noteKept(last.json);
  },
  // Gone as soon as a stage begins, by closing or by DELETE; the work ends.
  cancelledAtStage: async () => {
    const created = await server.post('/api/jobs', { ...repaired, steps: 8, boxes: true });
    if (created.status !== 202) return sleep(50);
    const { id, events } = await created.json();
    const stage = any(['queued', 'prompt', 'plan', 'picture', 'narrative', 'check', 'report', 'repair']);
    const deletes = Math.random() < 0.5;
    await server.events(events, (event) => {
      const is = event.event === stage || (event.event === 'stage' && event.json.stage === stage);
      if (!is) return false;
      count('cancelled at ' + stage);
      if (deletes) server.request('/api/jobs/' + id, { method: 'DELETE' }).then((answer) => answer.text());
      return true;
    }).catch(() => {});
    for (let i = 0; ; ++i) {
      const answer = await server.request('/api/jobs/' + id);
      if (answer.status === 404) return void (await answer.text());
      const { status } = await answer.json();
      if (status === 'cancelled' || status === 'done') return;
      assert.ok(i < 600, 'a cancelled job goes on: ' + status);
      await sleep(50);
    }
  },
  wrongSize: async () => {
    const size = any(['0x0', '-64x64', '1x1', '100x100', '99999x16', '8192x8192', 'x', '64x', '128x128x128', '1e9', '2147483648', '64.5']);
    const answer = await server.post('/v1/images/generations', { prompt: 'a car', size });
    assert.equal(answer.status, 400, size);
    assert.equal((await answer.json()).error.param, 'size');
  },
  // A byte now and then: of the headers, of a body.
  drips: async () => {
    const text = any(['GET /health HTTP/1.1\r\nhost: localhost\r\nx: ', head + 'content-length: 1000\r\n\r\n{"input": "']);
    const socket = net.connect(server.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.on('data', () => {});
    for (const byte of text + 'x'.repeat(20)) {
      if (socket.destroyed) return;
      socket.write(byte);
      await sleep(10);
    }
    socket.destroy();
  },
  // Reads nothing of what it asks for.
  deaf: () =>
    new Promise((resolve) => {
      const socket = net.connect(server.port, '127.0.0.1', () => {
        socket.pause();
        for (let i = 0; i < 50; ++i) socket.write('GET /api/words?near=true HTTP/1.1\r\nhost: localhost\r\n\r\n');
      });
      socket.on('error', () => {});
      setTimeout(() => resolve(socket.resetAndDestroy()), 1000);
    }),
  slowloris: () => closes('GET /health HTTP/1.1\r\nhost: loc', 500 + Math.random() * 2000),
  halfOpen: () => closes(head + 'content-length: 100\r\n\r\n{"input":', Math.random() * 1000),
  hugeChunks: () => {
    const chunk = '100000\r\n' + 'a'.repeat(0x100000) + '\r\n';
    return closes(head + 'transfer-encoding: chunked\r\n\r\n' + chunk.repeat(100), 1500);
  },
  manyHeaders: () => closes(head + 'x: y\r\n'.repeat(300_000) + '\r\n', 500),
  hugeTrailer: () => closes(head + 'transfer-encoding: chunked\r\n\r\n0\r\na: ' + 'b'.repeat(any([70_000, 1_000_000])) + '\r\n\r\n', 500),
  noise: () => closes(Buffer.from(Array.from({ length: 2000 }, () => Math.floor(Math.random() * 256))), 100),
  badUtf8: async () => {
    const body = Buffer.concat([Buffer.from('{"input":"'), Buffer.from([0xff, 0xfe, 0xc3]), Buffer.from('"}')]);
    const answer = await server.request('/v1/responses', {
      method: 'POST', headers: { 'content-type': 'application/json' }, body,
    });
    assert.equal(answer.status, 400);
    await answer.text();
  },
  badJson: async () => {
    const body = any(['', '{', '['.repeat(1e6), '{"input":3}', '{"input":[[[]]]}', '{"input":"x","size":"1x1"}',
      '{"input":"x","seed":1e400}', '{"input":[{"role":"user"}]}']);
    const answer = await server.post('/v1/responses', body);
    assert.equal(answer.status, 400, body.slice(0, 50));
    await answer.text();
  },
  wrongPath: async () => {
    const answer = await server.request(any(['/x', '/api/jobs/nobody', '/%2e%2e/etc/passwd', '/v1/models/x', '/api/jobs/x/events']));
    assert.ok(answer.status >= 400 && answer.status < 500);
    await answer.text();
  },
};

// Kilobytes.
const memory = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.child.pid}/status`))[1]);

let failed;
async function client(number) {
  const kinds = number % 2 ? Object.entries(hostile) : [honest, writing, hostile].flatMap(Object.entries);
  while (Date.now() < end && !failed) {
    const [name, act] = any(kinds);
    try {
      await act();
      if (hostile[name]) count(name);
    } catch (error) {
      failed ??= new Error(name + ': ' + error.message + ' ' + (error.cause ?? ''), { cause: error });
    }
  }
}

const work = Promise.all(Array.from({ length: clients }, (_, number) => client(number)));
// Under load, in the second and in the last third of the time.
const samples = [[], [], []];
const begun = Date.now();
while (Date.now() < end && !failed) {
  await sleep(1000);
  samples[Math.min(2, Math.floor((3 * (Date.now() - begun)) / (minutes * 60_000)))].push(memory());
}
await work;
if (failed) {
  console.error(server.log.slice(-20_000));
  throw failed;
}
await sleep(1000);
const idle = memory();
const middle = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const rss = { second_third: middle(samples[1]), last_third: middle(samples[2]), idle };
await nothingIsLost(server);
const { code, signal } = await server.stop();
// As the next start finds it, and as the files alone tell it.
for (const remove of [[], readdirSync(shelf).filter((name) => name.startsWith('index.sqlite'))]) {
  for (const name of remove) rmSync(join(shelf, name));
  const later = await start();
  await nothingIsLost(later);
  assert.equal((await later.stop()).code, 0);
}
assert.deepEqual(readdirSync(shelf).filter((name) => name.endsWith('.tmp')), []);
const states = { shelf: 0, bin: 0, gone: 0 };
for (const { state } of kept.values()) ++states[state];
const missed = [honest, writing, hostile].flatMap(Object.keys).filter((name) => !counts[name]);
console.log(JSON.stringify({ minutes, clients, counts, gallery: states, rss_kb: rss }, null, 1));
assert.deepEqual({ code, signal }, { code: 0, signal: null }, server.log);
assert.doesNotMatch(server.log, /"level":"error"/);
if (minutes >= 5) assert.deepEqual(missed, []);
if (minutes >= 5) assert.ok(rss.last_third < rss.second_third * 1.05, `memory grew: ${JSON.stringify(rss)} kB`);
