import { ID_PATTERN } from '../../domain/id.ts';
import {
  type Acted,
  askForMissed,
  askForTest,
  askForUpdate,
  type EndpointActDependencies,
  keyPairSwitch,
  revival,
  rotation,
} from '../../subscriptions/endpoint-acts.ts';
import type { Changed } from '../../subscriptions/manage.ts';
import {
  askByOwner,
  changeEndpoint,
  type ManageEndpointDependencies,
} from '../../subscriptions/manage-endpoint.ts';
import type { ManageNotice } from './manage-page.ts';

export interface EndpointPageDependencies {
  readonly managing: ManageEndpointDependencies;
  readonly acting: EndpointActDependencies;
}

/** What came of a button: the page is drawn anew with the secret on it, or loaded anew with a line that says so. */
export type Pressed =
  | { readonly kind: 'drawWithSecret'; readonly changed: Extract<Changed, { kind: 'changed' }> }
  | { readonly kind: 'load'; readonly token: string; readonly done: ManageNotice }
  | { readonly kind: 'invalid' }
  | { readonly kind: 'expired' };

/** What the owner of an endpoint may do on its manage page. Undefined for a button that is none of an endpoint's. */
export async function pressEndpointButton(
  deps: EndpointPageDependencies,
  token: string,
  fields: URLSearchParams,
): Promise<Pressed | undefined> {
  const { managing, acting } = deps;
  switch (fields.get('do')) {
    case 'rotate': {
      const done = await changeEndpoint(managing, token, rotation);
      return done.kind === 'changed'
        ? { kind: 'drawWithSecret', changed: done }
        : loaded(done, token, 'saved');
    }
    case 'revive':
      return loaded(await changeEndpoint(managing, token, revival), token, 'revived');
    case 'signByKeyPair':
      return loaded(
        await changeEndpoint(managing, token, () => keyPairSwitch(true)),
        token,
        'signedByKeyPair',
      );
    case 'signBySecret':
      return loaded(
        await changeEndpoint(managing, token, () => keyPairSwitch(false)),
        token,
        'signedBySecret',
      );
    case 'test':
      return asked(
        await askByOwner(managing, token, (endpoint) => askForTest(acting, endpoint)),
        token,
        'asked',
      );
    case 'resend': {
      const update = fields.get('update') ?? '';
      if (!ID_PATTERN.test(update)) return undefined;
      return asked(
        await askByOwner(managing, token, (endpoint) => askForUpdate(acting, endpoint, update)),
        token,
        'asked',
      );
    }
    case 'recover': {
      const recovered = await askByOwner(managing, token, (endpoint) => askForMissed(acting, endpoint));
      return asked(recovered, token, recovered.kind === 'done' ? recoveredNotice(recovered) : 'recovered');
    }
    default:
      return undefined;
  }
}

function recoveredNotice({ count, rest }: Extract<Acted, { kind: 'done' }>): ManageNotice {
  if (count === 0) return 'nothingMissed';
  return rest === undefined ? 'recovered' : 'recoveredInPart';
}

function loaded(
  done: Awaited<ReturnType<typeof changeEndpoint>>,
  token: string,
  notice: ManageNotice,
): Pressed {
  switch (done.kind) {
    case 'changed':
      return { kind: 'load', token: done.token, done: notice };
    case 'notNow':
      return { kind: 'load', token, done: 'notNow' };
    default:
      return done;
  }
}

function asked(
  done: Acted | { readonly kind: 'invalid' } | { readonly kind: 'expired' },
  token: string,
  notice: ManageNotice,
): Pressed {
  switch (done.kind) {
    case 'done':
      return { kind: 'load', token, done: notice };
    case 'tooMany':
      return { kind: 'load', token, done: 'tooOften' };
    default:
      return done;
  }
}
