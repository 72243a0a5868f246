export { accessOf, authorize, type MethodAccess, methodsOf } from './access.ts';
export {
  type BackgroundCall,
  type CallContext,
  type Caller,
  currentCall,
  type RoleName,
  requireUser,
  runInCall,
  type ServiceCaller,
  type UserCaller,
  userOf,
} from './call-context.ts';
export type { CallLog } from './call-log.ts';
export { closeChannels } from './channel.ts';
export { type Client, createRpcClient, type RpcClientOptions } from './client.ts';
export { createFaultHandlers } from './fault-service.ts';
export type { Handlers } from './handlers.ts';
export { createServiceIdentity, type ServiceIdentity } from './identity.ts';
export type { CallOptions } from './outgoing-call.ts';
export { createRpcServer, type RpcServer, type RpcServerOptions } from './server.ts';
export { createShopAccess } from './shop-access.ts';
export { UpstreamError } from './status.ts';
export {
  createTokenVerifier,
  serviceKeyId,
  type TokenVerifier,
  type TokenVerifierOptions,
  userTokenIssuer,
} from './tokens.ts';
export { validateMessage } from './validation.ts';
