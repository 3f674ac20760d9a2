// Fetches a trust bundle as any user of tuf-js would: node fetch.js METADATA-DIRECTORY URL FILE...
const { Updater } = require('tuf-js');
const fs = require('fs');
const path = require('path');

(async () => {
  const [metadataDir, url, ...files] = process.argv.slice(2);
  const targetDir = path.join(metadataDir, 'files');
  fs.mkdirSync(targetDir, { recursive: true });
  const updater = new Updater({ metadataDir, metadataBaseUrl: url, targetDir, targetBaseUrl: `${url}/targets`, config: { fetchRetries: 0 } });
  await updater.refresh();
  for (const file of files) {
    const info = await updater.getTargetInfo(file);
    if (!info) throw new Error(`no target ${file}`);
    process.stdout.write(fs.readFileSync(await updater.downloadTarget(info, path.join(targetDir, path.basename(file)))));
  }
})().catch((e) => { console.error(`${e.name}: ${e.message}`); process.exit(1); });
