import { bounds, CRS, latLng, point, Transformation, Util, type LatLng, type Point } from 'leaflet';
import { HALF_HEIGHT, HALF_WIDTH, projectDegrees, unprojectPlane } from './equal-earth.ts';

/** Pixels of the world's width at zoom 0. */
export const WORLD_WIDTH = 256;
const SCALE = WORLD_WIDTH / 2 / HALF_WIDTH;
/** From Cape Horn to the north of Greenland. */
const SOUTH = projectDegrees(-56.5, 0)[1];
const NORTH = projectDegrees(83.8, 0)[1];

/** Height by width of what the map shows. */
export const WORLD_SHAPE = (NORTH - SOUTH) / (2 * HALF_WIDTH);

const projection = {
  project: ({ lat, lng }: LatLng): Point => point(...projectDegrees(lat, lng)),
  unproject: ({ x, y }: Point): LatLng => latLng(...unprojectPlane(x, y)),
  bounds: bounds([-HALF_WIDTH, -HALF_HEIGHT], [HALF_WIDTH, HALF_HEIGHT]),
};

export const EARTH: CRS = Util.extend({}, CRS.Simple, {
  code: 'equal-earth',
  projection,
  transformation: new Transformation(SCALE, 0, -SCALE, 0),
});

export const MIDDLE: LatLng = latLng(...unprojectPlane(0, (NORTH + SOUTH) / 2));

/** The corners of the map's rectangle: off the globe, which is narrower there, yet they project where they should. */
export const CORNERS: [[number, number], [number, number]] = [
  [...unprojectPlane(-HALF_WIDTH, SOUTH)],
  [...unprojectPlane(HALF_WIDTH, NORTH)],
];
