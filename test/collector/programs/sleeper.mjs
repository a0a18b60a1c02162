/** Lives, with whatever arguments it was given: those are what is looked at. */
import { say, stay } from './arguments.mjs';

say('ready');
stay();
