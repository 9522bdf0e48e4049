// Every endpoint of `diptych serve`, with the official client of OpenAI where the endpoint is of its API, streamed and
// not; cancelling, errors, a full queue, access. node --test; TESTED_PROGRAM is the program, the model its own.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { crc32, deflateSync } from 'node:zlib';
import { GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';
import { Server, sleep, until } from './server.mjs';

const program = process.env.TESTED_PROGRAM;
const folder = mkdtempSync(join(tmpdir(), 'diptych-server-'));
const prompt = 'a red car at noon';
let server, client, fromCommandLine, dataUrl;

before(async () => {
  server = await Server.start(program, ['--queue', '4']);
  client = new OpenAI({ baseURL: server.address + '/v1', apiKey: 'unused', maxRetries: 0 });
  execFileSync(program, ['--seed', '7', '-o', folder, '-q', prompt], { cwd: folder });
  const files = readdirSync(folder);
  const read = (end) => readFileSync(join(folder, files.find((name) => name.endsWith(end))));
  fromCommandLine = { png: read('.png'), text: read('.txt').toString().trim(), record: JSON.parse(read('.json')) };
  dataUrl = 'data:image/png;base64,' + fromCommandLine.png.toString('base64');
});

after(async () => {
  const { code } = await server.stop();
  assert.equal(code, 0);
  rmSync(folder, { recursive: true });
});

// A square picture whose bytes `byte` gives.
function pngOf(side, byte) {
  const chunk = (name, data) => {
    const body = Buffer.concat([Buffer.from(name), data]), size = Buffer.alloc(4), sum = Buffer.alloc(4);
    size.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([size, body, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head.set([8, 2], 8);
  const rows = Buffer.alloc(side * (1 + 3 * side)).map((_, index) => (index % (1 + 3 * side) ? byte(index) : 0));
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

const bytes = (base64) => Buffer.from(base64, 'base64');

test('the same seed gives the bytes of the command line', async () => {
  const answer = await client.images.generate({ model: 'any', prompt, seed: 7 });
  assert.deepEqual(bytes(answer.data[0].b64_json), fromCommandLine.png);
  assert.equal(answer.data[0].narrative, fromCommandLine.text);
  assert.equal(answer.data[0].plan, fromCommandLine.record.plan);
  assert.deepEqual(answer.data[0].report, fromCommandLine.record.report);
  assert.equal(answer.size, '128x128');
  assert.ok(answer.usage.total_tokens > 50);
});

// Prompts of which the first picture often lacks something.
test('what is planned and drawn again is the same too', async () => {
  let repaired = 0;
  for (let seed = 1; seed <= 5; ++seed) {
    const own = join(folder, `hard-${seed}`);
    execFileSync(program, ['--seed', String(seed), '-o', own, '-q', hard], { cwd: folder });
    const read = (end) => readFileSync(join(own, readdirSync(own).find((name) => name.endsWith(end))));
    repaired += JSON.parse(read('.json')).repair?.length > 0;
    const [image] = (await client.images.generate({ prompt: hard, seed })).data;
    assert.deepEqual(bytes(image.b64_json), read('.png'));
    assert.equal(image.narrative, read('.txt').toString().trim());
  }
  assert.ok(repaired > 0);
});

test('models', async () => {
  const models = (await client.models.list()).data;
  assert.equal(models.length, 1);
  assert.equal((await client.models.retrieve(models[0].id)).object, 'model');
  await assert.rejects(client.models.retrieve('gpt-5'), { status: 404, code: 'model_not_found' });
});

test('several images, formats and options', async () => {
  const two = await client.images.generate({ prompt, n: 2, seed: 7, output_format: 'webp', steps: 2, check: false });
  assert.deepEqual(two.data.map((image) => image.seed), [7, 8]);
  assert.equal(bytes(two.data[0].b64_json).subarray(0, 4).toString(), 'RIFF');
  assert.equal(two.data[0].report, null);
  const url = await client.images.generate({ prompt, response_format: 'url', steps: 1, check: false, size: '64x96' });
  assert.ok(url.data[0].url.startsWith('data:image/png;base64,'));
  assert.equal(bytes(url.data[0].url.split(',')[1]).readUInt32BE(20), 96);
});

test('a streamed image', async () => {
  const events = [];
  const stream = await client.images.generate({ model: 'any', prompt, seed: 7, stream: true, partial_images: 2 });
  for await (const event of stream) events.push(event);
  assert.deepEqual(
    events.map((event) => event.type),
    ['image_generation.partial_image', 'image_generation.partial_image', 'image_generation.completed'],
  );
  assert.deepEqual(bytes(events[2].b64_json), fromCommandLine.png);
  assert.equal(events[2].narrative, fromCommandLine.text);
  assert.equal(bytes(events[0].b64_json).readUInt32BE(16), 128);
});

test('an edit changes a picture of this model by its plan, on every way to it', async () => {
  const image = () => OpenAI.toFile(fromCommandLine.png, 'car.png', { type: 'image/png' });
  const url = 'data:image/png;base64,' + fromCommandLine.png.toString('base64');
  const { data } = await client.images.edit({ image: await image(), prompt: 'make it night' });
  const [edited] = data;
  assert.match(edited.plan, /^hour: night\n/);
  assert.equal(edited.seed, 7);
  const holds = (text) => edited.report.claims.find((claim) => claim.text === text && claim.sources.includes('prompt'));
  assert.ok(holds('hour: night') && holds('car: red'), JSON.stringify(edited.report.claims.map(({ text }) => text)));
  // The same from every endpoint.
  const { id } = await (await server.post('/api/jobs', { task: 'edit', prompt: 'make it night', image: url, keep: true })).json();
  const job = await until(async () => (await (await server.request('/api/jobs/' + id)).json()).result);
  assert.equal(job.plan, edited.plan);
  assert.match(job.prompt, /red car/);
  const chat = await client.chat.completions.create({ model: 'any', messages: [{ role: 'user', content: [{ type: 'text', text: 'make it night' }, { type: 'image_url', image_url: { url } }] }] });
  assert.equal(chat.choices[0].message.content, edited.narrative);
  const response = await client.responses.create({ model: 'any', input: [{ role: 'user', content: [{ type: 'input_text', text: 'make it night' }, { type: 'input_image', image_url: url }] }] });
  assert.equal(response.output[0].result, edited.b64_json);
  // Settings that are given count, and the answer can be edited again.
  const again = await client.images.edit({ image: await OpenAI.toFile(bytes(edited.b64_json), 'night.png', { type: 'image/png' }), prompt: '把汽车变成蓝色', seed: 9, steps: 2 });
  assert.match(again.data[0].plan, /^hour: night\n(.*\n)*car: .*blue/);
  assert.equal(again.data[0].seed, 9);
  assert.ok((await client.models.list()).data[0].skills.includes('edit'));
});

test('an edit that cannot be made says why', async () => {
  const image = await OpenAI.toFile(fromCommandLine.png, 'car.png', { type: 'image/png' });
  await assert.rejects(client.images.edit({ image, prompt: 'make it wobbly' }), { status: 400, code: 'edit', message: /understood as a change/ });
  await assert.rejects(client.images.edit({ image: [image, image], prompt: 'make it night' }), { status: 400, code: 'unsupported_by_model' });
  const noPicture = await OpenAI.toFile(Buffer.from('hello'), 'car.png', { type: 'image/png' });
  await assert.rejects(client.images.edit({ image: noPicture, prompt: 'x' }), { status: 400, param: 'image' });
});

test('a response has an image and a message', async () => {
  const response = await client.responses.create({ model: 'any', input: prompt, seed: 7 });
  assert.deepEqual(response.output.map((item) => item.type), ['image_generation_call', 'message']);
  assert.deepEqual(bytes(response.output[0].result), fromCommandLine.png);
  assert.equal(response.output_text, fromCommandLine.text);
  assert.equal(response.status, 'completed');
});

test('a streamed response has the official events', async () => {
  const stream = client.responses.stream({
    model: 'any',
    input: [{ role: 'user', content: [{ type: 'input_text', text: prompt }] }],
    tools: [{ type: 'image_generation', partial_images: 1 }],
    seed: 7,
  });
  const types = [];
  let text = '';
  let number = 0;
  for await (const event of stream) {
    assert.equal(event.sequence_number, number++);
    if (types.at(-1) !== event.type) types.push(event.type);
    if (event.type === 'response.output_text.delta') text += event.delta;
  }
  assert.deepEqual(types, [
    'response.created',
    'response.in_progress',
    'response.output_item.added',
    'response.image_generation_call.in_progress',
    'response.image_generation_call.generating',
    'response.image_generation_call.partial_image',
    'response.output_item.added',
    'response.content_part.added',
    'response.output_text.delta',
    'response.image_generation_call.completed',
    'response.output_item.done',
    'response.output_text.done',
    'response.content_part.done',
    'response.output_item.done',
    'response.completed',
  ]);
  assert.equal(text, fromCommandLine.text);
  assert.deepEqual(bytes((await stream.finalResponse()).output[0].result), fromCommandLine.png);
});

test('a response about a picture is text alone', async () => {
  const content = [{ type: 'input_text', text: 'What is it?' }, { type: 'input_image', image_url: dataUrl }];
  const response = await client.responses.create({ model: 'any', input: [{ role: 'user', content }] });
  assert.deepEqual(response.output.map((item) => item.type), ['message']);
  assert.ok(response.output_text.length > 0);
});

test('a chat has text and images, or parts in order', async () => {
  const messages = [{ role: 'system', content: 'ignored' }, { role: 'user', content: prompt }];
  const chat = await client.chat.completions.create({ model: 'any', messages, seed: 7, max_tokens: 256 });
  const message = chat.choices[0].message;
  assert.equal(message.content, fromCommandLine.text);
  assert.deepEqual(bytes(message.images[0].image_url.url.split(',')[1]), fromCommandLine.png);
  assert.equal(message.seed, 7);
  const parts = await client.chat.completions.create({ model: 'any', messages, seed: 7, parts: true, n: 2 });
  assert.equal(parts.choices.length, 2);
  assert.deepEqual(parts.choices[0].message.content.map((part) => part.type), ['image_url', 'text']);
});

test('a streamed chat', async () => {
  const messages = [{ role: 'user', content: prompt }];
  const stream = await client.chat.completions.create({
    model: 'any', messages, seed: 7, stream: true, stream_options: { include_usage: true },
  });
  let text = '', images = [], finish, usage;
  for await (const chunk of stream) {
    const choice = chunk.choices[0];
    text += choice?.delta.content ?? '';
    images.push(...(choice?.delta.images ?? []));
    finish = choice?.finish_reason ?? finish;
    usage = chunk.usage ?? usage;
  }
  assert.equal(text, fromCommandLine.text);
  assert.deepEqual(bytes(images[0].image_url.url.split(',')[1]), fromCommandLine.png);
  assert.equal(finish, 'stop');
  assert.ok(usage.total_tokens > 0);
  const inParts = [];
  for await (const chunk of await client.chat.completions.create({ model: 'any', messages, stream: true, parts: true }))
    if (Array.isArray(chunk.choices[0].delta.content)) inParts.push(...chunk.choices[0].delta.content);
  assert.deepEqual(inParts.map((part) => part.modality ?? part.type), ['image', 'text']);
});

test('a story has a picture for each sentence, in order', async () => {
  const messages = [{ role: 'user', content: 'A red car at noon. Then it snows. At last it is night.' }];
  const chat = await client.chat.completions.create({ model: 'any', messages, seed: 7, pictures: 4 });
  const parts = chat.choices[0].message.content;
  assert.deepEqual(parts.map((part) => part.type), ['image_url', 'text', 'image_url', 'text', 'image_url', 'text']);
  const images = await client.images.generate({ prompt: messages[0].content, seed: 7, pictures: 4 });
  assert.equal(images.data.length, 3);
  for (const [i, { b64_json }] of images.data.entries())
    assert.equal(parts[2 * i].image_url.url.split(',')[1], b64_json);
  assert.deepEqual([...new Set(chat.choices[0].message.report.claims.map(({ picture }) => picture))], [1, 2, 3]);
});

test('a chat looks at pictures', async () => {
  const ask = (text, task) =>
    client.chat.completions
      .create({
        model: 'any', task,
        messages: [{ role: 'user', content: [{ type: 'text', text }, { type: 'image_url', image_url: { url: dataUrl } }] }],
      })
      .then((chat) => chat.choices[0].message);
  assert.ok((await ask('describe it')).content.length > 20);
  assert.match((await ask('What colour is the car?')).content, /red/);
  assert.ok((await ask('The car is red.', 'check')).report.claims.length === 1);
  assert.equal((await ask('make it night')).images.length, 1);  // neither a question nor "describe": an edit
  await assert.rejects(
    client.chat.completions.create({
      model: 'any',
      messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'http://127.0.0.1:1/a.png' } }] }],
    }),
    { status: 400, param: 'image_url' },
  );
});

test("Google's form, whole and streamed", async () => {
  const body = { contents: [{ role: 'user', parts: [{ text: prompt }] }], generationConfig: { seed: 7 } };
  const answer = await (await server.post('/v1beta/models/any:generateContent', body)).json();
  const parts = answer.candidates[0].content.parts;
  assert.deepEqual(bytes(parts[0].inlineData.data), fromCommandLine.png);
  assert.equal(parts[1].text, fromCommandLine.text);
  const list = await (await server.post('/v1beta/models/any:streamGenerateContent', body)).json();
  assert.equal(list.at(-1).candidates[0].finishReason, 'STOP');
  const plan = list.flatMap((piece) => piece.candidates[0].content.parts).filter((part) => part.thought);
  assert.equal(plan.map((part) => part.text).join(''), fromCommandLine.record.plan);
  const events = await (await server.post('/v1beta/models/any:streamGenerateContent?alt=sse', body)).text();
  assert.ok(events.startsWith('data: {'));
  assert.equal((await server.request('/v1beta/models')).status, 200);
});

test("Google's own client", async () => {
  const google = new GoogleGenAI({ apiKey: 'unused-key', httpOptions: { baseUrl: server.address } });
  const answer = await google.models.generateContent({ model: 'any', contents: prompt, config: { seed: 7 } });
  assert.deepEqual(bytes(answer.candidates[0].content.parts[0].inlineData.data), fromCommandLine.png);
  let text = '';
  const pieces = await google.models.generateContentStream({ model: 'any', contents: prompt, config: { seed: 7 } });
  for await (const piece of pieces)
    for (const part of piece.candidates[0].content.parts) if (part.text && !part.thought) text += part.text;
  assert.equal(text, fromCommandLine.text);
  await assert.rejects(google.models.generateContent({ model: 'any', contents: ' ' }), { status: 400 });
});

test('looks at a picture, in JSON and in forms', async () => {
  const form = new FormData();
  form.append('image', new Blob([fromCommandLine.png], { type: 'image/png' }), 'car.png');
  const described = await (await server.request('/api/describe', { method: 'POST', body: form })).json();
  assert.ok(described.text.length > 20);
  const asked = await (await server.post('/api/ask', { image: dataUrl, question: 'What colour is the car?' })).json();
  assert.match(asked.text, /red/);
  const checked = await (await server.post('/api/check', { image: dataUrl, text: 'It is a car. It is a cow.' })).json();
  assert.equal(checked.report.claims[0].holds, true);
  assert.notEqual(checked.report.claims[1].holds, true);
  const fromProgram = execFileSync(program, ['ask', join(folder, readdirSync(folder).find((name) => name.endsWith('.png'))),
    'What colour is the car?', '-q']).toString().trim();
  assert.equal(asked.text, fromProgram);
});

test('a job tells its whole course', async () => {
  const created = await server.post('/api/jobs', { prompt, seed: 7 });
  assert.equal(created.status, 202);
  const job = await created.json();
  assert.equal(created.headers.get('location'), '/api/jobs/' + job.id);
  const events = await server.events(job.events);
  const texts = (name) => events.filter((event) => event.event === name).map((event) => event.json.text).join('');
  assert.deepEqual(
    events.filter((event) => event.event === 'stage').map((event) => event.json.stage),
    ['prompt', 'plan', 'picture', 'narrative', 'check'],
  );
  assert.equal(texts('plan'), fromCommandLine.record.plan);
  assert.equal(texts('narrative'), fromCommandLine.text);
  const steps = events.filter((event) => event.event === 'step');
  assert.equal(steps.at(-1).json.step, 8);
  assert.ok(steps.at(-1).json.preview.startsWith('data:image/png;base64,'));
  const result = events.at(-1);
  assert.equal(result.event, 'result');
  // A claim that is judged anew is told anew.
  const told = new Map(events.filter((event) => event.event === 'claim').map(({ json }) => [json.text + json.words, json]));
  for (const claim of result.json.report.claims) {
    const last = told.get(claim.text + claim.words);
    if (last || claim.facts.length > 0) assert.deepEqual(last, claim);
  }
  const { cost, pictures, warnings, ...record } = result.json;
  const { cost: unused, ...expected } = fromCommandLine.record;
  assert.deepEqual(record, expected);
  const picture = await server.request(pictures[0]);
  assert.deepEqual(Buffer.from(await picture.arrayBuffer()), fromCommandLine.png);
  const state = await (await server.request('/api/jobs/' + job.id)).json();
  assert.equal(state.status, 'done');
  assert.equal(state.result.narrative, fromCommandLine.text);
  // Who lost the connection hears the rest.
  const again = await server.events(job.events, null, { headers: { 'last-event-id': events.at(-2).id } });
  assert.deepEqual(again.map((event) => event.event), ['result']);
  assert.equal((await server.request('/api/jobs/' + job.id, { method: 'DELETE' })).status, 200);
  assert.equal((await server.request('/api/jobs/' + job.id)).status, 404);
});

// Its first picture lacks a dog for some of these seeds.
const hard = 'two green dogs in the snow and a red house';

test('a job tells what it reads in the prompt, what it finds, and what it makes again', async () => {
  let told;
  for (let seed = 1; seed <= 5 && !told; ++seed) {
    const job = await (await server.post('/api/jobs', { prompt: hard + ' at a glacier with a jeep', seed })).json();
    const events = await server.events(job.events);
    const of = (name) => events.filter((event) => event.event === name).map((event) => event.json);
    assert.deepEqual(of('prompt').map((event) => event.unknown_words), [['glacier']]);
    assert.deepEqual(of('prompt')[0].near.map(({ words, kind }) => [words, kind]), [['jeep', 'car']]);
    const [report] = of('report');
    assert.deepEqual(report.not_understood, ['glacier']);
    for (const figure of ['followed', 'told', 'planned']) assert.ok(report[figure].count > 0, figure);
    if (of('repair').length) told = { events, repairs: of('repair'), result: events.at(-1).json };
  }
  assert.ok(told, 'no seed had anything to make again');
  const begun = told.repairs.filter((event) => event.kept === null && !event.step);
  const ended = told.repairs.filter((event) => event.kept !== null);
  assert.deepEqual(ended.map(({ action, failed, kept }) => ({ action, failed, kept })),
    told.result.repair.filter(({ action }) => action !== 'replan'));
  assert.deepEqual(begun.map(({ action, failed }) => [action, failed]), ended.map(({ action, failed }) => [action, failed]));
  assert.ok(begun[0].failed.length > 0);
  assert.deepEqual(ended.at(-1).report.followed, told.result.report.followed);
  assert.equal(ended.at(-1).narrative, told.result.narrative);
  if (begun[0].action !== 'retell')
    assert.ok(told.repairs.some(({ step, preview }) => step > 0 && preview?.startsWith('data:image/png;base64,')));
});

test('one claim of a finished answer is made again where somebody asks', async () => {
  const run = async (body) => {
    const response = await server.post('/api/jobs', body);
    const job = await response.json();
    return { job, status: response.status, events: response.ok ? await server.events(job.events) : [] };
  };
  let repaired;
  for (let seed = 1; seed <= 8 && !repaired; ++seed) {
    const drawn = await run({ prompt: hard, seed, repairs: 0 });
    const { failed } = drawn.events.at(-1).json.report;
    if (!failed.length) continue;
    const claim = failed[0];
    const { events } = await run({ task: 'repair', job: drawn.job.id, claim });
    const result = events.at(-1).json;
    assert.equal(events.at(-1).event, 'result', events.at(-1).data);
    const own = result.repair.filter((step) => step.requested);
    assert.ok(own.length > 0);
    for (const step of own) assert.deepEqual([step.failed, step.requested], [[claim], true]);
    assert.ok(result.report.followed.share >= drawn.events.at(-1).json.report.followed.share);
    if (result.repair.at(-1).kept) assert.ok(!result.report.failed.includes(claim));
    assert.equal(result.prompt, hard);
    const file = Buffer.from(await (await server.request(result.pictures[0])).arrayBuffer());
    repaired = { claim, result, file, drawn };
  }
  assert.ok(repaired, 'no seed had a claim that fails');
  // By its picture's file, which holds the record, in JSON and as a form; the same comes of it.
  const original = Buffer.from(await (await server.request(repaired.drawn.events.at(-1).json.pictures[0])).arrayBuffer());
  const image = 'data:image/png;base64,' + original.toString('base64');
  const again = (await run({ task: 'repair', image, claim: repaired.claim })).events.at(-1).json;
  assert.deepEqual(again.repair, repaired.result.repair);
  assert.equal(again.narrative, repaired.result.narrative);
  const form = new FormData();
  form.append('task', 'repair');
  form.append('claim', repaired.claim);
  form.append('image', new Blob([original], { type: 'image/png' }), 'a.png');
  const sent = await (await server.request('/api/jobs', { method: 'POST', body: form })).json();
  const heard = await server.events(sent.events);
  assert.deepEqual(Buffer.from(await (await server.request(heard.at(-1).json.pictures[0])).arrayBuffer()), repaired.file);
  // What cannot be repaired is said.
  const none = await run({ task: 'repair', image, claim: 'a cow' });
  assert.deepEqual([none.events.at(-1).event, none.events.at(-1).json.error.code], ['error', 'nothing_to_repair']);
  for (const [body, param] of [
    [{ image }, 'claim'],
    [{ claim: 'x' }, 'image'],
    [{ claim: 'x', image: image.slice(0, -2000) }, 'image'],
    [{ claim: 'x', image, record: { prompt: 3 } }, 'record'],
    [{ claim: 'x', image, record: { ...again, options: { ...again.options, steps: 100000 } } }, 'record'],
    [{ claim: 'x', image, record: { ...again, options: { ...again.options, width: 64 } } }, 'image'],
  ])
    assert.equal((await run({ task: 'repair', ...body })).job.error?.param, param, JSON.stringify(body).slice(0, 90));
  assert.equal((await run({ task: 'repair', job: 'job_x', claim: 'x' })).status, 404);
});

test('every form of an answer says what was not understood, what was near, and what was made again', async () => {
  const odd = 'a jeep at a glacier';
  const own = (fields) => {
    assert.deepEqual(fields.unknown_words, ['glacier']);
    assert.deepEqual(fields.near.map(({ words, span, kind }) => [words, ...span, kind]), [['jeep', 2, 6, 'car']]);
    assert.ok(Array.isArray(fields.repair));
    assert.equal(fields.report, null);
  };
  const quick = { seed: 3, steps: 1, check: false };
  own((await client.images.generate({ ...quick, prompt: odd })).data[0]);
  own((await client.responses.create({ ...quick, model: 'any', input: odd })).output[0]);
  const messages = [{ role: 'user', content: odd }];
  own((await client.chat.completions.create({ ...quick, model: 'any', messages })).choices[0].message);
  own(await (await server.post('/v1beta/models/any:generateContent', { ...quick, contents: [{ parts: [{ text: odd }] }] })).json());
  await assert.rejects(client.images.generate({ ...quick, prompt: odd, strict: true }), { status: 400, code: 'not_understood' });
});

test('a plan of people is completed, or refused with its line', async () => {
  const plan = 'cat: two, red';
  const job = await (await server.post('/api/jobs', { prompt: 'cats', plan, seed: 4, check: false })).json();
  const result = (await server.events(job.events)).at(-1).json;
  assert.match(result.plan, /cat: two, red.* box /);
  const file = join(folder, 'cats.txt'), own = join(folder, 'cats');
  writeFileSync(file, plan + '\n');
  execFileSync(program, ['cats', '--plan', file, '--seed', '4', '--no-check', '-o', own, '-q']);
  const made = readdirSync(own).find((name) => name.endsWith('.png'));
  assert.deepEqual(Buffer.from(await (await server.request(result.pictures[0])).arrayBuffer()), readFileSync(join(own, made)));
  const refused = await (await server.post('/api/jobs', { prompt: 'x', plan: 'cat: two, three' })).json();
  assert.equal(refused.error.param, 'plan');
});

test('looks say whether they know the picture, and what they know of it', async () => {
  const described = await (await server.post('/api/describe', { image: dataUrl })).json();
  assert.equal(described.foreign, false);
  assert.ok(described.report.told.count > 0);
  assert.equal((await (await server.post('/api/describe', { image: dataUrl, check: false })).json()).report, undefined);
  const asked = await (await server.post('/api/ask', { image: dataUrl, question: 'What colour is the car?' })).json();
  assert.deepEqual([asked.foreign, asked.known, asked.not_understood], [false, true, []]);
  const odd = await (await server.post('/api/ask', { image: dataUrl, question: 'Is there a glacier?' })).json();
  assert.deepEqual([odd.known, odd.not_understood], [false, ['glacier']]);
  const checked = await (await server.post('/api/check', { image: dataUrl, text: 'It is a car.' })).json();
  assert.equal(checked.foreign, false);
  // None of the model's pictures.
  const noise = 'data:image/png;base64,' + pngOf(128, (index) => (index * 2654435761) >>> 24).toString('base64');
  for (const [path, body] of [['describe', {}], ['ask', { question: 'What is it?' }], ['check', { text: 'It is a car.' }]])
    assert.equal((await (await server.post('/api/' + path, { image: noise, ...body })).json()).foreign, true, path);
  const chat = await client.chat.completions.create({
    model: 'any', task: 'ask',
    messages: [{ role: 'user', content: [{ type: 'text', text: 'What colour is the car?' }, { type: 'image_url', image_url: { url: dataUrl } }] }],
  });
  assert.equal(chat.choices[0].message.known, true);
  const content = [{ type: 'input_text', text: 'The car is red.' }, { type: 'input_image', image_url: dataUrl }];
  const response = await client.responses.create({ model: 'any', task: 'check', input: [{ role: 'user', content }] });
  assert.deepEqual([response.output[0].foreign, response.output[0].report.told.count], [false, 1]);
});

test('jobs of every task', async () => {
  const finish = async (body) => {
    const job = await (await server.post('/api/jobs', body)).json();
    return until(async () => {
      const state = await (await server.request('/api/jobs/' + job.id)).json();
      return state.status !== 'queued' && state.status !== 'running' && state;
    });
  };
  const plan = (await finish({ task: 'plan', prompt, seed: 7 })).result.plan;
  assert.equal(plan, fromCommandLine.record.plan);
  assert.equal((await finish({ prompt, plan, seed: 7, check: false })).result.plan_given, true);
  assert.ok((await finish({ task: 'describe', image: dataUrl })).result.text.length > 20);
  assert.ok((await finish({ task: 'ask', image: dataUrl, question: 'What is it?' })).result.text);
  assert.equal((await finish({ task: 'check', image: dataUrl, text: 'It is a car.' })).result.report.told.count, 1);
  const bad = await server.post('/api/jobs', { task: 'draw', prompt: ' ' });
  assert.equal(bad.status, 400);
});

const slow = { prompt, seed: 1, steps: 200, size: '256x256' };

// Nothing runs or waits.
const idle = () =>
  until(async () => {
    const state = await (await server.request('/readyz')).json();
    return state.running === 0 && state.waiting === 0;
  });

test('a job is cancelled within a step', async () => {
  const job = await (await server.post('/api/jobs', slow)).json();
  await server.events(job.events, (event) => event.event === 'step' && event.json.step >= 2).catch(() => {});
  await idle();
  const state = await (await server.request('/api/jobs/' + job.id)).json();
  assert.equal(state.status, 'cancelled');
  assert.ok(state.step < 100);
  const other = await (await server.post('/api/jobs', { ...slow, keep: true })).json();
  await server.request('/api/jobs/' + other.id, { method: 'DELETE' });
  await idle();
  assert.equal((await (await server.request('/api/jobs/' + other.id)).json()).status, 'cancelled');
});

test('a closed connection cancels', async () => {
  for (const [path, body] of [
    ['/v1/images/generations', slow],
    ['/v1/images/generations', { ...slow, stream: true, partial_images: 3 }],
    ['/v1/responses', { ...slow, input: prompt, stream: true }],
    ['/v1/chat/completions', { ...slow, messages: [{ role: 'user', content: prompt }], stream: true }],
  ]) {
    const aborter = new AbortController();
    const answer = server.post(path, body, { signal: aborter.signal }).then((response) => response.text());
    await until(async () => (await (await server.request('/readyz')).json()).running > 0);
    await sleep(200);
    aborter.abort();
    await assert.rejects(answer);
    await idle();
  }
});

test('a full queue says when to come again', async () => {
  const jobs = [];
  let refused;
  for (let i = 0; i < 8; ++i) {
    const response = await server.post('/api/jobs', { ...slow, keep: true });
    if (response.status === 429) refused = response;
    else jobs.push((await response.json()).id);
  }
  assert.equal(jobs.length, 2 + 4);
  assert.ok(Number(refused.headers.get('retry-after')) >= 1);
  assert.equal(refused.headers.get('x-should-retry'), null);
  assert.equal((await server.request('/readyz')).status, 503);
  assert.equal((await server.request('/health')).status, 200);
  await assert.rejects(client.images.generate({ prompt }), { status: 429, code: 'queue_full' });
  for (const id of jobs) await server.request('/api/jobs/' + id, { method: 'DELETE' });
  await idle();
  assert.equal((await server.request('/readyz')).status, 200);
});

test('a second request begins beside a long one', async () => {
  const long = await (await server.post('/api/jobs', { ...slow, keep: true })).json();
  await until(async () => (await (await server.request('/api/jobs/' + long.id)).json()).stage === 'picture');
  const short = await (await server.post('/api/jobs', { prompt, seed: 7, check: false })).json();
  const events = await server.events(short.events);
  assert.equal(events.at(-1).event, 'result');
  assert.equal((await (await server.request('/api/jobs/' + long.id)).json()).status, 'running');
  await server.request('/api/jobs/' + long.id, { method: 'DELETE' });
  await idle();
});

test('what cannot be used is explained, and not to be repeated', async () => {
  for (const [body, param] of [
    [{ prompt: '' }, 'prompt'],
    [{ prompt, size: '100x100' }, 'size'],
    [{ prompt, size: '8192x8192' }, 'size'],
    [{ prompt, steps: 1e9 }, 'steps'],
    [{ prompt, guidance: 'much' }, 'guidance'],
    [{ prompt, n: 11 }, 'n'],
    [{ prompt, seed: -2 }, 'seed'],
    [{ prompt, plan: 3 }, 'plan'],
    [{ prompt, language: 'fr' }, 'language'],
    [{ prompt: 'x'.repeat(20000) }, 'prompt'],
  ]) {
    const response = await server.post('/v1/images/generations', body);
    const { error } = await response.json();
    assert.equal(response.status, 400, JSON.stringify(body).slice(0, 80));
    assert.equal(error.param, param, error.message);
    assert.equal(response.headers.get('x-should-retry'), 'false');
    assert.deepEqual(Object.keys(error), ['message', 'type', 'param', 'code']);
    assert.doesNotMatch(error.message, /\/(home|work|usr|root)\//);
  }
  assert.equal((await server.post('/v1/responses', '{"input":')).status, 400);
  assert.equal((await server.post('/v1/responses', '[]')).status, 400);
  assert.equal((await server.request('/nothing')).status, 404);
  assert.equal((await server.request('/v1/responses')).status, 405);
  assert.equal((await server.post('/v1/responses', '{}', { headers: { 'content-type': 'text/plain' } })).status, 415);
});

test('broken and huge requests are cut off', async () => {
  const head = 'POST /v1/responses HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n';
  assert.match(await server.raw('nonsense\r\n\r\n'), /^HTTP\/1\.1 400 /);
  assert.match(await server.raw(head + 'x: ' + 'y'.repeat(20000) + '\r\n\r\n'), /^HTTP\/1\.1 431 /);
  assert.match(await server.raw(head + 'x: y\r\n'.repeat(150) + '\r\n'), /^HTTP\/1\.1 431 /);
  assert.match(await server.raw(head + 'x: y\r\n'.repeat(300000) + '\r\n'), /^HTTP\/1\.1 431 /);
  assert.match(await server.raw(head + 'content-length: 99999999999\r\n\r\n'), /^HTTP\/1\.1 413 /);
  const chunk = '100000\r\n' + 'a'.repeat(0x100000) + '\r\n';
  assert.match(await server.raw(head + 'transfer-encoding: chunked\r\n\r\n' + chunk.repeat(40)), /^HTTP\/1\.1 413 /);
  assert.match(await server.raw(head + 'transfer-encoding: chunked\r\n\r\nzz\r\n'), /^HTTP\/1\.1 400 /);
  const trailer = '0\r\na: ' + 'b'.repeat(70000) + '\r\n\r\n';
  assert.match(await server.raw(head + 'transfer-encoding: chunked\r\n\r\n' + trailer), /^HTTP\/1\.1 4(00|31) /);
  assert.match(await server.raw(head + 'content-length: 2\r\ncontent-length: 3\r\n\r\n{}'), /^HTTP\/1\.1 400 /);
  assert.match(await server.raw('GET /health HTTP/1.1\r\n\r\n', { seconds: 3 }), /^HTTP\/1\.1 403 /);
  assert.match(await server.raw('GET /health HTTP/1.1\r\nhost: rebound.example.org\r\n\r\n', { seconds: 3 }), / 403 /);
  const two = 'GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n';
  assert.equal((await server.raw(two + two, { seconds: 2 })).match(/200 OK/g).length, 2);
});

test('a slow client is told so', async () => {
  const answer = await server.raw('GET /health HTTP/1.1\r\nhost: loc', { seconds: 15 });
  assert.match(answer, /^HTTP\/1\.1 408 /);
});

test('what watches a server', async () => {
  const metrics = await (await server.request('/metrics')).text();
  for (const name of ['diptych_queue_waiting 0', 'diptych_tokens_per_second', 'diptych_steps_total',
    'diptych_stage_seconds_bucket{stage="picture",le="+Inf"}', 'diptych_failures_total{kind="cancelled"}',
    'diptych_requests_total{route="/v1/responses",status="200"}'])
    assert.ok(metrics.includes(name), name);
  const response = await server.request('/health', { headers: { 'x-request-id': 'mine-1' } });
  assert.equal(response.headers.get('x-request-id'), 'mine-1');
  await until(() => server.log.includes('"request_id":"mine-1"'));
  for (const line of server.log.trim().split('\n')) if (line.startsWith('{')) JSON.parse(line);
  const words = await (await server.request('/api/words')).json();
  assert.ok(words.kinds.some((kind) => kind.en === 'bus' && kind.zh));
  assert.ok(words.properties.find((property) => property.name === 'colour').values.length > 5);
  const model = await (await server.request('/api/model')).json();
  assert.equal(model.options.find((option) => option.name === 'steps').high, 200);
  const page = await server.request('/');
  assert.match(page.headers.get('content-type'), /^text\/html/);
  assert.ok(page.headers.get('content-security-policy'));
  assert.equal((await server.request('/', { method: 'HEAD' })).status, 200);
});

test('keys, hosts and origins', async () => {
  const keys = join(folder, 'keys.txt');
  writeFileSync(keys, '# ours\nsecret-key-1\nsecret-key-2\n');
  const guarded = await Server.start(program, ['--api-key-file', keys, '--cors-origin', 'https://example.org']);
  const status = (path, headers) => guarded.request(path, { headers }).then((response) => response.status);
  assert.equal(await status('/v1/models', {}), 401);
  assert.equal(await status('/v1/models', { authorization: 'Bearer wrong-key' }), 401);
  assert.equal(await status('/v1/models', { authorization: 'Bearer secret-key-2' }), 200);
  assert.equal(await status('/health', {}), 200);
  assert.equal(await status('/health', { origin: 'https://evil.example' }), 403);
  const allowed = await guarded.request('/health', { headers: { origin: 'https://example.org' } });
  assert.equal(allowed.headers.get('access-control-allow-origin'), 'https://example.org');
  const preflight = await guarded.request('/v1/responses', {
    method: 'OPTIONS', headers: { origin: 'https://example.org', 'access-control-request-method': 'POST' },
  });
  assert.equal(preflight.status, 204);
  await guarded.stop();
  assert.throws(() => execFileSync(program, ['serve', '--host', '0.0.0.0', '--port', '0'], { stdio: 'pipe' }), /API key/);
});

test('SIGTERM lets what runs finish, within the grace', async () => {
  const graceful = await Server.start(program, ['--grace', '60']);
  const answer = graceful.post('/v1/images/generations', { prompt, seed: 7, steps: 20 });
  await until(async () => (await (await graceful.request('/readyz')).json()).running === 1);
  const ended = graceful.stop();
  assert.equal((await answer).status, 200);
  assert.deepEqual(await ended, { code: 0, signal: null });
  const hasty = await Server.start(program, ['--grace', '0']);
  const cut = hasty.post('/v1/images/generations', slow);
  await until(async () => (await (await hasty.request('/readyz')).json()).running === 1);
  const begun = Date.now();
  const end = hasty.stop();
  assert.equal((await cut).status, 503);
  assert.equal((await end).code, 0);
  assert.ok(Date.now() - begun < 5000);
});

test('a stream that is cut ends with an error', async () => {
  const hasty = await Server.start(program, ['--grace', '0']);
  const asking = new OpenAI({ baseURL: hasty.address + '/v1', apiKey: 'unused', maxRetries: 0 });
  const stream = await asking.chat.completions.create({
    ...slow, model: 'any', messages: [{ role: 'user', content: prompt }], stream: true,
  });
  hasty.stop();
  const read = async () => {
    for await (const chunk of stream) assert.ok(chunk.choices);
  };
  await assert.rejects(read(), { code: 'stopping' });
  assert.equal((await hasty.ended).code, 0);
});
