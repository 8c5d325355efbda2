import { describe, expect, it } from 'vitest';
import { CHANNEL_SIZING } from '../../shared/deployment/channels.ts';
import { CHANNELS } from '../../shared/domain/channel.ts';
import { SETTINGS } from '../settings.ts';
import { at, resourcesOf, synthesize, type Template } from './template.ts';

const template = synthesize();

function eventSource(of: Template, name: string) {
  const found = resourcesOf(of, 'AWS::Lambda::EventSourceMapping').filter(([id]) =>
    id.startsWith(`Channels${name}`),
  );
  return found[0]?.[1];
}

function nameOf(channel: string): string {
  return channel.charAt(0).toUpperCase() + channel.slice(1);
}

describe.each(CHANNELS)('channel %s', (channel) => {
  const sizing = CHANNEL_SIZING[channel];
  const name = nameOf(channel);

  it('has times that fit into one another', () => {
    expect(sizing.callTimeoutMs).toBeLessThan(sizing.leaseMs);
    expect(sizing.leaseMs).toBeLessThan(sizing.timeoutSeconds * 1_000);
  });

  it('is sized by the contract', () => {
    const lambda = template.Resources[`Deliver${name}Function`];
    expect(at(lambda, 'Properties.Timeout')).toBe(sizing.timeoutSeconds);
    expect(at(lambda, 'Properties.MemorySize')).toBe(sizing.memoryMb);
    expect(at(eventSource(template, name), 'Properties.ScalingConfig.MaximumConcurrency')).toBe(
      sizing.maximumConcurrency,
    );
  });
});

describe('a channel that is switched off', () => {
  const off = synthesize({ channels: { ...SETTINGS.channels, sms: { on: false, perSecond: 10 } } });

  it('keeps every resource, so that switching moves nothing', () => {
    expect(Object.keys(off.Resources).toSorted()).toEqual(Object.keys(template.Resources).toSorted());
  });

  it('works on nothing, and nobody is woken for its age', () => {
    expect(at(eventSource(off, 'Sms'), 'Properties.Enabled')).toBe(false);
    expect(at(eventSource(off, 'Email'), 'Properties.Enabled')).toBe(true);
    const silenced = resourcesOf(off, 'AWS::CloudWatch::Alarm')
      .filter(([, alarm]) => at(alarm, 'Properties.ActionsEnabled') === false)
      .map(([id]) => id);
    expect(silenced).toEqual([expect.stringMatching(/^ChannelsSmsOldDoorbells/)]);
  });
});

describe('settings that shape resources', () => {
  it('listens on the named bus', () => {
    const named = synthesize({ eventBusName: 'operations' });
    const buses = resourcesOf(named, 'AWS::Events::Rule').map(([, rule]) =>
      at(rule, 'Properties.EventBusName'),
    );
    expect(buses.toSorted()).toEqual(['operations', undefined]);
  });

  it('sends alarms to the mailbox', () => {
    const [subscription] = resourcesOf(
      synthesize({ alarmEmail: 'oncall@batch.test' }),
      'AWS::SNS::Subscription',
    );
    expect(at(subscription?.[1], 'Properties.Endpoint')).toBe('oncall@batch.test');
    expect(at(subscription?.[1], 'Properties.Protocol')).toBe('email');
  });

  it('keeps logs as long as asked', () => {
    const groups = resourcesOf(synthesize({ logRetentionDays: 7 }), 'AWS::Logs::LogGroup');
    expect(new Set(groups.map(([, group]) => at(group, 'Properties.RetentionInDays')))).toEqual(new Set([7]));
  });
});
