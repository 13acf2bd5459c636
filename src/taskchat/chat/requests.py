"""ChatKit requests as they arrive: parsed once, bounded, and refused before any answer begins."""

from collections.abc import Mapping
from typing import Any

from chatkit.types import (
    ChatKitReq,
    InferenceOptions,
    ItemsFeedbackReq,
    StreamingReq,
    ThreadsAddUserMessageReq,
    ThreadsCreateReq,
    ThreadsCustomActionReq,
    ThreadsDeleteReq,
    ThreadsRetryAfterItemReq,
    ThreadsSyncCustomActionReq,
    ThreadsUpdateReq,
    UserMessageInput,
    UserMessageTextContent,
)
from pydantic import TypeAdapter, ValidationError

from taskchat.domain.errors import Invalid
from taskchat.domain.text import clean, clean_line

# Building this adapter costs milliseconds, so it is built once instead of once per request.
REQUEST: TypeAdapter[Any] = TypeAdapter(ChatKitReq)
UNSUPPORTED = {
    "threads.add_client_tool_output": "No tool waits for a result from the page.",
    "threads.add_structured_input": "No question waits for an answer.",
    "attachments.create": "Attachments are not supported.",
    "attachments.delete": "Attachments are not supported.",
    "input.transcribe": "Dictation is not supported.",
}
MAX_MESSAGE = 10_000
MAX_TITLE = 200
MAX_FEEDBACK = 100

type Starting = (
    ThreadsCreateReq | ThreadsAddUserMessageReq | ThreadsRetryAfterItemReq | ThreadsCustomActionReq
)


def parse(body: bytes) -> Any:
    """A ChatKitReq that this server answers; raises Invalid with a sentence otherwise."""
    try:
        request = REQUEST.validate_json(body)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(str(part) for part in problem["loc"] if isinstance(part, str))
        message = f"The request is not one of the ChatKit protocol: {place or 'body'}."
        raise Invalid(message, code="invalid_request") from error
    if reason := UNSUPPORTED.get(request.type):
        raise Invalid(reason, code="unsupported_request")
    if isinstance(request, ThreadsUpdateReq):
        request.params.title = _title(request.params.title)
    if request.type == "items.feedback" and len(request.params.item_ids) > MAX_FEEDBACK:
        raise Invalid(f"At most {MAX_FEEDBACK} messages at once.", code="too_many_items")
    return request


def is_starting(request: StreamingReq | Any) -> bool:
    """Whether the request begins an answer."""
    return isinstance(
        request,
        ThreadsCreateReq
        | ThreadsAddUserMessageReq
        | ThreadsRetryAfterItemReq
        | ThreadsCustomActionReq,
    )


def changes(request: Any) -> bool:
    """Whether the request changes something at once, without an answer that begins."""
    return isinstance(
        request,
        ThreadsUpdateReq | ThreadsDeleteReq | ThreadsSyncCustomActionReq | ItemsFeedbackReq,
    )


def read_message(message: UserMessageInput) -> list[UserMessageTextContent]:
    """The text of a message; raises Invalid when there is none or too much."""
    if message.attachments:
        raise Invalid("Attachments are not supported.", code="attachments_unsupported")
    if any(not isinstance(part, UserMessageTextContent) for part in message.content):
        raise Invalid("Only text can be sent.", code="content_unsupported")
    texts = [clean(part.text) for part in message.content]
    if not any(text.strip() for text in texts):
        raise Invalid("The message is empty.", code="message_empty")
    if sum(len(text) for text in texts) > MAX_MESSAGE:
        raise Invalid(f"A message has at most {MAX_MESSAGE:,} characters.", code="message_too_long")
    return [UserMessageTextContent(type="input_text", text=text.strip()) for text in texts]


def read_edit(metadata: Mapping[str, Any]) -> list[UserMessageTextContent] | None:
    """What a message should say instead before it is tried again; raises Invalid for what cannot be sent."""
    match metadata:
        case {"edited_text": str(text)}:
            content = [UserMessageTextContent(type="input_text", text=text)]
            message = UserMessageInput(
                content=[*content], attachments=[], inference_options=InferenceOptions()
            )
            return read_message(message)
        case {"edited_text": _}:
            raise Invalid("The edited message must be text.", code="content_unsupported")
        case _:
            return None


def read_model(metadata: Mapping[str, Any]) -> str | None:
    """Who should answer this once instead; raises Invalid for what is no name."""
    match metadata.get("model"):
        case None:
            return None
        case str(model):
            return model
        case _:
            raise Invalid("The model must be named by a text.", code="unknown_model")


def read_quotation(message: UserMessageInput) -> str | None:
    """What the message quotes, if anything; raises Invalid when that is too much."""
    if not message.quoted_text:
        return None
    text = clean(message.quoted_text).strip()
    if len(text) > MAX_MESSAGE:
        refusal = f"A quotation has at most {MAX_MESSAGE:,} characters."
        raise Invalid(refusal, code="message_too_long")
    return text


def _title(text: str) -> str:
    title = clean_line(text)
    if not 0 < len(title) <= MAX_TITLE:
        raise Invalid(f"A title has 1 to {MAX_TITLE} characters.", code="title_invalid")
    return title
