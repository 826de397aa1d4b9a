/**
 * Ranges that are always spared, whatever a feed says: they name nobody in particular on the Internet, or they are the front door itself.
 */
export interface ReservedRange {
  readonly range: string;
  readonly note: string;
}

/**
 * IANA's registries of special-purpose addresses (RFC 6890 and its updates). Of IPv6 only 2000::/3 is given out, so the rest is one row per
 * half of what lies around it.
 */
export const BOGONS: readonly ReservedRange[] = [
  { range: '0.0.0.0/8', note: 'this network (RFC 791)' },
  { range: '10.0.0.0/8', note: 'private (RFC 1918)' },
  { range: '100.64.0.0/10', note: 'carrier-grade NAT (RFC 6598)' },
  { range: '127.0.0.0/8', note: 'loopback (RFC 1122)' },
  { range: '169.254.0.0/16', note: 'link-local (RFC 3927)' },
  { range: '172.16.0.0/12', note: 'private (RFC 1918)' },
  { range: '192.0.0.0/24', note: 'protocol assignments (RFC 6890)' },
  { range: '192.0.2.0/24', note: 'documentation (RFC 5737)' },
  { range: '192.88.99.0/24', note: '6to4 relays, withdrawn (RFC 7526)' },
  { range: '192.168.0.0/16', note: 'private (RFC 1918)' },
  { range: '198.18.0.0/15', note: 'benchmarks (RFC 2544)' },
  { range: '198.51.100.0/24', note: 'documentation (RFC 5737)' },
  { range: '203.0.113.0/24', note: 'documentation (RFC 5737)' },
  { range: '224.0.0.0/4', note: 'multicast (RFC 5771)' },
  { range: '240.0.0.0/4', note: 'reserved, and the broadcast address (RFC 1112)' },
  { range: '::/3', note: 'no public addresses: loopback, mapped, NAT64 (RFC 4291, RFC 6890)' },
  { range: '2001:db8::/32', note: 'documentation (RFC 3849)' },
  { range: '3fff::/20', note: 'documentation (RFC 9637)' },
  { range: '4000::/2', note: 'not given out (RFC 4291)' },
  { range: '8000::/1', note: 'not given out, private, link-local, multicast (RFC 4193, RFC 4291)' },
];

/**
 * www.cloudflare.com/ips-v4 and ips-v6: what comes from there is Cloudflare, whoever it was before. The last is the address of all Workers
 * (`2a06:98c0:3600::103`), named for its own sake though the /29 holds it.
 */
export const CLOUDFLARE_RANGES: readonly ReservedRange[] = [
  ...[
    '103.21.244.0/22',
    '103.22.200.0/22',
    '103.31.4.0/22',
    '104.16.0.0/13',
    '104.24.0.0/14',
    '108.162.192.0/18',
    '131.0.72.0/22',
    '141.101.64.0/18',
    '162.158.0.0/15',
    '172.64.0.0/13',
    '173.245.48.0/20',
    '188.114.96.0/20',
    '190.93.240.0/20',
    '197.234.240.0/22',
    '198.41.128.0/17',
    '2400:cb00::/32',
    '2405:8100::/32',
    '2405:b500::/32',
    '2606:4700::/32',
    '2803:f800::/32',
    '2a06:98c0::/29',
    '2c0f:f248::/32',
  ].map((range) => ({ range, note: "Cloudflare's own" })),
  { range: '2a06:98c0:3600::/48', note: "Cloudflare's own: requests of other zones' Workers" },
];
