/** Directives of the engine and the server, and who decides about that here. Lower-case. */
const SETTINGS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    secruleengine: 'the policy says whether a ruleset blocks or only detects',
    secrequestbodyaccess: 'request bodies are always inspected',
    secrequestbodylimit: 'INSPECT_BODY_LIMIT bounds what is inspected',
    secrequestbodynofileslimit: 'INSPECT_BODY_LIMIT bounds what is inspected',
    secrequestbodyinmemorylimit: 'INSPECT_BODY_LIMIT bounds what is inspected',
    secrequestbodylimitaction: 'what exceeds the limit passes uninspected, and is an event',
    secrequestbodyjsondepthlimit: 'the request view has its own bound',
    secargumentslimit: 'the request view has its own bound',
    secresponsebodyaccess: 'the policy turns the inspection of answers on',
    secresponsebodylimit: 'the policy bounds what is inspected of an answer',
    secresponsebodylimitaction: 'what exceeds the limit passes uninspected',
    secresponsebodymimetype: 'the policy says which answers are inspected',
    secpcrematchlimit: 'every pattern runs in linear time',
    secpcrematchlimitrecursion: 'every pattern runs in linear time',
    seccollectiontimeout: 'persistent collections are not kept',
    seccookieformat: 'cookies are read as RFC 6265 has them',
    secargumentseparator: 'arguments are separated by &',
    secunicodemapfile: 'urlDecodeUni has its own mapping',
    secgeolookupdb: 'Cloudflare tells the country',
    sechttpblkey: 'there are no DNS lookups in a request',
    secruleinheritance: 'there are no contexts',
  }),
);

/** Whole families that have no meaning in a Worker: `SecAuditLog...`, `SecDebugLog...` and the like. */
const FAMILIES: readonly (readonly [RegExp, string])[] = [
  [/^sec(?:audit|debug)/, 'EdgeShield keeps its own records'],
  [/^sec(?:upload|tmp|data)/, 'there is no file system'],
  [/^sec(?:hash|encryption)/, 'the hash engine is not built'],
  [
    /^sec(?:remoterules|rulescript|ruleperftime|connengine|conn|guardianlog|sensorid|serversignature|statusengine|chrootdir|webappid|interceptonerror|disablebackendcompression|streamoutbody|streaminbody|tmpsave|xmlexternalentity|parsexmlintoargs|collection|strict)/,
    'belongs to the server that ModSecurity runs in',
  ],
];

/** Why a directive is not taken; null when it is not known at all. */
export function explainSetting(name: string): string | null {
  const lower = name.toLowerCase();
  return SETTINGS.get(lower) ?? FAMILIES.find(([pattern]) => pattern.test(lower))?.[1] ?? null;
}
