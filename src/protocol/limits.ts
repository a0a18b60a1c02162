/** The limits of a reading: how VS Code's settings call them, what they may be, and their way to the worker. */
import * as v from 'valibot';
import type { Message } from '../core/report/message.ts';
import { defineMessages } from '../core/wording/define-messages.ts';

const say = defineMessages('limits', {
  outOfMemory:
    '{name} needs more than {megabytes, number} MB of memory: its analysis was ended at that limit (setting {setting}).',
});

const MIB = 2 ** 20;

interface LimitSetting {
  /** Below `sockscope.limits.` in the settings. */
  readonly setting: string;
  /** What one of the setting is in the limit. */
  readonly unit: number;
  readonly default: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** As package.json has them; a test holds the two together, and the defaults to those of the archive. */
export const LIMIT_SETTINGS = {
  maxBytes: { setting: 'maxUnpackedMegabytes', unit: MIB, default: 16_384, minimum: 1, maximum: 1_048_576 },
  maxEntries: { setting: 'maxMembers', unit: 1, default: 20_000_000, minimum: 1000, maximum: 200_000_000 },
  maxRatio: { setting: 'maxCompressionRatio', unit: 1, default: 400, minimum: 10, maximum: 2000 },
  // An entry becomes one string, and no string of V8 is longer than this: it can only be lowered.
  maxMemberBytes: { setting: 'maxEntryMegabytes', unit: MIB, default: 512, minimum: 1, maximum: 512 },
  // The joined model of the largest bundle seen takes 0.15 GB.
  maxMemoryBytes: { setting: 'maxMemoryMegabytes', unit: MIB, default: 2048, minimum: 128, maximum: 16_384 },
} as const satisfies Readonly<Record<string, LimitSetting>>;

export type LimitName = keyof typeof LIMIT_SETTINGS;
export type Limits = Readonly<Record<LimitName, number>>;

const limit = v.pipe(v.number(), v.finite(), v.minValue(1));
export const limitsSchema: v.GenericSchema<unknown, Limits> = v.object({
  maxBytes: limit,
  maxEntries: limit,
  maxRatio: limit,
  maxMemberBytes: limit,
  maxMemoryBytes: limit,
});

/** VS Code hands over what stands in settings.json, whatever it is: only a number counts, within its bounds. */
export function readLimits(read: (setting: string) => unknown): Limits {
  const value = (name: LimitName): number => {
    const { setting, unit, minimum, maximum, default: standard }: LimitSetting = LIMIT_SETTINGS[name];
    const given = read(setting);
    const number = typeof given === 'number' && Number.isFinite(given) ? given : standard;
    return Math.min(maximum, Math.max(minimum, number)) * unit;
  };
  return {
    maxBytes: value('maxBytes'),
    maxEntries: value('maxEntries'),
    maxRatio: value('maxRatio'),
    maxMemberBytes: value('maxMemberBytes'),
    maxMemoryBytes: value('maxMemoryBytes'),
  };
}

/** To be found in the settings by this name. */
export function settingOf(name: LimitName): string {
  return `sockscope.limits.${LIMIT_SETTINGS[name].setting}`;
}

/** What is said when a bundle needs more memory than it may have, whoever notices. */
export function outOfMemory(name: string, limits: Limits): { readonly code: string; readonly message: Message } {
  const megabytes = Math.floor(limits.maxMemoryBytes / MIB);
  return {
    code: 'out-of-memory',
    message: say.outOfMemory({ name, megabytes, setting: settingOf('maxMemoryBytes') }),
  };
}
