import { type Facts, fact } from './facts.ts';

export type Copy = {
  readonly language: string;
  /** One line. */
  readonly title: string;
  /** One sentence. */
  readonly medium: string;
  /** Two or three sentences. */
  readonly long: string;
};

type Phrases = { readonly medium: string; readonly long: string };

/** `{shop}` and `{offer}` are the only facts a sentence may carry: nothing is promised that the offer does not say. */
const phrases: Readonly<Record<string, Phrases>> = {
  en: {
    medium: '{shop}: {offer}. Come by and enjoy it.',
    long: 'Good news from {shop}: {offer}. Come by and show this message at the counter. We look forward to seeing you!',
  },
  hi: {
    medium: '{shop} पर आपके लिए खास ऑफ़र: {offer}। ज़रूर आइए।',
    long: '{shop} से खुशखबरी: {offer}। दुकान पर आइए और काउंटर पर यह संदेश दिखाइए। आपका इंतज़ार रहेगा!',
  },
  hinglish: {
    medium: '{shop} par aapke liye khaas offer: {offer}. Zaroor aaiye.',
    long: '{shop} se khushkhabri: {offer}. Dukaan par aaiye aur counter par yeh message dikhaiye. Aapka intezaar rahega!',
  },
  mr: {
    medium: '{shop} मध्ये तुमच्यासाठी खास ऑफर: {offer}. नक्की या.',
    long: '{shop} कडून आनंदाची बातमी: {offer}. दुकानात या आणि हा संदेश दाखवा. आम्ही तुमची वाट पाहतो!',
  },
  bn: {
    medium: '{shop}-এ আপনার জন্য বিশেষ অফার: {offer}। অবশ্যই আসুন।',
    long: '{shop} থেকে সুখবর: {offer}। দোকানে এসে এই বার্তাটি দেখান। আপনার অপেক্ষায় আছি!',
  },
  ta: {
    medium: '{shop} உங்களுக்குத் தரும் சலுகை: {offer}. தவறாமல் வாருங்கள்.',
    long: '{shop} தரும் நற்செய்தி: {offer}. கடைக்கு வந்து இந்தச் செய்தியைக் காட்டுங்கள். உங்களை எதிர்பார்க்கிறோம்!',
  },
  te: {
    medium: '{shop} మీకు ఇచ్చే ప్రత్యేక ఆఫర్: {offer}. తప్పక రండి.',
    long: '{shop} నుండి శుభవార్త: {offer}. దుకాణానికి వచ్చి ఈ సందేశాన్ని చూపించండి. మీ కోసం ఎదురుచూస్తున్నాం!',
  },
  kn: {
    medium: '{shop} ನಿಮಗಾಗಿ ವಿಶೇಷ ಕೊಡುಗೆ: {offer}. ತಪ್ಪದೆ ಬನ್ನಿ.',
    long: '{shop} ನಿಂದ ಸಿಹಿ ಸುದ್ದಿ: {offer}. ಅಂಗಡಿಗೆ ಬನ್ನಿ ಮತ್ತು ಈ ಸಂದೇಶವನ್ನು ತೋರಿಸಿ. ನಿಮಗಾಗಿ ಕಾಯುತ್ತಿದ್ದೇವೆ!',
  },
  ml: {
    medium: '{shop} നിങ്ങൾക്കായി ഒരുക്കുന്ന ഓഫർ: {offer}. തീർച്ചയായും വരൂ.',
    long: '{shop} നൽകുന്ന സന്തോഷവാർത്ത: {offer}. കടയിൽ വന്ന് ഈ സന്ദേശം കാണിക്കൂ. ഞങ്ങൾ കാത്തിരിക്കുന്നു!',
  },
  gu: {
    medium: '{shop} પર તમારા માટે ખાસ ઓફર: {offer}. જરૂર આવજો.',
    long: '{shop} તરફથી ખુશખબર: {offer}. દુકાને આવો અને આ સંદેશ બતાવો. અમે તમારી રાહ જોઈએ છીએ!',
  },
  pa: {
    medium: '{shop} ਤੇ ਤੁਹਾਡੇ ਲਈ ਖਾਸ ਪੇਸ਼ਕਸ਼: {offer}. ਜ਼ਰੂਰ ਆਓ.',
    long: '{shop} ਵੱਲੋਂ ਖੁਸ਼ਖਬਰੀ: {offer}. ਦੁਕਾਨ ਤੇ ਆਓ ਅਤੇ ਇਹ ਸੁਨੇਹਾ ਦਿਖਾਓ. ਤੁਹਾਡੀ ਉਡੀਕ ਰਹੇਗੀ!',
  },
  ur: {
    medium: '{shop} پر آپ کے لیے خاص پیشکش: {offer}۔ ضرور آئیں۔',
    long: '{shop} کی طرف سے خوشخبری: {offer}۔ دکان پر آئیں اور یہ پیغام دکھائیں۔ آپ کا انتظار رہے گا!',
  },
};

const languageNames: Readonly<Record<string, string>> = {
  english: 'en',
  hindi: 'hi',
  'hi-latn': 'hinglish',
  marathi: 'mr',
  bengali: 'bn',
  tamil: 'ta',
  telugu: 'te',
  kannada: 'kn',
  malayalam: 'ml',
  gujarati: 'gu',
  punjabi: 'pa',
  urdu: 'ur',
};

/** Writes the copy of an offer from what the request says about it, the same for the same request. */
export function writeCopy(facts: Facts): Copy {
  const language = languageOf(facts);
  const offer = offerOf(facts);
  const shop =
    fact(facts, 'shopname', 'shop.name', 'businessname', 'shop.title') ??
    (language === 'en' ? 'Your shop' : 'D-Offers');
  const say = (sentence: string) => sentence.replaceAll('{shop}', shop).replaceAll('{offer}', offer);
  const { medium, long } = phrases[language] ?? (phrases.en as Phrases);
  return { language, title: offer, medium: say(medium), long: say(long) };
}

function languageOf(facts: Facts): string {
  const given = (fact(facts, 'language', 'locale', 'lang', 'offer.language') ?? 'en').toLowerCase().replace('_', '-');
  const name = languageNames[given] ?? given;
  return name in phrases ? name : (name.split('-')[0] ?? 'en');
}

function offerOf(facts: Facts): string {
  const title = fact(facts, 'offertitle', 'offer.title', 'title', 'headline', 'name', 'product') ?? 'a special offer';
  const percent = fact(facts, 'discountpercent', 'percentoff', 'discountpercentage', 'percent');
  if (percent !== undefined && Number(percent) > 0 && !title.includes(`${Number(percent)}`))
    return `${title}, ${Number(percent)}% off`;
  const paise = fact(facts, 'offerpricepaise', 'pricepaise');
  if (paise !== undefined && Number(paise) > 0 && !/[₹\d]/.test(title)) return `${title}, ${rupees(Number(paise))}`;
  return title;
}

function rupees(paise: number): string {
  const whole = new Intl.NumberFormat('en-IN', { maximumFractionDigits: paise % 100 === 0 ? 0 : 2 }).format(
    paise / 100,
  );
  return `₹${whole}`;
}
