// Logits and top-1 of ONNX Runtime on CIFAR-10 test images, one thread: the oracle of the exact design.
//
//   node onnxruntime_logits.mjs RUNTIME NET.onnx test_batch.bin IMAGES [LOGITS.f32]
//
// RUNTIME: the folder where `npm install --ignore-scripts onnxruntime-node@1.16.3` was run. LOGITS.f32: float32,
// little-endian, [image][10].
import { createRequire } from 'module';
import { readFileSync, writeFileSync } from 'fs';
import { resolve } from 'path';

const [runtime, network, test, count, output] = process.argv.slice(2);
if (!count) {
    console.error('usage: node onnxruntime_logits.mjs RUNTIME NET.onnx test_batch.bin IMAGES [LOGITS.f32]');
    process.exit(2);
}
const { InferenceSession, Tensor } = createRequire(resolve(runtime) + '/')('onnxruntime-node');
const session = await InferenceSession.create(network, { intraOpNumThreads: 1, interOpNumThreads: 1 });
const MEAN = [0.485, 0.456, 0.406], STD = [0.229, 0.224, 0.225], PIXELS = 3 * 32 * 32, RECORD = PIXELS + 1, BATCH = 100;
const records = readFileSync(test), images = Number(count), single = Math.fround;

// As approxtlm's data sets do it: every step rounded to float32.
const table = MEAN.map((mean, c) => Float32Array.from({ length: 256 }, (_, x) =>
    single(single(single(x / 255) - single(mean)) / single(STD[c]))));
const logits = new Float32Array(images * 10);
let hits = 0;
for (let first = 0; first < images; first += BATCH) {
    const n = Math.min(BATCH, images - first), values = new Float32Array(n * PIXELS);
    for (let i = 0; i < n * PIXELS; ++i) {
        const pixel = i % PIXELS;
        values[i] = table[pixel >> 10][records[(first + (i - pixel) / PIXELS) * RECORD + 1 + pixel]];
    }
    const result = await session.run({ [session.inputNames[0]]: new Tensor('float32', values, [n, 3, 32, 32]) });
    logits.set(result[session.outputNames[0]].data, first * 10);
    for (let i = first; i < first + n; ++i) {
        const row = logits.subarray(i * 10, i * 10 + 10);
        hits += row.indexOf(Math.max(...row)) === records[i * RECORD];
    }
}
if (output) writeFileSync(output, logits);
console.log(JSON.stringify({ network, images, top1_percent: Math.round(1e4 * hits / images) / 100 }));
