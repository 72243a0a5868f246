/** One message of an approved template. Parameters come in the order of the template's variables. */
export type TemplateMessage = {
  /** E.164. */
  readonly to: string;
  /** Comes back in every receipt: how a receipt finds its delivery even when the answer was lost. */
  readonly deliveryId: string;
  readonly name: string;
  readonly language: string;
  readonly header?: TemplateHeader;
  readonly body: readonly string[];
  readonly buttons?: readonly TemplateButton[];
};

export type TemplateHeader =
  | { readonly kind: 'image'; readonly link: string }
  | { readonly kind: 'text'; readonly text: string };

export type TemplateButton =
  /** `value` completes the URL of the template, or is the code that the button copies. */
  | { readonly kind: 'url'; readonly index: number; readonly value: string }
  | { readonly kind: 'copy_code'; readonly index: number; readonly value: string }
  | { readonly kind: 'quick_reply'; readonly index: number; readonly value: string };

export function templateBody(message: TemplateMessage): string {
  const { name, language, header, body, buttons = [] } = message;
  const components = [
    ...(header ? [{ type: 'header', parameters: [headerParameter(header)] }] : []),
    ...(body.length > 0 ? [{ type: 'body', parameters: body.map((text) => ({ type: 'text', text })) }] : []),
    ...buttons.map(({ kind, index, value }) => ({
      type: 'button',
      sub_type: kind,
      index: String(index),
      parameters: [buttonParameter(kind, value)],
    })),
  ];
  return envelope(message, { type: 'template', template: { name, language: { code: language }, components } });
}

export function textBody(message: { to: string; text: string; deliveryId: string }): string {
  return envelope(message, { type: 'text', text: { body: message.text, preview_url: false } });
}

function envelope({ to, deliveryId }: { to: string; deliveryId: string }, content: object): string {
  return JSON.stringify({
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    to: to.replace(/^\+/, ''),
    ...content,
    biz_opaque_callback_data: deliveryId,
  });
}

function headerParameter(header: TemplateHeader): object {
  return header.kind === 'image'
    ? { type: 'image', image: { link: header.link } }
    : { type: 'text', text: header.text };
}

function buttonParameter(kind: TemplateButton['kind'], value: string): object {
  switch (kind) {
    case 'url':
      return { type: 'text', text: value };
    case 'copy_code':
      return { type: 'coupon_code', coupon_code: value };
    case 'quick_reply':
      return { type: 'payload', payload: value };
  }
}
