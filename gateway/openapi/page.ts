import type { Schema } from './constraints.ts';
import type { OpenApiDocument } from './document.ts';
import { type Html, html, prose, raw } from './html.ts';

/**
 * The document as one page for people: no script and nothing from elsewhere, so that it works behind the strictest
 * content security policy and without a network.
 */
export function docsPage(document: OpenApiDocument, css: string): string {
  const operations = operationsByTag(document);
  const page = html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${document.info.title} API</title>
<style>${raw(css)}</style>
<nav>
<a class="home" href="#top">${document.info.title} <small>API ${document.info.version}</small></a>
${document.tags.map(
  ({ name }) => html`<details open><summary>${name}</summary>${operations.get(name)?.map(navigation)}</details>\n`,
)}<a href="#errors">Errors</a>
<a href="#schemas">Schemas</a>
</nav>
<main id="top">
<h1>${document.info.title} API</h1>
<p>${document.info.description}</p>
<p>For programs: <a href="/v1/openapi.json">/v1/openapi.json</a> (OpenAPI 3.1).</p>
${document.tags.map(
  ({ name, description }) => html`<section><h2 id="${name}">${name}</h2>${prose(description)}
${operations.get(name)?.map(operationArticle)}</section>\n`,
)}<section><h2 id="errors">Errors</h2>${errors(document)}</section>
<section><h2 id="schemas">Schemas</h2>
${Object.entries(document.components.schemas).map(
  ([name, schema]) => html`<article id="${name}"><h3><code>${name}</code></h3>${schemaBody(schema)}</article>\n`,
)}</section>
</main>
</html>
`;
  return page.html;
}

type Entry = { readonly path: string; readonly verb: string; readonly operation: Schema };

function operationsByTag({ paths }: OpenApiDocument): ReadonlyMap<string, readonly Entry[]> {
  const entries = Object.entries(paths).flatMap(([path, verbs]) =>
    Object.entries(verbs).map(([verb, operation]) => ({ path, verb, operation })),
  );
  return Map.groupBy(entries, ({ operation }) => list(operation.tags).join());
}

function navigation({ path, verb, operation }: Entry): Html {
  return html`<a href="#${text(operation.operationId)}"><b class="${verb}">${verb}</b> ${breakable(path)}</a>`;
}

function operationArticle({ path, verb, operation }: Entry): Html {
  return html`<article id="${text(operation.operationId)}">
<h3><b class="${verb}">${verb}</b> <code>${breakable(path)}</code></h3>
${prose(text(operation.description))}
<p class="who">${whoMayCall(operation)}${patience(operation)}</p>
${parameters(list<Schema>(operation.parameters))}
${requestBody(operation.requestBody as Schema | undefined)}
<h4>Answer</h4>
${Object.entries(operation.responses as Record<string, Schema>)
  .filter(([, response]) => !('$ref' in response))
  .map(answer)}
${failures(operation)}
</article>\n`;
}

function whoMayCall(operation: Schema): string {
  const roles = list<string>(operation['x-roles']);
  if (roles.length === 0) return 'Open to everybody; a token that is sent must be valid.';
  return `For ${roles.join(', ')}${operation['x-second-factor'] ? ', with a second factor' : ''}.`;
}

function patience(operation: Schema): string {
  const seconds = operation['x-timeout-seconds'];
  return seconds === undefined ? '' : ` May take up to ${text(seconds)} seconds.`;
}

function parameters(all: readonly Schema[]): Html | undefined {
  if (all.length === 0) return undefined;
  return html`<h4>Parameters</h4><table>${all.map(
    (parameter) =>
      html`<tr><td><code>${text(parameter.name)}</code><small>${text(parameter.in)}${
        parameter.required ? ', required' : ''
      }</small></td><td>${typeOf(parameter.schema as Schema)}</td><td>${prose(text(parameter.description))}</td></tr>`,
  )}</table>`;
}

function requestBody(body: Schema | undefined): Html | undefined {
  if (body === undefined) return undefined;
  const [[type, { schema }] = ['', { schema: {} }]] = Object.entries(
    body.content as Record<string, { schema: Schema }>,
  );
  return html`<h4>Body</h4><p>${type === '*/*' ? 'Any bytes.' : typeOf(schema)}</p>`;
}

function answer([status, response]: readonly [string, Schema]): Html {
  const contents = Object.entries(response.content as Record<string, { schema: Schema }>);
  return html`<p><b class="status">${status}</b> ${text(response.description)} ${contents.map(([type, { schema }]) =>
    type === '*/*' ? '' : html`${typeOf(schema)}${type === 'application/json' ? '' : ` as ${type}`}`,
  )}</p>`;
}

function failures(operation: Schema): Html {
  const statuses = Object.keys(operation.responses as object).filter((status) => /^[45]/.test(status));
  const reasons = list<string>(operation['x-reasons']);
  return html`<p class="errors">${reasons.map((reason) => html`<code>${reason}</code> `)}<small>${statuses.join(' · ')}</small></p>`;
}

const sample = {
  code: 3,
  message: 'check pageSize',
  details: [
    {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'VALIDATION',
      domain: 'doffers.in',
      metadata: {},
    },
    {
      '@type': 'type.googleapis.com/google.rpc.BadRequest',
      fieldViolations: [{ field: 'pageSize', description: 'must be at most 100', reason: 'int32.gte_lte' }],
    },
  ],
};

function errors({ components }: OpenApiDocument): Html {
  return html`<p>Every error of every path has this shape. <code>message</code> is fit to show to a person,
<code>reason</code> is for programs.</p>
<pre>${JSON.stringify(sample, null, 2)}</pre>
<table>${Object.values(components.responses).map(
    (response) => html`<tr><td>${prose(text(response.description))}</td></tr>`,
  )}</table>`;
}

function schemaBody(schema: Schema): Html {
  const required = new Set(list<string>(schema.required));
  const properties = Object.entries((schema.properties ?? {}) as Record<string, Schema>);
  const choices = list<Schema>(schema.oneOf).flatMap((choice) => list<string>(choice.required));
  return html`${prose(text(schema.description))}${
    choices.length > 0 ? html`<p>Exactly one of ${choices.map((name) => html`<code>${name}</code> `)}</p>` : undefined
  }${
    properties.length > 0
      ? html`<table>${properties.map(
          ([name, property]) =>
            html`<tr><td><code>${name}</code>${
              required.has(name) ? html`<small>required</small>` : undefined
            }</td><td>${typeOf(property)}</td><td>${prose(text(property.description))}</td></tr>`,
        )}</table>`
      : undefined
  }`;
}

/** A value's type in a few words. */
function typeOf(schema: Schema): Html {
  if (typeof schema.$ref === 'string') {
    const name = schema.$ref.split('/').at(-1) ?? '';
    return html`<a href="#${name}">${name}</a>`;
  }
  if (schema.type === 'array') return html`list of ${typeOf(schema.items as Schema)}${limits(schema)}`;
  if (schema.enum !== undefined)
    return html`one of ${list<string>(schema.enum).map((value) => html`<code>${value}</code> `)}`;
  if (schema.const !== undefined) return html`<code>${text(schema.const)}</code>`;
  return html`${text(schema.format ?? schema.type ?? 'any')}${limits(schema)}`;
}

const limitNames: Readonly<Record<string, string>> = {
  minLength: 'at least %s characters',
  maxLength: 'at most %s characters',
  minItems: 'at least %s',
  maxItems: 'at most %s',
  minimum: 'from %s',
  'x-minimum': 'from %s',
  maximum: 'to %s',
  'x-maximum': 'to %s',
};

function limits(schema: Schema): Html {
  const said = Object.entries(limitNames).flatMap(([keyword, phrase]) =>
    schema[keyword] === undefined ? [] : [phrase.replace('%s', text(schema[keyword]))],
  );
  const pattern = schema.format === undefined && schema.pattern !== undefined ? text(schema.pattern) : '';
  return html`${said.length > 0 ? `, ${said.join(', ')}` : ''}${pattern === '' ? '' : html` <code>${pattern}</code>`}`;
}

/** Lets the browser break a long path after each slash. */
function breakable(path: string): Html {
  return html`${path.split(/(?<=\/)/).map((part) => html`${part}<wbr>`)}`;
}

function list<T>(value: unknown): readonly T[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
