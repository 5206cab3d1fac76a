// Runs a job with the types that openapi-typescript makes of Cupel's OpenAPI document. tsc --strict checks it.
import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { components, paths } from "./cupel.js";

type Result = components["schemas"]["JobFinished"];
type Answer = Result | components["schemas"]["JobAccepted"] | components["schemas"]["JobState"];

const client = createClient<paths>({ baseUrl: process.argv[2] ?? "" });

function isResult(answer: Answer | undefined): answer is Result {
  return answer !== undefined && "outcome" in answer;
}

const { data: result } = await client.POST("/execute", {
  params: { header: { Prefer: "wait=60" } },
  body: { eval_id: "generated-typescript", code: "print(6 * 7)", args: ["a"] },
});
assert(isResult(result));
const exitCode: number | null = result.exit_code;
assert.equal(exitCode, 0);
assert.equal(result.outcome, "success");
assert.equal(result.stdout?.text, "42\n");
const wall: number = result.usage?.wall_seconds ?? 0;
assert(wall > 0);

const { data: again } = await client.GET("/jobs/{name}", { params: { path: { name: result.job_name } } });
assert(isResult(again));
assert.equal(again.uid, result.uid);
const { data: stream } = await client.GET("/jobs/{name}/stdout", {
  params: { path: { name: result.job_name } },
  parseAs: "arrayBuffer",
});
assert(stream instanceof ArrayBuffer);
assert.equal(Buffer.from(stream).toString(), "42\n");

const { error } = await client.POST("/execute", { body: { eval_id: "generated-typescript", code: "" } });
assert.equal(error?.field, "/code");
// @ts-expect-error: no result has this field, and the compiler knows
assert.equal(result.no_such_field, undefined);
// @ts-expect-error: a request without code
void (() => client.POST("/execute", { body: { eval_id: "x" } }));
console.log("done");
