// `/metrics`: what the picture says, in the form of Prometheus.

import assert from 'node:assert/strict';
import test from 'node:test';
import { fakeWatch, PICTURE } from '../../support/web/fake-watch.js';
import { promtool, skipWithoutPromtool } from '../../support/web/promtool.js';
import { ask, openTestServer, type TestServer } from '../../support/web/web-client.js';

/** Lines with a value: name and labels → value. */
async function metricsOf(server: TestServer): Promise<Map<string, number>> {
  const { status, text, headers } = await ask(server.url, '/metrics');
  assert.equal(status, 200);
  assert.equal(headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

test('the metrics are the numbers of the picture', async (t) => {
  const server = await openTestServer(t);
  const watch = fakeWatch({ atMs: PICTURE.atMs });
  server.show(watch);
  const metrics = await metricsOf(server);
  for (const [name, value] of Object.entries({
    'sluice_job_info{version="1.2.3",command="mirror",source="upyun://photos"}': 1,
    sluice_job_runs: 3,
    sluice_running: 1,
    sluice_paused: 0,
    'sluice_health_state{state="healthy"}': 1,
    'sluice_health_state{state="stalled"}': 0,
    sluice_health_state_seconds: 30,
    sluice_in_trouble: 0,
    'sluice_objects_total{status="stored"}': 1_100,
    'sluice_objects_total{status="excluded"}': 7,
    sluice_found_objects_total: 5_000,
    sluice_received_bytes_total: 40_000_000,
    'sluice_failures_total{code="ERR_SIZE"}': 2,
    'sluice_retries_total{code="ERR_TIMEOUT"}': 8,
    'sluice_checked_objects_total{by="md5"}': 1_000,
    sluice_expected_objects: 5_000,
    sluice_progress_ratio: 0.24,
    sluice_remaining_seconds: 190,
    'sluice_requests{of="objects"}': 38,
    'sluice_requests_allowed{of="listings"}': 4,
    sluice_limit_bytes_per_second: 1_000_000,
    sluice_limit_objects_per_second: 100,
    sluice_limit_listings_per_second: 5,
    sluice_limit_concurrency: 64,
    'sluice_volume_in{volume="/disk1"}': 1,
    'sluice_volume_in{volume="/disk2"}': 0,
    'sluice_volume_full{volume="/disk2"}': 1,
    'sluice_volume_free_bytes{volume="/disk1"}': 9e9,
    'sluice_volume_until_full_seconds{volume="/disk1"}': 13_636,
    sluice_checkpoint_age_seconds: 2,
    sluice_journal_size_bytes: 12_345,
    sluice_machines: 1,
    sluice_machines_lost: 1,
    sluice_queue_held_objects: 1_500,
    'sluice_machine_lost{machine="two"}': 1,
    'sluice_machine_heartbeat_age_seconds{machine="one"}': 1,
    'sluice_machine_stored_objects_total{machine="one"}': 600,
    'sluice_object_size_bytes_bucket{le="1000"}': 5,
    'sluice_object_size_bytes_bucket{le="10000"}': 5,
    'sluice_object_size_bytes_bucket{le="+Inf"}': 7,
    sluice_object_size_bytes_sum: 54_321,
    sluice_object_size_bytes_count: 7,
    'sluice_first_byte_seconds_bucket{le="1"}': 7,
    sluice_first_byte_seconds_count: 8,
  }))
    assert.equal(metrics.get(name), value, name);
  assert.ok(metrics.get('process_resident_memory_bytes')! > 1e6);
  assert.ok(metrics.get('process_cpu_seconds_total')! > 0);
  assert.ok(Math.abs(metrics.get('process_start_time_seconds')! - Date.now() / 1000) < 3_600);
});

test('what is not known has no value, and no value stays from before', async (t) => {
  const server = await openTestServer(t);
  assert.deepEqual(
    [...(await metricsOf(server)).keys()].filter((name) => name.startsWith('sluice_')),
    [],
  );
  const watch = fakeWatch();
  server.show(watch);
  assert.ok((await metricsOf(server)).has('sluice_limit_bytes_per_second'));
  const { machines: _, checkpointAtMs: __, journalBytes: ___, runs: ____, ...known } = PICTURE;
  watch.picture = () => ({
    ...known,
    limits: {},
    volumes: PICTURE.volumes.slice(1),
    progress: { ...PICTURE.progress, total: undefined, secondsLeft: undefined, share: undefined },
  });
  const names = [...(await metricsOf(server)).keys()];
  for (const name of [
    ...['sluice_limit_bytes_per_second', 'sluice_machines', 'sluice_checkpoint_age_seconds', 'sluice_job_runs'],
    ...['sluice_expected_objects', 'sluice_remaining_seconds', 'sluice_progress_ratio', 'sluice_journal_size_bytes'],
    ...['sluice_volume_in{volume="/disk1"}', 'sluice_volume_free_bytes{volume="/disk1"}'],
  ])
    assert.ok(!names.includes(name), name);
  assert.ok(names.includes('sluice_volume_in{volume="/disk2"}'));
});

test('a counter never falls: Prometheus would take that for a restart', async (t) => {
  const server = await openTestServer(t);
  const watch = fakeWatch();
  server.show(watch);
  const stored = async () => (await metricsOf(server)).get('sluice_objects_total{status="stored"}');
  assert.equal(await stored(), 1_100);
  watch.change = { outcomes: { ...PICTURE.outcomes, stored: 900 } };
  assert.equal(await stored(), 1_100);
  watch.change = { outcomes: { ...PICTURE.outcomes, stored: 1_101 } };
  assert.equal(await stored(), 1_101);
});

test('labels are bounded and cannot break a line', async (t) => {
  const server = await openTestServer(t);
  const machine = PICTURE.machines![0]!;
  const machines = Array.from({ length: 300 }, (_, number) => ({ ...machine, name: `m${number}`, holds: 1 }));
  const odd = '/disk "1"\n\\x{y="z"}';
  server.show(fakeWatch({ machines, volumes: [{ root: odd, state: 'in', freeBytes: 5 }] }));
  const metrics = await metricsOf(server);
  const held = [...metrics].filter(([name]) => name.startsWith('sluice_machine_held_objects'));
  assert.equal(held.length, 201);
  assert.equal(metrics.get('sluice_machine_held_objects{machine="other"}'), 100);
  assert.equal(metrics.get('sluice_queue_held_objects'), 300);
  assert.equal(metrics.get('sluice_volume_free_bytes{volume="/disk \\"1\\"\\n\\\\x{y=\\"z\\"}"}'), 5);
});

test('promtool finds nothing wrong with a real answer', { skip: skipWithoutPromtool() }, async (t) => {
  const server = await openTestServer(t);
  server.show(fakeWatch());
  const { text } = await ask(server.url, '/metrics');
  assert.deepEqual(promtool(['check', 'metrics'], text), { status: 0, output: '' });
  // And it would find something.
  const wrong = text.replaceAll('sluice_objects_total', 'sluice_objects_count');
  assert.notEqual(promtool(['check', 'metrics'], wrong).status, 0);
});
