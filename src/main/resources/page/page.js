// Puts the parts together: the form, the preview, the run, and the list of Jobs.
import * as server from './server.js';
import { RequestForm } from './request.js';
import { Run } from './run.js';
import { showYaml } from './manifest.js';
import { element, visible } from './text.js';

const by = (id) => document.getElementById(id);
const PAUSE_MILLIS = 250;

const form = new RequestForm(() => previewSoon());
const run = new Run(() => buttons());

let soon = 0;
let asking = new AbortController();

function trouble(fault) {
  if (fault.name === 'AbortError') return;
  by('trouble').hidden = false;
  by('trouble').textContent = visible(fault.message);
  if (fault.help) {
    const link = element('a', '', ' What this means');
    link.href = fault.help;
    by('trouble').append(link);
  }
}

function calm() { by('trouble').hidden = true; }

/** A fault of the request stands at its field, everything else at the top. */
function showFault(fault) {
  if (fault.name === 'AbortError') return;
  if (typeof fault.field === 'string') form.showFault(fault.field, visible(fault.message));
  else trouble(fault);
}

/** After a pause in typing; what was asked for before is not waited for any more. */
function previewSoon() {
  clearTimeout(soon);
  asking.abort();
  by('yaml').classList.add('stale');
  soon = setTimeout(preview, PAUSE_MILLIS);
}

async function preview() {
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  try {
    const made = await server.preview(form.value(), signal);
    if (!signal.aborted) showPreview(made);
  } catch (fault) {
    if (!signal.aborted) showFault(fault);
  }
}

function showPreview(made) {
  form.clearFaults();
  calm();
  by('manifest-file').hidden = true;
  showYaml(by('yaml'), made.yaml, made.places);
}

function buttons() {
  by('cancel').disabled = !run.isRunning || !run.job;
  by('run').disabled = run.isRunning && !run.job;
}

async function start() {
  clearTimeout(soon);
  asking.abort();
  calm();
  try {
    await run.start(form.value(), showPreview);
  } catch (fault) {
    if (fault.name !== 'AbortError') run.say('Not run', 'rejected');
    showFault(fault);
  }
  listJobs();
}

async function open(name) {
  calm();
  try {
    const watched = run.open(name);
    showYaml(by('yaml'), await server.manifest(name), []);
    by('manifest-file').href = server.manifestPath(name);
    by('manifest-file').hidden = server.hasToken();
    await watched;
  } catch (fault) {
    if (fault.name !== 'AbortError') run.say('No result', 'error');
    trouble(fault);
  }
}

async function listJobs() {
  try {
    const { items, more } = await server.jobs();
    by('recent-hint').textContent = items.length === 0 ? 'No jobs are kept here.'
      : more ? 'The newest of the first 500 by name; there are more.' : 'A job is listed until its time to live is over.';
    by('jobs').replaceChildren(...items.slice(0, 30).map((job) => {
      const link = element('a', '', element('span', 'mono', visible(job.eval_id)),
        element('span', 'what', `${job.template}, ${job.state}`), created(job.created_at));
      link.href = `#${job.job_name}`;
      return element('li', '', link);
    }));
  } catch (fault) {
    trouble(fault);
  }
}

function created(at) {
  const time = element('time', '', new Date(at).toLocaleString('en-GB'));
  time.dateTime = at;
  return time;
}

function openNamed() {
  const name = decodeURIComponent(location.hash.slice(1));
  if (/^[a-z0-9][a-z0-9-]{0,62}$/.test(name) && name !== run.job) open(name);
}

async function begin() {
  try {
    form.setTemplates(await server.templates());
    calm();
    preview();
    listJobs();
    openNamed();
  } catch (fault) {
    trouble(fault);
  }
}

server.whenAskedForToken(() => { by('door').hidden = false; });
by('door').addEventListener('submit', (event) => {
  event.preventDefault();
  server.useToken(by('token').value);
  by('token').value = '';
  by('door').hidden = true;
  begin();
});
by('run').addEventListener('click', start);
by('cancel').addEventListener('click', () => run.cancel().catch(trouble));
by('refresh').addEventListener('click', listJobs);
window.addEventListener('hashchange', openNamed);
document.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !by('run').disabled) {
    event.preventDefault();
    start();
  } else if (event.key === 'Escape' && run.isRunning) {
    run.cancel().catch(trouble);
  }
});
run.drawSteps();
begin();
