"""Token ids and the prompt layout: 256 byte tokens, seven special tokens, no merges."""

SPECIAL = [
    "<|endoftext|>", "<|im_start|>", "<|im_end|>",
    "<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>",
]
END_OF_TEXT, TURN_START, TURN_END, VISION_START, VISION_END, IMAGE, VIDEO = range(256, 263)
VOCABULARY = 264  # a multiple of 8; the last id is never used


def encode(text: str) -> list[int]:
    """UTF-8 bytes as token ids."""
    return list(text.encode("utf-8"))


def decode(ids: list[int]) -> str:
    """Text of the byte tokens; special tokens are dropped, broken UTF-8 becomes U+FFFD."""
    return bytes(i for i in ids if i < 256).decode("utf-8", "replace")


# The layout that chat_template.jinja renders: pictures as layout.py has them, question BEFORE_ANSWER answer TURN_END
# and, for each further turn, NEXT_TURN question BEFORE_ANSWER answer TURN_END.
BEFORE_ANSWER = [TURN_END] + encode("\n") + [TURN_START] + encode("assistant\n")
NEXT_TURN = encode("\n") + [TURN_START] + encode("user\n")
