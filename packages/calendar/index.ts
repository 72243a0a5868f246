export { financialYear, istDay, istDayRange, monthAnchor, parseInstant } from './ist.ts';
export { isWithinSendWindow, nextSendTime, parseSendWindow, type SendWindow } from './send-window.ts';
