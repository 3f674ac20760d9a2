// Makes a trust bundle with another implementation and keys of every kind: node publish.js DIRECTORY SITE-FILE
const { Metadata, Root, Targets, Snapshot, Timestamp, MetaFile, TargetFile, Key, Signature } = require('@tufjs/models');
const { canonicalize } = require('@tufjs/canonical-json');
const crypto = require('crypto');
const fs = require('fs');
const path = require('path');

const [directory, siteFile] = process.argv.slice(2);
const expires = new Date(Date.now() + 30 * 86400e3).toISOString();
const hash = (bytes) => crypto.createHash('sha256').update(bytes).digest('hex');
const pem = (pair) => pair.publicKey.export({ type: 'spki', format: 'pem' });
const ed25519 = crypto.generateKeyPairSync('ed25519');
const p256 = crypto.generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const rsa = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
const pss = { padding: crypto.constants.RSA_PKCS1_PSS_PADDING, saltLength: crypto.constants.RSA_PSS_SALTLEN_DIGEST };

function signer(pair, keyType, scheme, value, options = {}, digest = 'sha256') {
  const data = { keytype: keyType, scheme, keyval: { public: value } };
  const keyID = hash(canonicalize(data));
  return {
    key: Key.fromJSON(keyID, data),
    sign: (bytes) => new Signature({ keyID, sig: crypto.sign(digest, bytes, { key: pair.privateKey, ...options }).toString('hex') }),
  };
}

const alice = signer(ed25519, 'ed25519', 'ed25519', ed25519.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex'), {}, null);
const bob = signer(p256, 'ecdsa', 'ecdsa-sha2-nistp256', pem(p256));
const online = signer(rsa, 'rsa', 'rsassa-pss-sha256', pem(rsa), pss);

function write(name, signed, ...signers) {
  const metadata = new Metadata(signed);
  signers.forEach((s) => metadata.sign(s.sign));
  const bytes = Buffer.from(JSON.stringify(metadata.toJSON()));
  fs.writeFileSync(path.join(directory, name), bytes);
  return new MetaFile({ version: signed.version, length: bytes.length, hashes: { sha256: hash(bytes) } });
}

const root = new Root({ version: 1, specVersion: '1.0.30', expires });
root.addKey(alice.key, 'root'); root.addKey(bob.key, 'root');
root.addKey(alice.key, 'targets'); root.addKey(bob.key, 'targets');
root.addKey(online.key, 'snapshot'); root.addKey(online.key, 'timestamp');
root.roles.root.threshold = 2;
root.roles.targets.threshold = 2;

fs.mkdirSync(path.join(directory, 'targets'), { recursive: true });
const site = fs.readFileSync(siteFile);
fs.writeFileSync(path.join(directory, 'targets', `${hash(site)}.site.toml`), site);
const file = new TargetFile({ path: 'site.toml', length: site.length, hashes: { sha256: hash(site), sha512: crypto.createHash('sha512').update(site).digest('hex') }, unrecognizedFields: { custom: { 'naïve "quotes" \\ и кириллица': 1 } } });
const targets = write('1.targets.json', new Targets({ version: 1, specVersion: '1.0.30', expires, targets: { 'site.toml': file } }), alice, bob);
const snapshot = write('1.snapshot.json', new Snapshot({ version: 1, specVersion: '1.0.30', expires, meta: { 'targets.json': targets } }), online);
write('timestamp.json', new Timestamp({ version: 1, specVersion: '1.0.30', expires, snapshotMeta: snapshot }), online);
write('1.root.json', root, alice, bob);
console.log(hash(fs.readFileSync(path.join(directory, '1.root.json'))));
