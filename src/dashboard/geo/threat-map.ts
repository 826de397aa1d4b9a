import { canvas, circleMarker, geoJSON, map as createMap, type CircleMarker, type Map as LeafletMap } from 'leaflet';
import type { Feature, FeatureCollection, Geometry } from 'geojson';
import { clusterPlaces, markerRadius, type Cluster } from './clusters.ts';
import { coloPosition, type Position } from './colo-places.ts';
import { CORNERS, EARTH, MIDDLE, WORLD_SHAPE, WORLD_WIDTH } from './earth-crs.ts';
import { FlightCanvas, type Flight } from './flight-canvas.ts';
import type { Sighting } from './sighting.ts';
import type { Counts, Tally } from './tally.ts';
import { Tones } from './tones.ts';

/** Pixels: markers nearer than this become one; less on a small map, where it would swallow continents. */
const REACH = 32;
/** From here on a marker has room for its figure. */
const LABEL_RADIUS = 9;
/** Classes of the countries' shades; the first is nothing. See `--shade-1` and so on. */
const SHADES = 5;
/** How far one can go in, beyond the whole world: there a city's marker stands alone, and the borders are still fit to be seen. */
const ZOOM_RANGE = 4.5;

export interface MapLook {
  /** The custom property with the colour of these. */
  readonly toneOf: (counts: Counts) => string;
  /** How much each country weighs in the shades, by two-letter code. */
  readonly weights: ReadonlyMap<string, number>;
  readonly describePlace: (cluster: Cluster) => HTMLElement;
  readonly describeCountry: (code: string | null, name: string) => HTMLElement;
  /** What a click on a country, or on a place in it, leads to; absent: nothing can be clicked. */
  readonly choose?: ((code: string) => void) | undefined;
}

export type World = FeatureCollection<Geometry, { readonly name?: string }>;

/** The map: borders, shades and markers on Leaflet's canvas, arcs on one of its own. It shows what it is given and counts nothing. */
export class ThreatMap {
  readonly #map: LeafletMap;
  readonly #tones: Tones;
  readonly #flights: FlightCanvas;
  readonly #countries;
  readonly #markers = new Map<string, { readonly marker: CircleMarker; cluster: Cluster }>();
  readonly #resized: ResizeObserver;
  #look: MapLook;
  #tally: Tally | null = null;
  /** 0 to SHADES, by two-letter code. */
  #shades: ReadonlyMap<string, number> = new Map();
  /** Until someone moves it, the map shows the whole world at any size. */
  #whole = true;

  constructor(root: HTMLElement, world: World, look: MapLook) {
    this.#look = look;
    this.#tones = new Tones(root);
    this.#map = createMap(root, {
      crs: EARTH,
      renderer: canvas({ padding: 0.2, tolerance: 4 }),
      // Both are made by innerHTML, which the page's policy forbids; the page has buttons of its own.
      zoomControl: false,
      attributionControl: false,
      // A page that is scrolled must not zoom a map that happens to pass under the pointer.
      scrollWheelZoom: false,
      zoomSnap: 0,
      zoomDelta: 0.75,
      zoomAnimation: false,
      fadeAnimation: false,
      markerZoomAnimation: false,
      inertia: false,
      maxBounds: CORNERS,
      maxBoundsViscosity: 1,
    });
    this.#showWorld();
    this.#countries = geoJSON(world, {
      style: (feature) => this.#countryStyle(feature),
      onEachFeature: (feature: Feature, layer) => {
        const code = codeOf(feature);
        layer.bindTooltip(() => this.#look.describeCountry(code, nameOf(feature)), { sticky: true });
        // Of a country without events there is nothing to see.
        layer.on('click', () => {
          if (code !== null && this.#look.weights.has(code)) this.#look.choose?.(code);
        });
      },
    }).addTo(this.#map);
    this.#flights = new FlightCanvas(
      root,
      ({ latitude, longitude }) => this.#map.latLngToContainerPoint([latitude, longitude]),
      (name) => this.#tones.of(name),
    );
    this.#map.on('zoomend resize', () => this.#drawMarkers());
    this.#map.on('move', () => this.#drawLabels());
    this.#resized = new ResizeObserver(() => this.#resize());
    this.#resized.observe(root);
  }

  set still(still: boolean) {
    this.#flights.still = still;
  }

  draw(tally: Tally, look: MapLook): void {
    this.#tally = tally;
    this.#look = look;
    this.#shadeCountries();
    this.#drawMarkers();
  }

  /** Sends these off, oldest first. */
  fly(sightings: readonly Sighting[], toneOf: (sighting: Sighting) => string): void {
    this.#flights.fly(toFlights(sightings, toneOf), performance.now());
  }

  /** Lays these down as they would be after their flight, oldest first. */
  rest(sightings: readonly Sighting[], toneOf: (sighting: Sighting) => string): void {
    this.#flights.rest(toFlights(sightings, toneOf));
  }

  zoom(step: 1 | -1): void {
    this.#whole = false;
    if (step === 1) this.#map.zoomIn();
    else this.#map.zoomOut();
    this.#letPan();
  }

  showWorld(): void {
    this.#whole = true;
    this.#showWorld();
    this.#drawMarkers();
  }

  /** In the colours of the theme as it is now. */
  repaint(): void {
    this.#tones.forget();
    this.#countries.setStyle((feature) => this.#countryStyle(feature));
    this.#drawMarkers();
  }

  close(): void {
    this.#resized.disconnect();
    this.#flights.close();
    this.#map.remove();
  }

  #resize(): void {
    this.#map.invalidateSize({ pan: false });
    if (this.#whole) this.#showWorld();
    this.#drawMarkers();
  }

  #showWorld(): void {
    const { x, y } = this.#map.getSize();
    if (x === 0 || y === 0) return;
    const width = Math.min(x, y / WORLD_SHAPE);
    const zoom = Math.log2(width / WORLD_WIDTH);
    this.#map.setMinZoom(Math.min(zoom, this.#map.getMinZoom())).setMaxZoom(zoom + ZOOM_RANGE);
    this.#map.setView(MIDDLE, zoom, { animate: false }).setMinZoom(zoom);
    this.#letPan();
  }

  /** The whole world has nowhere to go: there, a finger on the map scrolls the page. */
  #letPan(): void {
    const whole = this.#map.getZoom() <= this.#map.getMinZoom() + 0.01;
    this.#map.getContainer().classList.toggle('map-whole', whole);
    if (whole) this.#map.dragging.disable();
    else this.#map.dragging.enable();
  }

  #countryStyle(feature: Feature | undefined) {
    const code = feature === undefined ? null : codeOf(feature);
    const shade = (code === null ? undefined : this.#shades.get(code)) ?? 0;
    return {
      weight: 0.6,
      color: this.#tones.of('map-border'),
      fillColor: this.#tones.of(`shade-${shade}`),
      fillOpacity: 1,
    };
  }

  /** Most events change no country's class, and then the borders need not be drawn again. */
  #shadeCountries(): void {
    const { weights } = this.#look;
    const most = Math.max(0, ...weights.values());
    const shades = new Map([...weights].map(([code, weight]) => [code, shadeOf(weight, most)]));
    const same = shades.size === this.#shades.size && [...shades].every(([code, n]) => this.#shades.get(code) === n);
    if (same) return;
    this.#shades = shades;
    this.#countries.setStyle((feature) => this.#countryStyle(feature));
  }

  #drawMarkers(): void {
    if (this.#tally === null || this.#map.getSize().x === 0) return;
    const project = ({ position: { latitude, longitude } }: { readonly position: Position }) =>
      this.#map.latLngToContainerPoint([latitude, longitude]);
    const reach = Math.min(REACH, this.#map.getSize().x / 14);
    const clusters = clusterPlaces(this.#tally.places, project, reach);
    const seen = new Set<string>();
    // The largest first, so that small ones lie on top and can be reached.
    for (const cluster of clusters.toSorted((a, b) => b.counts.total - a.counts.total)) {
      const seed = cluster.places[0]?.position;
      const key = `${seed?.latitude} ${seed?.longitude}`;
      seen.add(key);
      this.#drawMarker(key, cluster);
    }
    for (const [key, { marker }] of this.#markers) {
      if (seen.has(key)) continue;
      marker.remove();
      this.#markers.delete(key);
    }
    this.#drawLabels();
  }

  /** Markers stay the same object for as long as their heap is there: one whose tooltip is open must not vanish at each event. */
  #drawMarker(key: string, cluster: Cluster): void {
    const { counts } = cluster;
    const tone = this.#tones.of(this.#look.toneOf(counts));
    const at = this.#map.containerPointToLatLng([cluster.x, cluster.y]);
    const radius = markerRadius(counts.total, this.#map.getSize().x);
    // The rim is the land's, so that markers stand apart from one another and from what is shaded.
    const style = { radius, color: this.#tones.of('map-border'), fillColor: tone, weight: 1.5, fillOpacity: 0.92 };
    const known = this.#markers.get(key);
    if (known === undefined) {
      const marker = circleMarker(at, style).addTo(this.#map);
      const entry = { marker, cluster };
      // Of a heap its largest place, which is the one that the tooltip names.
      marker.on('click', () => {
        const country = entry.cluster.places[0]?.country ?? null;
        if (country !== null) this.#look.choose?.(country);
      });
      marker.bindTooltip(() => this.#look.describePlace(entry.cluster), { direction: 'top' });
      this.#markers.set(key, entry);
      return;
    }
    known.cluster = cluster;
    known.marker.setLatLng(at).setStyle(style);
    known.marker.bringToFront();
    if (known.marker.isTooltipOpen()) known.marker.setTooltipContent(this.#look.describePlace(cluster));
  }

  #drawLabels(): void {
    const labels = [];
    for (const { marker, cluster } of this.#markers.values()) {
      if (marker.getRadius() < LABEL_RADIUS) continue;
      const { x, y } = this.#map.latLngToContainerPoint(marker.getLatLng());
      labels.push({ x, y, text: compact.format(cluster.counts.total) });
    }
    this.#flights.label(labels);
  }
}

const compact = new Intl.NumberFormat('en', { notation: 'compact' });

function toFlights(sightings: readonly Sighting[], toneOf: (sighting: Sighting) => string): readonly Flight[] {
  return sightings.flatMap((sighting) => {
    const { position, colo } = sighting;
    return position === null ? [] : [{ from: position, to: coloPosition(colo ?? undefined), tone: toneOf(sighting) }];
  });
}

/** 0 to SHADES; by the logarithm, since one country often sends more than all others together. */
function shadeOf(weight: number, most: number): number {
  if (weight <= 0) return 0;
  if (most <= 1) return SHADES;
  return Math.max(1, Math.ceil((Math.log1p(weight) / Math.log1p(most)) * SHADES));
}

function codeOf(feature: Feature): string | null {
  return typeof feature.id === 'string' ? feature.id : null;
}

function nameOf(feature: Feature): string {
  const name: unknown = feature.properties?.['name'];
  return typeof name === 'string' ? name : '';
}
