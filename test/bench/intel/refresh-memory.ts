// Prints by how many bytes this process grows over one refresh of every source. Run by `collect.ts`.
import { loadSnapshots, refresh } from './collect.ts';

const snapshots = loadSnapshots();
const before = process.memoryUsage.rss();
const { rows } = refresh(snapshots);
// Kilobytes: getrusage(2).
const peak = process.resourceUsage().maxRSS * 1024;
if (rows.high.length === 0) throw new Error('nothing was merged');
console.log(Math.max(0, peak - before));
