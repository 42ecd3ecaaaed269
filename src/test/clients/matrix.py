"""Calls of one client at a gateway: python matrix.py CLIENT BASE_URL KEY; reads scenarios, one a line, and writes what came of
each as a line of JSON.

The clients read strictly: an answer that does not fit their own types is an error.
"""

import json
import sys
import traceback

from pydantic import BaseModel

client, base, key = sys.argv[1:]
if client == "messages":
    import anthropic as library
else:
    import openai as library
settings = {"api_key": key, "max_retries": 0, "_strict_response_validation": True}
place = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"], "additionalProperties": False}


class Person(BaseModel):
    name: str
    age: int


def weather(arguments):
    return f"sun in {arguments['city']}"


class Chat:
    def __init__(self, **more):
        self.calls = library.OpenAI(base_url=f"{base}/v1", **settings, **more).chat.completions

    def ask(self, question, **more):
        return self.calls.create(**{"model": "real", "messages": [{"role": "user", "content": question}], **more})

    def text(self, answer):
        return answer.choices[0].message.content

    def piece(self, event):
        return event.choices[0].delta.content if event.choices else None

    def person(self):
        asked = [{"role": "user", "content": "Who?"}]
        return self.calls.parse(model="real", messages=asked, response_format=Person).choices[0].message.parsed

    def tools(self):
        shared = {"model": "real", "tools": [{"type": "function", "function": {"name": "weather", "parameters": place}}]}
        messages = [{"role": "user", "content": "Weather in Bern?"}]
        first = self.calls.create(messages=messages, **shared).choices[0].message
        call = first.tool_calls[0]
        messages += [
            first,
            {"role": "tool", "tool_call_id": call.id, "content": weather(json.loads(call.function.arguments))},
        ]
        return self.text(self.calls.create(messages=messages, **shared))


class Responses:
    def __init__(self, **more):
        self.calls = library.OpenAI(base_url=f"{base}/v1", **settings, **more).responses

    def ask(self, question, **more):
        return self.calls.create(**{"model": "real", "input": question, **more})

    def text(self, answer):
        return answer.output_text

    def piece(self, event):
        return event.delta if event.type == "response.output_text.delta" else None

    def person(self):
        return self.calls.parse(model="real", input="Who?", text_format=Person).output_parsed

    def tools(self):
        shared = {"model": "real", "tools": [{"type": "function", "name": "weather", "parameters": place, "strict": True}]}
        items = [{"role": "user", "content": "Weather in Bern?"}]
        first = self.calls.create(input=items, **shared)
        call = next(item for item in first.output if item.type == "function_call")
        items += first.output
        items.append(
            {"type": "function_call_output", "call_id": call.call_id, "output": weather(json.loads(call.arguments))}
        )
        return self.calls.create(input=items, **shared).output_text


class Messages:
    def __init__(self, **more):
        self.calls = library.Anthropic(base_url=base, **settings, **more).messages

    def ask(self, question, **more):
        asked = [{"role": "user", "content": question}]
        return self.calls.create(**{"model": "real", "max_tokens": 200, "messages": asked, **more})

    def text(self, answer):
        return next(block.text for block in answer.content if block.type == "text")

    def piece(self, event):
        return event.delta.text if event.type == "content_block_delta" and event.delta.type == "text_delta" else None

    def person(self):
        asked = [{"role": "user", "content": "Who?"}]
        return self.calls.parse(model="real", max_tokens=200, messages=asked, output_format=Person).parsed_output

    def tools(self):
        shared = {"model": "real", "max_tokens": 200, "tools": [{"name": "weather", "input_schema": place}]}
        conversation = [{"role": "user", "content": "Weather in Bern?"}]
        first = self.calls.create(messages=conversation, **shared)
        use = next(block for block in first.content if block.type == "tool_use")
        result = {"type": "tool_result", "tool_use_id": use.id, "content": weather(use.input)}
        conversation += [{"role": "assistant", "content": first.content}, {"role": "user", "content": [result]}]
        return self.text(self.calls.create(messages=conversation, **shared))

    def count(self):
        return self.calls.count_tokens(
            model="real",
            system="Be brief.",
            tools=[{"name": "weather", "input_schema": place}],
            messages=[{"role": "user", "content": "word " * 200}],
        ).input_tokens


def embeddings():
    """Shorter vectors, packed as this client asks for them of itself; it unpacks them only where it does not read strictly."""
    lenient = library.OpenAI(base_url=f"{base}/v1", **{**settings, "_strict_response_validation": False})
    return lenient.embeddings.create(model="local", input="short", dimensions=16).data[0].embedding


Api = {"chat": Chat, "responses": Responses, "messages": Messages}[client]
api = Api()


def run(scenario):
    match scenario:
        case "plain":
            return {"text": api.text(api.ask("Count."))}
        case "streamed":
            with api.ask("Count.", stream=True) as stream:
                return {"pieces": [piece for event in stream if (piece := api.piece(event))]}
        case "tools":
            return {"text": api.tools()}
        case "structured":
            return api.person().model_dump()
        case "error":
            try:
                api.ask("Count.", model="gpt-99")
                return {}
            except library.NotFoundError as error:
                return {"status": error.status_code, "own": True}
        case "timeout":
            try:
                Api(timeout=0.5).ask("Wait.")
                return {}
            except library.APITimeoutError:
                return {"own": True}
        case "cancel":
            with api.ask("Forever.", stream=True) as stream:
                return {"left": any(api.piece(event) for event in stream)}
        case "embeddings":
            return {"vector": embeddings()}
        case "count":
            return {"tokens": api.count()}
    raise ValueError(f"no scenario {scenario}")


for line in sys.stdin:
    try:
        result = run(line.strip())
    except Exception:
        result = {"failed": traceback.format_exc()}
    print(json.dumps(result), flush=True)
