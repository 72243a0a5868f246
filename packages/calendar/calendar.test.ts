import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  financialYear,
  istDay,
  istDayRange,
  isWithinSendWindow,
  monthAnchor,
  nextSendTime,
  parseInstant,
  parseSendWindow,
} from './index.ts';

describe('a day in India', () => {
  it('begins at 18:30 UTC of the day before', () => {
    assert.equal(istDay(new Date('2026-11-23T18:29:59.999Z')), '2026-11-23');
    assert.equal(istDay(new Date('2026-11-23T18:30:00Z')), '2026-11-24');
  });

  it('has a beginning and an end', () => {
    assert.deepEqual(istDayRange('2026-11-24'), {
      start: new Date('2026-11-23T18:30:00Z'),
      end: new Date('2026-11-24T18:30:00Z'),
    });
  });

  it('refuses a day that does not exist', () => {
    assert.throws(() => istDayRange('2026-02-29'), RangeError);
    assert.throws(() => istDayRange('24-11-2026'), RangeError);
  });
});

describe('the financial year', () => {
  it('turns at 18:30:00 UTC of 31 March', () => {
    assert.equal(financialYear(new Date('2027-03-31T18:29:59.999Z')), '2627');
    assert.equal(financialYear(new Date('2027-03-31T18:30:00Z')), '2728');
  });

  it('does not turn with the calendar year', () => {
    assert.equal(financialYear(new Date('2026-12-31T18:30:00Z')), '2627');
  });

  it('is written with two digits a year, over the century too', () => {
    assert.equal(financialYear(new Date('2008-06-01T00:00:00Z')), '0809');
    assert.equal(financialYear(new Date('2099-06-01T00:00:00Z')), '9900');
  });

  it('refuses an instant that is none', () => {
    assert.throws(() => financialYear(new Date(NaN)), RangeError);
  });
});

describe('a monthly anchor', () => {
  const renewals = (anchor: string) => [1, 2, 3].map((n) => istDay(monthAnchor(parseInstant(anchor), n)));

  it('of 31 January is the last day of February, then 31 again', () => {
    assert.deepEqual(renewals('2027-01-31T09:00'), ['2027-02-28', '2027-03-31', '2027-04-30']);
  });

  it('finds 29 February in a leap year', () => {
    assert.deepEqual(renewals('2028-01-31T09:00'), ['2028-02-29', '2028-03-31', '2028-04-30']);
  });

  it('keeps the time of day in India, also where the day in UTC is another', () => {
    assert.deepEqual(monthAnchor(parseInstant('2027-01-31T02:00'), 1), parseInstant('2027-02-28T02:00'));
  });

  it('goes over the year', () => {
    assert.deepEqual(renewals('2026-11-30T23:59'), ['2026-12-30', '2027-01-30', '2027-02-28']);
  });
});

describe('an ISO date', () => {
  it('without a zone is meant as in India', () => {
    assert.deepEqual(parseInstant('2026-11-24T10:00'), new Date('2026-11-24T04:30:00Z'));
    assert.deepEqual(parseInstant('2026-11-24'), new Date('2026-11-23T18:30:00Z'));
  });

  it('with a zone is taken at its word', () => {
    assert.deepEqual(parseInstant('2026-11-24T10:00:00Z'), new Date('2026-11-24T10:00:00Z'));
    assert.deepEqual(parseInstant('2026-11-24T10:00:00+05:30'), new Date('2026-11-24T04:30:00Z'));
  });

  it('is refused when it is none', () => {
    for (const text of ['tomorrow', '', '2026-13-01', '24/11/2026'])
      assert.throws(() => parseInstant(text), RangeError);
  });
});

describe('the send window', () => {
  const window = parseSendWindow('10:00-21:00');
  const at = (time: string) => parseInstant(`2026-11-24T${time}`);

  it('opens at its first second and closes before its last', () => {
    const allowed = ['09:59:59', '10:00:00', '20:59:59', '21:00:00'].map((time) =>
      isWithinSendWindow(window, at(time)),
    );
    assert.deepEqual(allowed, [false, true, true, false]);
  });

  it('lets a message go at once when it is open', () => {
    assert.deepEqual(nextSendTime(window, at('15:20:30.123')), at('15:20:30.123'));
  });

  it('opens the same day for a message of the early morning', () => {
    assert.deepEqual(nextSendTime(window, at('03:00')), at('10:00'));
    assert.deepEqual(nextSendTime(window, at('09:59:59.999')), at('10:00'));
  });

  it('opens the next day for a message of the evening, over month and year', () => {
    assert.deepEqual(nextSendTime(window, at('21:00')), parseInstant('2026-11-25T10:00'));
    assert.deepEqual(nextSendTime(window, parseInstant('2026-12-31T23:59')), parseInstant('2027-01-01T10:00'));
  });

  it('of a whole day is always open', () => {
    const always = parseSendWindow('00:00-24:00');
    for (const time of ['00:00:00', '03:00', '23:59:59.999']) assert.ok(isWithinSendWindow(always, at(time)));
  });

  it('may go over midnight', () => {
    const night = parseSendWindow('22:00-06:00');
    const allowed = ['21:59', '22:00', '00:00', '05:59', '06:00'].map((time) => isWithinSendWindow(night, at(time)));
    assert.deepEqual(allowed, [false, true, true, true, false]);
    assert.deepEqual(nextSendTime(night, at('06:00')), at('22:00'));
  });

  it('is refused when it is none or empty', () => {
    for (const text of ['10-21', '10:00-25:00', '24:00-10:00', '10:00-24:01', '10:00-10:00', '10:60-11:00', '']) {
      assert.throws(() => parseSendWindow(text), RangeError, text);
    }
  });
});
