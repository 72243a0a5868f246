import { type ChannelOptions, Client, credentials } from '@grpc/grpc-js';

const options: ChannelOptions = {
  'grpc.enable_channelz': 0,
  // A service that restarts is back within half a second, instead of grpc-js's minutes of growing back-off.
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 500,
  // Finds a peer that vanished without closing, such as a lost node.
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 5_000,
  // Behind a headless name there are several addresses; one address makes no difference.
  'grpc.service_config': JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
};

const channels = new Map<string, Client>();

/** The process's one channel to an address, which all clients share: one connection, multiplexed. */
export function channelTo(address: string): Client {
  let channel = channels.get(address);
  if (channel === undefined) {
    channel = new Client(address, credentials.createInsecure(), options);
    channels.set(address, channel);
  }
  return channel;
}

/** Closes every channel, at the end of the process. A client used afterwards connects again. */
export function closeChannels(): void {
  for (const channel of channels.values()) channel.close();
  channels.clear();
}
