import { z } from 'zod';
import { type References, resolve } from './intrinsics.ts';
import { resourceAt, type Template } from './template.ts';

/** Properties that are left out on purpose, each with the reason. */
export type Ignored = Readonly<Record<string, string>>;

/**
 * A resource's properties, resolved and checked. A property that is neither in the schema nor ignored on
 * purpose is an error: what the laptop would silently leave out, its users would not find.
 */
export function readProperties<Shape extends z.ZodRawShape>(
  template: Template,
  references: References,
  logicalId: string,
  shape: Shape,
  ignored: Ignored = {},
): z.output<z.ZodObject<Shape>> {
  const { Type, Properties, Condition } = resourceAt(template, logicalId);
  if (Condition !== undefined) throw new Error(`${logicalId} (${Type}): conditions are not interpreted`);
  const meant = Object.entries(Properties).filter(([name]) => !Object.hasOwn(ignored, name));
  const parsed = z.strictObject(shape).safeParse(resolve(Object.fromEntries(meant), references));
  if (!parsed.success) {
    throw new Error(
      `The laptop stack cannot interpret ${logicalId} (${Type}):\n${z.prettifyError(parsed.error)}`,
    );
  }
  // Strict and without transforms that change the object's form: the output is what the shape says.
  return parsed.data as z.output<z.ZodObject<Shape>>;
}
