import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { actorOf } from '@doffers/ownership';
import {
  GeneratedText_Source,
  type GeneratedTextSchema,
  Language as LanguageMessage,
  type TextService,
  Tone as ToneMessage,
} from '@doffers/proto/ai/v1/text_service';
import { pageOf, pageQuery } from '@doffers/resource';
import { type Handlers, requireUser } from '@doffers/rpc';
import type { Language, Tone } from '../domain/campaign-copy.ts';
import type { GeneratedText } from '../domain/generated-text.ts';
import type { Deps } from '../usecases/deps.ts';
import { generateText } from '../usecases/generate-text.ts';
import { listTexts } from '../usecases/list-texts.ts';

const tones: Partial<Record<ToneMessage, Tone>> = {
  [ToneMessage.FRIENDLY]: 'friendly',
  [ToneMessage.PLAIN]: 'plain',
  [ToneMessage.FESTIVE]: 'festive',
};

const languages: Partial<Record<LanguageMessage, Language>> = {
  [LanguageMessage.ENGLISH]: 'english',
  [LanguageMessage.HINDI]: 'hindi',
};

/** Translates TextService between protobuf and the use cases; holds no rule of its own. */
export function createTextHandlers(deps: Deps): Handlers<typeof TextService> {
  return {
    async generateText({ shopId, requestId, offerId, tone, language }, context) {
      const input = {
        shopId,
        requestId,
        offerId,
        tone: tones[tone] ?? 'friendly',
        language: languages[language] ?? 'english',
      };
      return toMessage(await generateText(deps, actorOf(requireUser(context)), input));
    },
    async listTexts(request, context) {
      const query = pageQuery(request);
      const texts = await listTexts(deps, actorOf(requireUser(context)), { shopId: request.shopId, ...query });
      const { page, nextPageToken } = pageOf(texts, query);
      return { texts: page.map(toMessage), nextPageToken };
    },
  };
}

function toMessage(text: GeneratedText): MessageInitShape<typeof GeneratedTextSchema> {
  return {
    textId: text.id,
    offerId: text.offerId,
    whatsappBody: text.whatsappBody,
    title: text.title,
    body: text.body,
    source: text.source === 'model' ? GeneratedText_Source.MODEL : GeneratedText_Source.TEMPLATE,
    createTime: timestampFromDate(text.createdAt),
  };
}
