/**
 * Networks with a record, kept short on purpose: what is here holds for years, and what changes by the day is the
 * work of the blocklist. Each only raises a score; none blocks alone.
 */

/** A network whose operator stands accused in public by a named authority or researcher. */
export interface NotoriousAsn {
  readonly asn: number;
  readonly name: string;
  readonly why: string;
}

export const NOTORIOUS_ASNS: readonly NotoriousAsn[] = [
  { asn: 44477, name: 'Stark Industries Solutions', why: 'sanctioned by the Council of the EU, 20 May 2025' },
  { asn: 210644, name: 'Aeza International', why: 'sanctioned by the US Treasury (OFAC), 1 July 2025' },
  { asn: 216246, name: 'Aeza Group', why: 'sanctioned by the US Treasury (OFAC), 1 July 2025' },
  { asn: 206728, name: 'Media Land', why: 'sanctioned by the US Treasury (OFAC), 19 November 2025' },
  { asn: 198953, name: 'Proton66', why: 'mass scanning and exploitation, Trustwave SpiderLabs, April 2025' },
  { asn: 200593, name: 'Prospero', why: 'bulletproof hosting, Trustwave SpiderLabs, April 2025' },
  {
    asn: 57523,
    name: 'Chang Way Technologies',
    why: 'shares infrastructure with Proton66, Trustwave SpiderLabs, 2025',
  },
  {
    asn: 202425,
    name: 'IP Volume',
    why: 'successor of Ecatel and Quasi Networks; persistent scanning, Bad Packets, 2019 on',
  },
];

/**
 * IPv4 /24s of which at least 100 of the 256 addresses stood on three or more of the public blocklists that IPsum
 * compiles (github.com/stamparm/ipsum, Unlicense; counted on its edition of 22 August 2026): whole blocks that scan.
 */
export const SCANNING_PREFIXES: readonly string[] = [
  '35.203.210.0/24',
  '35.203.211.0/24',
  '64.62.197.0/24',
  '66.132.172.0/24',
  '69.5.169.0/24',
  '91.196.152.0/24',
  '91.230.168.0/24',
  '91.231.89.0/24',
  '147.185.132.0/24',
  '147.185.133.0/24',
  '162.216.149.0/24',
  '162.216.150.0/24',
  '193.163.125.0/24',
  '195.184.76.0/24',
  '198.235.24.0/24',
  '205.210.31.0/24',
];
