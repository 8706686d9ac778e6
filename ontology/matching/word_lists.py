"""Word lists of the matcher and scanner, as label keys."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(text: str) -> frozenset[str]:
    return frozenset(part.strip() for part in text.split("|"))


# What a label like "Chef (…)" is called without its qualifier, and is never taken for it.
AMBIGUOUS = _words("absorb assembly canva chef eclipse ml puppet rage salt scratch shiva source unity")

# Looked for in running text only in their own case.
CASED = _words("angular basic go groovy julia less maven ruby sass spark swift vagrant")

# Never looked for in running text.
NOISE = _words(
    "access craft crafting fte google graphite hack history logging medium os plan sd shape ski survey yahoo"
) | _phrases(
    "account manager|application process|ask question|assessment method|development engineer|engineering manager|"
    "help student|job opportunity|junior engineer|natural science|planning engineer|process application|"
    "product engineer|security analyst|service engineer|shape the future|system engineer|technical support|"
    "trading strategy|visual designer"
)

# Longer phrases in which a form means something else; found first, and then left out.
BLOCKED = _phrases(
    "version control system|dot net|high energy|"
    # Limited companies, not controllers.
    "plc company|plc is|plc are|plc location|plc position|plc department|plc employment|plc job|"
    "plc we|company plc|trading plc|member plc|clinic plc|biotech plc|technology plc|"
    "manufacturing plc|construction plc|solution plc|investment plc|group plc|enterprize plc|"
    "industry plc|business plc|service plc|international plc|import plc|export plc|engineering plc|"
    "consulting plc|consultancy plc|general plc|estate plc|hotel plc|academy plc|media plc|"
    "logistic plc|transport plc|contractor plc|production plc|design plc|food plc|complex plc|"
    "film plc|system plc|pharma plc|travel plc|software plc|digital plc|marketing plc|furniture plc|"
    "printing plc|holding plc|tech plc|advertizing plc|energy plc"
)

# Too general to make a phrase: with one more word they are still no name.
LIGHT = _words(
    "be become enjoy feel get give go have help let like look love make other people put see show take thing "
    "think use want work"
)

# One of these nearby tells the language from the people.
LANGUAGE_COMPANY = _words(
    "bilingual fluency fluent fluently grammar language languages native oral pronunciation proficiency proficient "
    "speak speaker speakers speaking spoken translation vocabulary writing written"
)

# Words that may follow a verb's object without being part of its name.
FOLLOWERS = _words("a across after and as at before by for from if in into is of on or so that the through to")

# Words whose ending is part of another trade: "accounting" is not "account".
WHOLE = _words(
    "accounting advertising apartment banking bearing bedding building catering cement clothing coating department "
    "document element ending engineering environment equipment experiment footing government housing instrument "
    "investment learning listing manufacturing marketing mining moment networking nursing offering painting plumbing "
    "pricing printing processing roofing segment shipping spring string teaching tooling training understanding "
    "wedding wiring writing"
)

# Verbs that labels begin with, for vocabularies too small to show them.
VERBS = _words(
    "administer analyze apply assess build communicate control coordinate create deliver design develop ensure "
    "evaluate implement improve lead maintain make manage monitor operate organize perform plan prepare process "
    "recruit sell solve supervise support teach test use write"
)

# Keys of preferred labels whose plural ("securities") means something else than the singular.
OWN_PLURALS = _phrases("manage security|security")

FILLERS = _words("a an and as at by for from in into of on or the to with")
