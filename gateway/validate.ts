import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { envoyBinary } from './envoy-binary.ts';
import { readGatewayFiles, renderGateway } from './render.ts';
import { composeSettings, type GatewaySettings, nativeSettings } from './settings.ts';
import { makeCertificate } from './temporary-certificate.ts';

/**
 * Lets Envoy itself check every rendering of the template; answers what is wrong with them, nothing when all is well.
 * @throws Error when there is no Envoy
 */
export async function validateGateway(source?: {
  template: string;
  descriptors: Uint8Array;
}): Promise<readonly string[]> {
  const { template, descriptors } = source ?? (await readGatewayFiles());
  const directory = await mkdtemp(join(tmpdir(), 'doffers-gateway-'));
  try {
    const certificate = await makeCertificate(directory);
    const native = nativeSettings({}, { offset: 0, runDir: directory });
    // Envoy reads every file that it is told of, so those of a container are looked for here.
    const files = { ...native.files, ...certificate.files, accessLog: '/dev/null' };
    const renderings: Readonly<Record<string, GatewaySettings>> = {
      native,
      'native with the fault service': nativeSettings(
        { DOFFERS_FAULT_SERVICE: '1' },
        { offset: 2000, runDir: directory },
      ),
      compose: composeSettings({}),
      'compose in production': composeSettings({ DOFFERS_MODE: 'production' }),
    };
    const complaints: string[] = [];
    for (const [name, settings] of Object.entries(renderings)) {
      const config = join(directory, 'envoy.yaml');
      await writeFile(config, renderGateway({ template, descriptors, settings: { ...settings, files } }));
      complaints.push(...(await complaintsOf(config)).map((complaint) => `${name}: ${complaint}`));
    }
    return complaints;
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Deprecated fields are accepted today and refused by a later Envoy, so they count as wrong. */
async function complaintsOf(config: string): Promise<readonly string[]> {
  const { code, output } = await run(envoyBinary(), ['--mode', 'validate', '--log-level', 'warning', '-c', config]);
  const lines = output.split('\n');
  const deprecated = lines.filter((line) => /deprecated/i.test(line));
  return code === 0 ? deprecated : [...deprecated, ...lines.slice(-3).filter((line) => line !== '')];
}

function run(program: string, args: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { timeout: 30_000 }, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== 'number') reject(error);
      else resolve({ code: typeof error?.code === 'number' ? error.code : 0, output: `${stdout}${stderr}`.trim() });
    });
  });
}

if (import.meta.main) {
  const complaints = await validateGateway();
  process.stderr.write(complaints.map((complaint) => `${complaint}\n`).join(''));
  process.exitCode = complaints.length === 0 ? 0 : 1;
}
