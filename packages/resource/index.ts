export { assertEtag, etagOf } from './etag.ts';
export {
  decodePageToken,
  encodePageToken,
  type PageKey,
  type PageQuery,
  pageOf,
  pageQuery,
  pageSizeOf,
} from './page-token.ts';
export { applyUpdateMask } from './update-mask.ts';
