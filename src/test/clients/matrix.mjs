// Calls of one client at a gateway: node matrix.mjs CLIENT BASE_URL KEY; reads scenarios, one a line, and writes what came of each
// as a line of JSON.
import { createInterface } from "node:readline";
import OpenAI from "openai";
import Anthropic from "@anthropic-ai/sdk";

const [client, base, key] = process.argv.slice(2);
const settings = { apiKey: key, maxRetries: 0 };
const openai = new OpenAI({ baseURL: `${base}/v1`, ...settings });
const anthropic = new Anthropic({ baseURL: base, ...settings });
const schema = {
  type: "object",
  properties: { name: { type: "string" }, age: { type: "integer" } },
  required: ["name", "age"],
  additionalProperties: false,
};
const place = { type: "object", properties: { city: { type: "string" } }, required: ["city"], additionalProperties: false };

const chat = {
  ask: (content, more = {}, options = {}) =>
    openai.chat.completions.create({ model: "real", messages: [{ role: "user", content }], ...more }, options),
  text: (answer) => answer.choices[0].message.content,
  piece: (event) => event.choices[0]?.delta?.content ?? "",
  structured: { response_format: { type: "json_schema", json_schema: { name: "person", schema, strict: true } } },
  async tools() {
    const tools = [{ type: "function", function: { name: "weather", parameters: place } }];
    const messages = [{ role: "user", content: "Weather in Bern?" }];
    const first = (await openai.chat.completions.create({ model: "real", messages, tools })).choices[0].message;
    const call = first.tool_calls[0];
    messages.push(first, { role: "tool", tool_call_id: call.id, content: `sun in ${JSON.parse(call.function.arguments).city}` });
    return chat.text(await openai.chat.completions.create({ model: "real", messages, tools }));
  },
};

const responses = {
  ask: (input, more = {}, options = {}) => openai.responses.create({ model: "real", input, ...more }, options),
  text: (answer) => answer.output_text,
  piece: (event) => (event.type === "response.output_text.delta" ? event.delta : ""),
  structured: { text: { format: { type: "json_schema", name: "person", schema, strict: true } } },
  async tools() {
    const tools = [{ type: "function", name: "weather", parameters: place, strict: true }];
    const input = [{ role: "user", content: "Weather in Bern?" }];
    const first = await openai.responses.create({ model: "real", input, tools });
    const call = first.output.find((item) => item.type === "function_call");
    input.push(...first.output, {
      type: "function_call_output",
      call_id: call.call_id,
      output: `sun in ${JSON.parse(call.arguments).city}`,
    });
    return (await openai.responses.create({ model: "real", input, tools })).output_text;
  },
};

const messages = {
  ask: (content, more = {}, options = {}) =>
    anthropic.messages.create({ model: "real", max_tokens: 200, messages: [{ role: "user", content }], ...more }, options),
  text: (answer) => answer.content.find((block) => block.type === "text").text,
  piece: (event) => (event.type === "content_block_delta" ? (event.delta.text ?? "") : ""),
  structured: { output_config: { format: { type: "json_schema", schema } } },
  async tools() {
    const shared = { model: "real", max_tokens: 200, tools: [{ name: "weather", input_schema: place }] };
    const conversation = [{ role: "user", content: "Weather in Bern?" }];
    const first = await anthropic.messages.create({ ...shared, messages: conversation });
    const use = first.content.find((block) => block.type === "tool_use");
    conversation.push(
      { role: "assistant", content: first.content },
      { role: "user", content: [{ type: "tool_result", tool_use_id: use.id, content: `sun in ${use.input.city}` }] },
    );
    return messages.text(await anthropic.messages.create({ ...shared, messages: conversation }));
  },
};

const api = { chat, responses, messages }[client];
const { NotFoundError, APIConnectionTimeoutError } = client === "messages" ? Anthropic : OpenAI;

async function run(scenario) {
  switch (scenario) {
    case "plain":
      return { text: api.text(await api.ask("Count.")) };
    case "streamed": {
      const pieces = [];
      for await (const event of await api.ask("Count.", { stream: true })) {
        const piece = api.piece(event);
        if (piece) pieces.push(piece);
      }
      return { pieces };
    }
    case "tools":
      return { text: await api.tools() };
    case "structured":
      return JSON.parse(api.text(await api.ask("Who?", api.structured)));
    case "error":
      try {
        await api.ask("Count.", { model: "gpt-99" });
        return {};
      } catch (error) {
        return { status: error.status, own: error instanceof NotFoundError };
      }
    case "timeout":
      try {
        await api.ask("Wait.", {}, { timeout: 500 });
        return {};
      } catch (error) {
        return { own: error instanceof APIConnectionTimeoutError };
      }
    case "cancel": {
      const stream = await api.ask("Forever.", { stream: true });
      for await (const event of stream) {
        if (api.piece(event)) {
          stream.controller.abort();
          break;
        }
      }
      return { left: true };
    }
    case "embeddings": {
      // packed, as this client asks for them of itself
      const answer = await openai.embeddings.create({ model: "local", input: "short", dimensions: 16 });
      return { vector: answer.data[0].embedding };
    }
    case "count": {
      const counted = await anthropic.messages.countTokens({
        model: "real",
        system: "Be brief.",
        tools: [{ name: "weather", input_schema: place }],
        messages: [{ role: "user", content: "word ".repeat(200) }],
      });
      return { tokens: counted.input_tokens };
    }
    default:
      throw new Error(`no scenario ${scenario}`);
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const result = await run(line.trim()).catch((error) => ({ failed: String(error.stack) }));
  console.log(JSON.stringify(result));
}
process.exit(0);
