import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { paise } from '@doffers/money';
import { someFacts } from '../test/facts.ts';
import type { CampaignCopy } from './campaign-copy.ts';
import { type Breach, breachesOf, normalise } from './fact-lock.ts';
import { plainCopy } from './plain-copy.ts';

const copy = (body: string): CampaignCopy => ({
  whatsappBody: 'Flat 20% off at Asha Stores until 24 December 2026.',
  title: 'Flat 20% off',
  body,
});

describe('the fact lock', () => {
  const refused: readonly (readonly [text: string, breach: Breach])[] = [
    ['Now 30% off at Asha Stores', 'percent'],
    ['Now thirty-five: ३५ प्रतिशत off', 'percent'],
    ['Ninety percent off', 'percent'],
    ['Everything half price', 'percent'],
    ['Save a thousand rupees', 'price'],
    ['Save up to ₹600 on every bill', 'price'],
    ['Save 1 lakh rupees', 'price'],
    ['Save Rs. 1,00,000', 'price'],
    ['Only 3 pieces left', 'number'],
    ['Valid until 24 November', 'date'],
    ['Valid until 24th January 2026', 'date'],
    ['Come today', 'relative_date'],
    ['Kal tak hi', 'relative_date'],
    ['Come on Monday', 'relative_date'],
    ['See https://cheap.example', 'contact'],
    ['See asha-stores.in', 'contact'],
    ['Call 98765 43210', 'contact'],
    ['Get one free', 'free'],
    ['सिर्फ़ आशा स्टोर्स पर बहुत बढ़िया छूट, सबके लिए, पूरे परिवार के लिए ख़ुशी की बात, ज़रूर आइए और लाभ उठाइए', 'script'],
    ['x'.repeat(151), 'length'],
    ['', 'length'],
  ];
  for (const [text, breach] of refused) {
    it(`refuses "${text.slice(0, 40)}" for its ${breach}`, () => {
      assert.ok(breachesOf(copy(text), someFacts(), 'english').includes(breach));
    });
  }

  const accepted = [
    'Flat 20% off, at most ₹500, on bills above ₹1,000',
    'Twenty reasons to come: 20 percent off until 24 December 2026',
    'You may march in until 24 Dec and take 20 % off',
    'Valid until 24/12/2026',
  ];
  for (const text of accepted) {
    it(`accepts "${text}"`, () => assert.deepEqual(breachesOf(copy(text), someFacts(), 'english'), []));
  }

  it('lets the words of the offer itself pass, since the shop wrote them', () => {
    const facts = someFacts({ title: 'Buy 2, get 1 free', percent: undefined, amounts: [] });
    const text = copy('Buy 2, get 1 free at Asha Stores');
    assert.deepEqual(breachesOf({ ...text, whatsappBody: text.body, title: text.body }, facts, 'english'), []);
  });

  it('reads Hindi text in Hindi, whatever script the shop name has', () => {
    const hindi = 'Asha Stores पर 20% की छूट, 24 दिसंबर 2026 तक';
    const text = { whatsappBody: hindi, title: '20% की छूट', body: hindi };
    assert.deepEqual(breachesOf(text, someFacts(), 'hindi'), []);
    assert.deepEqual(breachesOf(text, someFacts(), 'english'), ['script']);
  });

  it('compares numbers of every script and grouping as one spelling', () => {
    assert.equal(normalise('₹१,००,००० ٥ 1.5 lakh 2 करोड़'), '₹100000 5 150000 20000000');
  });
});

describe('the plain text', () => {
  it('keeps to the facts in both languages, whatever the offer is', () => {
    const offers = [
      someFacts(),
      someFacts({ percent: undefined, amounts: [paise(25_000), paise(100_000)] }),
      someFacts({ description: 'On all rice. '.repeat(200), title: 'T'.repeat(120), shopName: 'आशा स्टोर्स' }),
    ];
    for (const facts of offers) {
      for (const language of ['english', 'hindi'] as const) {
        const breaches = breachesOf(plainCopy(facts, language), facts, language);
        assert.deepEqual(
          breaches.filter((breach) => breach !== 'script'),
          [],
        );
      }
    }
  });

  it('names the last day on which the offer is valid, not the midnight after it', () => {
    assert.match(plainCopy(someFacts(), 'english').body, /24 December 2026/);
  });
});
