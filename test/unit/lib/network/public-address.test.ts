// Which addresses are public: none that a server of ours, a cloud or a neighbour could have.

import assert from 'node:assert/strict';
import test from 'node:test';
import { publicAddressCheck } from '../../../../src/lib/network/public-address.js';

const PUBLIC = [
  '8.8.8.8',
  '1.1.1.1',
  '93.184.216.34',
  '223.255.255.255',
  '172.32.0.1',
  '2606:4700::1111',
  '2400:3200::1',
  '::ffff:8.8.8.8',
];
const OTHERS = [
  ...['0.0.0.0', '0.1.2.3', '10.0.0.1', '100.64.0.1', '100.100.100.200', '127.0.0.1', '127.255.255.255'],
  ...['169.254.169.254', '172.16.0.1', '172.31.255.255', '192.0.0.8', '192.0.2.1', '192.88.99.1', '192.168.1.1'],
  ...['198.18.0.1', '198.19.255.255', '198.51.100.7', '203.0.113.9', '224.0.0.1', '239.1.1.1', '240.0.0.1'],
  ...['255.255.255.255', '::', '::1', '::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:7f00:1', '::7f00:1', '::10.0.0.1'],
  ...['64:ff9b::7f00:1', '64:ff9b:1::1', '100::1', '2001::1', '2001:db8::1', '2002:7f00:1::', '3fff::1', '5f00::1'],
  ...['fc00::1', 'fd00:ec2::254', 'fe80::1', 'fe80::1%eth0', 'fec0::1', 'ff02::1', '4000::1', '2606:4700::1%lo'],
  ...['localhost', '', '0x7f.1', '127.1'],
];

test('only addresses that are given out as global unicast are public', () => {
  const isPublic = publicAddressCheck();
  assert.deepEqual(
    PUBLIC.filter((address) => !isPublic(address)),
    [],
  );
  assert.deepEqual(
    OTHERS.filter((address) => isPublic(address)),
    [],
  );
});
