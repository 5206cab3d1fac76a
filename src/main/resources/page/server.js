// Calls of the server that this page came from. Nothing else is ever asked.

/** A problem document (RFC 9457), or a server that cannot be reached. */
export class Problem extends Error {
  constructor(status, document) {
    super(document.detail || document.title || `status ${status}`);
    this.status = status;
    this.field = document.field;
    this.reason = document.reason;
    this.help = /^\/docs\/[a-z-]+\.md(#[A-Za-z-]+)?$/.test(document.type || '') ? document.type : null;
    // 502 and 504 are no answers of Cupel's, but of what stands before it.
    this.mayPass = [0, 429, 502, 503, 504].includes(status);
    this.jobName = document.job_name;
  }
}

const TOKEN = 'token';
let onDoor = () => {};

/** What to do when the door asks for a token. */
export function whenAskedForToken(action) { onDoor = action; }

/** Kept for as long as this tab is open. */
export function useToken(token) { sessionStorage.setItem(TOKEN, token); }

export function hasToken() { return Boolean(sessionStorage.getItem(TOKEN)); }

async function ask(method, path, { body, headers = {}, signal } = {}) {
  const all = { ...headers };
  if (body !== undefined) all['Content-Type'] = 'application/json';
  if (hasToken()) all.Authorization = `Bearer ${sessionStorage.getItem(TOKEN)}`;
  let answer;
  try {
    answer = await fetch(path, {
      method, headers: all, signal, body: body === undefined ? undefined : JSON.stringify(body),
      redirect: 'error', cache: 'no-store',
    });
  } catch (fault) {
    if (fault.name === 'AbortError') throw fault;
    throw new Problem(0, { detail: 'The server cannot be reached.' });
  }
  if (answer.ok) return answer;
  if (answer.status === 401) onDoor();
  let document = {};
  try { document = await answer.json(); } catch { /* Not a problem document: a door's answer, say. */ }
  throw new Problem(answer.status, document);
}

const job = (name) => `/jobs/${encodeURIComponent(name)}`;

export const templates = async () => (await (await ask('GET', '/templates')).json()).templates;

export const preview = async (request, signal) =>
  (await ask('POST', '/preview', { body: request, signal })).json();

export const submit = async (rendered, signal) =>
  (await ask('POST', '/submit', { body: rendered, signal })).json();

/** The result, or the state if it does not come in that time. */
export const look = async (name, seconds, signal) =>
  (await ask('GET', job(name), { signal, headers: seconds ? { Prefer: `wait=${seconds}` } : {} })).json();

export const cancel = (name) => ask('DELETE', job(name));

export const manifest = async (name, signal) => (await ask('GET', `${job(name)}/manifest`, { signal })).text();

export const manifestPath = (name) => `${job(name)}/manifest`;

/** The path of a stream, or of a file; `index` is that of a case, or null. */
export function bytesPath(name, index, what) {
  const part = index === null ? '' : `/cases/${index}`;
  const last = what.split('/').map(encodeURIComponent).join('/');
  return `${job(name)}${part}/${last}`;
}

/** Saves what is at a path. A link cannot send a token, so then it is fetched first. */
export async function save(path, name) {
  const bytes = await (await ask('GET', path)).blob();
  const link = document.createElement('a');
  link.href = URL.createObjectURL(bytes);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Jobs, the newest first, of the first 500; and whether there are more. */
export async function jobs() {
  const page = await (await ask('GET', '/jobs?limit=500')).json();
  page.items.sort((a, b) => (a.created_at < b.created_at ? 1 : a.created_at > b.created_at ? -1 : 0));
  return { items: page.items, more: 'continue' in page };
}

const LONGEST_PAUSE = 5000;

/**
 * Tells each piece of output as it comes: `{stream, run, bytes}`. Returns when the Job has ended. Goes on where it was
 * whenever the connection breaks, as often as that is: on a cluster no call lasts for longer than some minutes, whatever
 * comes in that time. It ends with the signal.
 */
export async function follow(name, signal, tell) {
  let last = null;
  for (let pause = 1000; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
    try {
      const answer = await ask('GET', `${job(name)}/output`,
        { signal, headers: last === null ? {} : { 'Last-Event-ID': last } });
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = '';
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        const events = (rest + part.value).split('\n\n');
        rest = events.pop();
        for (const event of events) {
          const id = /^id: (\d+)$/m.exec(event);
          const data = /^data: (.*)$/m.exec(event);
          if (id) last = id[1];
          if (!data) continue;
          const piece = JSON.parse(data[1]);
          if (piece.end) return;
          tell({ ...piece, bytes: Uint8Array.from(atob(piece.base64), (c) => c.charCodeAt(0)) });
          pause = 1000;
        }
      }
    } catch (fault) {
      if (fault.name === 'AbortError' || (fault instanceof Problem && !fault.mayPass)) throw fault;
    }
    await new Promise((done) => { setTimeout(done, pause); });
  }
}
