// Mutants of every fixture, judged three times: by the type table of `farehook validate`, by FareHarbor's official
// draft-04 schemas, and by the 2020-12 schema that farehook prints. Needs npm, for ajv; ends with 77 without.
//
//     node agreement.mjs FAREHOOK [OFFICIAL_SCHEMAS_FOLDER]

import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const TYPE_TABLE_RULES = new Set(['type', 'null', 'missing', 'missing-identity', 'enum', 'too-long', 'unknown-key',
  'undocumented-key', 'not-a-payload']);

const OFFICIAL_FILES = {
  'bookings': 'booking-webhook.json',
  'bookings-with-payments': 'booking-with-payments-webhook.json',
  'bookings-optimized': 'booking-optimized-webhook.json',
  'bookings-optimized-with-payments': 'booking-optimized-with-payments-webhook.json',
  'item': 'item-webhook.json',
};

const ONLINE_BOOKING_STATUS = ['booking', 'availability', 'online_booking_status'];

// Where farehook differs from the official schemas on purpose. `explains` is asked about a disagreement only.
const EXCEPTIONS = [
  {
    name: 'whole numbers',
    source: 'the schemas say number; in every sample ids, amounts, counts and sizes are whole',
    explains: (mutant, found) => !mutant.isRefusedOfficially && mutant.value === 1.5 &&
      mutant.path.at(-1) !== 'percentage' &&
      found.every(({ rule, pointer }) => rule === 'type' && pointer === mutant.pointer),
  },
  {
    name: 'online_booking_status of type bookings',
    source: "the schema does not know the key; FareHarbor's FAQ says that both full types carry it",
    explains: (mutant, found) => mutant.isRefusedOfficially && mutant.type === 'bookings' &&
      mutant.pointer === pointerOf(ONLINE_BOOKING_STATUS) && typeof mutant.value === 'string' && found.length === 0,
  },
];

const ALL_UP_TO = 6000; // mutants of a fixture; one that has more gets a sample of
const SAMPLE = 3000;
const LEAST = 300; // fewer show nothing, except for the small item
const SHOWN = 20; // disagreements
const PATIENCE_MS = 300_000; // for one run of npm or farehook

const project = resolve(fileURLToPath(import.meta.url), '../..');
const [farehook, officialFolder = resolve(project, '../shared/reference/official-schemas')] = process.argv.slice(2);
if (!farehook) {
  console.error('usage: node agreement.mjs FAREHOOK [OFFICIAL_SCHEMAS_FOLDER]');
  process.exit(2);
}
const scratch = mkdtempSync(join(tmpdir(), 'farehook-agreement-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
for (const [signal, status] of [['SIGINT', 130], ['SIGTERM', 143]]) process.on(signal, () => process.exit(status));

// --- mutants ------------------------------------------------------------------------------------

const ABSENT = Symbol('absent');
const WRONG_TYPES = [null, true, 'text', 7, 1.5, [], {}];
const WRONG_STRINGS = ['x'.repeat(2049), 'unheard'];

function pointerOf(path) {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function kindOf(value) {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length ? 'full array' : 'empty array';
  if (typeof value === 'object') return Object.keys(value).length ? 'full object' : 'empty object';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

/// Every {path, value} whose value is to be put at the path, for `value` and all below it.
function* changesBelow(value, path) {
  if (path.length > 0) {
    if (typeof path.at(-1) === 'string') yield { path, value: ABSENT };
    for (const wrong of WRONG_TYPES) if (kindOf(wrong) !== kindOf(value)) yield { path, value: wrong };
  }
  if (typeof value === 'string') for (const wrong of WRONG_STRINGS) yield { path, value: wrong };
  if (Array.isArray(value)) {
    for (const [index, element] of value.entries()) yield* changesBelow(element, [...path, index]);
  } else if (value !== null && typeof value === 'object') {
    yield { path: [...path, 'unheard_of'], value: true };
    for (const [key, member] of Object.entries(value)) yield* changesBelow(member, [...path, key]);
  }
}

/// Those that no sample may leave out: the whole document, and the key of the second exception.
function* changesAlwaysMade(document) {
  for (const value of [document, [], 'x', null, {}]) yield { path: [], value };
  if (document.booking && !('online_booking_status' in document.booking.availability)) {
    for (const value of ['auto', 7]) yield { path: ONLINE_BOOKING_STATUS, value };
  }
}

/// A copy of the document with the change; what lies off the path is shared, not copied.
function changed(document, [key, ...rest], value) {
  if (key === undefined) return value;
  const copy = Array.isArray(document) ? [...document] : { ...document };
  if (rest.length === 0 && value === ABSENT) delete copy[key];
  else copy[key] = changed(copy[key], rest, value);
  return copy;
}

function mulberry32(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), seed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/// A shuffled sample; of changes that differ only in array indices it holds one before it holds others.
function sampleOf(changes, size, random) {
  for (let i = changes.length - 1; i > 0; i--) {
    const other = Math.floor(random() * (i + 1));
    [changes[i], changes[other]] = [changes[other], changes[i]];
  }
  const seen = new Set();
  const repeated = [];
  const distinct = changes.filter((change) => {
    const path = change.path.map((key) => (typeof key === 'number' ? '*' : key));
    const key = `${pointerOf(path)} ${JSON.stringify(change.value)}`;
    if (seen.has(key)) repeated.push(change);
    return !seen.has(key) && seen.add(key);
  });
  return [...distinct, ...repeated].slice(0, size);
}

function changesOf(document, seed) {
  const always = [...changesAlwaysMade(document)];
  const others = [...changesBelow(document, [])];
  if (always.length + others.length <= ALL_UP_TO) return [...always, ...others];
  return [...always, ...sampleOf(others, SAMPLE - always.length, mulberry32(seed))];
}

function typeOf(document) {
  if ('item' in document) return 'item';
  const { payments, availability } = document.booking;
  return `bookings${availability.customer_type_rates ? '' : '-optimized'}${payments ? '-with-payments' : ''}`;
}

function wordsFor({ path, pointer, value }) {
  const where = pointer || 'the whole document';
  if (value === ABSENT) return `${where} deleted`;
  if (path.at(-1) === 'unheard_of') return `${where} added`;
  const text = JSON.stringify(value);
  return `${where} set to ${text.length > 40 ? `${text.slice(0, 20)}... (${text.length} characters)` : text}`;
}

// --- the three judges ---------------------------------------------------------------------------

/// Null, or why ajv can't be had.
function whyNoAjv() {
  const npm = spawnSync('npm', ['install', '--prefix', scratch, '--no-save', '--no-audit', '--no-fund', 'ajv@8',
    'ajv-draft-04'], { cwd: scratch, encoding: 'utf8', timeout: PATIENCE_MS });
  if (npm.error) return npm.error.message;
  if (npm.status === 0) return null;
  return npm.stderr.split('\n').find((line) => /^npm err/i.test(line)) ?? `npm ended with ${npm.status}`;
}

const requireFromScratch = createRequire(join(scratch, 'here.js'));
const moduleOf = (name) => requireFromScratch(name).default ?? requireFromScratch(name);

function officialSchemas() {
  if (!existsSync(officialFolder)) return null;
  const Ajv = moduleOf('ajv-draft-04');
  return Object.fromEntries(Object.entries(OFFICIAL_FILES).map(([type, file]) =>
    [type, new Ajv({ strict: false }).compile(JSON.parse(readFileSync(join(officialFolder, file), 'utf8')))]));
}

/// Strict: ajv throws at a keyword that it doesn't know or that can't apply. In 2020-12 a format only annotates.
function printedSchema(type) {
  const printed = spawnSync(farehook, ['validate', '--schema', type], { encoding: 'utf8', timeout: PATIENCE_MS });
  if (printed.error) throw printed.error;
  if (printed.status !== 0) throw new Error(`ended with ${printed.status}: ${printed.stderr.trim()}`);
  const Ajv = moduleOf('ajv/dist/2020.js');
  return new Ajv({ strict: true, validateFormats: false }).compile(JSON.parse(printed.stdout));
}

/// The type table's findings in a file of JSON Lines, by line number. Lines end at \n alone: a message may hold U+2028.
async function findingsIn(file, type) {
  const child = spawn(farehook, ['validate', '--type', type, '--format', 'json', file], { timeout: PATIENCE_MS });
  const ended = once(child, 'close').catch((error) => [error.message]);
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text) => { complaint = (complaint + text).slice(-500); });
  const byLine = new Map();
  let rest = '';
  for await (const text of child.stdout.setEncoding('utf8')) {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    for (const { rule, line, pointer, severity } of lines.map((record) => JSON.parse(record))) {
      if (!TYPE_TABLE_RULES.has(rule)) continue;
      if (!byLine.has(line)) byLine.set(line, []);
      byLine.get(line).push({ rule, pointer, severity });
    }
  }
  const [status, signal] = await ended;
  if (rest !== '') throw new Error(`the last line of standard output is torn: ${rest.slice(0, 80)}`);
  if (status !== 0 && status !== 1) throw new Error(`ended with ${status ?? signal}: ${complaint.trim()}`);
  return byLine;
}

// --- one fixture --------------------------------------------------------------------------------

const failures = [];
const disagreements = [];
const agreed = { official: 0, printed: 0 };
const excepted = new Map(EXCEPTIONS.map((exception) => [exception, 0]));

/// Writes the mutants, one a line, and has the two schemas judge each.
function judgedMutants(document, seed, type, official, printed, path) {
  const file = openSync(path, 'w');
  const mutants = changesOf(document, seed).map((change) => {
    const mutant = changed(document, change.path, change.value);
    writeSync(file, `${JSON.stringify(mutant)}\n`);
    return { ...change, type, pointer: pointerOf(change.path), isRefusedOfficially: official && !official(mutant),
      isRefusedAsPrinted: printed && !printed(mutant) };
  });
  closeSync(file);
  return mutants;
}

function judge(name, mutant, found) {
  const words = found.map(({ severity, rule, pointer }) => `${severity} ${rule} at ${pointer || 'the top'}`);
  const disagree = (judged, isRefused, findings) => disagreements.push(`${name}: ${wordsFor(mutant)}\n  ${judged} ` +
    `${isRefused ? 'refuses' : 'accepts'}, farehook finds ${findings || 'nothing'}`);
  if (mutant.isRefusedOfficially !== null) {
    const exception = EXCEPTIONS.find(({ explains }) => explains(mutant, found));
    if (mutant.isRefusedOfficially === found.length > 0) agreed.official++;
    else if (exception) excepted.set(exception, excepted.get(exception) + 1);
    else disagree('the official schema', mutant.isRefusedOfficially, words.join(', '));
  }
  if (mutant.isRefusedAsPrinted !== null) {
    const isWorse = found.some(({ severity }) => severity === 'error' || severity === 'warning');
    if (mutant.isRefusedAsPrinted === isWorse) agreed.printed++;
    else disagree('the printed schema', mutant.isRefusedAsPrinted, words.join(', '));
  }
}

async function tryFixture(path, seed, official, printed) {
  const name = relative(join(project, 'fixtures'), path);
  const document = JSON.parse(readFileSync(path, 'utf8'));
  const type = typeOf(document);
  const file = join(scratch, 'mutants.jsonl');
  const mutants = judgedMutants(document, seed, type, official?.[type] ?? null, printed[type] ?? null, file);
  console.log(`${name}: ${mutants.length} mutants of type ${type}`);
  if (mutants.length < LEAST && type !== 'item') failures.push(`${name}: fewer than ${LEAST} mutants`);
  for (const verdict of ['isRefusedOfficially', 'isRefusedAsPrinted']) {
    const seen = new Set(mutants.map((mutant) => mutant[verdict]));
    if (!seen.has(null) && seen.size < 2) failures.push(`${name}: ${verdict} is ${[...seen]} for every mutant`);
  }
  try {
    const byLine = await findingsIn(file, type);
    for (const line of byLine.keys()) if (!mutants[line - 1]) failures.push(`${name}: a finding of line ${line}`);
    for (const [index, mutant] of mutants.entries()) judge(name, mutant, byLine.get(index + 1) ?? []);
  } catch (error) {
    failures.push(`${name}: farehook validate: ${error.message}`);
  }
}

// --- all of them --------------------------------------------------------------------------------

const reason = whyNoAjv();
if (reason !== null) {
  console.log(`skip ajv can't be installed: ${reason}`);
  process.exit(77);
}
const official = officialSchemas();
if (official === null) console.log(`skip the official schemas: ${officialFolder} is not there`);
const printed = {};
for (const type of Object.keys(OFFICIAL_FILES)) {
  try {
    printed[type] = printedSchema(type);
  } catch (error) {
    failures.push(`the printed schema of ${type}: ${error.message}`);
  }
}
const fixtures = ['payloads', 'life'].flatMap((folder) => readdirSync(join(project, 'fixtures', folder)).sort()
  .filter((file) => file.endsWith('.json')).map((file) => join(project, 'fixtures', folder, file)));
for (const [seed, path] of fixtures.entries()) await tryFixture(path, seed, official, printed);
for (const [exception, count] of official ? excepted : []) {
  console.log(`${count} excepted: ${exception.name} (${exception.source})`);
  if (count === 0) failures.push(`nothing needs the exception ${exception.name}`);
}
for (const text of disagreements.slice(0, SHOWN)) console.log(`DISAGREE ${text}`);
if (disagreements.length > SHOWN) console.log(`and ${disagreements.length - SHOWN} more`);
for (const text of failures) console.log(`FAIL ${text}`);
console.log(`${agreed.official} mutants agreed with the official schemas, ${agreed.printed} with the printed schema, ` +
  `${disagreements.length} disagreed`);
process.exit(disagreements.length + failures.length > 0 ? 1 : 0);
