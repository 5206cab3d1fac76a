// The YAML, with the places that the request filled marked, and long texts of others folded.
import { element } from './text.js';

const FOLDED_LINES = 12;
const LONG_LINE = 2000;
const MARKED = 60_000;

const folded = (text) => {
  const lines = text.split('\n');
  const isLong = lines.length > 3 * FOLDED_LINES;
  return isLong || lines.some((line) => line.length > LONG_LINE);
};

/** A block of text that is not the request's: only its beginning, until someone wants all of it. */
function plain(text) {
  const parts = [];
  let rest = text;
  // A long literal block, or a long quoted line.
  const long = /^([ ]*- )(\|[-+]?\n(?:[ ]+.*\n|\n){36,}|".{2000,}"\n)/m;
  for (let match = long.exec(rest); match; match = long.exec(rest)) {
    const start = match.index + match[1].length;
    parts.push(rest.slice(0, start), fold(match[2]));
    rest = rest.slice(start + match[2].length);
  }
  parts.push(rest);
  return parts;
}

function fold(text) {
  const button = element('button', '', `… ${text.length.toLocaleString('en')} characters: show`);
  button.type = 'button';
  const holder = document.createElement('span');
  holder.append(button, text.endsWith('\n') ? '\n' : '');
  button.addEventListener('click', () => holder.replaceWith(text), { once: true });
  return holder;
}

/** What differs between any two previews, and is nothing that anybody typed. */
const OWN = ['__JOB_NAME__', '__CREATED_AT__'];

let before = new Map();

/** Scrolls to the first mark that is another than before, and in it to the line that is. */
function scrollToChange(box, marks) {
  const texts = new Map();
  let changed = null;
  for (const mark of marks) {
    const key = `${mark.title} ${texts.size}`;
    const text = mark.textContent;
    texts.set(key, text);
    if (changed === null && before.has(key) && before.get(key) !== text && !OWN.includes(mark.title)) {
      const lines = text.split('\n');
      const old = before.get(key).split('\n');
      const line = lines.findIndex((each, i) => each !== old[i]);
      const height = mark.getBoundingClientRect().height / lines.length;
      changed = mark.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop
        + height * (line < 0 ? lines.length - 1 : line);
    }
  }
  before = texts;
  if (changed === null) return;
  const isSeen = changed >= box.scrollTop && changed < box.scrollTop + box.clientHeight - 20;
  if (!isSeen) box.scrollTop = Math.max(0, changed - box.clientHeight / 2);
}

/** Shows a manifest; `places` are those of the answer to `/preview`, or none. */
export function showYaml(box, yaml, places) {
  const nodes = [];
  let at = 0;
  for (const place of [...places].sort((a, b) => a.start - b.start)) {
    nodes.push(...plain(yaml.slice(at, place.start)));
    const text = yaml.slice(place.start, place.end);
    const trailing = /\s*$/.exec(text)[0];
    const own = text.slice(0, text.length - trailing.length);
    const isSupervisor = place.placeholders.includes('__SUPERVISOR__');
    if (isSupervisor && folded(own)) {
      nodes.push(fold(text));
    } else {
      const mark = element('mark', '', own.length > MARKED ? `${own.slice(0, MARKED)}…` : own);
      mark.title = place.placeholders.join(' ');
      nodes.push(mark, trailing);
    }
    at = place.end;
  }
  nodes.push(...plain(yaml.slice(at)));
  const { scrollTop, scrollLeft } = box;
  box.replaceChildren(...nodes);
  box.scrollTop = scrollTop;
  box.scrollLeft = scrollLeft;
  scrollToChange(box, box.querySelectorAll('mark'));
  box.classList.remove('stale');
}
