// One line in, `IMAGES`; one line out: seconds for that many images through the network, one thread.
import { createRequire } from 'module';
import { createInterface } from 'readline';

const [folder, model] = process.argv.slice(2);
const { InferenceSession, Tensor } = createRequire(folder + '/')('onnxruntime-node');
const session = await InferenceSession.create(model, {
    intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential', graphOptimizationLevel: 'all'});
const [input] = session.inputNames;

function images(n) {
    const values = Float32Array.from({ length: n * 3 * 32 * 32 }, (_, i) => ((i * 2654435761) % 4001) / 1000 - 2);
    return { [input]: new Tensor('float32', values, [n, 3, 32, 32]) };
}

console.log('ready');
const batches = new Map();
for await (const line of createInterface({ input: process.stdin })) {
    const n = Number(line);
    if (!batches.has(n)) batches.set(n, images(n));
    const start = process.hrtime.bigint();
    await session.run(batches.get(n));
    console.log(Number(process.hrtime.bigint() - start) / 1e9);
}
