import { existsSync } from 'node:fs';

/** A copy of OWASP CRS on this machine. */
export interface CrsCopy {
  readonly name: string;
  readonly rules: string;
  readonly setup: string;
}

/** Where Debian's package `modsecurity-crs` puts it. */
const DEBIAN: CrsCopy = {
  name: 'CRS of Debian',
  rules: '/usr/share/modsecurity-crs/rules',
  setup: '/etc/modsecurity/crs/crs-setup.conf',
};

/** CRS is in no repository but its own: the copies that are there, Debian's and the source tree that `EDGESHIELD_CRS` names. */
export function crsCopies(): readonly CrsCopy[] {
  const tree = process.env['EDGESHIELD_CRS'];
  const source =
    tree === undefined
      ? []
      : [{ name: `CRS in ${tree}`, rules: `${tree}/rules`, setup: `${tree}/crs-setup.conf.example` }];
  return [...source, DEBIAN].filter(({ rules, setup }) => existsSync(rules) && existsSync(setup));
}
