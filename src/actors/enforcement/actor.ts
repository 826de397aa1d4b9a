import { Actor } from '../actor.ts';

export class EnforcementEngine extends Actor {}
