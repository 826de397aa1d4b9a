/**
 * The Equal Earth projection (Šavrič, Patterson, Jenny 2018): areas are true, as they must be where countries are shaded by what
 * came from them; a Mercator map would let Greenland and Russia shout. Spherical, unit radius.
 */
const A1 = 1.340264;
const A2 = -0.081106;
const A3 = 0.000893;
const A4 = 0.003796;
const ROOT = Math.sqrt(3) / 2;
const RADIANS = Math.PI / 180;
/** Newton's steps double the digits: four suffice from anywhere; the rest is for the poles. */
const STEPS = 12;
const ENOUGH = 1e-9;

/** Half the width and half the height of the whole world. */
export const HALF_WIDTH = projectDegrees(0, 180)[0];
export const HALF_HEIGHT = projectDegrees(90, 0)[1];

/** Degrees to the plane, x to the east and y to the north. */
export function projectDegrees(latitude: number, longitude: number): readonly [x: number, y: number] {
  const theta = Math.asin(ROOT * Math.sin(latitude * RADIANS));
  return [(longitude * RADIANS * Math.cos(theta)) / (ROOT * slope(theta)), height(theta)];
}

/** The plane to degrees. Beyond the world's edge it answers a longitude past 180. */
export function unprojectPlane(x: number, y: number): readonly [latitude: number, longitude: number] {
  let theta = y;
  for (let step = 0; step < STEPS; step++) {
    const off = (height(theta) - y) / slope(theta);
    theta -= off;
    if (Math.abs(off) < ENOUGH) break;
  }
  const sine = Math.max(-1, Math.min(1, Math.sin(theta) / ROOT));
  return [Math.asin(sine) / RADIANS, (x * ROOT * slope(theta)) / Math.cos(theta) / RADIANS];
}

function height(theta: number): number {
  const square = theta * theta;
  const sixth = square ** 3;
  return theta * (A1 + A2 * square + sixth * (A3 + A4 * square));
}

/** The derivative of `height`. */
function slope(theta: number): number {
  const square = theta * theta;
  const sixth = square ** 3;
  return A1 + 3 * A2 * square + sixth * (7 * A3 + 9 * A4 * square);
}
