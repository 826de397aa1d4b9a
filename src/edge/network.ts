/** What Cloudflare knows of the connection (`request.cf`) and the one trusted address header; every field may be missing. */
export interface NetworkFacts {
  /** `CF-Connecting-IP` as received; never `X-Forwarded-For`, which a client writes itself. */
  readonly ip: string;
  /** ISO 3166-1 alpha-2, or `T1` for Tor. */
  readonly country?: string;
  readonly city?: string;
  readonly asn?: number;
  readonly organization?: string;
  readonly latitude?: number;
  readonly longitude?: number;
  readonly colo?: string;
  readonly httpProtocol?: string;
  readonly tlsVersion?: string;
  /** 0 to 100; gone from most zones: accepted, never needed. */
  readonly threatScore?: number;
}
