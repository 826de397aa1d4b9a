import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const MODULES = ['/usr/lib/nginx/modules', '/usr/lib64/nginx/modules'];
const PATIENCE_MS = 20_000;

/** What the comparison needs and this machine lacks: a line to type, or null when all is there. */
export function missingTools(): string | null {
  const packages = [];
  if (spawnSync('nginx', ['-v']).error !== undefined) packages.push('nginx');
  if (findModule('ngx_http_modsecurity_module.so') === undefined) packages.push('libnginx-mod-http-modsecurity');
  if (spawnSync('wrk', ['-v']).error !== undefined) packages.push('wrk');
  return packages.length === 0 ? null : `apt-get install ${packages.join(' ')}`;
}

function findModule(name: string): string | undefined {
  return MODULES.map((folder) => join(folder, name)).find(existsSync);
}

export interface Proxy {
  readonly url: string;
  /** The process that serves, to pin to a core. */
  readonly pid: number;
  stop(): Promise<void>;
}

/**
 * nginx with libmodsecurity before `origin`, one worker process: the rules of `folder` after the set-up file, with the recommended
 * rules that choose body processors, as its packages are set up, and no audit log.
 */
export async function startNginx(origin: string, folder: string, setup: string): Promise<Proxy> {
  const home = mkdtempSync(join(tmpdir(), 'edgeshield-nginx-'));
  const port = await freePort();
  const file = (name: string, text: string) => {
    writeFileSync(join(home, name), text);
    return join(home, name);
  };
  const rules = file('rules.conf', rulesConf(resolve(folder), resolve(setup)));
  const conf = file('nginx.conf', nginxConf(home, port, new URL(origin).host, rules));
  const errors: string[] = [];
  const nginx = spawn('nginx', ['-p', home, '-c', conf, '-e', join(home, 'error.log')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  nginx.stderr.on('data', (piece) => errors.push(String(piece)));
  const ended = new Promise<void>((done) => {
    nginx.once('close', () => done());
  });
  const stop = async () => {
    nginx.kill();
    await ended;
    rmSync(home, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}`;
  for (const end = performance.now() + PATIENCE_MS; ;) {
    if (nginx.exitCode !== null) {
      await stop();
      throw new Error(`nginx did not start: ${errors.join('').trim()}`);
    }
    const answer = await fetch(url).catch(() => null);
    if (answer !== null) break;
    if (performance.now() > end) throw new Error('nginx did not answer in time');
    await sleep(100);
  }
  return { url, pid: nginx.pid!, stop };
}

function nginxConf(home: string, port: number, origin: string, rules: string): string {
  const modules = ['ndk_http_module.so', 'ngx_http_modsecurity_module.so'].map(findModule);
  return `${modules.map((path) => (path === undefined ? '' : `load_module ${path};\n`)).join('')}
daemon off;
master_process off;
worker_processes 1;
pid ${home}/nginx.pid;
error_log ${home}/error.log error;
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path ${home}/body;
  proxy_temp_path ${home}/proxy;
  fastcgi_temp_path ${home}/fastcgi;
  uwsgi_temp_path ${home}/uwsgi;
  scgi_temp_path ${home}/scgi;
  client_body_buffer_size 256k;
  keepalive_requests 1000000;
  modsecurity on;
  modsecurity_rules_file ${rules};
  upstream origin { server ${origin}; keepalive 64; }
  server {
    listen 127.0.0.1:${port};
    location / { proxy_pass http://origin; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host; }
  }
}
`;
}

function rulesConf(folder: string, setup: string): string {
  return `SecRuleEngine On
SecRequestBodyAccess On
SecResponseBodyAccess Off
SecRequestBodyLimit 13107200
SecRequestBodyNoFilesLimit 1048576
SecAuditEngine Off
SecRule REQUEST_HEADERS:Content-Type "^(?:application(?:/soap\\+|/)|text/)xml" "id:200000,phase:1,t:none,t:lowercase,pass,nolog,ctl:requestBodyProcessor=XML"
SecRule REQUEST_HEADERS:Content-Type "^application/json" "id:200001,phase:1,t:none,t:lowercase,pass,nolog,ctl:requestBodyProcessor=JSON"
Include ${setup}
Include ${folder}/*.conf
`;
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address !== null && typeof address === 'object' ? done(address.port) : fail(new Error('no port')),
      );
    });
  });
}
