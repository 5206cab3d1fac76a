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
  const button = element('button', '', `… ${text.split('\n').length} lines, ${text.length} characters: show`);
  button.type = 'button';
  const holder = document.createElement('span');
  holder.append(button, '\n');
  button.addEventListener('click', () => holder.replaceWith(text), { once: true });
  return holder;
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
  box.classList.remove('stale');
}
