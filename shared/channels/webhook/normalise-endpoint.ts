import { DEFAULT_FORMAT } from './formats/catalogue.ts';
import { chooseFormat } from './formats/choose-format.ts';
import { parseTarget, type TargetRules } from './target.ts';

/** An endpoint's address as it will be called, with its format when one was named or its address tells; or what is wrong, for the operator. */
export function normaliseEndpoint(
  { url, format }: { readonly url: string; readonly format?: string | undefined },
  rules: TargetRules,
): { readonly url: string; readonly format?: string } | { readonly fault: string } {
  const target = parseTarget(url, rules);
  if (target.kind === 'refused') {
    return { fault: `Expected a public https address, got one refused as ${target.fault}` };
  }
  const chosen = chooseFormat(target.url, format, rules.privateTargets);
  if (chosen.kind === 'refused') {
    return { fault: `Expected an address and a format that fit each other. ${chosen.fault}` };
  }
  const { name } = chosen.format;
  const isSaid = format !== undefined || name !== DEFAULT_FORMAT;
  return { url: target.url.href, ...(isSaid && { format: name }) };
}
