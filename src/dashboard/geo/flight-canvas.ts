import type { Position } from './colo-places.ts';
import { arcControl, flightPhase, isArc, onArc, type Spot } from './flights.ts';

export interface Flight {
  readonly from: Position;
  /** Null: nobody knows where the data centre stands, or which it was. */
  readonly to: Position | null;
  /** A custom property's name. */
  readonly tone: string;
}

export interface Label extends Spot {
  readonly text: string;
}

/** More would be a haze, and each costs a curve per frame; markers and tables count all. */
const MOST_FLIGHTS = 60;
/** What stays of the latest, so that a quiet map still says where it came from. */
const RESTING = 24;
const STEPS = 24;

/**
 * The arcs and what is written on markers: a canvas over the map that takes no clicks. Frames are asked for only while something moves.
 * With `still` nothing does, and the latest arcs just lie there.
 */
export class FlightCanvas {
  readonly #canvas: HTMLCanvasElement;
  readonly #toSpot: (position: Position) => Spot;
  readonly #toneOf: (name: string) => string;
  #flying: { readonly flight: Flight; readonly born: number }[] = [];
  #resting: Flight[] = [];
  #labels: readonly Label[] = [];
  #frame = 0;
  still = false;

  constructor(within: HTMLElement, toSpot: (position: Position) => Spot, toneOf: (name: string) => string) {
    this.#canvas = document.createElement('canvas');
    this.#canvas.className = 'map-flights';
    this.#canvas.setAttribute('aria-hidden', 'true');
    within.append(this.#canvas);
    this.#toSpot = toSpot;
    this.#toneOf = toneOf;
  }

  /** Flights begin now; those that no frame can hold rest at once. */
  fly(flights: readonly Flight[], now: number): void {
    this.#resting = [...this.#resting, ...flights].slice(-RESTING);
    if (!this.still) {
      const room = MOST_FLIGHTS - this.#flying.length;
      // Spread over the bus's quarter of a second, else they come in volleys.
      const started = flights.slice(0, room).map((flight, i, all) => ({ flight, born: now + (250 * i) / all.length }));
      this.#flying.push(...started);
    }
    this.redraw();
  }

  /** What is at rest from now on, oldest first: after a change of filter. */
  rest(flights: readonly Flight[]): void {
    this.#resting = flights.slice(-RESTING);
    this.#flying = [];
    this.redraw();
  }

  label(labels: readonly Label[]): void {
    this.#labels = labels;
    this.redraw();
  }

  redraw(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame((now) => this.#draw(now));
  }

  close(): void {
    cancelAnimationFrame(this.#frame);
    this.#canvas.remove();
  }

  #draw(now: number): void {
    this.#frame = 0;
    const context = this.#prepare();
    if (context === null) return;
    this.#flying = this.#flying.filter(({ born }) => now < born || flightPhase(now - born) !== null);
    context.lineCap = 'round';
    for (const flight of this.#resting) this.#drawRest(context, flight);
    for (const { flight, born } of this.#flying) this.#drawFlight(context, flight, now - born);
    context.globalAlpha = 1;
    context.fillStyle = this.#toneOf('marker-text');
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.font = '600 11px system-ui, sans-serif';
    for (const { x, y, text } of this.#labels) context.fillText(text, x, y + 0.5);
    if (this.#flying.length > 0) this.redraw();
  }

  /** The canvas as large as the map, in the screen's own pixels, and empty. */
  #prepare(): CanvasRenderingContext2D | null {
    const { clientWidth, clientHeight } = this.#canvas;
    const ratio = devicePixelRatio;
    const width = Math.round(clientWidth * ratio);
    const height = Math.round(clientHeight * ratio);
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    const context = this.#canvas.getContext('2d');
    context?.setTransform(ratio, 0, 0, ratio, 0, 0);
    context?.clearRect(0, 0, clientWidth, clientHeight);
    return context;
  }

  #drawRest(context: CanvasRenderingContext2D, { from, to, tone }: Flight): void {
    if (to === null) return;
    const start = this.#toSpot(from);
    const end = this.#toSpot(to);
    if (!isArc(start, end)) return;
    const control = arcControl(start, end);
    context.globalAlpha = 0.6;
    context.strokeStyle = this.#toneOf(tone);
    context.lineWidth = 1.25;
    context.beginPath();
    context.moveTo(start.x, start.y);
    context.quadraticCurveTo(control.x, control.y, end.x, end.y);
    context.stroke();
    context.globalAlpha = 0.8;
    drawSquare(context, end, 2, this.#toneOf('map-colo'));
  }

  #drawFlight(context: CanvasRenderingContext2D, { from, to, tone }: Flight, age: number): void {
    const phase = flightPhase(age);
    if (phase === null) return;
    const start = this.#toSpot(from);
    const end = to === null ? start : this.#toSpot(to);
    context.strokeStyle = this.#toneOf(tone);
    context.globalAlpha = phase.strength;
    if (isArc(start, end)) {
      const control = arcControl(start, end);
      context.lineWidth = 2;
      context.beginPath();
      for (let step = 0; step <= STEPS; step++) {
        const t = phase.tail + ((phase.head - phase.tail) * step) / STEPS;
        const { x, y } = onArc(start, control, end, t);
        if (step === 0) context.moveTo(x, y);
        else context.lineTo(x, y);
      }
      context.stroke();
    }
    if (phase.ring === null) return;
    context.lineWidth = 1.5;
    context.beginPath();
    context.arc(end.x, end.y, 3 + 16 * phase.ring, 0, 2 * Math.PI);
    context.stroke();
  }
}

function drawSquare(context: CanvasRenderingContext2D, { x, y }: Spot, half: number, tone: string): void {
  context.fillStyle = tone;
  context.fillRect(x - half, y - half, 2 * half, 2 * half);
}
