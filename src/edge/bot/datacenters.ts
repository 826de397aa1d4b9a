/**
 * Networks that rent servers to anyone: people do not browse from them, except through a VPN. A short list of the largest
 * (by address space in the public BGP tables); it only needs to be roughly right, since the signal is weak by design.
 */
export const DATACENTER_ASNS: ReadonlySet<number> = new Set([
  14061, // DigitalOcean
  16276, // OVH
  24940, // Hetzner
  213230, // Hetzner Cloud
  16509, // Amazon
  14618, // Amazon
  8987, // Amazon
  15169, // Google (crawlers too)
  396982, // Google Cloud
  8075, // Microsoft
  8068, // Microsoft
  31898, // Oracle Cloud
  63949, // Akamai Linode
  20473, // Vultr
  45102, // Alibaba Cloud
  37963, // Alibaba Cloud, China
  45090, // Tencent Cloud, China
  132203, // Tencent Cloud
  136907, // Huawei Cloud
  55990, // Huawei Cloud, China
  51167, // Contabo
  12876, // Scaleway
  60781, // LeaseWeb
  28753, // LeaseWeb, Germany
  9009, // M247
  212238, // Datacamp
  60068, // Datacamp (CDN77)
  46606, // Unified Layer
  26496, // GoDaddy hosting
  36352, // HostPapa (ColoCrossing)
  53667, // FranTech
  62567, // DigitalOcean
  197540, // netcup
  34119, // Wildcard UK
  49981, // WorldStream
  202425, // IP Volume
  35916, // MULTACOM
  40676, // Psychz
  8100, // QuadraNet
  29802, // HIVELOCITY
]);
