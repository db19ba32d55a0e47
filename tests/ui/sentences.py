"""The sentences that C++ sources hold for their users: what is said in an Error or a note, and what is kept to be said.

Read from the text of the sources by their tokens, without compiling them. A sentence is a template: what is joined into it at run
time is "%1", "%2" … in order.
"""
import re

TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'|[A-Za-z_]\w*|\d[\w\'.]*|::|->|\s+|.', re.S)
CLOSING = {"(": ")", "{": "}", "[": "]"}
PLACE = "\0"
# Variables that hold a part of what is said.
SPOKEN = {"remedy", "note", "why", "reason", "what", "finding"}
# Lists of what is said.
LISTS = {"circumstances", "findings", "notes"}


def tokens(text):
    found = (match.group(0) for match in TOKEN.finditer(text))
    return [token for token in found if not token.isspace() and not token.startswith(("//", "/*"))]


def depths(code):
    """How many brackets are open around each token; brackets count as inside."""
    depth = 0
    for token in code:
        depth += token in CLOSING
        yield token, depth
        depth -= token in CLOSING.values()


def arguments(code, at):
    """What stands between the commas from `at` on, which is behind an opening bracket, to its closing one."""
    out, depth = [[]], 0
    for token in code[at:]:
        depth += (token in CLOSING) - (token in CLOSING.values())
        if depth < 0:
            break
        if token == "," and depth == 0:
            out.append([])
        else:
            out[-1].append(token)
    return out


def split(code, mark):
    out = [[]]
    for token, depth in depths(code):
        if token == mark and depth == 0:
            out.append([])
        else:
            out[-1].append(token)
    return out


def without_brackets(code):
    while code and code[0] == "(" and len(arguments(code, 1)) == 1 and len(arguments(code, 1)[0]) == len(code) - 2:
        code = code[1:-1]
    if code[:4] == ["std", "::", "string", "("] and code[-1] == ")":
        return code[4:-1]
    return code


def choices(code):
    """The branches of `a ? b : c`."""
    question, nested = None, 0
    for at, (token, depth) in enumerate(depths(code)):
        if depth == 0 and token == "?":
            nested += question is not None
            question = at if question is None else question
        elif depth == 0 and token == ":" and question is not None:
            if not nested:
                return choices(code[question + 1:at]) + choices(code[at + 1:])
            nested -= 1
    return [code]


def texts(code):
    """All that an expression of strings may be, PLACE standing for what is not written there."""
    out = []
    for choice in choices(without_brackets(code)):
        options = [""]
        for part in split(choice, "+"):
            part = without_brackets(part)
            if part and all(token.startswith('"') for token in part):
                more = ["".join(token[1:-1] for token in part).replace('\\"', '"').replace("\\n", "\n")]
            elif len(choices(part)) > 1:
                more = texts(part)
            else:
                more = [PLACE]
            options = [option + text for option in options for text in more]
        out += options
    return out


def template(text):
    number = 0

    def place(_):
        nonlocal number
        number += 1
        return f"%{number}"
    return re.sub(f"(?:%\\d|{PLACE})+", place, text)


def spoken(code, makers):
    """The expressions in one source that are said: in an Error, in what makes one, in what is kept, in notes."""
    for at, token in enumerate(code):
        before, after = code[at - 1] if at else "", code[at + 1:at + 4]
        if token == "ErrorCode" and after[:1] == ["::"] and after[2:] == [","] and before in ("{", "("):
            yield from arguments(code, at)[1:3]
        elif (token in makers or token == "kept_words") and after[:1] == ["("] and before != "Error":
            yield from arguments(code, at + 2)
        elif token in LISTS and after[:1] == ["."] and after[1] in ("emplace_back", "push_back"):
            yield arguments(code, at + 4)[0]
        elif token in LISTS and after[:2] == ["=", "{"]:
            yield from arguments(code, at + 3)
        elif token == "return" or ((after[:1] == ["="] or after[:2] == ["+", "="]) and (token in SPOKEN or re.fullmatch("k[A-Za-z]*Note", token) or (before, token) == (".", "text"))):
            begin = at + 1 if token == "return" else at + 2 + (after[:2] == ["+", "="])
            end = next((i for i in range(begin, len(code)) if code[i] == ";"), begin)
            # What is returned is said if it is a sentence.
            if token != "return" or any(re.match(f"[A-Z{PLACE}].* .*[.]$", text) for text in texts(code[begin:end])):
                yield ["before", "+"] * (after[:2] == ["+", "="]) + code[begin:end]


def figures(code, names):
    """How figures are made, as one source says it; those that a function makes are told by their names."""
    for at, token in enumerate(code):
        said = []
        if token.startswith('"') and token[1:-1] in names and code[at + 1:at + 2] == [","]:
            said = arguments(code, at)[1:3]
        elif token == "formula" and code[at + 1:at + 2] == ["="]:
            said = [code[at + 2:next(i for i in range(at, len(code)) if code[i] == ";")]]
        elif token == "add_counter":
            said = arguments(code, at + 2)[3:4]
        elif token == "Better" and code[at - 1] == ",":
            begin = at - 1
            while code[begin - 1].startswith('"'):
                begin -= 1
            said = [code[begin:at - 1]]
        yield from (text for formula in said for text in texts(formula) if re.search("[a-z] ", text) and not text[0].isupper())


def tables(code):
    """Titles, remarks and columns of the tables that one source makes."""
    for at, token in enumerate(code):
        if token == "ReportTable" and code[at + 2:at + 3] == ["{"]:
            title, remark, columns = arguments(code, at + 3)[:3]
            yield from texts(title) + texts(remark)
            for column in arguments(columns, 1):
                yield from texts(column)


def costs(code):
    """Formulas of a cost's results that are words in part, as one source says them: name, value, unit, formula."""
    for at, token in enumerate(code):
        if token == "{" and code[at + 1:at + 2] != ["}"]:
            parts = arguments(code, at + 1)
            if len(parts) == 4 and parts[2]:
                yield from (text for text in texts(parts[3]) if re.search("[a-z]{2}[, ]+[a-z]{2}", text))


def sentences(files):
    """{template: files that say it} of the sources, a name and text each."""
    codes = {name: tokens(text) for name, text in files.items()}
    makers = {after for code in codes.values() for token, after, bracket in zip(code, code[1:], code[2:])
              if token == "Error" and bracket == "(" and re.match("[A-Za-z_]", after)}
    found = {}
    for name, code in codes.items():
        for expression in spoken(code, makers):
            for text in texts(expression):
                if re.search("[A-Za-z]{2}.*[ .]", text):
                    found.setdefault(template(text), set()).add(name)
    return found


def literals(files):
    """All that is written in quotes in the sources, as one text."""
    out = []
    for text in files.values():
        quoted = False
        for token in tokens(text):
            if token.startswith('"'):
                out += ["" if quoted else PLACE, token[1:-1].replace('\\"', '"')]
            quoted = token.startswith('"')
    return "".join(out)
