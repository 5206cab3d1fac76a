// One run, from the request to its result; and a look at one that somebody started before.
import * as server from './server.js';
import { LiveOutput, outcomeLink, resultParts } from './result.js';
import { element, visible } from './text.js';

const by = (id) => document.getElementById(id);
const WAIT_SECONDS = 25;
const STEPS = ['requested', 'rendered', 'submitted', 'started', 'finished'];

export class Run {
  /** @param onChange told when a run begins and when it ends */
  constructor(onChange) {
    this.onChange = onChange;
    this.stopped = new AbortController();
    this.job = null;
    this.isRunning = false;
    this.times = {};
  }

  /** Renders the request and submits exactly what came of it. */
  async start(request, showPreview) {
    this.begin();
    const { signal } = this.stopped;
    try {
      this.step('requested', new Date());
      this.say('Requested', 'busy');
      const preview = await server.preview(request, signal);
      this.step('rendered', new Date());
      showPreview(preview);
      const submitted = await this.submit(preview.rendered, signal);
      this.step('submitted', submitted.submitted_at);
      history.replaceState(null, '', `#${submitted.job_name}`);
      await this.watch(submitted.job_name, signal);
    } finally {
      this.end(signal);
    }
  }

  /** Again if it may pass: the same data is the same Job. */
  async submit(rendered, signal) {
    for (let attempt = 0; ; attempt++) {
      try {
        return await server.submit(rendered, signal);
      } catch (fault) {
        if (!fault.mayPass || attempt === 3) throw fault;
        this.say(`${fault.message} Trying again`, 'busy');
        await new Promise((done) => { setTimeout(done, 2000); });
      }
    }
  }

  /** Looks at a Job that is there, running or not. */
  async open(name) {
    this.begin();
    const { signal } = this.stopped;
    try {
      this.say(`Looking at ${name}`, 'busy');
      await this.watch(name, signal);
    } finally {
      this.end(signal);
    }
  }

  begin() {
    this.stopped.abort();
    this.stopped = new AbortController();
    this.job = null;
    this.isRunning = true;
    this.times = {};
    by('parts').replaceChildren();
    by('message').hidden = true;
    by('links').hidden = true;
    by('links').replaceChildren();
    this.drawSteps();
    this.onChange();
  }

  end(signal) {
    if (signal.aborted) return; // Another one has begun.
    this.isRunning = false;
    this.onChange();
  }

  async watch(name, signal) {
    this.job = name;
    this.onChange();
    const first = await server.look(name, 0, signal);
    if (signal.aborted) return;
    if ('outcome' in first) {
      this.show(first);
      return;
    }
    const following = this.follow(name, signal);
    let state = first;
    while (!('outcome' in state)) {
      this.say({ queued: 'Queued', starting: 'Starting', running: 'Running' }[state.state] || state.state, 'busy');
      // Not long at first, so that "running" is seen; the answer comes at once when there is a result.
      state = await this.lookAgain(name, state.state === 'running' ? WAIT_SECONDS : 1, state, signal);
      if (signal.aborted) return;
    }
    following.stop();
    this.show(state);
  }

  async lookAgain(name, seconds, last, signal) {
    try {
      return await server.look(name, seconds, signal);
    } catch (fault) {
      if (!fault.mayPass) throw fault;
      this.say(`${fault.message} Trying again`, 'busy');
      await new Promise((done) => { setTimeout(done, 2000); });
      return last;
    }
  }

  /** Output as it comes, until the result takes its place. */
  follow(name, signal) {
    const stopped = new AbortController();
    signal.addEventListener('abort', () => stopped.abort());
    const box = element('div', '');
    by('parts').replaceChildren(box);
    const live = new LiveOutput(box);
    server.follow(name, stopped.signal, (piece) => { if (!stopped.signal.aborted) live.take(piece); })
      .catch((fault) => {
        if (fault.name !== 'AbortError') box.append(element('p', 'hint', 'The output comes at the end.'));
      });
    return { stop: () => stopped.abort() };
  }

  async cancel() {
    if (!this.isRunning || !this.job) return; // Before there is a Job, nothing can be cancelled for sure.
    this.say('Cancelling', 'busy');
    await server.cancel(this.job);
  }

  show(result) {
    const { timings = {} } = result;
    ['requested', 'submitted', 'started', 'finished'].forEach((step) => {
      if (timings[`${step}_at`]) this.times[step] = new Date(timings[`${step}_at`]);
    });
    this.drawSteps();
    this.say(`${result.outcome}, ${result.reason}`, result.outcome);
    by('message').hidden = !result.message;
    by('message').textContent = visible(result.message || '');
    by('links').replaceChildren(outcomeLink(result.reason));
    by('links').hidden = false;
    by('parts').replaceChildren(...resultParts(result));
  }

  step(name, time) {
    this.times[name] = new Date(time);
    this.drawSteps();
  }

  drawSteps() {
    const first = this.times.requested;
    by('steps').replaceChildren(...STEPS.map((name) => {
      const time = this.times[name];
      if (!time) return element('li', '', name);
      const shown = element('time', '', time.toLocaleTimeString('en-GB', { hour12: false }));
      shown.dateTime = time.toISOString();
      if (first && time - first >= 0 && name !== 'requested') shown.append(` (+${((time - first) / 1000).toFixed(2)} s)`);
      return element('li', 'done', name, shown);
    }));
  }

  /** Words for everybody; of a live region, so that they are heard, too. */
  say(words, className) {
    const state = by('state');
    state.className = className;
    if (state.textContent !== words) state.textContent = words;
  }
}
