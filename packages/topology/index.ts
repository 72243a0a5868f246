export { isPortOffset, maxPortOffset, portOffset, portOffsetStep } from './port-offset.ts';
export {
  portsOf,
  type ServiceName,
  type ServicePorts,
  serviceNames,
  type Topology,
  topology,
  type WorkerPorts,
} from './topology.ts';
