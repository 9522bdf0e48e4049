// Starts the program `diptych serve` on a free port, and speaks raw HTTP to it.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const atEnd = [];
process.on('exit', () => atEnd.forEach((work) => work()));

export class Server {
  // Resolves once it listens. Without a gallery among the arguments it has one of its own, which goes with this process.
  static async start(program, args = []) {
    const server = new Server();
    server.log = '';
    const gallery = args.some((arg) => arg.endsWith('-gallery')) ? [] : ['--gallery', temporaryFolder()];
    server.child = spawn(program, ['serve', '--port', '0', '--json', ...gallery, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    server.child.stderr.on('data', (data) => (server.log += data));
    server.ended = new Promise((resolve) => server.child.on('exit', (code, signal) => resolve({ code, signal })));
    atEnd.push(() => server.child.kill('SIGKILL'));
    let output = '';
    await new Promise((resolve, reject) => {
      server.child.stdout.on('data', (data) => {
        output += data;
        const line = output.split('\n').find((text) => text.includes('"address"'));
        if (!line) return;
        server.address = JSON.parse(line).address;
        resolve();
      });
      server.ended.then(() => reject(new Error('the server ended: ' + output + server.log)));
    });
    server.port = Number(new URL(server.address).port);
    return server;
  }

  async stop(signal = 'SIGTERM') {
    this.child.kill(signal);
    return this.ended;
  }

  request(path, options = {}) {
    return fetch(this.address + path, options);
  }

  post(path, body, options = {}) {
    return this.request(path, {
      method: 'POST',
      ...options,
      headers: { 'content-type': 'application/json', ...options.headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  // The events of a stream: calls `hear` with each; true ends it.
  async events(path, hear, options = {}) {
    const decoder = new TextDecoder();
    const aborter = new AbortController();
    const response = await this.request(path, { ...options, signal: aborter.signal });
    let text = '';
    const all = [];
    for await (const bytes of response.body) {
      text += decoder.decode(bytes, { stream: true });
      for (let end; (end = text.indexOf('\n\n')) >= 0; text = text.slice(end + 2)) {
        const event = {};
        for (const line of text.slice(0, end).split('\n')) {
          const colon = line.indexOf(': ');
          if (colon > 0) event[line.slice(0, colon)] = line.slice(colon + 2);
        }
        if (!event.event) continue;
        event.json = JSON.parse(event.data);
        all.push(event);
        if (hear && hear(event)) {
          aborter.abort();
          return all;
        }
      }
    }
    return all;
  }

  // Sends bytes as they are and resolves to all that comes back until the server closes, or `seconds` are over.
  raw(bytes, { seconds = 20, keepOpen = true } = {}) {
    return new Promise((resolve) => {
      const socket = net.connect(this.port, '127.0.0.1');
      let text = '';
      const finish = () => {
        socket.destroy();
        resolve(text);
      };
      const timer = setTimeout(finish, seconds * 1000);
      socket.on('data', (data) => (text += data.toString('latin1')));
      socket.on('error', () => {});
      socket.on('close', () => {
        clearTimeout(timer);
        resolve(text);
      });
      socket.write(bytes, () => keepOpen || socket.end());
    });
  }
}

// An empty folder that is removed at the end.
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'diptych-'));
  atEnd.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// Waits until `check` gives something.
export async function until(check, seconds = 30) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (Date.now() > end) throw new Error('waited in vain for ' + check);
    await sleep(20);
  }
}
