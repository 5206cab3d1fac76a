// What programs print, as text that cannot do anything: it is only ever the content of text nodes.

/** How many characters of one stream are shown; the rest is a link away. */
export const SHOWN = 200_000;

// eslint-disable-next-line no-control-regex
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

/** Control characters by their pictures, and what would change the order of the text by its number. */
export function visible(text) {
  return text.replaceAll('\r\n', '\n').replace(UNSEEN, (c) => {
    const code = c.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? '\u2421' : `\u27e8U+${code.toString(16).toUpperCase().padStart(4, '0')}\u27e9`;
  });
}

/** An element with a class and children, which are elements or text. */
export function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** The bytes of a part of a result: `{text}` or `{base64}`. */
export function decoded(part) {
  if (typeof part.text === 'string') return part.text;
  if (typeof part.base64 !== 'string') return '';
  const bytes = Uint8Array.from(atob(part.base64), (c) => c.charCodeAt(0));
  return new TextDecoder().decode(bytes);
}

/** A box that shows a stream: bytes as they come, drawn once a frame, and no more of them than can be looked at. */
export class OutputBox {
  constructor(label) {
    this.box = element('pre', 'output');
    this.box.tabIndex = 0;
    this.box.setAttribute('aria-label', label);
    this.decoder = new TextDecoder();
    this.waiting = '';
    this.count = 0;
    this.bytes = 0;
  }

  take(bytes) {
    this.bytes += bytes.length;
    if (this.count + this.waiting.length >= SHOWN) return;
    this.add(this.decoder.decode(bytes, { stream: true }));
  }

  add(text) {
    if (!this.waiting) requestAnimationFrame(() => this.draw());
    this.waiting += text;
  }

  draw() {
    const text = this.waiting.slice(0, SHOWN - this.count);
    this.waiting = '';
    this.count += text.length;
    const atEnd = this.box.scrollTop + this.box.clientHeight >= this.box.scrollHeight - 8;
    this.box.append(visible(text));
    if (atEnd) this.box.scrollTop = this.box.scrollHeight;
  }
}
