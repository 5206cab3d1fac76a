// A result, as a person reads it: how it ended, both streams, cases, files.
import { bytesPath, hasToken, save } from './server.js';
import { OutputBox, SHOWN, decoded, element, visible } from './text.js';

const CAPTURES = {
  exact: 'exact: byte for byte, and checked',
  partial: 'partial: it was killed from outside; this is what arrived',
  log: 'log: both streams are merged, as the container\'s log has them',
  lost: 'lost: there was output, and it could not be had',
  none: 'none: nothing ever ran',
};

/** A link to bytes, which also works where a token is needed. */
function download(path, name, words) {
  const link = element('a', '', words);
  link.href = path;
  link.download = name;
  link.addEventListener('click', (event) => {
    if (!hasToken()) return;
    event.preventDefault();
    save(path, name).catch((fault) => link.after(element('span', 'fault', ` ${fault.message}`)));
  });
  return link;
}

const size = (count) => `${count.toLocaleString('en')} ${count === 1 ? 'byte' : 'bytes'}`;

/** A stream, or a file: its size, its text, and where its bytes are. */
function part(title, content, path, fileName) {
  const head = element('h3', '', visible(title));
  if (!content) return element('div', '', head, element('p', 'hint', 'Nothing is known of it.'));
  const notes = element('p', 'hint', size(content.bytes ?? 0));
  if (content.bytes > 0 && path) notes.append(', ', download(path, fileName, 'download the exact bytes'));
  const isText = typeof content.text === 'string';
  if (typeof content.base64 === 'string') notes.append('. Not UTF-8: what is not is shown as \ufffd');
  if (content.truncated) notes.append(isText || content.base64 ? '. Only its beginning was kept' : '. Too large to be shown');
  const all = decoded(content);
  if (all.length > SHOWN) notes.append(`. The first ${SHOWN.toLocaleString('en')} characters are shown`);
  const made = element('div', '', head, notes);
  if (all) {
    const box = element('pre', 'output', visible(all.slice(0, SHOWN)));
    box.tabIndex = 0;
    box.setAttribute('aria-label', title);
    made.append(box);
  }
  if (content.tail) made.append(element('p', 'hint', 'and its end:'), element('pre', 'output', visible(decoded(content.tail))));
  return made;
}

function files(name, index, all, omitted) {
  const made = Object.entries(all || {}).map(([path, content]) =>
    part(path, content, content.sha256 === null ? null : bytesPath(name, index, `files/${path}`), path.split('/').at(-1)));
  if (omitted) made.push(element('p', 'hint', `${omitted} more files are not told.`));
  return made.length ? [element('h3', '', 'Files'), ...made] : [];
}

function numbers(result) {
  const facts = [];
  if (Number.isInteger(result.exit_code)) facts.push(`exit code ${result.exit_code}`);
  if (result.signal) facts.push(`signal ${result.signal}`);
  if (result.usage) {
    const { wall_seconds: wall, cpu_seconds: cpu, max_rss_bytes: memory } = result.usage;
    if (typeof wall === 'number') facts.push(`${wall.toFixed(3)} s`);
    if (typeof cpu === 'number') facts.push(`${cpu.toFixed(3)} s of processor time`);
    if (typeof memory === 'number') facts.push(`${(memory / 2 ** 20).toFixed(1)} MiB`);
  }
  return facts.join(', ');
}

function cases(name, all) {
  const rows = all.map((one) => element('tr', '', element('td', '', visible(one.name)),
    element('td', one.outcome === 'not_run' ? '' : one.outcome, one.reason ? `${one.outcome}, ${one.reason}` : one.outcome),
    element('td', '', numbers(one))));
  const table = element('div', 'scroll', element('table', '',
    element('thead', '', element('tr', '', ...['case', 'outcome', ''].map((title) => element('th', '', title)))),
    element('tbody', '', ...rows)));
  // Made when it is opened: there may be a thousand.
  const opened = all.map((one, index) => {
    const details = element('details', '', element('summary', '', `Case ${visible(one.name)}`));
    details.addEventListener('toggle', () => {
      if (details.childElementCount > 1) return;
      if (one.message) details.append(element('p', '', visible(one.message)));
      details.append(
        part('stdout', one.stdout, bytesPath(name, index, 'stdout'), `case-${index}-stdout`),
        part('stderr', one.stderr, bytesPath(name, index, 'stderr'), `case-${index}-stderr`),
        ...files(name, index, one.files, one.files_omitted));
    });
    return details;
  });
  return [element('h3', '', 'Cases'), table, ...opened];
}

/** All parts of a result. */
export function resultParts(result) {
  const name = result.job_name;
  const made = [element('p', 'hint', [numbers(result), `Output ${CAPTURES[result.capture] || result.capture}`]
    .filter(Boolean).join('. '))];
  if (result.unenforced?.length) {
    made.push(element('p', 'hint', `Not enforced on this machine: ${result.unenforced.join(', ')}`));
  }
  if (result.compile) {
    made.push(element('h3', '', `Compiler: ${numbers(result.compile)}`),
      part('stdout of the compiler', result.compile.stdout, null, ''),
      part('stderr of the compiler', result.compile.stderr, null, ''));
  }
  if (result.cases) {
    made.push(...cases(name, result.cases));
  } else if (result.stdout || result.stderr) {
    made.push(part('stdout', result.stdout, bytesPath(name, null, 'stdout'), `${name}-stdout`),
      result.capture === 'log' ? element('p', 'hint', 'stderr is part of it.')
        : part('stderr', result.stderr, bytesPath(name, null, 'stderr'), `${name}-stderr`));
  }
  made.push(...files(name, null, result.files, result.files_omitted));
  return made;
}

/** Boxes for output as it comes, one for each run and stream. */
export class LiveOutput {
  constructor(parent) {
    this.parent = parent;
    this.boxes = new Map();
  }

  take({ stream, run, bytes }) {
    const title = run === 'program' ? stream : run === 'compile' ? `${stream} of the compiler` : `${stream} of case ${run}`;
    let box = this.boxes.get(title);
    if (!box) {
      box = new OutputBox(title);
      this.boxes.set(title, box);
      this.parent.append(element('h3', '', title), box.box);
    }
    box.take(bytes);
  }
}

/** Where the documentation says what an outcome means. */
export function outcomeLink(reason) {
  const link = element('a', '', `What ${reason} means`);
  link.href = `/docs/outcomes.md#${encodeURIComponent(reason)}`;
  return link;
}
