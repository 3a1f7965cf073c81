import {
  type DateTimeValue,
  type DurationValue,
  durationSince,
  offset,
  parseDateTime,
  parseDuration,
  toDate,
  toDays,
  toHours,
  toMinutes,
  toSeconds,
  toTime,
} from '#domain/policy/engine/extension/datetime.ts';
import { type DecimalValue, parseDecimal } from '#domain/policy/engine/extension/decimal.ts';
import {
  type IpAddressValue,
  isInRange,
  isLoopback,
  isMulticast,
  parseIpAddress,
} from '#domain/policy/engine/extension/ipaddr.ts';
import { Fault, typeFault } from '#domain/policy/engine/fault.ts';
import type { Value } from '#domain/policy/engine/value.ts';

/** An extension function; its arguments are evaluated already. @throws {Fault} for arguments of the wrong type or meaning. */
export type ExtensionFunction =
  | { readonly arity: 1; readonly apply: (argument: Value) => Value }
  | { readonly arity: 2; readonly apply: (first: Value, second: Value) => Value };

/** By the name that policies call it. */
export const EXTENSION_FUNCTIONS: ReadonlyMap<string, ExtensionFunction> = new Map([
  ['decimal', unary((text) => parseDecimal(asString(text)))],
  ['lessThan', binary((a, b) => orderDecimals(a, b) < 0)],
  ['lessThanOrEqual', binary((a, b) => orderDecimals(a, b) <= 0)],
  ['greaterThan', binary((a, b) => orderDecimals(a, b) > 0)],
  ['greaterThanOrEqual', binary((a, b) => orderDecimals(a, b) >= 0)],

  ['ip', unary((text) => parseIpAddress(asString(text)))],
  ['isIpv4', unary((ip) => asIpAddress(ip).version === 4)],
  ['isIpv6', unary((ip) => asIpAddress(ip).version === 6)],
  ['isLoopback', unary((ip) => isLoopback(asIpAddress(ip)))],
  ['isMulticast', unary((ip) => isMulticast(asIpAddress(ip)))],
  ['isInRange', binary((inner, outer) => isInRange(asIpAddress(inner), asIpAddress(outer)))],

  ['datetime', unary((text) => parseDateTime(asString(text)))],
  ['duration', unary((text) => parseDuration(asString(text)))],
  ['offset', binary((instant, by) => offset(asDateTime(instant), asDuration(by)))],
  ['durationSince', binary((later, earlier) => durationSince(asDateTime(later), asDateTime(earlier)))],
  ['toDate', unary((instant) => toDate(asDateTime(instant)))],
  ['toTime', unary((instant) => toTime(asDateTime(instant)))],
  ['toMilliseconds', unary((span) => asDuration(span).ms)],
  ['toSeconds', unary((span) => toSeconds(asDuration(span)))],
  ['toMinutes', unary((span) => toMinutes(asDuration(span)))],
  ['toHours', unary((span) => toHours(asDuration(span)))],
  ['toDays', unary((span) => toDays(asDuration(span)))],
]);

/** Those that make a value of an extension type from a string, by the type's name. */
export const CONSTRUCTORS: ReadonlyMap<string, string> = new Map([
  ['decimal', 'decimal'],
  ['ipaddr', 'ip'],
  ['datetime', 'datetime'],
  ['duration', 'duration'],
]);

/** Calls a function with any number of arguments. @throws {Fault} also when the number is wrong. */
export function callExtension(name: string, fn: ExtensionFunction, args: readonly Value[]): Value {
  const [first, second] = args;
  if (args.length === fn.arity && first !== undefined) {
    if (fn.arity === 1) return fn.apply(first);
    if (second !== undefined) return fn.apply(first, second);
  }
  throw new Fault(
    () =>
      `wrong number of arguments provided to extension function \`${name}\`: expected ${fn.arity}, got ${args.length}`,
  );
}

function unary(apply: (argument: Value) => Value): ExtensionFunction {
  return { arity: 1, apply };
}

function binary(apply: (first: Value, second: Value) => Value): ExtensionFunction {
  return { arity: 2, apply };
}

function asString(value: Value): string {
  return typeof value === 'string' ? value : typeFault(value, 'string');
}

function asDecimal(value: Value): DecimalValue {
  return typeof value === 'object' && value.kind === 'decimal' ? value : typeFault(value, 'decimal');
}

function orderDecimals(left: Value, right: Value): number {
  const [a, b] = [asDecimal(left).tenThousandths, asDecimal(right).tenThousandths];
  return a < b ? -1 : a > b ? 1 : 0;
}

function asIpAddress(value: Value): IpAddressValue {
  return typeof value === 'object' && value.kind === 'ipaddr' ? value : typeFault(value, 'ipaddr');
}

function asDateTime(value: Value): DateTimeValue {
  return typeof value === 'object' && value.kind === 'datetime' ? value : typeFault(value, 'datetime');
}

function asDuration(value: Value): DurationValue {
  return typeof value === 'object' && value.kind === 'duration' ? value : typeFault(value, 'duration');
}
