import { Actor } from '../actor.ts';

export class Collector extends Actor {}
