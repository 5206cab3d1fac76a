// The form: what it holds as a request, and what is wrong with it at the field.
import { element } from './text.js';

/** A first program for each kind of file that a template runs. */
const HELLO = {
  py: 'import sys\n\nprint("Hello from Python", sys.version.split()[0])\n',
  sh: 'echo "Hello from $BASH_VERSION"\n',
  js: 'console.log("Hello from Node.js", process.version);\n',
  rb: 'puts "Hello from Ruby #{RUBY_VERSION}"\n',
  pl: 'print "Hello from Perl $^V\\n";\n',
  php: '<?php\necho "Hello from PHP ", PHP_VERSION, "\\n";\n',
  go: 'package main\n\nimport "fmt"\n\nfunc main() {\n\tfmt.Println("Hello from Go")\n}\n',
  rs: 'fn main() {\n    println!("Hello from Rust");\n}\n',
  c: '#include <stdio.h>\n\nint main(void) {\n    puts("Hello from C");\n    return 0;\n}\n',
  cpp: '#include <iostream>\n\nint main() {\n    std::cout << "Hello from C++\\n";\n}\n',
  java: 'void main() {\n    IO.println("Hello from Java");\n}\n',
};
const PYTEST = 'def test_sum():\n    assert 1 + 1 == 2\n';

const by = (id) => document.getElementById(id);
const FIELDS = ['template', 'eval-id', 'timeout', 'code', 'stdin', 'args', 'memory', 'cpu', 'image', 'others'];

export class RequestForm {
  constructor(onChange) {
    this.templates = new Map();
    this.sample = '';
    FIELDS.forEach((id) => by(id).addEventListener('input', onChange));
    by('template').addEventListener('change', () => { this.choose(); onChange(); });
    by('code').addEventListener('keydown', (event) => this.onKey(event));
    by('code').addEventListener('blur', () => { this.leaving = false; });
  }

  /** Tab indents, unless Esc came before it: so whoever has no mouse can leave. */
  onKey(event) {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key === 'Tab' && plain && !event.shiftKey && !this.leaving) {
      event.preventDefault();
      const indent = /\.go$/.test(this.main()) ? '\t' : '    ';
      // Not setRangeText, after which there is no undo.
      document.execCommand('insertText', false, indent);
    }
    if (event.key !== 'Shift') this.leaving = event.key === 'Escape';
  }

  setTemplates(list) {
    this.templates = new Map(list.map((template) => [template.name, template]));
    const chosen = by('template').value || 'python';
    by('template').replaceChildren(...list.map((template) => {
      const option = element('option', '', template.name);
      option.value = template.name;
      return option;
    }));
    by('template').value = this.templates.has(chosen) ? chosen : list[0].name;
    this.choose();
  }

  template() { return this.templates.get(by('template').value) || {}; }

  main() { return this.template().main || ''; }

  /** Shows what the template says; a program that nobody has touched gives way to one in its language. */
  choose() {
    const template = this.template();
    by('about-template').textContent = template.description || '';
    for (const [id, name] of [['timeout', 'timeout'], ['memory', 'memory_limit'], ['cpu', 'cpu_limit'], ['image', 'image']]) {
      const declared = template[name] || {};
      by(id).placeholder = [declared.default ?? '', declared.max === undefined ? '' : `at most ${declared.max}`]
        .filter((part) => part !== '').join(', ');
      by(id).disabled = Array.isArray(template.parameters) && !template.parameters.includes(name);
    }
    if (by('code').value === this.sample) {
      const kind = this.main().split('.').at(-1);
      this.sample = template.name === 'pytest' ? PYTEST : HELLO[kind] || (template.main ? HELLO.sh : HELLO.py);
      by('code').value = this.sample;
    }
  }

  /** The request; throws `{field, message}` for what is no request yet. */
  value() {
    const request = { eval_id: by('eval-id').value, code: by('code').value, template: by('template').value };
    if (by('timeout').value && !by('timeout').disabled) {
      const seconds = Number(by('timeout').value);
      if (!Number.isFinite(seconds)) throw { field: '/timeout', message: 'must be a number' };
      request.timeout = seconds;
    }
    if (by('stdin').value) request.stdin = by('stdin').value;
    if (by('args').value) request.args = by('args').value.replace(/\n$/, '').split('\n');
    for (const [id, name] of [['memory', 'memory_limit'], ['cpu', 'cpu_limit'], ['image', 'image']]) {
      if (by(id).value && !by(id).disabled) request[name] = by(id).value;
    }
    return { ...request, ...this.others() };
  }

  others() {
    const text = by('others').value.trim();
    if (!text) return {};
    let value;
    try { value = JSON.parse(text); } catch (fault) { throw { field: '', message: `is not JSON: ${fault.message}` }; }
    if (value === null || typeof value !== 'object' || Array.isArray(value)) {
      throw { field: '', message: 'must be a JSON object' };
    }
    return value;
  }

  clearFaults() {
    FIELDS.forEach((id) => {
      by(id).removeAttribute('aria-invalid');
      by(`${id}-fault`)?.remove();
      by(id).removeAttribute('aria-errormessage');
    });
  }

  /** Shows a fault at its field, or at the JSON if the form has no such field. */
  showFault(pointer, message) {
    this.clearFaults();
    const first = `/${(pointer || '').split('/')[1] || ''}`;
    const id = FIELDS.find((name) => by(name).dataset.field === first) || 'others';
    const inOthers = id === 'others';
    if (inOthers || by(id).closest('details')) by('more').open = true;
    // The form's own field is named by its place; of the JSON the pointer tells where.
    const words = !inOthers && message.startsWith(`${pointer}: `) ? message.slice(pointer.length + 2) : message;
    const fault = element('span', 'fault', words);
    fault.id = `${id}-fault`;
    by(id).setAttribute('aria-invalid', 'true');
    by(id).setAttribute('aria-errormessage', fault.id);
    by(id).closest('.field').append(fault);
  }
}
