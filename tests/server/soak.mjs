// Hostile and honest clients at once: node soak.mjs [--minutes N] [--clients N]. Fails when the server crashes, when an
// honest answer is wrong, when its memory grows, or when a kind of client never had its turn.
//   tests/server/run build/dev/bin/diptych /tmp/soak soak.mjs --minutes 60
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server, sleep } from './server.mjs';

const option = (name, usual) => {
  const at = process.argv.indexOf('--' + name);
  return at < 0 ? usual : Number(process.argv[at + 1]);
};
const minutes = option('minutes', 1);
const clients = option('clients', 8);
const server = await Server.start(process.env.TESTED_PROGRAM, ['--queue', '16', '--quiet']);
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
  const kinds = number % 2 ? Object.entries(hostile) : [...Object.entries(honest), ...Object.entries(hostile)];
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
const { code, signal } = await server.stop();
const missed = [...Object.keys(honest), ...Object.keys(hostile)].filter((name) => !counts[name]);
console.log(JSON.stringify({ minutes, clients, counts, rss_kb: rss }, null, 1));
assert.deepEqual({ code, signal }, { code: 0, signal: null }, server.log);
assert.doesNotMatch(server.log, /"level":"error"/);
if (minutes >= 5) assert.deepEqual(missed, []);
if (minutes >= 5) assert.ok(rss.last_third < rss.second_third * 1.05, `memory grew: ${JSON.stringify(rss)} kB`);
