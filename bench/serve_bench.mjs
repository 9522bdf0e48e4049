// How many requests the server answers a second, and how long each takes, with 1, 2, 4 and 8 clients, beside the command
// line: node bench/serve_bench.mjs PROGRAM [--requests N]. Prints JSON. The overhead is what a request takes beyond the
// work that the server's own log tells of it; the first preview comes so long after a job is asked for, as by a click.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server, until } from '../tests/server/server.mjs';

const program = process.argv[2];
const at = process.argv.indexOf('--requests');
const requests = at < 0 ? 24 : Number(process.argv[at + 1]);
const prompt = 'a blue bus driving under a starry night';
const seconds = (begun) => Number(process.hrtime.bigint() - begun) / 1e9;
const now = () => process.hrtime.bigint();

function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const part = (share) => Number(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))].toFixed(4));
  return { median: part(0.5), p90: part(0.9), largest: part(1) };
}

const folder = mkdtempSync(join(tmpdir(), 'diptych-bench-'));
const alone = [];
for (let i = 0; i < Math.min(requests, 8); ++i) {
  const begun = now();
  execFileSync(program, ['-q', '-o', folder, '--seed', String(i), prompt]);
  alone.push(seconds(begun));
}
rmSync(folder, { recursive: true });

const server = await Server.start(program);
const work = new Map();  // seconds, by request id
async function ask(seed) {
  const begun = now();
  const response = await server.post('/v1/images/generations', { prompt, seed });
  await response.arrayBuffer();
  return { id: response.headers.get('x-request-id'), seconds: seconds(begun), ok: response.ok };
}

await ask(0);
const results = {};
const overhead = [];
for (const clients of [1, 2, 4, 8]) {
  let next = 0;
  const answers = [];
  const begun = now();
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (next < requests) answers.push(await ask(next++));
    }),
  );
  const total = seconds(begun);
  if (answers.some((answer) => !answer.ok)) throw new Error('a request failed');
  results[clients] = { requests_per_s: Number((requests / total).toFixed(3)), latency_s: spread(answers.map((a) => a.seconds)) };
  if (clients > 1) continue;
  await until(() => answers.every((answer) => server.log.includes(answer.id)));
  for (const line of server.log.split('\n').filter((text) => text.includes('"work"'))) {
    const { request_id, seconds: taken } = JSON.parse(line);
    work.set(request_id, taken);
  }
  for (const answer of answers) overhead.push(answer.seconds - work.get(answer.id));
}
const firstPreview = [];
for (let seed = 0; seed < Math.min(requests, 12); ++seed) {
  const begun = now();
  const { events } = await (await server.post('/api/jobs', { prompt, seed })).json();
  await server.events(events, ({ event, json }) => {
    if (event !== 'step' || !json.preview) return false;
    firstPreview.push(seconds(begun));
    return true;
  }).catch(() => {});
  await until(async () => (await (await server.request('/readyz')).json()).running === 0);
}
const health = [];
for (let i = 0; i < 200; ++i) {
  const begun = now();
  await (await server.request('/health')).text();
  health.push(seconds(begun));
}
await server.stop();
console.log(JSON.stringify({
  prompt, requests, command_line_s: spread(alone), clients: results, overhead_s: spread(overhead), first_preview_s: spread(firstPreview), health_s: spread(health),
}, null, 1));
